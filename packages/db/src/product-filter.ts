// What the filters of a list mean, in the terms of the tables.
import type { ProductFilter, ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { matchOf } from './product-words.ts';
import { among } from './rows.ts';
import { products } from './schema.ts';

/** More categories below one than that are not looked into. */
const mostCategories = 2_000;

export interface Asked {
  shop: ShopId;
  /** All that the index of words is asked; null: nothing is like this. */
  match: string | null;
  /** The match says more than the shop. */
  narrow: boolean;
  /** The words alone, and the shop; null: no words are looked for. */
  words: string | null;
  /** What the index of words does not know, since it changes often or for many at once: the price and the wish. */
  columns: SQL | undefined;
  /** What the index of words knows of a product beside its words, asked of the product at hand: one by one that costs less. */
  facets: SQL | undefined;
}

export async function askedOf(db: Database, shop: ShopId, filter: ProductFilter): Promise<Asked> {
  const below = filter.category === undefined ? null : await categoriesBelow(db, shop, filter.category);
  const { q, brand, stock, letters } = filter;
  return {
    shop,
    match: matchOf(shop, filter, below),
    narrow: Boolean(q || brand !== undefined || stock || letters || below),
    words: q ? matchOf(shop, { q }, null) : null,
    columns: columnsOf(filter),
    facets: facetsOf(filter, below),
  };
}

function columnsOf({ wish, priceFrom, priceTo }: ProductFilter): SQL | undefined {
  return and(
    priceFrom === undefined ? undefined : sql`${products.priceMinor} >= ${priceFrom}`,
    priceTo === undefined ? undefined : sql`${products.priceMinor} <= ${priceTo}`,
    // In the words of the index of wishes, or SQLite does not see that it may use it.
    wish === undefined ? undefined : sql`("wish" is not null or "ignored" = 1)`,
    wish === 'boosted' ? sql`${products.wish} = 'boost'` : undefined,
    wish === 'ignored' ? isIgnored : undefined,
  );
}

function facetsOf({ brand, stock, letters }: ProductFilter, below: readonly string[] | null): SQL | undefined {
  const { letterReason } = products;
  const within = below ? among(below) : undefined;
  return and(
    brand === undefined ? undefined : eq(products.brand, brand),
    stock ? eq(products.inStock, stock === 'in') : undefined,
    letters === 'ready' ? sql`${letterReason} is null` : undefined,
    letters === 'not' ? sql`${letterReason} is not null` : undefined,
    letters && letters !== 'ready' && letters !== 'not' ? eq(letterReason, letters) : undefined,
    within &&
      sql`(${products.category} in ${within} or exists (select 1 from json_each(${products.categoryIds}) where value in ${within}))`,
  );
}

/** Nobody wants it recommended: the merchant's word, or the feed's where the merchant says nothing. */
export const isIgnored = sql`coalesce(${products.wish} = 'ignore', ${products.ignored} = 1)`;

/** A category and all below it; a circle of parents is gone round once. */
async function categoriesBelow(db: Database, shop: ShopId, category: string): Promise<string[]> {
  const rows = await db.select({ id: sql<string>`tree.id` }).from(
    sql`(with recursive below(id) as (
        select ${category} union
        select c.id from categories c join below on c.parent_id = below.id and c.shop = ${shop}
      ) select id from below limit ${mostCategories}) as tree`,
  );
  return rows.map(({ id }) => id);
}

/** Rows of the index of words, as `hit`, the newest first. */
export function wordsFound({ match }: Asked, { limit, before }: { limit: number; before?: number | string }): SQL {
  const older = before === undefined ? sql`` : sql` and rowid < ${before}`;
  return sql`select rowid as hit from product_words where product_words match ${match}${older} order by rowid desc limit ${limit}`;
}

/** Whether a product is among those that have the words; undefined: no words are looked for. All that have them are gone through once. */
export function amongWords({ words }: Asked): SQL | undefined {
  if (words === null) return undefined;
  return sql`${products.row} in (select rowid from product_words where product_words match ${words})`;
}
