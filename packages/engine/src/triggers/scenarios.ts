// The scenarios as one table of data. A row says what an occasion is and when it is over; everything else, from quiet
// hours to explanations, is the same for all of them.
import type { Consent, LetterReason, ScenarioCode } from '@winback/domain';
import { askSlot } from './person.ts';
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
  /** The letter answers what its reader asked for: caps, pause, quiet hours and other letters do not hold it, nor it them. */
  exempt: boolean;
  /** Why nobody of this consent gets it; null: they may. */
  refuses(consent: Consent): 'no-consent' | 'not-confirmed' | 'unsubscribed' | null;
  occasions(state: VisitorState, timing: ScenarioTiming): Occasion[];
  endings(state: VisitorState): Ending[];
  /** Why it is planned, as a sentence. `quiet`: how long nothing happened. */
  planned(because: string, quiet: string): string;
}

const cartEndings = {
  bought: { reason: 'bought', because: 'the cart was bought' },
  'cart-emptied': { reason: 'cart-emptied', because: 'the cart was emptied' },
  replaced: { reason: 'lost-to-another', because: 'a newer cart of the same person took its place' },
} as const;

const askEndings = {
  confirmed: { reason: 'confirmed', because: 'the person agreed' },
  refused: { reason: 'unsubscribed', because: 'the person wanted no letters' },
} as const;

const marketing = {
  none: 'no-consent',
  pending: 'not-confirmed',
  unsubscribed: 'unsubscribed',
  subscribed: null,
} as const satisfies Record<Consent, LetterReason | null>;

export const scenarioTable: readonly ScenarioRow[] = [
  {
    code: 'abandoned_cart',
    priority: 40,
    exempt: false,
    refuses: (consent) => marketing[consent],
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
    planned: (because, quiet) => `Planned: ${because} for ${quiet} and nothing was bought.`,
  },
  {
    code: 'double_opt_in',
    priority: -100,
    exempt: true,
    refuses: () => null,
    occasions: ({ asked }, { windowMs }) => {
      if (asked === null || asked.end) return [];
      const because = 'this address was left for letters and has to be confirmed';
      const { at: dueAt } = asked;
      return [{ slot: askSlot(asked.id), scenario: 'double_opt_in', dueAt, endsAt: dueAt + windowMs, because }];
    },
    endings: ({ asked }) => {
      if (!asked?.end) return [];
      const { because, at } = asked.end;
      return [{ slot: askSlot(asked.id), scenario: 'double_opt_in', at, ...askEndings[because] }];
    },
    planned: (because) => `Planned: ${because}.`,
  },
];

export function scenarioRow(code: ScenarioCode): ScenarioRow {
  const row = scenarioTable.find((one) => one.code === code);
  if (!row) throw new Error(`there is no scenario ${code}`);
  return row;
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
