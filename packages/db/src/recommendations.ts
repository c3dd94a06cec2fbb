import type { ShopId } from '@winback/domain';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { demand, products, recommendations } from './schema.ts';

/** `other` goes well with `product`; larger scores go first. */
export interface Together {
  product: string;
  other: string;
  score: number;
}

/** Scores are kept as integers. */
const scale = 1_000_000;

/**
 * Replaces what goes together with what, and how wanted products are. Rows that did not change are not written: this runs
 * every few minutes, and a database bills by the row.
 */
export async function publishTogether(
  db: Database,
  shop: ShopId,
  news: {
    neighbours: readonly (Together & { rank: number })[];
    products: readonly { id: string; views: number; buys: number }[];
  },
): Promise<void> {
  const rows = news.neighbours.map((one) => ({ ...one, shop, score: Math.round(one.score * scale) }));
  const gone = JSON.stringify(rows.map(({ product, rank }) => [product, rank]));
  await runAll(db, [
    ...chunksOf(rows).map((chunk) =>
      insertRows(db, recommendations, chunk).onConflictDoUpdate({
        target: [recommendations.shop, recommendations.product, recommendations.rank],
        set: { other: excluded(recommendations.other), score: excluded(recommendations.score) },
        setWhere: sql`${recommendations.other} <> excluded.other or abs(${recommendations.score} - excluded.score) * 20 > ${recommendations.score}`,
      }),
    ),
    db
      .delete(recommendations)
      .where(
        and(
          eq(recommendations.shop, shop),
          sql`(${recommendations.product}, ${recommendations.rank}) not in (select value->>0, value->>1 from json_each(${gone}))`,
        ),
      ),
    ...chunksOf(news.products.map(({ id, views, buys }) => ({ shop, product: id, views, buys }))).map((chunk) =>
      insertRows(db, demand, chunk).onConflictDoUpdate({
        target: [demand.shop, demand.product],
        set: { views: excluded(demand.views), buys: excluded(demand.buys) },
        setWhere: sql`${demand.buys} <> excluded.buys or abs(${demand.views} - excluded.views) * 20 > ${demand.views}`,
      }),
    ),
  ]);
}

/** What goes well with any of these products. */
export async function togetherWith(db: Database, shop: ShopId, ids: readonly string[]): Promise<Together[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ product: recommendations.product, other: recommendations.other, score: recommendations.score })
    .from(recommendations)
    .where(and(eq(recommendations.shop, shop), inArray(recommendations.product, among(ids))));
  return rows.map((row) => ({ ...row, score: row.score / scale }));
}

/** Those that go well with any of these products and that the merchant wants sooner than others. */
export async function boostedNear(db: Database, shop: ShopId, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectDistinct({ other: recommendations.other })
    .from(recommendations)
    .innerJoin(products, and(eq(products.shop, recommendations.shop), eq(products.id, recommendations.other)))
    .where(
      and(eq(recommendations.shop, shop), inArray(recommendations.product, among(ids)), eq(products.wish, 'boost')),
    );
  return rows.map(({ other }) => other);
}
