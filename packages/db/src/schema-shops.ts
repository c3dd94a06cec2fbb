// The tenants, and the columns that nearly every table begins with.
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const moment = (name: string) => integer(name).notNull();

export const shops = sqliteTable('shops', {
  id: text('id').primaryKey(),
  /** `ShopSettings` as JSON. */
  settings: text('settings').notNull(),
  createdAt: moment('created_at'),
  /** Until when somebody is taken to look at the dashboard: events hurry to the books. */
  watchedUntil: moment('watched_until').default(0),
  /** The shop's id on the wire of the system it came from, which its plugins send. */
  legacyId: text('legacy_id').unique(),
  /** `ScenarioWorths` as JSON: what each scenario's letters brought, weighed once a day. */
  worths: text('worths').notNull().default('{}'),
});

/** The tenant of a row. */
export const shop = () =>
  text('shop')
    .notNull()
    .references(() => shops.id, { onDelete: 'cascade' });
