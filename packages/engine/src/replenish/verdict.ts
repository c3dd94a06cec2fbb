// Chosen by chance, timed by interval. A letter about running out goes to the few pairs that are likely at all, on the day on
// which what was bought runs out; the interval alone chooses hardly better than drawing lots.
import type { Habits } from './chance.ts';
import { buyChance } from './chance.ts';
import type { ShopHabits } from './habits.ts';
import { repeatShareOf } from './habits.ts';
import { hasReturned } from './purchases.ts';
import type { Pair } from './rate.ts';
import { expectedInterval } from './rate.ts';

/** `no` is said for now: the next night asks again, except where the shopper has `bought since`, which ends the letter. */
export type ReplenishVerdict =
  | { kind: 'go'; chance: number; dueAt: number }
  | { kind: 'wait'; until: number }
  | { kind: 'no'; because: 'not periodic' | 'unlikely' | 'bought since' };

export interface ReplenishAsked {
  now: number;
  /** The window that the chance is about. */
  withinMs: number;
  /** How long before the product runs out the letter should be there. */
  leadMs: number;
  /** From `leastChance`, over all periodic pairs of the shop. */
  atLeast: number;
  /** The feed says that the product is used up and bought again (`periodic`). */
  saidPeriodic: boolean;
  /** For a letter that waits to be sent: the last purchase when it was chosen. Null while choosing. */
  chosenAfter: number | null;
}

/**
 * Whether a product is one that this shopper may be reminded of: bought on two days; or once, where the feed or the product's other
 * buyers say that it is bought again.
 */
export function isPeriodic({ purchases, product }: Pair, shop: ShopHabits, saidPeriodic: boolean): boolean {
  return hasReturned(purchases) || saidPeriodic || repeatShareOf(product, shop) > shop.periodicAbove;
}

/** When the letter is due: the expected interval after the last purchase, less the lead; never before the last purchase. */
export function dueAt(pair: Pair, shop: ShopHabits, leadMs: number): number {
  return pair.purchases.last + Math.max(0, expectedInterval(pair, shop) - leadMs);
}

/** The chance that a pair must have to be among the likeliest `share` (one in twenty) of all. Above any chance where there are none. */
export function leastChance(chances: Iterable<number>, share = 0.05): number {
  const sorted = Float64Array.from(chances).sort();
  return sorted[sorted.length - Math.max(1, Math.floor(sorted.length * share))] ?? Number.POSITIVE_INFINITY;
}

/** Whether the shopper is to be reminded of the product now. The same purchase deserves one letter: the caller remembers `last`. */
export function replenishVerdict(pair: Pair, habits: Habits, asked: ReplenishAsked): ReplenishVerdict {
  if (asked.chosenAfter !== null && pair.purchases.last > asked.chosenAfter)
    return { kind: 'no', because: 'bought since' };
  if (!isPeriodic(pair, habits.shop, asked.saidPeriodic)) return { kind: 'no', because: 'not periodic' };
  const chance = buyChance(pair, habits, asked);
  if (chance < asked.atLeast) return { kind: 'no', because: 'unlikely' };
  const due = dueAt(pair, habits.shop, asked.leadMs);
  return due > asked.now ? { kind: 'wait', until: due } : { kind: 'go', chance, dueAt: due };
}
