// What comes back of letters: openings and clicks, what mail systems report, what people wish, and how a shop's sending fares.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

/** Every opening and every click, whoever it was. */
export const letterTouches = sqliteTable(
  'letter_touches',
  {
    shop: shop(),
    letter: text('letter').notNull(),
    /** Of the request: the same message twice is one touch. */
    id: text('id').notNull(),
    /** `open` or `click`. */
    kind: text('kind').notNull(),
    /** The link's place in the letter; 0: the one that nobody sees. Null: an opening. */
    link: integer('link'),
    at: moment('at'),
    /** `human`, or what gave the machine away. */
    verdict: text('verdict').notNull(),
    /** Where it came from, as a digest that is another one each day; null: unknown. */
    network: text('network'),
  },
  (table) => [
    primaryKey({ columns: [table.letter, table.id] }),
    index('letter_touches_network').on(table.network, table.at),
    index('letter_touches_shop').on(table.shop, table.at),
  ],
);

/** What mail systems told of a letter, once each. */
export const letterReturns = sqliteTable(
  'letter_returns',
  {
    shop: shop(),
    letter: text('letter').notNull(),
    /** `delivered`, `bounced`, `complained` or `unsubscribed`. */
    what: text('what').notNull(),
    /** Of a bounce: `hard`, `soft`, `policy` or `unclear`. */
    kind: text('kind'),
    /** The mail system's own words, cut short. */
    words: text('words').notNull(),
    source: text('source').notNull(),
    at: moment('at'),
  },
  (table) => [
    primaryKey({ columns: [table.letter, table.what] }),
    index('letter_returns_shop').on(table.shop, table.what, table.at),
  ],
);

/** Less often: at most so many letters in seven days, as the person wishes it. */
export const letterWishes = sqliteTable(
  'letter_wishes',
  {
    shop: shop(),
    subscriber: text('subscriber').notNull(),
    perWeek: integer('per_week').notNull(),
    changedAt: moment('changed_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.subscriber] })],
);

/** How the mail providers of a shop sign what they report, encrypted. */
export const returnSecrets = sqliteTable(
  'return_secrets',
  {
    shop: shop(),
    provider: text('provider').notNull(),
    sealed: text('sealed').notNull(),
    createdAt: moment('created_at'),
    /** The last report that was believed, written at most once a minute. */
    lastWhat: text('last_what'),
    lastAt: integer('last_at'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.provider] })],
);

/** A shop whose letters wait because too many came back or were complained about, and when its merchant let them go again. */
export const sendingPauses = sqliteTable('sending_pauses', {
  shop: shop().primaryKey(),
  /** Null: they go. */
  pausedAt: integer('paused_at'),
  /** `bounces` or `complaints`. */
  because: text('because'),
  words: text('words'),
  /** What came back before is forgiven. */
  resumedAt: integer('resumed_at'),
});
