// One shop: counters that count everything once, and the shop's schedule by named alarms (crons do not fire everywhere,
// alarms do). Asked by the dashboard, fed by the consumer of `events`.
import { DurableObject } from 'cloudflare:workers';
import type { ShopId } from '@winback/domain';
import { newToken } from '@winback/domain';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import type { EventsMessage } from '../messages.ts';
import { said } from '../said.ts';
import { freshShopSettings } from '../shop-settings.ts';
import type { Counted, DropNote, OrderState, RefusedEvent, ShopFigures, Strangers } from './answers.ts';
import type { ProductFigures } from './counting.ts';
import { DropBook } from './drop-book.ts';
import { dropOldEvents } from './old-events.ts';
import { ShopStorage } from './storage.ts';

const schedule = ['feed', 'feed-check', 'recommendations', 'erasures', 'tidy'] as const;
type ScheduleName = (typeof schedule)[number];
type Schedule = Partial<Record<ScheduleName, number>>;

const publishEveryMs = 10 * 60_000;
const firstPublishMs = 15_000;
const dayMs = 86_400_000;
const quarterMs = 900_000;
const nextPageMs = 1_000;
const pairsPublished = 5_000;

export class Shop extends DurableObject<Env> {
  readonly #storage: ShopStorage;
  readonly #dropBook: DropBook;
  #schedule: Schedule;
  #shop: ShopId | null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#storage = new ShopStorage(ctx.storage.sql);
    this.#dropBook = new DropBook(ctx.storage.sql);
    this.#schedule = this.#storage.read<Schedule>('schedule') ?? {};
    this.#shop = this.#storage.read<ShopId>('shop');
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
    if (this.#schedule.recommendations === undefined) await this.#book('recommendations', this.#nextPublish(now));
    if (this.#schedule.tidy === undefined) await this.#book('tidy', now + dayMs);
    return counted;
  }

  /** How orders stand. The same again, and an older word after a newer one, change nothing. */
  ordersTold(input: { shop: ShopId; orders: OrderState[] }): void {
    this.#know(input.shop);
    this.#storage.tellOrders(input.orders, Date.now());
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

  /** Starts an import of the feed; the next one by schedule is counted from now. */
  async importNow(input: { shop: ShopId }): Promise<{ import: string }> {
    this.#know(input.shop);
    const running = this.#storage.read<string>('import');
    const id = running ?? newToken();
    this.#storage.write('import', id);
    await this.#book('feed-check', Date.now() + settingsOf(this.env).LEASE_MS);
    const settings = await freshShopSettings(this.env, input.shop, Date.now());
    if (settings) await this.#book('feed', Date.now() + settings.feed.everyMs);
    await this.env.JOBS.send({ kind: 'import-feed', shop: input.shop, import: id });
    return { import: id };
  }

  /** For a shop that was just made: its first import, once. */
  async importIfNever(input: { shop: ShopId }): Promise<void> {
    if (this.#schedule.feed === undefined) await this.importNow(input);
  }

  /** An import came to its end, good or bad. */
  async importEnded(input: { import: string }): Promise<void> {
    if (this.#storage.read<string>('import') !== input.import) return;
    this.#storage.write('import', null);
    await this.#unbook('feed-check');
  }

  /** A person is being forgotten: what is still under way of these Visitors is ignored, and the work is asked for until it ends. */
  async erasureBegan(input: { shop: ShopId; erasure: string; visitors: string[]; at: number }): Promise<void> {
    this.#know(input.shop);
    this.#storage.noteErased(input.visitors, input.at);
    this.#dropBook.forgetQuotes(input.visitors);
    this.#storage.write('erasures', [...new Set([...this.#openErasures(), input.erasure])]);
    await this.#book('erasures', Date.now() + settingsOf(this.env).LEASE_MS);
  }

  erasureEnded(input: { erasure: string }): void {
    this.#storage.write(
      'erasures',
      this.#openErasures().filter((id) => id !== input.erasure),
    );
  }

  schedule(): { feedAt: number | null } {
    return { feedAt: this.#schedule.feed ?? null };
  }

  /** What happened to a product in the last 24 hours and in the last 15 minutes, as far as it has come to the books. */
  product({ id, now }: { id: string; now: number }): { day: ProductFigures; quarter: ProductFigures } {
    return { day: this.#storage.product(id, now - dayMs), quarter: this.#storage.product(id, now - quarterMs) };
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
      case 'feed': {
        const settings = await freshShopSettings(this.env, shop, now);
        if (!settings?.feed.url) return this.#unbook('feed');
        await this.importNow({ shop });
        return;
      }
      case 'feed-check': {
        // The message that asked for the import may be lost: the queue is a hint.
        const running = this.#storage.read<string>('import');
        if (!running) return this.#unbook('feed-check');
        await this.env.JOBS.send({ kind: 'import-feed', shop, import: running });
        return this.#book('feed-check', now + settingsOf(this.env).LEASE_MS);
      }
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
      case 'tidy': {
        this.#storage.forgetOldVisitors(now);
        this.#storage.forgetOldQuarters(now);
        this.#storage.forgetOldOrders(now);
        this.#dropBook.forgetOld(now);
        const settings = await freshShopSettings(this.env, shop, now);
        if (!settings) return this.#unbook('tidy');
        const left = await dropOldEvents(this.env.LAKE, shop, now - settings.traffic.rawEventDays * dayMs);
        if (left === 'nothing') return this.#unbook('tidy');
        return this.#book('tidy', left === 'more-of-them' ? now + nextPageMs : now + dayMs);
      }
    }
  }

  /** Soon after the first events, then at most every ten minutes; a shop where nothing happens publishes nothing. */
  #nextPublish(now: number): number {
    const last = this.#storage.read<number>('published');
    return last === null ? now + firstPublishMs : Math.max(now + firstPublishMs, last + publishEveryMs);
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
