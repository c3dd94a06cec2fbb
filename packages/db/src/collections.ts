// Lists of products that a shop keeps by hand. Which products lie in one stands with each product.
import type { ShopId } from '@winback/domain';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import type { Product } from './products.ts';
import { productsById } from './products.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { collections, productCollections, products } from './schema.ts';

export interface CollectionRow {
  id: string;
  name: string;
  url: string | null;
}

/** The shop's collections are these, and no others. Ids must differ within the list. Only what is different is written. */
export async function putCollections(db: Database, shop: ShopId, list: readonly CollectionRow[]): Promise<void> {
  const names = among(list.map((one) => one.id));
  await runAll(db, [
    ...chunksOf(list.map(({ id, name, url }) => ({ shop, id, name, url }))).map((chunk) =>
      insertRows(db, collections, chunk).onConflictDoUpdate({
        target: [collections.shop, collections.id],
        set: { name: excluded(collections.name), url: excluded(collections.url) },
        setWhere: sql`${collections.name} <> excluded.name or ${collections.url} is not excluded.url`,
      }),
    ),
    db.delete(collections).where(and(eq(collections.shop, shop), sql`${collections.id} not in ${names}`)),
  ]);
}

/** By name. */
export async function listCollections(db: Database, shop: ShopId, limit: number): Promise<CollectionRow[]> {
  return db
    .select({ id: collections.id, name: collections.name, url: collections.url })
    .from(collections)
    .where(eq(collections.shop, shop))
    .orderBy(asc(collections.name), asc(collections.id))
    .limit(limit);
}

/** Those in stock, by name. */
export async function productsInCollection(db: Database, shop: ShopId, id: string, limit: number): Promise<Product[]> {
  const rows = await db
    .select({ id: products.id })
    .from(productCollections)
    .innerJoin(products, and(eq(products.shop, productCollections.shop), eq(products.id, productCollections.product)))
    .where(and(eq(productCollections.shop, shop), eq(productCollections.collection, id), eq(products.inStock, true)))
    .orderBy(asc(products.name), asc(products.id))
    .limit(limit);
  const ids = rows.map((row) => row.id);
  const found = new Map((await productsById(db, shop, ids)).map((product) => [product.id, product]));
  return ids.flatMap((one) => found.get(one) ?? []);
}
