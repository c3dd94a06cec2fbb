// What somebody has of what is bought again, and when it runs out: the few products that they are likely to buy again at all.
// Worked out when an order is told, and once more before its letter is written.
import type { Habits } from './chance.ts';
import { buyChance } from './chance.ts';
import { meanInterval } from './purchases.ts';
import type { Pair } from './rate.ts';
import { expectedInterval } from './rate.ts';
import { dueAt, isPeriodic, leastChance, replenishVerdict } from './verdict.ts';

/** A product that runs out at a known time. Times in ms since 1970. */
export interface Supply {
  product: string;
  /** Orders of this shopper that held it. */
  times: number;
  /** When they bought it last: together with the product this names the purchase, and a purchase deserves one letter. */
  last: number;
  /** The mean of their own intervals, as it was; 0: they bought it once. */
  ownEveryMs: number;
  /** From one purchase to the next, as expected of them. */
  everyMs: number;
  runsOutAt: number;
}

export interface Bought {
  product: string;
  pair: Pair;
  /** The feed says that it is bought again and again. */
  saidPeriodic: boolean;
}

/** What a shop's nights have taught, and the chance that a pair must have. */
export interface Learnt {
  habits: Habits;
  atLeast: number;
}

/** The window that a chance is about: Regular Purchase is not written long before, or after. */
const chanceWithinMs = 14 * 86_400_000;
/** Below so many pairs, a twentieth of them is a handful, and says nothing of who is likely. */
const enoughPairs = 400;
/** Half as much again as a pair comes to in wholesale (0.054). Two purchases a month apart reach it, two months apart do not. */
const likelyEnough = 0.08;
const mostSupplies = 20;
/** What should have been bought three times since is not bought here any more. */
const givenUpAfter = 3;

/** The chance that a pair must have, from those of all pairs that may be written about; what is usual where they are few. */
export function thresholdOf(chances: readonly number[]): number {
  return chances.length < enoughPairs ? likelyEnough : leastChance(chances);
}

/**
 * What they are likely to buy again, by when it runs out. The chance is that of the day on which it does, or of now where that day
 * has passed.
 */
export function suppliesOf(bought: Iterable<Bought>, { habits, atLeast }: Learnt, now: number): Supply[] {
  const supplies: Supply[] = [];
  for (const { product, pair, saidPeriodic } of bought) {
    const { count: times, last } = pair.purchases;
    const ownEveryMs = Math.round(meanInterval(pair.purchases));
    const everyMs = Math.round(expectedInterval(pair, habits.shop));
    const runsOutAt = Math.round(dueAt(pair, habits.shop, 0));
    if (now > last + givenUpAfter * everyMs) continue;
    const on = { now: Math.max(now, runsOutAt), withinMs: chanceWithinMs, leadMs: 0 };
    const verdict = replenishVerdict(pair, habits, { ...on, atLeast, saidPeriodic, chosenAfter: null });
    if (verdict.kind !== 'no') supplies.push({ product, times, last, ownEveryMs, everyMs, runsOutAt });
  }
  return supplies
    .toSorted((a, b) => a.runsOutAt - b.runsOutAt || compared(a.product, b.product))
    .slice(0, mostSupplies);
}

/** The chances of all pairs that may be written about, as they are now: what `thresholdOf` is made from. */
export function chancesOf(bought: Iterable<Bought>, habits: Habits, now: number): number[] {
  const chances: number[] = [];
  for (const { pair, saidPeriodic } of bought)
    if (isPeriodic(pair, habits.shop, saidPeriodic))
      chances.push(buyChance(pair, habits, { now, withinMs: chanceWithinMs }));
  return chances;
}

function compared(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
