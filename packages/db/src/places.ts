// The names of places that a shop sells in.
import type { ShopId } from '@winback/domain';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { places } from './schema.ts';

export interface Place {
  id: string;
  name: string;
  type: string | null;
  parentId: string | null;
}

/** The shop's places are these, and no others. Ids must differ within the list. Only what is different is written. */
export async function putPlaces(db: Database, shop: ShopId, list: readonly Place[]): Promise<void> {
  const ids = among(list.map(({ id }) => id));
  await runAll(db, [
    ...chunksOf(list.map((one) => ({ ...one, shop }))).map((chunk) =>
      insertRows(db, places, chunk).onConflictDoUpdate({
        target: [places.shop, places.id],
        set: { name: excluded(places.name), type: excluded(places.type), parentId: excluded(places.parentId) },
        setWhere: sql`(${places.name}, ${places.type}, ${places.parentId}) is not (excluded.name, excluded.type, excluded.parent_id)`,
      }),
    ),
    db.delete(places).where(and(eq(places.shop, shop), sql`${places.id} not in ${ids}`)),
  ]);
}

/** What the shop calls these places; those that it never named are left out. */
export async function placeNames(db: Database, shop: ShopId, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: places.id, name: places.name })
    .from(places)
    .where(and(eq(places.shop, shop), inArray(places.id, among(ids))));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
