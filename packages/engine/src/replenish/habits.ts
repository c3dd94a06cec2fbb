// How a product is bought by everybody, and how a shop's products are: what a shopper's few purchases are weighed against.
// Worked out once a night, one product at a time, so that a night needs no more memory than one product's buyers.
import type { Purchases } from './purchases.ts';
import { dayMs, hasReturned, meanInterval } from './purchases.ts';

/** How a product is bought. Times in ms. */
export interface ProductHabit {
  buyers: number;
  /** Buyers who bought it on two days or more. */
  repeaters: number;
  /** Orders that held it. */
  orders: number;
  /** Intervals between two purchases that were seen. */
  intervals: number;
  /** The median of them, each taken as the mean of its shopper; null where there is none. */
  intervalMs: number | null;
  first: number;
  last: number;
}

/** How a shop's products are bought. */
export interface ShopHabits {
  /** The interval of the product in the middle, products weighed by their intervals. */
  intervalMs: number;
  /** Share of a product's buyers who come back for it. */
  repeatShare: number;
  /** Products with more than this share (`repeatShareOf`) are among the fifth that is bought again most. */
  periodicAbove: number;
}

/** Counts for as many buyers, and for as many intervals, of the shop as a whole. */
const priorBuyers = 5;
const priorIntervals = 3;
const periodicPercentile = 0.8;
/** For a shop where nobody has bought anything twice yet. */
const firstGuess = { intervalMs: 30 * dayMs, repeatShare: 0.2 };

/** The habit of one product from all its buyers; null where nobody bought it. */
export function habitOf(buyers: Iterable<Purchases>): ProductHabit | null {
  const habit: ProductHabit = {
    buyers: 0,
    repeaters: 0,
    orders: 0,
    intervals: 0,
    intervalMs: null,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
  };
  const means: Weighed[] = [];
  for (const purchases of buyers) {
    habit.buyers += 1;
    habit.orders += purchases.count;
    habit.first = Math.min(habit.first, purchases.first);
    habit.last = Math.max(habit.last, purchases.last);
    if (!hasReturned(purchases)) continue;
    habit.repeaters += 1;
    habit.intervals += purchases.count - 1;
    means.push({ value: meanInterval(purchases), weight: purchases.count - 1 });
  }
  return habit.buyers === 0 ? null : { ...habit, intervalMs: medianOf(means) };
}

/** The habits of a shop from those of all its products. */
export function shopHabitsOf(products: Iterable<ProductHabit>): ShopHabits {
  const all = [...products];
  const buyers = all.reduce((sum, product) => sum + product.buyers, 0);
  const repeaters = all.reduce((sum, product) => sum + product.repeaters, 0);
  const intervals = all.flatMap(({ intervalMs, intervals }) =>
    intervalMs === null ? [] : [{ value: intervalMs, weight: intervals }],
  );
  const shop = {
    intervalMs: Math.max(dayMs, medianOf(intervals) ?? firstGuess.intervalMs),
    repeatShare: (repeaters + priorBuyers * firstGuess.repeatShare) / (buyers + priorBuyers),
  };
  const shares = all.map((product) => repeatShareOf(product, shop)).toSorted((a, b) => a - b);
  return { ...shop, periodicAbove: shares[Math.floor(periodicPercentile * (shares.length - 1))] ?? 1 };
}

/** Share of a product's buyers who come back for it (RCP), drawn towards the shop's where buyers are few. Within 0 and 1. */
export function repeatShareOf(product: ProductHabit, shop: Pick<ShopHabits, 'repeatShare'>): number {
  return (product.repeaters + priorBuyers * shop.repeatShare) / (product.buyers + priorBuyers);
}

/** The usual time until a product is bought again, in ms, drawn towards the shop's where little was seen. At least half a day. */
export function usualInterval(product: ProductHabit, shop: Pick<ShopHabits, 'intervalMs'>): number {
  const own = product.intervals * (product.intervalMs ?? 0);
  return Math.max(dayMs / 2, (own + priorIntervals * shop.intervalMs) / (product.intervals + priorIntervals));
}

interface Weighed {
  value: number;
  weight: number;
}

function medianOf(values: readonly Weighed[]): number | null {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  for (const { value, weight } of sorted) {
    passed += weight;
    if (passed >= half) return value;
  }
  return null;
}
