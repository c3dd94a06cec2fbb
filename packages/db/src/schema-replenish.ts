// What the nights have taught of how a shop's products are bought again. No row here is about a person.
import { integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

/** How each product is bought, by everybody: `ProductHabit` of the engine. */
export const productHabits = sqliteTable(
  'product_habits',
  {
    shop: shop(),
    product: text('product').notNull(),
    buyers: integer('buyers').notNull(),
    repeaters: integer('repeaters').notNull(),
    orders: integer('orders').notNull(),
    intervals: integer('intervals').notNull(),
    /** Null: nobody bought it on two days. */
    intervalMs: integer('interval_ms'),
    first: moment('first'),
    last: moment('last'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.product] })],
);

/** What holds for all products of a shop: `Habits` as JSON, and the chance that a pair of shopper and product must have. */
export const replenishment = sqliteTable('replenishment', {
  shop: shop().primaryKey(),
  habits: text('habits').notNull(),
  atLeast: real('at_least').notNull(),
  learntAt: moment('learnt_at'),
});
