// Where a Visitor's letters are decided, briefed, claimed and settled. What the engine and the mail server say becomes a row of
// the ledger before anybody hears of it.

import { newToken } from '@winback/domain';
import type { TriggerSettings } from '@winback/engine/triggers';
import { decide, mayGo, withoutClosed } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { said } from '../said.ts';
import type { Brief, Claim, Settlement } from './answers.ts';
import { briefOf } from './brief.ts';
import type { Keeper } from './keeper.ts';
import type { Ledger } from './ledger.ts';
import { entryOf } from './ledger.ts';
import type { LetterRow } from './letter-row.ts';
import { heldBack, isAwaited, isClosed, sending, settled } from './letter-row.ts';
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
    const { steps, wakeAt } = decide({ state, ledger: this.#ledger.entries(), settings, now });
    const planned = this.#ledger.apply(steps, { now, newId: newToken, leaseMs: settingsOf(this.#env).LEASE_MS });
    this.#keeper.change({ state: withoutClosed(state, this.#ledger.finishedSlots()) });
    this.#keeper.book('decide', wakeAt);
    if (steps.length > 0) this.#bookLook();
    return planned;
  }

  brief(letter: string): Brief {
    return briefOf(this.#ledger.byId(letter), this.#keeper.memory.state);
  }

  /** Gives a letter to one consumer, once; or says when it may go, or that it never may. */
  async claim(input: { letter: string; subject: string; cartRev: number; settings: TriggerSettings }): Promise<Claim> {
    const row = this.#ledger.byId(input.letter);
    const now = Date.now();
    if (row?.state !== 'waiting' || (row.notBefore ?? 0) > now) return { kind: 'leave' };
    const { state } = this.#keeper.memory;
    const situation = { state, ledger: this.#ledger.entries(), settings: input.settings, now };
    const verdict = mayGo({ ...situation, letter: entryOf(row) });
    if (verdict.go && state.cart?.rev !== input.cartRev) return { kind: 'compose-again' };
    const leaseMs = settingsOf(this.#env).LEASE_MS;
    this.#ledger.put(verdict.go ? sending(row, input.subject, now, leaseMs) : heldBack(row, verdict, now));
    this.#bookLook();
    await this.#keeper.saveIfNeeded();
    return verdict.go ? { kind: 'go', attempt: row.attempts + 1 } : { kind: 'leave' };
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
    this.#bookLook();
    // Something may have happened while the letter was out: a cart that was bought closes its letter's next try.
    const planned = settings ? this.decide(settings, now) : [];
    if (!settings) this.#keeper.book('decide', now, 'if-sooner');
    const settledRow = this.#ledger.byId(input.letter);
    if (settledRow && isClosed(settledRow)) await this.#tellBooks(now);
    await this.#keeper.saveIfNeeded();
    await this.tellQueue(planned);
  }

  /** Letters whose time has come are looked at. */
  async sweep(now: number): Promise<void> {
    const waiting = this.#ledger.sweep(now, settingsOf(this.#env).LEASE_MS);
    this.#bookLook();
    await this.#keeper.save();
    await this.tellQueue(waiting);
  }

  tellQueue(letters: readonly LetterRow[]): Promise<void> {
    const { name, state } = this.#keeper.memory;
    return tellQueue(this.#env, name, letters, (row) => briefOf(row, state));
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
