// The four numbers that are kept of a shopper and a product. All else is worked out from them.

export const dayMs = 86_400_000;

/**
 * Purchases of one product by one shopper; in the same shape, all orders of one shopper. Times are of the orders, in ms since
 * 1970.
 */
export interface Purchases {
  /** Orders that held it. */
  count: number;
  first: number;
  /** The latest purchase before the day (UTC) of the last one; null while all fell on one day. */
  previous: number | null;
  last: number;
}

/**
 * What is known after one order more. Orders may arrive in any sequence; that none is told twice is the caller's business, by the
 * order's number.
 */
export function withPurchase(known: Purchases | null, at: number): Purchases {
  if (known === null) return { count: 1, first: at, previous: null, last: at };
  const last = Math.max(known.last, at);
  const times = [known.last, at, known.previous ?? Number.NEGATIVE_INFINITY];
  const previous = Math.max(...times.filter((time) => dayOf(time) < dayOf(last)));
  return {
    count: known.count + 1,
    first: Math.min(known.first, at),
    previous: Number.isFinite(previous) ? previous : null,
    last,
  };
}

/** Two days at least: what was ordered twice on a day was forgotten the first time, not used up. */
export function hasReturned(purchases: Purchases): boolean {
  return purchases.previous !== null;
}

/** The mean time between two purchases. Zero for a single one. */
export function meanInterval({ count, first, last }: Purchases): number {
  return count > 1 ? (last - first) / (count - 1) : 0;
}

function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}
