// Where a Visitor's letters are decided, briefed, claimed and settled. What the engine and the mail server say becomes a row of
// the ledger before anybody hears of it.

import { newToken } from '@winback/domain';
import type { TriggerSettings } from '@winback/engine/triggers';
import { alertAnswered, decide, withoutClosed } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { said } from '../said.ts';
import type { Brief, Claim, ClaimInput, DeferInput, Settlement, WaitingFor } from './answers.ts';
import { briefOf } from './brief.ts';
import { claimOf } from './claim.ts';
import type { Keeper } from './keeper.ts';
import type { Ledger } from './ledger.ts';
import type { LetterRow } from './letter-row.ts';
import { deferred, heardOf, isAwaited, isClosed, settled } from './letter-row.ts';
import type { Outbox } from './outbox.ts';
import { tellQueue } from './tell-queue.ts';

export class LetterDesk {
  readonly #env: Env;
  readonly #keeper: Keeper;
  readonly #ledger: Ledger;
  readonly #outbox: Outbox;

  constructor(of: { env: Env; keeper: Keeper; ledger: Ledger; outbox: Outbox }) {
    this.#env = of.env;
    this.#keeper = of.keeper;
    this.#ledger = of.ledger;
    this.#outbox = of.outbox;
  }

  /** Does what the engine decides now. Answers the letters that the queue has to hear of, once this is on disk. */
  decide(settings: TriggerSettings, now: number): LetterRow[] {
    const { state } = this.#keeper.memory;
    const { steps, wakeAt, looks } = decide({ state, ledger: this.#ledger.entries(), settings, now });
    const planned = this.#ledger.apply(steps, { now, newId: newToken, leaseMs: settingsOf(this.#env).LEASE_MS });
    this.#ledger.lookSooner(looks);
    const open = withoutClosed(state, this.#ledger.finishedSlots());
    // What is closed must not be taken up again by events that are told anew; an ended cart cannot be.
    const { interests, alerts, supplies } = state;
    if (open.interests !== interests || open.alerts !== alerts || open.supplies !== supplies) this.#keeper.insist();
    this.#keeper.change({ state: open });
    this.#keeper.book('decide', wakeAt);
    if (steps.length > 0 || looks.length > 0) this.#bookLook();
    return planned;
  }

  /** What would be decided now and is waited for, the next one first. Changes nothing. */
  waits(settings: TriggerSettings, now: number): WaitingFor[] {
    const { state } = this.#keeper.memory;
    const { waiting } = decide({ state, ledger: this.#ledger.entries(), settings, now });
    const planned = this.#ledger
      .rows()
      .flatMap(({ slot, state: letterState, dueAt, steps }) =>
        letterState === 'waiting' ? [{ slot, until: dueAt ?? now, sentence: steps.at(-1)?.sentence ?? '' }] : [],
      );
    return [...planned, ...waiting.map(({ slot, until, sentence }) => ({ slot, until, sentence }))].sort(
      (a, b) => a.until - b.until,
    );
  }

  brief(letter: string): Brief {
    return briefOf(this.#ledger.byId(letter), this.#keeper.memory.state);
  }

  /** Gives a letter to one consumer, once; or says when it may go, or that it never may. */
  async claim(input: ClaimInput): Promise<Claim> {
    const row = this.#ledger.byId(input.letter);
    const now = Date.now();
    if (row?.state !== 'waiting' || (row.notBefore ?? 0) > now) return { kind: 'leave' };
    const { state } = this.#keeper.memory;
    const leaseMs = settingsOf(this.#env).LEASE_MS;
    const claim = claimOf(row, input, { state, ledger: this.#ledger.entries(), now, leaseMs });
    if (claim.kind === 'compose-again') return claim;
    this.#ledger.put(claim.row);
    if (claim.state !== state) this.#keeper.insist();
    this.#keeper.change({ state: claim.state });
    this.#bookLook();
    // Who waited for a letter whose conditions are not met, waits for it no longer.
    const isAside = (claim.row.unmet ?? null) !== null && (row.unmet ?? null) === null;
    const planned = isAside ? this.decide(input.settings, now) : [];
    await this.#keeper.saveIfNeeded();
    await this.tellQueue(planned);
    return claim.answer;
  }

  /** The shop's settings are others: what waits is asked about again now. */
  async lookAgain(settings: TriggerSettings, now: number): Promise<void> {
    // What is planned by it goes to the queue along with what waits.
    this.decide(settings, now);
    await this.sweep(now, 'waiting');
  }

  /** A letter that waits, waits longer. */
  async defer(input: DeferInput): Promise<void> {
    const row = this.#ledger.byId(input.letter);
    if (row?.state !== 'waiting' || (row.notBefore ?? 0) >= input.until) return;
    this.#ledger.put(deferred(row, input, Date.now()));
    this.#bookLook();
    await this.#keeper.saveIfNeeded();
  }

  /** What became of an attempt. `settings` null: they could not be asked; the row is settled all the same, and the rest follows. */
  async settle(
    input: { letter: string; attempt: number; settlement: Settlement },
    settings: TriggerSettings | null,
  ): Promise<void> {
    const row = this.#ledger.byId(input.letter);
    if (!row || !isAwaited(row, input)) return;
    const now = Date.now();
    this.#ledger.put(settled(row, input.settlement, now, Math.random()));
    if (input.settlement.kind === 'sent') this.#answered(row, now);
    this.#bookLook();
    // Something may have happened while the letter was out: a cart that was bought closes its letter's next try.
    const planned = settings ? this.decide(settings, now) : [];
    if (!settings) this.#keeper.book('decide', now, 'if-sooner');
    // What no row tells is on disk before the books are waited for.
    await this.#keeper.saveIfInsisted();
    const settledRow = this.#ledger.byId(input.letter);
    if (settledRow && isClosed(settledRow)) await this.#tellBooks(now);
    await this.#keeper.saveIfNeeded();
    await this.tellQueue(planned);
  }

  /** A letter is known to have left, or to have been answered with a click. */
  async heard(input: { letter: string; of: 'left' | 'clicked'; at: number }, settings: TriggerSettings): Promise<void> {
    const row = this.#ledger.byId(input.letter);
    const now = Date.now();
    const next = row && heardOf(row, input.of, input.at, now);
    if (!row || !next) return;
    this.#ledger.put(next);
    if (row.state !== next.state) this.#answered(next, now);
    const planned = this.decide(settings, now);
    this.#bookLook();
    if (row.state !== next.state) await this.#tellBooks(now);
    await this.#keeper.saveIfNeeded();
    await this.tellQueue(planned);
  }

  /** Letters whose time has come are looked at. */
  async sweep(now: number, which: 'due' | 'waiting' = 'due'): Promise<void> {
    const { waiting, isFree } = this.#ledger.sweep(now, settingsOf(this.#env).LEASE_MS, which);
    this.#bookLook();
    if (isFree) this.#keeper.book('decide', now, 'if-sooner');
    await this.#keeper.save();
    await this.tellQueue(waiting);
  }

  tellQueue(letters: readonly LetterRow[]): Promise<void> {
    const { name, state } = this.#keeper.memory;
    return tellQueue(this.#env, name, letters, (row) => briefOf(row, state));
  }

  /** Nobody waits any more for what the letter told of. */
  #answered({ slot }: LetterRow, now: number): void {
    const answered = alertAnswered(this.#keeper.memory.state, slot);
    if (!answered) return;
    this.#keeper.change({ state: answered.state });
    this.#keeper.insist();
    this.#outbox.append({ kind: 'answered', ...answered.told }, now);
  }

  /** A letter's life is told at its end, in this same call: waiting for an alarm would cost one. */
  async #tellBooks(now: number): Promise<void> {
    try {
      await this.#outbox.flush(now);
    } catch (error) {
      console.warn('a letter goes to the books later', { error: said(error) });
    }
  }

  #bookLook(): void {
    this.#keeper.book('letters', this.#ledger.nextDue());
  }
}
