// Orders, as the storefront and the shop's own systems tell of them.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

export const orders = sqliteTable(
  'orders',
  {
    shop: shop(),
    id: text('id').notNull(),
    subscriber: text('subscriber'),
    visitor: text('visitor').notNull(),
    at: moment('at'),
    totalMinor: integer('total_minor').notNull(),
    currency: text('currency').notNull(),
    /** The lines as the storefront sent them, JSON. */
    items: text('items').notNull(),
    /** As the shop's own system says it: `created`, `completed`, `cancelled`; null while only the storefront told of it. */
    status: text('status'),
    statusAt: integer('status_at'),
    /** Who told of it first: `storefront` or `server`. */
    origin: text('origin').notNull().default('storefront'),
    /** The status in the shop's own word. */
    statusWord: text('status_word'),
    /** What the shop said of it besides: promo code, delivery, payment; a JSON object. Those of lines stand in `items`. */
    extras: text('extras').notNull().default('{}'),
    /** The other number of the same order, where storefront and server number it differently. */
    twin: text('twin'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.id] }),
    index('orders_newest').on(table.shop, table.at),
    index('orders_subscriber').on(table.shop, table.subscriber, table.at),
  ],
);

/** Which orders a product stands in. Kept by triggers on `orders` (migration `product_search`), never written from here. */
export const orderProducts = sqliteTable(
  'order_products',
  { shop: shop(), product: text('product').notNull(), at: moment('at'), order: text('order').notNull() },
  (table) => [primaryKey({ columns: [table.shop, table.product, table.at, table.order] })],
);
