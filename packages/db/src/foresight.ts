// What a change to the catalogue would come to, before it is made: nothing here writes.
import type { ShopId } from '@winback/domain';
import { and, eq, inArray } from 'drizzle-orm';
import type { CategoryRow } from './catalogue.ts';
import type { Database } from './database.ts';
import { among, chunksOf } from './rows.ts';
import { categories, products } from './schema.ts';

export interface Foreseen {
  added: number;
  changed: number;
}

/** What `putOffers` would do with these. Ids must differ within the list. */
export async function foreseeOffers(
  db: Database,
  shop: ShopId,
  offers: readonly { id: string; hash: string }[],
): Promise<Foreseen> {
  const hashes = new Map<string, string>();
  for (const chunk of chunksOf(offers.map(({ id }) => id))) {
    const rows = await db
      .select({ id: products.id, hash: products.hash })
      .from(products)
      .where(and(eq(products.shop, shop), inArray(products.id, among(chunk))));
    for (const row of rows) hashes.set(row.id, row.hash);
  }
  return {
    added: offers.filter(({ id }) => !hashes.has(id)).length,
    changed: offers.filter(({ id, hash }) => hashes.has(id) && hashes.get(id) !== hash).length,
  };
}

/** What `putCategories` would do with these. Ids must differ within the list. */
export async function foreseeCategories(db: Database, shop: ShopId, list: readonly CategoryRow[]): Promise<Foreseen> {
  const known = new Map<string, CategoryRow>();
  for (const chunk of chunksOf(list.map(({ id }) => id))) {
    const rows = await db
      .select({ id: categories.id, name: categories.name, parentId: categories.parentId, url: categories.url })
      .from(categories)
      .where(and(eq(categories.shop, shop), inArray(categories.id, among(chunk))));
    for (const row of rows) known.set(row.id, row);
  }
  const isChanged = ({ id, name, parentId, url = null }: CategoryRow) => {
    const before = known.get(id);
    return before !== undefined && (before.name !== name || before.parentId !== parentId || before.url !== url);
  };
  return { added: list.filter(({ id }) => !known.has(id)).length, changed: list.filter(isChanged).length };
}

/** Which of these products there are, and whether they can be bought. */
export async function stockAmong(db: Database, shop: ShopId, ids: readonly string[]): Promise<Map<string, boolean>> {
  const known = new Map<string, boolean>();
  for (const chunk of chunksOf(ids)) {
    const rows = await db
      .select({ id: products.id, inStock: products.inStock })
      .from(products)
      .where(and(eq(products.shop, shop), inArray(products.id, among(chunk))));
    for (const row of rows) known.set(row.id, row.inStock);
  }
  return known;
}
