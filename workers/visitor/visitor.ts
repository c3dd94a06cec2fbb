// One visitor: a browser nobody has identified, or a person's home where all of their devices meet. The class is a shell:
// storage and the alarm are here, every decision is the engine's. Whatever a method answers is on disk when it is heard.
import { DurableObject } from 'cloudflare:workers';
import type { BeaconEvent, LetterFact } from '@winback/domain';
import { homeName, newToken, visitorNameParts } from '@winback/domain';
import type { HeardConsent, OrderPlaced, TriggerSettings, Visit } from '@winback/engine/triggers';
import {
  absorb,
  alertAnswered,
  consentHeard,
  decide,
  orderPlaced,
  record,
  triggerSettingsOf,
  upgraded,
  withoutClosed,
  withPerson,
} from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { knownShop } from '../shop-settings.ts';
import type { AlarmName } from './alarm-book.ts';
import { armedAt, booked, bookedFor, dueAlarms, earliest, ringEach, unbooked } from './alarm-book.ts';
import type { Brief, Claim, ClaimInput, RecordAnswer, RecordInput, Settlement, VisitorTimeline } from './answers.ts';
import { briefOf, pastOf } from './brief.ts';
import { claimOf } from './claim.ts';
import { claimed, unprovenOf } from './identity.ts';
import { KnownEvents } from './known-events.ts';
import { Ledger } from './ledger.ts';
import type { LetterRow } from './letter-row.ts';
import { isAwaited, settled } from './letter-row.ts';
import type { Memory, Move } from './memory.ts';
import { canBeToldAgain, eventsMessage, movedOut, newMemory, toldAgain, withConfirmed, withSent } from './memory.ts';
import { broughtHome, deliveredMoves, moveRetryMs } from './moves.ts';
import { patienceMs } from './patience.ts';
import { seenWith } from './seen-with.ts';
import { flushBytes, VisitorStorage } from './storage.ts';
import { tellQueue } from './tell-queue.ts';
import { timelineOf } from './timeline.ts';
import type { ToldAnswer, ToldInput } from './told.ts';
import { concerns, stateTold, toldAnswer } from './told.ts';

export class Visitor extends DurableObject<Env> {
  readonly #storage: VisitorStorage;
  readonly #ledger: Ledger;
  readonly #known: KnownEvents;
  #memory: Memory;
  /** The memory as it is on disk. */
  #saved: Memory;
  /** Somebody looks at the shop's dashboard. */
  #isWatched = false;
  /** What the platform's alarm is set to. Known without asking: the alarm and the book are written together. */
  #armedAt: number | null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#storage = new VisitorStorage(ctx.storage.sql);
    this.#saved = this.#storage.load();
    this.#memory = toldAgain(this.#saved, this.#storage.outboxAfter(this.#saved.outbox.seq, Number.POSITIVE_INFINITY));
    this.#known = new KnownEvents(() => this.#storage.eventIds());
    this.#armedAt = armedAt(this.#memory.alarms, Date.now());
    this.#ledger = new Ledger(this.#storage, (row) => this.#wroteLetter(row));
  }

  /**
   * Takes a beacon's events. Stored once each: an event whose id came within two days is `repeated`. A device that belongs to
   * somebody points to their home, unless the shopper allows counting only; one that names somebody else leaves the home.
   */
  async record(input: RecordInput): Promise<RecordAnswer> {
    const { name, claim, visit } = input;
    const settings = await this.#settings(name);
    const { shop, kind } = visitorNameParts(name);
    const claims = kind === 'device' && claim ? homeName(shop, claim.person.id) : this.#memory.home;
    const now = Date.now();
    if (this.#memory.home !== null && claims === this.#memory.home && visit.allowed !== 'analytics')
      return { kind: 'moved', home: claims, events: this.#known.unknown(input.events, now, input.repeats) };
    this.#memory = { ...this.#memory, name, home: claims === this.#memory.home ? claims : null };
    if (kind === 'home' && claim)
      this.#memory = { ...this.#memory, state: withPerson(this.#memory.state, claim.person) };
    const fresh = this.#known.take(input.events, now, input.repeats);
    if (fresh.length > 0) this.#take(fresh, visit, now);
    if (kind === 'device' && claim) this.#hearClaim(claim, homeName(shop, claim.person.id), now);
    const planned = this.#decide(settings, now);
    if (!canBeToldAgain(this.#saved, this.#memory)) await this.#save();
    await this.#deliverMoves();
    await tellQueue(this.env, this.#memory.name, planned);
    return {
      kind: 'stored',
      accepted: fresh.length,
      repeated: input.events.length - fresh.length,
      home: this.#memory.home,
      unproven: unprovenOf(this.#memory.named, this.#memory.home),
    };
  }

  /** This person ordered in a browser that is not known to be theirs: what waits is stopped, nothing else is believed. */
  bought({ name, order }: { name: string; order: OrderPlaced }): Promise<void> {
    return this.#become(name, () => ({ state: orderPlaced(this.#memory.state, order) }));
  }

  /** A device moves in. The same move twice is one: the device asks until it hears an answer. */
  absorb({ name, move }: { name: string; move: Move }): Promise<void> {
    return this.#become(name, (now, settings) => {
      if (this.#memory.absorbed.includes(move.id)) return {};
      const absorbed = [...this.#memory.absorbed, move.id].slice(-50);
      const state = withPerson(absorb(this.#memory.state, upgraded(move.state), now), move.person);
      for (const body of broughtHome(move.state, settings)) this.#append(body, now);
      return { absorbed, state };
    });
  }

  /** The person's consent is now this; what waits and may not go is stopped in the same breath. `ask`: they are to confirm it. */
  consentChanged({ name, ...heard }: { name: string } & HeardConsent): Promise<void> {
    return this.#become(name, (now) => ({ state: consentHeard(this.#memory.state, heard, now) }));
  }

  /** What happened to products that were said to be waited for here. A fact that was told before changes nothing. */
  async told(input: ToldInput): Promise<ToldAnswer> {
    if (concerns(this.#memory, input, Date.now()))
      await this.#become(input.name, (now, settings) => ({
        state: stateTold(this.#memory, input, { ledger: this.#ledger.entries(), settings, now }),
      }));
    return toldAnswer(this.#memory, input.facts, Date.now());
  }

  /** The books have every row up to `upto`. */
  async confirm(input: { upto: number }): Promise<void> {
    const { outbox } = this.#memory;
    if (input.upto <= outbox.confirmed || outbox.seq === 0) return;
    const now = Date.now();
    this.#memory = withConfirmed(this.#memory, input.upto);
    if (input.upto < outbox.seq) this.#book('flush', now + settingsOf(this.env).OUTBOX_FLUSH_MS, 'if-sooner');
    this.#storage.prune(this.#memory.outbox.confirmed, now);
    await this.#save();
  }

  /** What a letter is written from; `leave` where it no longer waits. */
  brief(input: { letter: string }): Brief {
    return briefOf(this.#ledger.byId(input.letter), this.#memory.state);
  }

  /** Asks to hand a composed letter over. `go` is given once: whoever has it sends, and settles with its `attempt`. */
  async claim(input: ClaimInput): Promise<Claim> {
    const row = this.#ledger.byId(input.letter);
    const now = Date.now();
    if (row?.state !== 'waiting' || (row.notBefore ?? 0) > now) return { kind: 'leave' };
    const ledger = this.#ledger.entries();
    const claim = claimOf(row, input, {
      state: this.#memory.state,
      ledger,
      now,
      leaseMs: settingsOf(this.env).LEASE_MS,
    });
    if (claim.kind === 'compose-again') return claim;
    this.#ledger.put(claim.row);
    this.#memory = { ...this.#memory, state: claim.state };
    this.#bookLetters();
    await this.#save();
    return claim.answer;
  }

  /** What became of the attempt. A word that comes after the lease still counts when it says `sent`. */
  async settle(input: { letter: string; attempt: number; settlement: Settlement }): Promise<void> {
    // Asked before the row is read: while the database answers, other calls may come. Without it the row is still settled.
    const settings = await this.#settings(this.#memory.name).catch(() => null);
    const row = this.#ledger.byId(input.letter);
    if (!row || !isAwaited(row, input)) return;
    const now = Date.now();
    this.#ledger.put(settled(row, input.settlement, now, Math.random()));
    const answered = input.settlement.kind === 'sent' ? alertAnswered(this.#memory.state, row.slot) : null;
    if (answered) this.#memory = { ...this.#memory, state: answered.state };
    if (answered) this.#append({ kind: 'answered', ...answered.told }, now);
    this.#bookLetters();
    // Something may have happened while the letter was out: a cart that was bought closes its letter's next try.
    const planned = settings ? this.#decide(settings, now) : [];
    if (!settings) this.#book('decide', now, 'if-sooner');
    await this.#save();
    await tellQueue(this.env, this.#memory.name, planned);
  }

  /** What may be recommended by. `home`: whose past speaks in this browser's place. */
  past(): { home: string | null; views: string[]; bought: string[] } {
    const { home, state } = this.#memory;
    return { home, ...pastOf(state) };
  }

  /** Nothing of this object stays, and what is under way for it leaves nothing; `of`: only where it points to that home. */
  async erase(input: { of?: string } = {}): Promise<{ erased: boolean }> {
    if (input.of !== undefined && this.#memory.home !== input.of) return { erased: false };
    await this.ctx.storage.deleteAll(); // the alarm too
    for (const part of [this.#storage, this.#known, this.#ledger]) part.forget();
    this.#saved = this.#memory = newMemory();
    this.#armedAt = null;
    return { erased: true };
  }

  /** What this person did and was told, newest first. */
  timeline(): VisitorTimeline {
    return timelineOf(this.#memory.state, this.#ledger.rows(), this.#memory.alarms.decide ?? null);
  }

  /** Everything that is kept here, for the person who asks what is known of them: JSON of `state` and `letters`. */
  kept(): string {
    return JSON.stringify({ state: this.#memory.state, letters: this.#ledger.rows() });
  }

  /** Each step of one letter, oldest first. */
  story(input: { letter: string }): LetterFact[] {
    return this.#ledger.byId(input.letter)?.steps ?? [];
  }

  override async alarm(): Promise<void> {
    // While it rings nobody arms it: the next time is known at the end, and a ring that dies is rung again.
    this.#armedAt = Number.NEGATIVE_INFINITY;
    const now = Date.now();
    const failed = await ringEach(dueAlarms(this.#memory.alarms, now), (name) => this.#ring(name, now));
    const { failures: before } = this.#memory;
    const failures = failed.length === 0 ? 0 : before + 1;
    this.#memory = { ...this.#memory, failures };
    for (const name of failed) this.#book(name, now + Math.min(1_000 * 2 ** failures, 300_000), 'always');
    this.#armedAt = null;
    await (failures === before ? this.#arm() : this.#save());
  }

  /** Something about this visitor is different: a decision follows, and both are on disk before this returns. */
  async #become(name: string, change: (now: number, settings: TriggerSettings) => Partial<Memory>): Promise<void> {
    const met = this.#memory.name;
    const settings = await this.#settings(name);
    if (met && !this.#memory.name) return; // erased while the database answered
    const now = Date.now();
    const changed = change(now, settings);
    this.#memory = { ...this.#memory, ...changed, name };
    const planned = this.#decide(settings, now);
    await this.#save();
    await tellQueue(this.env, this.#memory.name, planned);
  }

  async #ring(name: AlarmName, now: number): Promise<void> {
    switch (name) {
      case 'move':
        return this.#deliverMoves();
      case 'decide':
        return this.#become(this.#memory.name, () => ({}));
      case 'letters': {
        const waiting = this.#ledger.sweep(now, settingsOf(this.env).LEASE_MS);
        this.#bookLetters();
        await this.#save();
        return tellQueue(this.env, this.#memory.name, waiting);
      }
      case 'flush':
        return this.#flush(now);
    }
  }

  #take(events: BeaconEvent[], visit: Visit, now: number): void {
    const before = this.#memory.state;
    const state = events.reduce((sum, event) => record(sum, event, now, visit), before);
    this.#memory = { ...this.#memory, state };
    const session = visit.by === 'server' || !state.session ? {} : { sessionAt: state.session.startedAt };
    this.#append({ kind: 'beacon', events, seenWith: seenWith(before.views, events), visit, ...session }, now);
  }

  #hearClaim({ person, proof }: NonNullable<RecordInput['claim']>, home: string, now: number): void {
    const { events = 0, letterTo } = this.#memory.state.session ?? {};
    const made = { person: person.id, proof: letterTo === person.id ? 'proven' : proof, events } as const;
    const { named, joins } = claimed(this.#memory.named, made, now);
    this.#memory = { ...this.#memory, named };
    if (!joins) return;
    this.#memory = movedOut(this.#memory, { id: newToken(), to: home, person });
    this.#book('move', now, 'always');
  }

  #append(body: Parameters<VisitorStorage['append']>[2], now: number): void {
    const seq = this.#memory.outbox.seq + 1;
    this.#storage.append(seq, now, body);
    this.#memory = { ...this.#memory, outbox: { ...this.#memory.outbox, seq } };
    this.#book('flush', now + patienceMs(body, this.#isWatched, settingsOf(this.env)), 'if-sooner');
  }

  #wroteLetter(row: LetterRow): void {
    const fact = row.steps.at(-1);
    if (fact) this.#append({ kind: 'letter', fact }, fact.at);
  }

  async #deliverMoves(): Promise<void> {
    const { moves } = this.#memory;
    const there = await deliveredMoves(this.env, moves);
    if (there.size > 0)
      this.#memory = { ...this.#memory, moves: this.#memory.moves.filter(({ id }) => !there.has(id)) };
    if (there.size < moves.length) {
      this.#book('move', Date.now() + moveRetryMs, 'always');
      return this.#save();
    }
    if (this.#memory.moves.length > 0 || this.#memory.alarms.move === undefined) return;
    this.#memory = { ...this.#memory, alarms: unbooked(this.#memory.alarms, 'move') };
    await this.#save();
  }

  #decide(settings: TriggerSettings, now: number): LetterRow[] {
    const { steps, wakeAt } = decide({ state: this.#memory.state, ledger: this.#ledger.entries(), settings, now });
    const planned = this.#ledger.apply(steps, { now, newId: newToken, leaseMs: settingsOf(this.env).LEASE_MS });
    const state = withoutClosed(this.#memory.state, this.#ledger.finishedSlots());
    this.#memory = { ...this.#memory, state, alarms: bookedFor(this.#memory.alarms, 'decide', wakeAt) };
    if (steps.length > 0) this.#bookLetters();
    return planned;
  }

  #bookLetters(): void {
    const alarms = bookedFor(this.#memory.alarms, 'letters', this.#ledger.nextDue());
    this.#memory = { ...this.#memory, alarms };
  }

  async #flush(now: number): Promise<void> {
    const { outbox } = this.#memory;
    const rows = this.#storage.outboxAfter(outbox.confirmed, flushBytes);
    const upto = rows.at(-1)?.seq;
    if (upto === undefined) {
      this.#memory = { ...this.#memory, alarms: unbooked(this.#memory.alarms, 'flush') };
      return this.#save();
    }
    await this.env.EVENTS.send(eventsMessage(this.#memory, rows));
    if (this.#memory.outbox.confirmed >= upto || !this.#memory.name) return; // the books, or an erasure, were faster
    this.#memory = withSent(this.#memory, upto);
    // Not worth a row: who forgets it, because the object left the memory, sends the same rows again.
    this.#book('flush', now + settingsOf(this.env).LEASE_MS, 'always');
  }

  #book(name: AlarmName, at: number, when: 'if-sooner' | 'always'): void {
    this.#memory = { ...this.#memory, alarms: booked(this.#memory.alarms, name, at, when) };
  }

  async #save(): Promise<void> {
    if (!this.#memory.name) return; // nobody was met, or they were erased
    this.#memory = this.#storage.save(this.#memory);
    this.#saved = this.#memory;
    await this.#arm();
  }

  /** Arms the alarm where it moves sooner; a later one is armed when the earlier has rung. */
  async #arm(): Promise<void> {
    const next = earliest(this.#memory.alarms);
    if (next === null || (this.#armedAt !== null && this.#armedAt <= next)) return;
    this.#armedAt = next;
    await this.ctx.storage.setAlarm(next);
  }

  async #settings(name: string): Promise<TriggerSettings> {
    const now = Date.now();
    const known = await knownShop(this.env, visitorNameParts(name).shop, now);
    if (!known) throw new Error('this shop is not known');
    this.#isWatched = known.watchedUntil > now;
    return triggerSettingsOf(known.settings);
  }
}
