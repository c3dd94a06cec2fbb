// What the filters of a list mean, in the terms of the tables.
import type { ProductFilter, ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { matchOf } from './product-words.ts';
import { products } from './schema.ts';

/** More categories below one than that are not looked into. */
const mostCategories = 2_000;

export interface Asked {
  shop: ShopId;
  /** Of the index of words; null: nothing is like this. */
  match: string | null;
  /** The match says more than the shop. */
  narrow: boolean;
  /** What the index of words does not know, since it changes often or for many at once: the price and the wish. */
  columns: SQL | undefined;
}

export async function askedOf(db: Database, shop: ShopId, filter: ProductFilter): Promise<Asked> {
  const below = filter.category === undefined ? null : await categoriesBelow(db, shop, filter.category);
  const { q, brand, stock, letters, wish, priceFrom, priceTo } = filter;
  const columns = and(
    priceFrom === undefined ? undefined : sql`${products.priceMinor} >= ${priceFrom}`,
    priceTo === undefined ? undefined : sql`${products.priceMinor} <= ${priceTo}`,
    // In the words of the index of wishes, or SQLite does not see that it may use it.
    wish === undefined ? undefined : sql`("wish" is not null or "ignored" = 1)`,
    wish === 'boosted' ? sql`${products.wish} = 'boost'` : undefined,
    wish === 'ignored' ? isIgnored : undefined,
  );
  const narrow = Boolean(q || brand !== undefined || stock || letters || below);
  return { shop, match: matchOf(shop, filter, below), narrow, columns };
}

/** Nobody wants it recommended: the merchant's word, or the feed's where the merchant says nothing. */
export const isIgnored = sql`coalesce(${products.wish} = 'ignore', ${products.ignored} = 1)`;

/** A category and all below it; a circle of parents is gone round once. */
export async function categoriesBelow(db: Database, shop: ShopId, category: string): Promise<string[]> {
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

/** Whether the index of words finds the product at hand; undefined: nothing is asked of it. */
export function hasWords({ match, narrow }: Asked): SQL | undefined {
  if (!narrow) return undefined;
  return sql`exists (select 1 from product_words where product_words match ${match} and rowid = ${products.row})`;
}
