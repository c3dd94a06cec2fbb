// Who a shop's letters come from, through whom they go, and how fast they may.
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

/** A shop without a row sends through the operator's server, from the address that the operator set up with it. */
export const senders = sqliteTable('senders', {
  shop: shop().primaryKey(),
  /** `ProviderKind`, or `operator`. */
  kind: text('kind').notNull().default('operator'),
  /** The provider's fields that are no secrets, JSON. */
  config: text('config').notNull().default('{}'),
  /** Its secrets, JSON, encrypted; empty: there are none. */
  sealed: text('sealed').notNull().default(''),
  changedAt: moment('changed_at'),
  /** The address from which a letter was taken by this provider; another one is not verified. */
  verifiedAddress: text('verified_address'),
  verifiedAt: integer('verified_at'),
  /** The address that the operator set the shop up with: it may be sent from through the operator's server. */
  vouchedAddress: text('vouched_address').notNull(),
});

/** Providers' accounts that take letters more slowly than they come: who has no row here is not asked. */
export const sendingLimits = sqliteTable('sending_limits', {
  /** `operator`, or `shop/<id>` for a shop's own account. */
  channel: text('channel').primaryKey(),
  /** `SendingLimit`, JSON. */
  body: text('body').notNull(),
  at: moment('at'),
});
