// What letters came to: who came by them, which orders are counted for them, and how those did who got none.
import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

/** Somebody came to the shop by a letter. Kept for forty days: no order is counted for an older one. */
export const letterArrivals = sqliteTable(
  'letter_arrivals',
  {
    shop: shop(),
    letter: text('letter').notNull(),
    scenario: text('scenario').notNull(),
    /** Whom the letter was written to. */
    subscriber: text('subscriber').notNull(),
    /** The Visitor that came. */
    visitor: text('visitor').notNull(),
    at: moment('at'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.letter, table.visitor, table.at] }),
    index('letter_arrivals_subscriber').on(table.shop, table.subscriber, table.at),
    index('letter_arrivals_visitor').on(table.shop, table.visitor, table.at),
    index('letter_arrivals_time').on(table.shop, table.at),
  ],
);

/** For which letter an order is counted. */
export const orderLetters = sqliteTable(
  'order_letters',
  {
    shop: shop(),
    order: text('order').notNull(),
    letter: text('letter').notNull(),
    scenario: text('scenario').notNull(),
    arrivedAt: moment('arrived_at'),
    /** When it was placed. */
    at: moment('at'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.order] }),
    index('order_letters_scenario').on(table.shop, table.scenario, table.at),
    index('order_letters_time').on(table.shop, table.at),
  ],
);

/** People by the day (UTC) of their first occasion: how many were written to or held out, and what they bought in the week after. */
export const liftDays = sqliteTable(
  'lift_days',
  {
    shop: shop(),
    scenario: text('scenario').notNull(),
    day: moment('day'),
    heldOut: integer('held_out', { mode: 'boolean' }).notNull(),
    people: integer('people').notNull(),
    buyers: integer('buyers').notNull(),
    /** Minor units of the shop's currency, and the sum of each person's squared. */
    spent: real('spent').notNull(),
    spentSquares: real('spent_squares').notNull(),
  },
  (table) => [primaryKey({ columns: [table.shop, table.scenario, table.day, table.heldOut] })],
);

/** Up to which day a shop's lift is measured, and when that was asked for last. */
export const liftPlaces = sqliteTable('lift_places', {
  shop: shop().primaryKey(),
  upTo: moment('up_to'),
  askedAt: moment('asked_at'),
});
