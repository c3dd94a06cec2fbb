// Settings that were tried on a shop's past events.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

/** Kept for thirty days, or until somebody of the shop is forgotten. Of a shop, one runs at a time. */
export const simulations = sqliteTable(
  'simulations',
  {
    shop: shop(),
    /** The digest of all settings that bear on it, and of the scenario that it was asked for. */
    id: text('id').notNull(),
    scenario: text('scenario').notNull(),
    /** `TriggerSettings`, JSON. */
    settings: text('settings').notNull(),
    /** `running`, `done`, `stopped`, `failed`. */
    state: text('state').notNull(),
    /** How far it is, JSON; null once it has ended. */
    place: text('place'),
    /** What it came to, JSON; an older one stays while a newer one runs. */
    result: text('result'),
    message: text('message'),
    startedAt: moment('started_at'),
    endedAt: integer('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.id] }),
    uniqueIndex('simulations_running').on(table.shop).where(sql`state = 'running'`),
    index('simulations_ended').on(table.shop, table.endedAt),
  ],
);
