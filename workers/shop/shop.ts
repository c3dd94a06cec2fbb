// One shop: counters that count everything once, and the shop's schedule by named alarms (crons do not fire everywhere,
// alarms do). Asked by the dashboard, fed by the consumer of `events`.
import { DurableObject } from 'cloudflare:workers';
import type { FactPlace } from '@winback/db';
import type { DataRequest, ShopId } from '@winback/domain';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import type { EventsMessage } from '../messages.ts';
import { said } from '../said.ts';
import type { Counted, DropNote, OrderState, RefusedEvent, ShopFigures, Strangers } from './answers.ts';
import type { ProductFigures } from './counting.ts';
import { DropBook } from './drop-book.ts';
import type { ImportState, StartAsk } from './feed-desk.ts';
import { FeedDesk } from './feed-desk.ts';
import { ShopStorage } from './storage.ts';
import { tidied } from './tidy.ts';

const schedule = ['feed', 'feed-check', 'recommendations', 'erasures', 'pictures', 'habits', 'tidy'] as const;
type ScheduleName = (typeof schedule)[number];
type Schedule = Partial<Record<ScheduleName, number>>;

const publishEveryMs = 10 * 60_000;
const firstPublishMs = 15_000;
const dayMs = 86_400_000;
const quarterMs = 900_000;
const pairsPublished = 5_000;
const mostBought = 200;
const mostRequests = 1_000;
const boughtKeptMs = 60_000;
/** Two hundred pictures each time: a million of them in five weeks. */
const picturesEveryMs = 10 * 60_000;
const picturesSoonMs = 60_000;

export class Shop extends DurableObject<Env> {
  readonly #storage: ShopStorage;
  readonly #dropBook: DropBook;
  readonly #feed: FeedDesk;
  #schedule: Schedule;
  #shop: ShopId | null;
  #bought: { at: number; ids: string[] } | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#storage = new ShopStorage(ctx.storage.sql);
    this.#dropBook = new DropBook(ctx.storage.sql);
    this.#schedule = this.#storage.read<Schedule>('schedule') ?? {};
    this.#shop = this.#storage.read<ShopId>('shop');
    this.#feed = new FeedDesk({
      env,
      storage: this.#storage,
      book: (name, at) => this.#book(name, at),
      unbook: (name) => this.#unbook(name),
    });
  }

  /** Counts what Visitors' outboxes hold, each row once. Answers how far each Visitor is counted. */
  async count(input: {
    shop: ShopId;
    messages: EventsMessage[];
    currency: string;
    /** Products of these messages that the catalogue does not know; absent: it was not asked. */
    unknown?: readonly string[];
  }): Promise<Counted[]> {
    this.#know(input.shop);
    const now = Date.now();
    const counted = this.#storage.count(
      input.messages,
      { currency: input.currency, unknown: input.unknown ?? [] },
      now,
    );
    if (this.#schedule.recommendations === undefined) await this.#book('recommendations', this.#soon('published', now));
    await this.#bookLesson(now);
    if (this.#schedule.tidy === undefined) await this.#book('tidy', now + dayMs);
    return counted;
  }

  /** How orders stand. The same again, and an older word after a newer one, change nothing. */
  async ordersTold(input: { shop: ShopId; orders: OrderState[] }): Promise<void> {
    this.#know(input.shop);
    this.#storage.tellOrders(input.orders, Date.now());
    await this.#bookLesson(Date.now());
  }

  figures(input: { now: number; dayStart: number }): ShopFigures {
    return this.#storage.figures(input.now, input.dayStart);
  }

  strangers(input: { since: number }): Strangers | null {
    return this.#storage.strangers(input.since);
  }

  drops(): DropNote[] {
    return this.#dropBook.totals();
  }

  /** By hour and reason, from the hour of `since` on; 30 days are kept. */
  dropHours(input: { since: number }): ReturnType<DropBook['hours']> {
    return this.#dropBook.hours(input.since);
  }

  refusedEvents(): RefusedEvent[] {
    return this.#dropBook.refusedEvents();
  }

  async dropped(input: { shop: ShopId; drops: DropNote[] }): Promise<void> {
    this.#know(input.shop);
    for (const drop of input.drops) this.#dropBook.add(drop);
    if (input.drops.length > 0 && this.#schedule.tidy === undefined) await this.#book('tidy', Date.now() + dayMs);
  }

  /**
   * Starts an import of the feed, or of a file that lies in R2 under this import's id already; the next one by schedule is
   * counted from now. While an import runs, a file waits its turn.
   */
  async importNow(input: { shop: ShopId } & StartAsk): Promise<{ import: string }> {
    this.#know(input.shop);
    if (this.#schedule.tidy === undefined) await this.#book('tidy', Date.now() + dayMs);
    return this.#feed.importNow(input.shop, input);
  }

  /** For a shop that was just made: its first import, once. */
  async importIfNever(input: { shop: ShopId }): Promise<void> {
    if (this.#schedule.feed === undefined) await this.importNow(input);
  }

  /** An import came to its end, good or bad, or waits for the merchant's word. */
  async importEnded(input: { shop: ShopId; import: string; state: ImportState }): Promise<void> {
    this.#know(input.shop);
    await this.#feed.ended(input.shop, input);
    if (input.state !== 'done') return;
    await this.env.JOBS.send({ kind: 'tell-watchers', shop: input.shop });
    // What it brought is looked for from the beginning.
    this.#storage.write('pictures', 0);
    await this.#book('pictures', Date.now() + picturesSoonMs);
  }

  /** The merchant's word that an import which waits for it goes on. `busy`: another one is running. */
  async confirmImport(input: { shop: ShopId; import: string }): ReturnType<FeedDesk['confirm']> {
    this.#know(input.shop);
    return this.#feed.confirm(input.shop, input.import);
  }

  /** The merchant's no to an import that waits or runs. False: it has ended, or writes the catalogue. */
  async stopImport(input: { shop: ShopId; import: string }): Promise<boolean> {
    this.#know(input.shop);
    return this.#feed.stop(input.shop, input.import);
  }

  /** The feed's rhythm or address is another: the next import by schedule is counted from now. */
  async rescheduleFeed(input: { shop: ShopId }): Promise<void> {
    this.#know(input.shop);
    await this.#feed.reschedule(input.shop);
  }

  /** Whether the shop's system may give another file now. */
  mayPushFeed(input: { shop: ShopId; now: number }): ReturnType<FeedDesk['mayPush']> {
    this.#know(input.shop);
    return this.#feed.mayPush(input.now);
  }

  /** Pictures were looked for up to a row, or (null) to the end of the catalogue. An answer to an older question is passed over. */
  async picturesLookedFor(input: { from: number; after: number | null }): Promise<void> {
    if (this.#picturesFrom() !== input.from) return;
    this.#storage.write('pictures', input.after ?? 0);
    await this.#book('pictures', Date.now() + (input.after === null ? dayMs : picturesEveryMs));
  }

  /** Regular Purchase was switched on: what orders teach is learnt now. */
  async learnHabits(input: { shop: ShopId }): Promise<void> {
    this.#know(input.shop);
    await this.#book('habits', Date.now());
  }

  /** A person is being forgotten: what is still under way of these Visitors is ignored, and the work is asked for until it ends. */
  async erasureBegan(input: { shop: ShopId; erasure: string; visitors: string[]; at: number }): Promise<void> {
    this.#know(input.shop);
    this.#storage.noteErased(input.visitors, input.at);
    this.#dropBook.forgetQuotes(input.visitors);
    this.dataRequestEnded({ person: input.erasure });
    this.#storage.write('erasures', [...new Set([...this.#openErasures(), input.erasure])]);
    await this.#book('erasures', Date.now() + settingsOf(this.env).LEASE_MS);
  }

  erasureEnded(input: { erasure: string }): void {
    this.#storage.write(
      'erasures',
      this.#openErasures().filter((id) => id !== input.erasure),
    );
  }

  /** A person asked what is known of them. Asked again before it was answered, it is the first that counts. */
  dataRequested(input: { shop: ShopId } & DataRequest): void {
    const { shop, ...request } = input;
    this.#know(shop);
    const open = this.dataRequests();
    if (open.some(({ person }) => person === request.person)) return;
    this.#storage.write('data-requests', [...open, request].slice(-mostRequests));
  }

  /** Those that were not answered yet, oldest first. */
  dataRequests(): DataRequest[] {
    return this.#storage.read<DataRequest[]>('data-requests') ?? [];
  }

  dataRequestEnded(input: { person: string }): void {
    const left = this.dataRequests().filter(({ person }) => person !== input.person);
    this.#storage.write('data-requests', left);
  }

  /** Up to where people were told what happened to products. */
  factsPlace(input: { shop: ShopId }): FactPlace {
    this.#know(input.shop);
    return this.#storage.read<FactPlace>('facts-told') ?? { fact: 0, visitor: '' };
  }

  /** Moves the place on, unless somebody else did. */
  moveFacts({ from, to }: { from: FactPlace; to: FactPlace }): boolean {
    const { fact, visitor } = this.#storage.read<FactPlace>('facts-told') ?? { fact: 0, visitor: '' };
    if (fact !== from.fact || visitor !== from.visitor) return false;
    if (fact !== to.fact || visitor !== to.visitor) this.#storage.write('facts-told', to);
    return true;
  }

  schedule(): { feedAt: number | null } {
    return { feedAt: this.#schedule.feed ?? null };
  }

  /** What happened to a product in the last 24 hours and in the last 15 minutes, as far as it has come to the books. */
  product({ id, now }: { id: string; now: number }): { day: ProductFigures; quarter: ProductFigures } {
    return { day: this.#storage.product(id, now - dayMs), quarter: this.#storage.product(id, now - quarterMs) };
  }

  /** What is bought now: in the last 24 hours, the most first; then what only the day before knew. At most a minute old. */
  buyingNow({ now }: { now: number }): string[] {
    if (this.#bought && now - this.#bought.at < boughtKeptMs && now >= this.#bought.at) return this.#bought.ids;
    const [day, both] = [dayMs, 2 * dayMs].map((ms) => this.#storage.bought(now - ms, mostBought));
    const ids = [...new Set([...(day ?? []), ...(both ?? [])])];
    this.#bought = { at: now, ids };
    return ids;
  }

  together(): ReturnType<ShopStorage['together']> {
    return this.#storage.together(pairsPublished);
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    for (const name of schedule) {
      if ((this.#schedule[name] ?? Number.POSITIVE_INFINITY) > now) continue;
      try {
        await this.#ring(name, now);
      } catch (error) {
        console.error('a shop alarm failed', { name, error: said(error) });
        await this.#book(name, now + 60_000);
      }
    }
    await this.#arm();
  }

  async #ring(name: ScheduleName, now: number): Promise<void> {
    const shop = this.#shop;
    if (!shop) return this.#unbook(name);
    switch (name) {
      case 'feed':
      case 'feed-check':
        return this.#feed.ring(shop, name, now);
      case 'recommendations':
        await this.env.JOBS.send({ kind: 'publish-recommendations', shop });
        this.#storage.write('published', now);
        return this.#unbook('recommendations');
      case 'erasures': {
        const open = this.#openErasures();
        if (open.length === 0) return this.#unbook('erasures');
        for (const erasure of open) await this.env.JOBS.send({ kind: 'erase-person', shop, erasure });
        return this.#book('erasures', now + settingsOf(this.env).LEASE_MS);
      }
      case 'habits':
        await this.env.JOBS.send({ kind: 'learn-habits', shop, after: '' });
        this.#storage.write('learnt', now);
        return this.#unbook('habits');
      case 'pictures':
        await this.env.JOBS.send({ kind: 'look-for-pictures', shop, after: this.#picturesFrom() });
        // The message may be lost: then it is asked for again.
        return this.#book('pictures', now + dayMs);
      case 'tidy': {
        if (this.#schedule.pictures === undefined) await this.#book('pictures', now + picturesSoonMs);
        const again = await tidied(this.env, shop, { storage: this.#storage, dropBook: this.#dropBook }, now);
        return again === null ? this.#unbook('tidy') : this.#book('tidy', again);
      }
    }
  }

  /** Soon after the first events, then at most so often; a shop where nothing happens publishes and learns nothing. */
  #soon(lastly: 'published' | 'learnt', now: number): number {
    const everyMs = lastly === 'learnt' ? dayMs : publishEveryMs;
    return Math.max(now + firstPublishMs, (this.#storage.read<number>(lastly) ?? 0) + everyMs);
  }

  async #bookLesson(now: number): Promise<void> {
    if (this.#schedule.habits === undefined) await this.#book('habits', this.#soon('learnt', now));
  }

  #picturesFrom(): number {
    return this.#storage.read<number>('pictures') ?? 0;
  }

  #openErasures(): string[] {
    return this.#storage.read<string[]>('erasures') ?? [];
  }

  #know(shop: ShopId): void {
    if (this.#shop === shop) return;
    this.#shop = shop;
    this.#storage.write('shop', shop);
  }

  async #book(name: ScheduleName, at: number): Promise<void> {
    this.#schedule = { ...this.#schedule, [name]: at };
    this.#storage.write('schedule', this.#schedule);
    await this.#arm();
  }

  async #unbook(name: ScheduleName): Promise<void> {
    const { [name]: _gone, ...rest } = this.#schedule;
    this.#schedule = rest;
    this.#storage.write('schedule', rest);
    await this.#arm();
  }

  async #arm(): Promise<void> {
    const times = Object.values(this.#schedule);
    if (times.length > 0) await this.ctx.storage.setAlarm(Math.min(...times));
  }
}
