// The words of the scenario table: what an occasion is, when it ends, and what its letter is written from.
import type { Consent, LetterReason, LetterState, Money, ScenarioCode } from '@winback/domain';
import type { CartLine, VisitorState } from './state.ts';

/** A reason to write to somebody that exists now. */
export interface Occasion {
  slot: string;
  scenario: ScenarioCode;
  /** When the letter may be planned, and from when it would be too late. */
  dueAt: number;
  endsAt: number;
  /** What lies at the root of it, for the sentence: "2 products lay in the cart". */
  because: string;
  /** False: nobody asked for it, so the pause holds it although its scenario is exempt. Absent: as the scenario is. */
  isAsked?: boolean;
  /** Why it is too early before `dueAt`. Absent: the shopper may still be choosing. */
  early?: string;
}

/** An occasion that is over, and why. */
export interface Ending {
  slot: string;
  scenario: ScenarioCode;
  reason: LetterReason;
  /** Null: nothing happened at that moment; something was learnt. */
  at: number | null;
  because: string;
}

export interface ScenarioTiming {
  delayMs: number;
  windowMs: number;
}

/** A letter as the ledger has it. One letter for a slot, ever. */
export interface LedgerEntry {
  letter: string;
  slot: string;
  scenario: ScenarioCode;
  state: LetterState;
  plannedAt: number;
  /** When the state was reached. */
  at: number;
  /** While waiting: when it will be looked at again. */
  dueAt?: number | null;
  /** The revision of what it is about, whose conditions were not met: it stands in no other letter's way until they are. */
  unmet?: number | null;
  /** When its reader first clicked in it; absent: nobody did. */
  answeredAt?: number;
}

interface Scene {
  state: VisitorState;
  ledger: readonly LedgerEntry[];
  timing: ScenarioTiming;
  now: number;
}

/** What a letter is written from. `rev` grows with every change of it: a letter that was composed for another one is stale. */
export type About =
  | { kind: 'cart'; rev: number; lines: CartLine[] }
  | { kind: 'products'; rev: number; products: string[] }
  | { kind: 'back-in-stock'; rev: number; products: string[] }
  /** `from`: the price that today's is compared with. */
  | { kind: 'price-drop'; rev: number; items: { product: string; from: Money }[] }
  | { kind: 'category'; rev: number; categories: string[] }
  | { kind: 'search'; rev: number; query: string }
  /** Products that run out about now. */
  | { kind: 'supplies'; rev: number; products: string[] }
  | { kind: 'order'; rev: number; order: string; products: string[] }
  /** The person alone. */
  | { kind: 'person'; rev: number };

export interface ScenarioRow {
  code: ScenarioCode;
  /** Who goes first when several would write: the higher number. The original's figures. */
  priority: number;
  /**
   * `all`: the letter answers what its reader asked for: caps, pause, quiet hours and other letters do not hold it, nor it them.
   * `pause`: it may follow a letter at once.
   */
  exempt: 'all' | 'pause' | null;
  /** Why nobody of this consent gets it; null: they may. */
  refuses(consent: Consent): 'no-consent' | 'not-confirmed' | 'unsubscribed' | null;
  occasions(scene: Scene): Occasion[];
  endings(state: VisitorState, ledger: readonly LedgerEntry[]): Ending[];
  /** What the letter of this slot is written from; null: its occasion is gone. */
  about(state: VisitorState, slot: string): About | null;
  /** Why it is planned, as a sentence. `quiet`: how long nothing happened. */
  planned(because: string, quiet: string): string;
}

const marketing = {
  none: 'no-consent',
  pending: 'not-confirmed',
  unsubscribed: 'unsubscribed',
  subscribed: null,
} as const satisfies Record<Consent, LetterReason | null>;

/** A letter that nobody asked for needs the consent of whom it is for. */
export function refusesMarketing(consent: Consent) {
  return marketing[consent];
}

/** From `from` on: due after the delay, too late after the window. A delay longer than the window would leave no moment to write in. */
export function timed(from: number, { delayMs, windowMs }: ScenarioTiming): { dueAt: number; endsAt: number } {
  const dueAt = from + delayMs;
  return { dueAt, endsAt: Math.max(from + windowMs, dueAt + 60_000) };
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
