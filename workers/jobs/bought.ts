// What a shopper's orders come to, product by product, beside how everybody buys each.
import type { BoughtOrder, ProductHabitRow } from '@winback/db';
import type { Bought, Purchases } from '@winback/engine/replenish';
import { habitOf, withPurchase } from '@winback/engine/replenish';

/** Older orders say little of how a shop sells now. */
export const ordersCountMs = 730 * 86_400_000;

/** `orders` are those of one shopper. A product that no night has learnt yet is known by this shopper alone. */
export function boughtBy(
  orders: readonly BoughtOrder[],
  habits: ReadonlyMap<string, ProductHabitRow>,
  periodic: ReadonlySet<string>,
): Bought[] {
  let all: Purchases | null = null;
  const each = new Map<string, Purchases>();
  for (const { at, products } of orders) {
    all = withPurchase(all, at);
    for (const product of products) each.set(product, withPurchase(each.get(product) ?? null, at));
  }
  const together = all;
  if (together === null) return [];
  return [...each].flatMap(([product, purchases]) => {
    const habit = habits.get(product) ?? habitOf([purchases]);
    if (habit === null) return [];
    const pair = { purchases, orders: together, product: habit };
    return [{ product, pair, saidPeriodic: periodic.has(product) }];
  });
}
