// What people think of what they bought, as they said by the stars of a letter.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

/** One a person and product: who says otherwise later thinks otherwise now. */
export const ratings = sqliteTable(
  'ratings',
  {
    shop: shop(),
    subscriber: text('subscriber').notNull(),
    product: text('product').notNull(),
    /** 1 to 5. */
    stars: integer('stars').notNull(),
    /** The letter whose stars were pressed. */
    letter: text('letter').notNull(),
    at: moment('at'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.subscriber, table.product] }),
    index('ratings_product').on(table.shop, table.product, table.at),
  ],
);
