// Every table, for D1 and libSQL alike. Times are integer milliseconds since 1970, money is integer minor units, ids are text.
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { user } from './schema-auth.ts';
import { moment, shop } from './schema-shops.ts';

export * from './schema-auth.ts';
export * from './schema-catalogue.ts';
export * from './schema-consent.ts';
export * from './schema-numbers.ts';
export * from './schema-orders.ts';
export * from './schema-places.ts';
export * from './schema-ratings.ts';
export * from './schema-replenish.ts';
export * from './schema-returns.ts';
export * from './schema-senders.ts';
export * from './schema-shops.ts';
export * from './schema-simulations.ts';
export * from './schema-templates.ts';

export const memberships = sqliteTable(
  'memberships',
  {
    shop: shop(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    role: text('role').notNull(),
    createdAt: moment('created_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.userId] }), index('memberships_user').on(table.userId)],
);

/** Keys for a shop's own systems. Only a digest is kept: a key is shown once, when it is made. */
export const shopKeys = sqliteTable(
  'shop_keys',
  {
    shop: shop(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** SHA-256 of the key, in hex. */
    digest: text('digest').notNull().unique(),
    /** The last four characters, so that a merchant can tell keys apart. */
    hint: text('hint').notNull(),
    createdAt: moment('created_at'),
    revokedAt: integer('revoked_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.id] })],
);

export const subscribers = sqliteTable(
  'subscribers',
  {
    id: text('id').primaryKey(),
    shop: shop(),
    email: text('email').notNull(),
    name: text('name'),
    consent: text('consent').notNull(),
    createdAt: moment('created_at'),
    changedAt: moment('changed_at'),
    phone: text('phone'),
    /** The shop's own id of this customer. */
    externalId: text('external_id'),
    /** What else the shop knows, by its own names, JSON. */
    profile: text('profile').notNull().default('{}'),
    /** Kinds of letters that were refused or agreed to by name, JSON: `{"bulk":false}`. */
    kinds: text('kinds').notNull().default('{}'),
    /** The browser that named this address first; null: an import or the shop's server did. */
    namedBy: text('named_by'),
    /** When they were last asked to confirm, and when they last did. */
    askedAt: integer('asked_at'),
    confirmedAt: integer('confirmed_at'),
  },
  (table) => [
    uniqueIndex('subscribers_email').on(table.shop, table.email),
    index('subscribers_newest').on(table.shop, table.createdAt, table.id),
    index('subscribers_phone').on(table.shop, table.phone),
    index('subscribers_external').on(table.shop, table.externalId),
  ],
);
export const consentLog = sqliteTable(
  'consent_log',
  {
    id: integer('id').primaryKey(),
    shop: shop(),
    subscriber: text('subscriber').notNull(),
    consent: text('consent').notNull(),
    source: text('source').notNull(),
    at: moment('at'),
    /** From which address it was said, where that is known: evidence. */
    ip: text('ip'),
    /** The kind of letters that was meant (`bulk`, `chain`, `transactional`); null: all. */
    kind: text('kind'),
    /** `ConsentHow`; null: it is not known. */
    how: text('how'),
    /** The words that the person saw. */
    wording: text('wording'),
  },
  (table) => [
    index('consent_log_subscriber').on(table.shop, table.subscriber, table.at),
    index('consent_log_time').on(table.shop, table.at),
  ],
);
/** Which person a browser belongs to. Written when its state has moved to them, not when it merely named an address. */
export const devices = sqliteTable(
  'devices',
  { shop: shop(), visitor: text('visitor').notNull(), subscriber: text('subscriber').notNull(), at: moment('at') },
  (table) => [
    primaryKey({ columns: [table.shop, table.visitor] }),
    index('devices_subscriber').on(table.shop, table.subscriber),
  ],
);
export const suppressions = sqliteTable(
  'suppressions',
  { shop: shop(), email: text('email').notNull(), reason: text('reason').notNull(), at: moment('at') },
  (table) => [primaryKey({ columns: [table.shop, table.email] })],
);

/**
 * Who waits for a product to come back or to cost less. Deleted when its letter goes out. It tells whom to ask: whether they wait
 * still, only their Visitor knows.
 */
export const watches = sqliteTable(
  'watches',
  {
    shop: shop(),
    visitor: text('visitor').notNull(),
    product: text('product').notNull(),
    waitsFor: text('waits_for').notNull(),
    subscriber: text('subscriber'),
    /** The price at which they began to wait, minor units. */
    priceMinor: integer('price_minor'),
    /** The variant that is meant, JSON. */
    properties: text('properties').notNull().default('{}'),
    at: moment('at'),
    /** `asked`: they asked to be told. `kept`: it lies in their cart or on their wish list, and they would like it cheaper. */
    origin: text('origin').notNull().default('asked'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.visitor, table.product, table.waitsFor] }),
    // The watchers of one product page by their names.
    index('watches_product').on(table.shop, table.product, table.waitsFor, table.visitor),
  ],
);
/** Lists of people that the shop keeps by hand or by its own systems. */
export const segments = sqliteTable(
  'segments',
  { shop: shop(), id: integer('id').notNull(), name: text('name').notNull(), createdAt: moment('created_at') },
  (table) => [primaryKey({ columns: [table.shop, table.id] })],
);
export const segmentMembers = sqliteTable(
  'segment_members',
  { shop: shop(), segment: integer('segment').notNull(), subscriber: text('subscriber').notNull(), at: moment('at') },
  (table) => [
    primaryKey({ columns: [table.shop, table.segment, table.subscriber] }),
    index('segment_members_subscriber').on(table.shop, table.subscriber),
  ],
);
export const templates = sqliteTable(
  'templates',
  {
    shop: shop(),
    scenario: text('scenario').notNull(),
    revision: integer('revision').notNull(),
    blocks: text('blocks').notNull(),
    html: text('html').notNull(),
    text: text('text').notNull(),
    changedAt: moment('changed_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.scenario] })],
);
export const letters = sqliteTable(
  'letters',
  {
    id: text('id').primaryKey(),
    shop: shop(),
    subscriber: text('subscriber').notNull(),
    scenario: text('scenario').notNull(),
    slot: text('slot').notNull(),
    state: text('state').notNull(),
    reason: text('reason'),
    sentence: text('sentence').notNull(),
    subject: text('subject'),
    plannedAt: moment('planned_at'),
    at: moment('at'),
    rev: integer('rev').notNull(),
    openedAt: integer('opened_at'),
    clickedAt: integer('clicked_at'),
  },
  (table) => [
    index('letters_newest').on(table.shop, table.plannedAt, table.id),
    index('letters_state').on(table.shop, table.state, table.plannedAt),
    index('letters_scenario').on(table.shop, table.scenario, table.plannedAt),
    index('letters_subscriber').on(table.shop, table.subscriber, table.plannedAt),
  ],
);
export const recommendations = sqliteTable(
  'recommendations',
  {
    shop: shop(),
    product: text('product').notNull(),
    rank: integer('rank').notNull(),
    other: text('other').notNull(),
    score: integer('score').notNull(),
  },
  (table) => [primaryKey({ columns: [table.shop, table.product, table.rank] })],
);
export const parkedJobs = sqliteTable(
  'parked_jobs',
  {
    id: text('id').primaryKey(),
    shop: text('shop'),
    queue: text('queue').notNull(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    attempts: integer('attempts').notNull(),
    error: text('error').notNull(),
    body: text('body').notNull(),
    at: moment('at'),
  },
  (table) => [index('parked_jobs_newest').on(table.shop, table.at)],
);
/** Secrets of other systems that post to us, one a platform, encrypted. */
export const connections = sqliteTable(
  'connections',
  {
    shop: shop(),
    platform: text('platform').notNull(),
    /** `version.key.base64`: the nonce, then the text by AES-GCM. Empty: this platform signs with the shop's own key. */
    sealed: text('sealed').notNull(),
    createdAt: moment('created_at'),
    /** `ConnectionOptions`, JSON. */
    options: text('options').notNull().default('{}'),
    /** The last message that was believed, written at most once a minute. */
    lastTopic: text('last_topic'),
    lastAt: integer('last_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.platform] })],
);
/** People who are being forgotten: the raw events are gone through hour by hour. */
export const erasures = sqliteTable(
  'erasures',
  {
    shop: shop(),
    id: text('id').notNull(),
    /** Names of the Visitors whose lines go, JSON. */
    visitors: text('visitors').notNull(),
    /** How far the raw events are gone through, JSON. */
    cursor: text('cursor'),
    startedAt: moment('started_at'),
    endedAt: integer('ended_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.id] })],
);
