// The scenarios as one table of data. A row says what an occasion is and when it is over; everything else, from quiet
// hours to explanations, is the same for all of them.
import type { LetterReason, ScenarioCode } from '@winback/domain';
import type { VisitorState } from './state.ts';
import { cartSlot } from './state.ts';

/** A reason to write to somebody that exists now. */
export interface Occasion {
  slot: string;
  scenario: ScenarioCode;
  /** When the letter may be planned, and from when it would be too late. */
  dueAt: number;
  endsAt: number;
  /** What lies at the root of it, for the sentence: "2 products lay in the cart". */
  because: string;
}

/** An occasion that is over, and why. */
export interface Ending {
  slot: string;
  scenario: ScenarioCode;
  reason: LetterReason;
  at: number;
  because: string;
}

export interface ScenarioTiming {
  delayMs: number;
  windowMs: number;
}

interface ScenarioRow {
  code: ScenarioCode;
  /** Who goes first when several would write: the higher number. The original's figures. */
  priority: number;
  occasions(state: VisitorState, timing: ScenarioTiming): Occasion[];
  endings(state: VisitorState): Ending[];
}

const cartEndings = {
  bought: { reason: 'bought', because: 'the cart was bought' },
  'cart-emptied': { reason: 'cart-emptied', because: 'the cart was emptied' },
  replaced: { reason: 'lost-to-another', because: 'a newer cart of the same person took its place' },
} as const;

export const scenarioTable = [
  {
    code: 'abandoned_cart',
    priority: 40,
    occasions: ({ cart }, { delayMs, windowMs }) => {
      if (cart === null) return [];
      const because = `${countOf(cart.lines.length, 'product')} lay in the cart`;
      const dueAt = cart.changedAt + delayMs;
      // A delay longer than the window would leave no moment to write in.
      const endsAt = Math.max(cart.changedAt + windowMs, dueAt + 60_000);
      return [{ slot: cartSlot(cart.id), scenario: 'abandoned_cart', dueAt, endsAt, because }];
    },
    endings: ({ ended }) =>
      ended.map(({ id, because, at }) => ({
        slot: cartSlot(id),
        scenario: 'abandoned_cart',
        at,
        ...cartEndings[because],
      })),
  },
] as const satisfies readonly ScenarioRow[];

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
