// A shop's orders told again up to some days, each time with what was known then and what came after.
import type { Habits, Pair, Purchases } from '@winback/engine/replenish';
import { habitOf, rhythmOf, shopHabitsOf, withPurchase } from '@winback/engine/replenish';
import type { Order } from './orders.ts';

export const dayMs = 86_400_000;
const momentsWanted = 5;
const everyDays = 30;
/** The last moment lies so long before the last day. */
const lastBeforeDays = 58;
/** Purchases after a moment are told for so long. */
const lookAheadDays = 28;

export interface Moment {
  now: number;
  habits: Habits;
  pairs: { pair: Pair /** The next purchase; null where none came in four weeks. */; cameAt: number | null }[];
}

interface Shopper {
  orders: Purchases;
  products: Map<string, Purchases>;
}

/** Five midnights (UTC), thirty days apart, the last one 58 days before the last day. Of a short history those that lie in its later two thirds. */
export function* momentsOf(orders: readonly Order[]): Generator<Moment> {
  const first = dayOf(orders[0]?.at ?? 0);
  const last = dayOf(orders.at(-1)?.at ?? 0);
  const wanted = Array.from({ length: momentsWanted }, (_, at) => last - lastBeforeDays - everyDays * at);
  const days = wanted.filter((day) => day > first + (last - first) / 3).toSorted((a, b) => a - b);
  const shoppers = new Map<string, Shopper>();
  let told = 0;
  for (const day of days) {
    const now = day * dayMs;
    for (let order = orders[told]; order !== undefined && order.at < now; order = orders[told]) {
      tell(shoppers, order);
      told += 1;
    }
    yield momentAt(shoppers, comingIn(orders.slice(told), now + lookAheadDays * dayMs), now);
  }
}

function tell(shoppers: Map<string, Shopper>, { shopper, products, at }: Order): void {
  if (products.size === 0) return;
  const known = shoppers.get(shopper);
  const bought = known?.products ?? new Map<string, Purchases>();
  for (const product of products) bought.set(product, withPurchase(bought.get(product) ?? null, at));
  shoppers.set(shopper, { orders: withPurchase(known?.orders ?? null, at), products: bought });
}

function momentAt(shoppers: ReadonlyMap<string, Shopper>, coming: ReadonlyMap<string, number>, now: number): Moment {
  const all = [...shoppers].flatMap(([id, { orders, products }]) =>
    [...products].map(([product, purchases]) => ({ id, product, orders, purchases })),
  );
  const habitByProduct = new Map(
    [...Map.groupBy(all, ({ product }) => product)].flatMap(([product, buyers]) => {
      const habit = habitOf(buyers.map(({ purchases }) => purchases));
      return habit === null ? [] : [[product, habit] as const];
    }),
  );
  const shop = shopHabitsOf(habitByProduct.values());
  const pairs = all.flatMap(({ id, product, orders, purchases }) => {
    const habit = habitByProduct.get(product);
    if (habit === undefined) return [];
    return [{ pair: { purchases, orders, product: habit }, cameAt: coming.get(keyOf(id, product)) ?? null }];
  });
  const rhythm = rhythmOf(
    pairs.map(({ pair }) => pair),
    shop,
    now,
  );
  return { now, habits: { shop, rhythm }, pairs };
}

/** When each shopper next buys each product, of orders that are sorted by time. */
function comingIn(orders: readonly Order[], until: number): Map<string, number> {
  const coming = new Map<string, number>();
  for (const { shopper, products, at } of orders) {
    if (at >= until) break;
    for (const product of products) {
      const key = keyOf(shopper, product);
      if (!coming.has(key)) coming.set(key, at);
    }
  }
  return coming;
}

function keyOf(shopper: string, product: string): string {
  return `${shopper}\n${product}`;
}

function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}
