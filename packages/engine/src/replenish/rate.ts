// How often a shopper buys a product, wherever in its cycle they stand: a rate of purchases (Poisson, its Gamma prior taken from
// the product's buyers) as in “Buy It Again” (Bhagat et al., KDD 2018), and beyond it the shopper's own pace and whether the
// product is still bought at all. Quantities are left out: they were tried, and say nothing that counts do not.
import type { ProductHabit, ShopHabits } from './habits.ts';
import { repeatShareOf, usualInterval } from './habits.ts';
import type { Purchases } from './purchases.ts';
import { dayMs } from './purchases.ts';

/** A shopper and a product that they bought. */
export interface Pair {
  purchases: Purchases;
  /** All orders of the shopper. */
  orders: Purchases;
  product: ProductHabit;
}

/** The shopper's own intervals are drawn towards the product's as if it had been seen so many times. */
const priorIntervals = 2;
/** How strongly a quick shopper, and a product that goes out of use, count. Both are roots: neither decides alone. */
const paceWeight = 0.3;
const idleWeight = 0.3;
const idleAfterMs = 7 * dayMs;

/**
 * The time that this shopper is expected to take from one purchase of the product to the next, in ms: the mean of their own
 * intervals, drawn towards the product's usual one. Never zero.
 */
export function expectedInterval({ purchases, product }: Pair, shop: ShopHabits): number {
  const { count, first, last } = purchases;
  return (last - first + priorIntervals * usualInterval(product, shop)) / (count - 1 + priorIntervals);
}

/** Purchases to expect in each ms, wherever in the cycle the shopper stands. */
export function rateOf({ purchases, orders, product }: Pair, shop: ShopHabits, now: number): number {
  const returns = purchases.count - 1 + repeatShareOf(product, shop);
  const elapsed = Math.max(0, now - purchases.first) + usualInterval(product, shop);
  const orderInterval = (orders.last - orders.first + shop.intervalMs) / orders.count;
  const pace = (shop.intervalMs / orderInterval) ** paceWeight;
  return (returns / elapsed) * pace * demandOf(product, now);
}

/** At least one purchase of a Poisson process. */
export function chanceAt(rate: number, withinMs: number): number {
  return 1 - Math.exp(-rate * withinMs);
}

/** 1 for a product that is still bought; falls the longer nobody buys it, slower for one that never was bought often. */
function demandOf({ first, last, orders }: ProductHabit, now: number): number {
  const patience = Math.max(idleAfterMs, (3 * (last - first)) / orders);
  return (1 + Math.max(0, now - last) / patience) ** -idleWeight;
}
