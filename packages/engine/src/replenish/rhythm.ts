// Whether a shop's shoppers buy like a clock or like rain. Shops differ: pet food comes back on its day, decorations whenever.
// The shop's last four weeks say which; a curve that fitted wholesale and is mild fills in for what they do not say.
import type { ShopHabits } from './habits.ts';
import type { Purchases } from './purchases.ts';
import { dayMs, meanInterval } from './purchases.ts';
import type { Pair } from './rate.ts';
import { chanceAt, expectedInterval, rateOf } from './rate.ts';

/** How much faster or slower than its rate a product is bought, by the time since the last purchase over the expected interval. */
export interface Rhythm {
  /** At each of `cycles`: the pace times the cycle. Never falls. */
  readonly heights: readonly number[];
}

const cycles = [0.1, 0.3, 0.5, 0.7, 0.9, 1.1, 1.35, 1.75, 2.25, 2.75, 3.5, 5, 8] as const;
/** Where one of `cycles` ends and the next begins. */
const edges = [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.5, 2, 2.5, 3, 4, 6] as const;
const hindsightMs = 28 * dayMs;
/** The mild curve counts as so many expected purchases for each of `cycles`. */
const priorPurchases = 30;
/** Rates promise more than shoppers keep: who bought twice is more often somebody with luck than somebody with a habit. */
const usualLevel = 0.7;

/** For a shop that has no four weeks to look back on: rises until the product is due, then falls slowly. */
export const mildRhythm: Rhythm = rhythmFrom(cycles.map((cycle) => usualLevel * mildPace(cycle)));

/**
 * What the last four weeks of a shop teach: at each part of the cycle, purchases that came over those that rates had promised, met
 * half way with the mild curve. One pass over the pairs; keeps two sums for each part.
 */
export function rhythmOf(pairs: Iterable<Pair>, shop: ShopHabits, now: number): Rhythm {
  const then = now - hindsightMs;
  const came = cycles.map(() => 0);
  const promised = cycles.map(() => 0);
  for (const pair of pairs) {
    const before = purchasesBefore(pair.purchases, then);
    if (before === null) continue;
    const past = { ...pair, purchases: before };
    const cycle = (then - before.last + hindsightMs / 2) / expectedInterval(past, shop);
    const at = edges.filter((edge) => edge <= cycle).length;
    came[at] = (came[at] ?? 0) + (pair.purchases.last >= then ? 1 : 0);
    promised[at] = (promised[at] ?? 0) + chanceAt(rateOf(past, shop, then), hindsightMs);
  }
  const expected = cycles.reduce<number>((sum, cycle, at) => sum + (promised[at] ?? 0) * mildPace(cycle), 0);
  const level = (sumOf(came) + priorPurchases * usualLevel) / (expected + priorPurchases);
  const paces = cycles.map((cycle, at) => {
    const mild = level * mildPace(cycle);
    const learned = ((came[at] ?? 0) + priorPurchases * mild) / ((promised[at] ?? 0) + priorPurchases);
    return Math.sqrt(mild * learned);
  });
  return rhythmFrom(paces);
}

/** The pace at a part of the cycle: 1 as the rate says. Times the cycle, it never falls: so more purchases never mean a smaller chance. */
export function paceAt({ heights }: Rhythm, cycle: number): number {
  const next = cycles.findIndex((end) => end >= cycle);
  const height = heights[next] ?? heights.at(-1) ?? 0;
  const end = cycles[next];
  if (end === undefined) return height / cycle;
  const start = cycles[next - 1];
  const below = heights[next - 1];
  if (start === undefined || below === undefined) return height / end;
  return (below + ((height - below) * (cycle - start)) / (end - start)) / cycle;
}

/** Three quarters right after a purchase, whole from two thirds of the cycle on, half when three cycles have gone by. */
function mildPace(cycle: number): number {
  return (0.75 + 0.25 * Math.min(1, cycle / 0.6)) / (1 + cycle / 3);
}

function rhythmFrom(paces: readonly number[]): Rhythm {
  let highest = 0;
  return {
    heights: cycles.map((cycle, at) => {
      highest = Math.max(highest, cycle * (paces[at] ?? 0));
      return highest;
    }),
  };
}

/**
 * What was known at an earlier time, as near as four numbers tell: where two purchases or more came since, the one before them is
 * put half an interval back. Null where nothing had been bought.
 */
function purchasesBefore(purchases: Purchases, then: number): Purchases | null {
  const { count, first, previous, last } = purchases;
  if (first >= then) return null;
  if (last < then) return purchases;
  if (previous !== null && previous < then)
    return { count: Math.max(1, count - 1), first, previous: null, last: previous };
  const share = (then - first) / (last - first);
  return {
    count: Math.max(1, Math.round(count * share)),
    first,
    previous: null,
    last: Math.max(first, then - meanInterval(purchases) / 2),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
