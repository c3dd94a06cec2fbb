import type { ShopHabits } from './habits.ts';
import type { Pair } from './rate.ts';
import { chanceAt, expectedInterval, rateOf } from './rate.ts';
import type { Rhythm } from './rhythm.ts';
import { paceAt } from './rhythm.ts';

/** What a shop's nights have taught. */
export interface Habits {
  shop: ShopHabits;
  rhythm: Rhythm;
}

/**
 * The chance, within 0 and 1, that the shopper buys the product from `now` to `now + withinMs`. More purchases between the same
 * first and last one never make it smaller.
 */
export function buyChance(pair: Pair, habits: Habits, when: { now: number; withinMs: number }): number {
  const { now, withinMs } = when;
  const cycle = Math.max(0, now - pair.purchases.last + withinMs / 2) / expectedInterval(pair, habits.shop);
  return chanceAt(rateOf(pair, habits.shop, now) * paceAt(habits.rhythm, cycle), withinMs);
}
