// One visitor: a browser nobody has identified, or a person's home where all of their devices meet. The class is a shell: it
// hears and answers; the memory is the keeper's, what the books hear the outbox's, letters are the desk's, every decision is the
// engine's. Whatever a method answers is on disk when it is heard.
import { DurableObject } from 'cloudflare:workers';
import type { ShopRecord } from '@winback/db';
import type { BeaconEvent, LetterFact } from '@winback/domain';
import { homeName, visitorNameParts } from '@winback/domain';
import type { HeardConsent, OrderPlaced, TriggerSettings, Visit, VisitorState } from '@winback/engine/triggers';
import {
  absorb,
  consentHeard,
  orderPlaced,
  record,
  suppliesTold,
  triggerSettingsOf,
  upgraded,
  withPerson,
} from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { knownShop } from '../shop-settings.ts';
import type { AlarmName } from './alarm-book.ts';
import type {
  Brief,
  Claim,
  ClaimInput,
  DeferInput,
  RecordAnswer,
  RecordInput,
  Settlement,
  SuppliedInput,
  VisitorTimeline,
  WaitingFor,
} from './answers.ts';
import { pastOf } from './brief.ts';
import { unprovenOf } from './identity.ts';
import { Keeper } from './keeper.ts';
import { KnownEvents, marksWith } from './known-events.ts';
import { Ledger } from './ledger.ts';
import { LetterDesk } from './letter-desk.ts';
import { factOf } from './letter-row.ts';
import type { Memory, Move } from './memory.ts';
import { broughtHome, Moves } from './moves.ts';
import { Outbox } from './outbox.ts';
import { seenWith } from './seen-with.ts';
import { VisitorStorage } from './storage.ts';
import { timelineOf } from './timeline.ts';
import type { ToldAnswer, ToldInput } from './told.ts';
import { concerns, stateTold, toldAnswer } from './told.ts';

export class Visitor extends DurableObject<Env> {
  readonly #storage: VisitorStorage;
  readonly #keeper: Keeper;
  readonly #known: KnownEvents;
  readonly #outbox: Outbox;
  readonly #ledger: Ledger;
  readonly #desk: LetterDesk;
  readonly #moves: Moves;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const storage = new VisitorStorage(ctx.storage.sql);
    const keeper = new Keeper(storage, (at) => ctx.storage.setAlarm(at));
    const outbox = new Outbox({ env, keeper, storage, stepsAfter: (seq) => this.#ledger.stepsAfter(seq) });
    const ledger = new Ledger(storage, (row) => outbox.numberStep(row));
    keeper.catchUp({ lastSeq: ledger.lastSeq(), nextDue: ledger.nextDue() }, Date.now());
    this.#storage = storage;
    this.#keeper = keeper;
    this.#known = new KnownEvents(() => storage.eventIds());
    this.#outbox = outbox;
    this.#ledger = ledger;
    this.#desk = new LetterDesk({ env, keeper, ledger, outbox });
    this.#moves = new Moves({ env, keeper });
  }

  /**
   * Takes a beacon's events. Stored once each: an event whose id came within two days is `repeated`. A device that belongs to
   * somebody points to their home, unless the shopper allows counting only; one that names somebody else leaves the home.
   */
  async record(input: RecordInput): Promise<RecordAnswer> {
    const { name, claim, visit } = input;
    const settings = await this.#settings(name);
    const { shop, kind } = visitorNameParts(name);
    const { home, state, marks } = this.#keeper.memory;
    const claims = kind === 'device' && claim ? homeName(shop, claim.person.id) : home;
    const now = Date.now();
    const fresh = this.#known.unknown(input.events, marks, now, input.repeats);
    if (home !== null && claims === home && visit.allowed !== 'analytics')
      return { kind: 'moved', home, events: fresh };
    this.#keeper.change({ name, home: claims === home ? home : null });
    if (kind === 'home' && claim) this.#keeper.change({ state: withPerson(state, claim.person) });
    if (fresh.length > 0) this.#take(fresh, visit, now);
    if (kind === 'device' && claim) this.#moves.hearClaim(claim, homeName(shop, claim.person.id), now);
    const planned = this.#desk.decide(settings, now);
    await this.#keeper.saveIfNeeded();
    await this.#moves.deliver();
    await this.#desk.tellQueue(planned);
    const { memory } = this.#keeper;
    return {
      kind: 'stored',
      accepted: fresh.length,
      repeated: input.events.length - fresh.length,
      home: memory.home,
      unproven: unprovenOf(memory.named, memory.home),
    };
  }

  /** This person ordered in a browser that is not known to be theirs: what waits is stopped, nothing else is believed. */
  bought({ name, order }: { name: string; order: OrderPlaced }): Promise<void> {
    return this.#become(name, ({ state }) => ({ state: orderPlaced(state, order) }));
  }

  /** A device moves in. The same move twice is one: the device asks until it hears an answer. */
  absorb({ name, move }: { name: string; move: Move }): Promise<void> {
    return this.#become(name, ({ absorbed, state }, now, settings) => {
      if (absorbed.includes(move.id)) return {};
      for (const body of broughtHome(move.state, settings)) this.#outbox.append(body, now);
      return {
        absorbed: [...absorbed, move.id].slice(-50),
        state: withPerson(absorb(state, upgraded(move.state), now), move.person),
      };
    });
  }

  /** The person's consent is now this; what waits and may not go is stopped in the same breath. `ask`: they are to confirm it. */
  consentChanged({ name, ...heard }: { name: string } & HeardConsent): Promise<void> {
    return this.#become(name, ({ state }, now) => ({ state: consentHeard(state, heard, now) }));
  }

  /** The merchant wants changed settings to count at once for what waits here. Any number of times is once. */
  async lookAgain({ settings }: { settings: TriggerSettings }): Promise<void> {
    if (this.#keeper.memory.name === '') return; // nobody was met here, or they were forgotten
    await this.#desk.lookAgain(settings, Date.now());
  }

  /** What happened to products that were said to be waited for here. A fact that was told before changes nothing. */
  async told(input: ToldInput): Promise<ToldAnswer> {
    if (concerns(this.#keeper.memory, input, Date.now()))
      await this.#become(input.name, (memory, now, settings) => ({
        state: stateTold(memory, input, { ledger: this.#ledger.entries(), settings, now }),
      }));
    return toldAnswer(this.#keeper.memory, input.facts, Date.now());
  }

  /** What this person is about to run out of, as the books have worked it out. The same again changes nothing. */
  async supplied({ name, person, supplies }: SuppliedInput): Promise<void> {
    const next = (state: VisitorState) => suppliesTold(state, supplies, this.#ledger.finishedSlots());
    const { state } = this.#keeper.memory;
    if (next(state) === state) return;
    await this.#become(name, (memory) => ({ state: withPerson(next(memory.state), person) }));
  }

  /** The books have every row up to `upto`. */
  async confirm(input: { upto: number }): Promise<void> {
    if (await this.#outbox.confirm(input.upto, Date.now())) this.#known.forget();
  }

  /** What a letter is written from; `leave` where it no longer waits. */
  brief(input: { letter: string }): Brief {
    return this.#desk.brief(input.letter);
  }

  /** Asks to hand a composed letter over. `go` is given once: whoever has it sends, and settles with its `attempt`. */
  claim(input: ClaimInput): Promise<Claim> {
    return this.#desk.claim(input);
  }

  /** The provider takes no more: a letter that waits is looked at again when it may. */
  defer(input: DeferInput): Promise<void> {
    return this.#desk.defer(input);
  }

  /** What became of the attempt. A word that comes after the lease still counts when it says `sent`. */
  async settle(input: { letter: string; attempt: number; settlement: Settlement }): Promise<void> {
    // Asked before the row is read: while the database answers, other calls may come. Without it the row is still settled.
    const settings = await this.#settings(this.#keeper.memory.name).catch(() => null);
    await this.#desk.settle(input, settings);
  }

  /** A mail system told of a letter (`left`), or its reader clicked in it. Heard twice it is heard once. */
  async letterHeard(input: { letter: string; of: 'left' | 'clicked'; at: number }): Promise<void> {
    if (!this.#ledger.byId(input.letter)) return; // forgotten, or never here
    await this.#desk.heard(input, await this.#settings(this.#keeper.memory.name));
  }

  /** What may be recommended by. `home`: whose past speaks in this browser's place. */
  past(): { home: string | null; views: string[]; bought: string[] } {
    const { home, state } = this.#keeper.memory;
    return { home, ...pastOf(state) };
  }

  /** Nothing of this object stays, and what is under way for it leaves nothing; `of`: only where it points to that home. */
  async erase(input: { of?: string } = {}): Promise<{ erased: boolean }> {
    if (input.of !== undefined && this.#keeper.memory.home !== input.of) return { erased: false };
    await this.ctx.storage.deleteAll(); // the alarm too
    for (const part of [this.#storage, this.#keeper, this.#known, this.#ledger]) part.forget();
    return { erased: true };
  }

  /** What this person did and was told, newest first. */
  timeline(): VisitorTimeline {
    const { state, alarms } = this.#keeper.memory;
    return timelineOf(state, this.#ledger.rows(), alarms.decide ?? null);
  }

  /** What is waited for about this person, under these settings. */
  waits(input: { settings: TriggerSettings }): WaitingFor[] {
    return this.#desk.waits(input.settings, Date.now());
  }

  /** Everything that is kept here, for the person who asks what is known of them: JSON of `state` and `letters`. */
  kept(): string {
    return JSON.stringify({ state: this.#keeper.memory.state, letters: this.#ledger.rows() });
  }

  /** Each step of one letter, oldest first. */
  story(input: { letter: string }): LetterFact[] {
    return this.#ledger.byId(input.letter)?.steps.map(factOf) ?? [];
  }

  override async alarm(): Promise<void> {
    const now = Date.now();
    await this.#keeper.ring(now, (name) => this.#ring(name, now));
  }

  async #ring(name: AlarmName, now: number): Promise<void> {
    switch (name) {
      case 'move':
        return this.#moves.deliver();
      case 'decide':
        return this.#become(this.#keeper.memory.name, () => ({}));
      case 'letters':
        return this.#desk.sweep(now);
      case 'flush':
        return this.#outbox.flush(now);
    }
  }

  /** Something about this visitor is different: a decision follows, and both are on disk before this returns. */
  async #become(
    name: string,
    change: (memory: Memory, now: number, settings: TriggerSettings) => Partial<Memory>,
  ): Promise<void> {
    const met = this.#keeper.memory.name;
    const settings = await this.#settings(name);
    if (met && !this.#keeper.memory.name) return; // erased while the database answered
    const now = Date.now();
    this.#keeper.change({ ...change(this.#keeper.memory, now, settings), name });
    const planned = this.#desk.decide(settings, now);
    await this.#keeper.save();
    await this.#desk.tellQueue(planned);
  }

  #take(events: BeaconEvent[], visit: Visit, now: number): void {
    const { state: before, marks, behind } = this.#keeper.memory;
    const state = events.reduce((sum, event) => record(sum, event, now, visit), before);
    const ids = events.map(({ id }) => id);
    this.#keeper.change({ state, marks: marksWith(marks, ids), behind: behind + events.length });
    this.#known.take(events, now);
    const session = visit.by === 'server' || !state.session ? {} : { sessionAt: state.session.startedAt };
    this.#outbox.append({ kind: 'beacon', events, seenWith: seenWith(before.views, events), visit, ...session }, now);
  }

  async #settings(name: string): Promise<TriggerSettings> {
    const now = Date.now();
    const known = await knownShop(this.env, visitorNameParts(name).shop, now);
    if (!known) throw new Error('this shop is not known');
    this.#outbox.isWatched = known.watchedUntil > now;
    return triggersOf(known);
  }
}

/** Settings are kept for some seconds, and asked for with every beacon. */
const triggersKept = new WeakMap<ShopRecord, TriggerSettings>();

function triggersOf(shop: ShopRecord): TriggerSettings {
  const known = triggersKept.get(shop) ?? triggerSettingsOf(shop.settings, shop.worths);
  triggersKept.set(shop, known);
  return known;
}
