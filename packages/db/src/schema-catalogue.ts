// What a shop sells, where it was read, and what became of it.
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { moment, shop } from './schema-shops.ts';

export const categories = sqliteTable(
  'categories',
  {
    shop: shop(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** As its source says it: the parent may be unknown, or lead in a circle. */
    parentId: text('parent_id'),
    url: text('url'),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.id] }),
    index('categories_parent').on(table.shop, table.parentId),
  ],
);

/**
 * The words of products stand in `product_words`, a virtual table of FTS5 that triggers on this one keep
 * (docs/decisions/0009-product-search.md). A migration that builds this table anew must make the triggers anew.
 */
export const products = sqliteTable(
  'products',
  {
    /** SQLite's own row number, kept by name so that an index of words can point at it. */
    row: integer('row').primaryKey(),
    shop: shop(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** Null: the source has none, and the product stands in no letter. */
    url: text('url'),
    /** The first of `pictures`. */
    picture: text('picture'),
    /** Absolute addresses, the main one first, JSON. */
    pictures: text('pictures').notNull().default('[]'),
    /** Null: the source has none, and the product stands in no letter. */
    priceMinor: integer('price_minor'),
    oldPriceMinor: integer('old_price_minor'),
    currency: text('currency').notNull(),
    brand: text('brand'),
    /** The first of `categoryIds`. */
    category: text('category'),
    /** JSON. */
    categoryIds: text('category_ids').notNull().default('[]'),
    /** Variants of one product (sizes, colours) share it. */
    groupId: text('group_id'),
    inStock: integer('in_stock', { mode: 'boolean' }).notNull(),
    description: text('description'),
    /** What else its source says, `ProductAttributes` as JSON. */
    attributes: text('attributes').notNull().default('{}'),
    /** Of the offer's content: an offer that did not change is not written again. */
    hash: text('hash').notNull(),
    /** Lower-cased name, brand and id: SQLite lower-cases ASCII only. */
    search: text('search').notNull(),
    /** Who brought it: `feed` or `api`. What a feed does not name any more is only sold out if a feed had brought it. */
    origin: text('origin').notNull().default('feed'),
    firstAt: moment('first_at').default(0),
    changedAt: moment('changed_at'),
    /** The shop (its feed, or the merchant) does not want it recommended. */
    ignored: integer('ignored', { mode: 'boolean' }).notNull().default(false),
    /** The merchant's own word, which a feed does not overrule: `ignore`, `boost`, or null. */
    wish: text('wish'),
    /** What came of looking for its picture: `there`, `unsure` (it failed once), `gone`; null: nobody looked yet. */
    pictureState: text('picture_state'),
    pictureAt: integer('picture_at'),
    /** The picture that was looked for then: the state of another one says nothing. */
    pictureSeen: text('picture_seen'),
    /** The first reason why it cannot stand in a letter, a word of `productFlaws`; null: it can. Computed, never written. */
    letterReason: text('letter_reason').generatedAlwaysAs(
      sql`case when "url" is null then 'address' when "picture" is null then 'picture' when "picture_state" = 'gone' and "picture_seen" = "picture" then 'gone' when coalesce("price_minor", 0) <= 0 then 'price' when "category" is null then 'category' end`,
      { mode: 'virtual' },
    ),
  },
  (table) => [
    uniqueIndex('products_id').on(table.shop, table.id),
    index('products_name').on(table.shop, table.name, table.id),
    index('products_price').on(table.shop, table.priceMinor, table.id),
    index('products_brand').on(table.shop, table.brand),
    index('products_wish').on(table.shop, table.wish).where(sql`"wish" is not null or "ignored" = 1`),
  ],
);

/** What a product cost, and whether it could be bought, until a moment; how it is now stands in `products`. */
export const productHistory = sqliteTable(
  'product_history',
  {
    shop: shop(),
    product: text('product').notNull(),
    until: moment('until'),
    priceMinor: integer('price_minor'),
    currency: text('currency').notNull(),
    inStock: integer('in_stock', { mode: 'boolean' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.shop, table.product, table.until] })],
);

/** What scenarios want to hear of: a product came back, costs less, or is new. Kept for 30 days. */
export const productFacts = sqliteTable(
  'product_facts',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    shop: shop(),
    product: text('product').notNull(),
    /** `back-in-stock`, `price-drop` or `new`. */
    kind: text('kind').notNull(),
    at: moment('at'),
    /** Minor units of `currency`; null: it has no price. */
    priceMinor: integer('price_minor'),
    wasMinor: integer('was_minor'),
    currency: text('currency').notNull(),
    /** The import that brought it; null: the shop's system said so. */
    import: text('import'),
  },
  (table) => [
    index('product_facts_order').on(table.shop, table.id),
    index('product_facts_product').on(table.shop, table.product, table.at),
  ],
);

/** Lists of products that the shop keeps by hand, as its feed names them. */
export const collections = sqliteTable(
  'collections',
  { shop: shop(), id: text('id').notNull(), name: text('name').notNull(), url: text('url') },
  (table) => [primaryKey({ columns: [table.shop, table.id] })],
);

export const feedImports = sqliteTable(
  'feed_imports',
  {
    id: text('id').primaryKey(),
    shop: shop(),
    startedAt: moment('started_at'),
    endedAt: integer('ended_at'),
    /** `queued`, `running`, `waiting` (for the merchant's word), `done`, `unchanged`, `failed`, `stopped` (by the merchant). */
    state: text('state').notNull(),
    /** How far it is: `ImportPlace` as JSON; a killed import goes on from there. */
    place: text('place'),
    offers: integer('offers').notNull().default(0),
    added: integer('added').notNull().default(0),
    changed: integer('changed').notNull().default(0),
    /** Of the changed ones, those with another price. */
    repriced: integer('repriced').notNull().default(0),
    gone: integer('gone').notNull().default(0),
    problems: integer('problems').notNull().default(0),
    /** How many problems of each kind, JSON. */
    problemKinds: text('problem_kinds').notNull().default('{}'),
    bytes: integer('bytes').notNull().default(0),
    message: text('message'),
    /** `feed`: we read the shop's file; `upload`: the merchant gave it; `push`: the shop's system gave it. `api`: that system sent products, an hour's calls together. */
    origin: text('origin').notNull().default('feed'),
    /** ETag and Last-Modified of a feed that was read to its end, as JSON. */
    validators: text('validators'),
    /** `yml`, `google-rss`…, as it was found out. */
    format: text('format'),
  },
  (table) => [index('feed_imports_newest').on(table.shop, table.startedAt)],
);

/** Samples of each kind of problem; all of them are in the import's report. */
export const feedProblems = sqliteTable(
  'feed_problems',
  {
    id: integer('id').primaryKey(),
    shop: shop(),
    import: text('import').notNull(),
    kind: text('kind').notNull(),
    line: integer('line').notNull(),
    column: integer('column').notNull(),
    offer: text('offer'),
    message: text('message').notNull(),
    sample: text('sample').notNull(),
  },
  (table) => [index('feed_problems_import').on(table.shop, table.import, table.line)],
);

/** How a shop's feed is fetched. Its address and rhythm stand in the shop's settings. */
export const feedAccess = sqliteTable('feed_access', {
  shop: shop().primaryKey(),
  /** Basic authentication (RFC 7617): the name, and the password sealed. */
  userName: text('user_name'),
  sealed: text('sealed'),
  /** Imports that failed one after another. */
  failures: integer('failures').notNull().default(0),
  /** Since when the schedule rests after too many failures; null: it runs. */
  pausedAt: integer('paused_at'),
  /** The owner was told of the failure of this import. */
  toldOf: text('told_of'),
});

/** How much a product is wanted, for "popular". */
export const demand = sqliteTable(
  'demand',
  {
    shop: shop(),
    product: text('product').notNull(),
    views: integer('views').notNull(),
    buys: integer('buys').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.shop, table.product] }),
    index('demand_most').on(table.shop, sql`${table.buys} * 20 + ${table.views}`),
  ],
);
