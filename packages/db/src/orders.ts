import type { CartLine, Money, OrderId, PersonId, ShopId } from '@winback/domain';
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { chunksOf, insertRows } from './rows.ts';
import { orders } from './schema.ts';

export interface Order {
  order: OrderId;
  /** Who bought, where that is known. */
  person: PersonId | null;
  /** The Visitor that said so. */
  visitor: string;
  at: number;
  total: Money;
  items: CartLine[];
  /** Who tells of it. */
  origin: 'storefront' | 'server';
}

/** Writes orders. One number is one order of the shop: what came first stays, but a later word may say who bought. */
export async function putOrders(db: Database, shop: ShopId, list: readonly Order[]): Promise<void> {
  const rows = list.map(({ order, person, visitor, at, total, items, origin }) => ({
    shop,
    id: order,
    subscriber: person,
    visitor,
    at,
    totalMinor: total.minor,
    currency: total.currency,
    items: JSON.stringify(items),
    origin,
  }));
  for (const chunk of chunksOf(rows)) {
    await insertRows(db, orders, chunk).onConflictDoUpdate({
      target: [orders.shop, orders.id],
      set: { subscriber: sql`excluded.subscriber` },
      setWhere: sql`${orders.subscriber} is null and excluded.subscriber is not null`,
    });
  }
}
