// Who was asked to confirm, for counting: a mailbox, a network and a shop may only be asked, or ask, so often.
import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

/** Kept for ninety days. Neither an address nor an IP stands here, only their digests. */
export const confirmationAsks = sqliteTable(
  'confirmation_asks',
  {
    shop: shop(),
    subscriber: text('subscriber').notNull(),
    /** The id of the event that asked. */
    ask: text('ask').notNull(),
    mailbox: text('mailbox').notNull(),
    network: text('network'),
    at: moment('at'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.subscriber, table.ask] }),
    index('confirmation_asks_mailbox').on(table.shop, table.mailbox, table.at),
    index('confirmation_asks_network').on(table.shop, table.network, table.at),
    index('confirmation_asks_time').on(table.shop, table.at),
  ],
);
