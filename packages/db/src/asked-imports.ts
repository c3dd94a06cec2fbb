// Imports as people ask for them and end them, and what a dry run asks. What an import does in between is in import-steps.ts.
import type { FeedImport, ShopId } from '@winback/domain';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among } from './rows.ts';
import { feedImports, products } from './schema.ts';

/** An import was asked for: from now on the merchant sees it. Asked twice is asked once; one that was queued runs now. */
export async function noteImportAsked(
  db: Database,
  shop: ShopId,
  of: { id: string; origin: FeedImport['origin']; now: number; state: 'queued' | 'running' },
): Promise<void> {
  const { id, origin, now, state } = of;
  await db
    .insert(feedImports)
    .values({ id, shop, origin, startedAt: now, state })
    .onConflictDoUpdate({
      target: feedImports.id,
      set: { state, startedAt: now },
      setWhere: sql`${feedImports.shop} = ${shop} and ${feedImports.state} = 'queued'`,
    });
}

/** A queued import will never run: a newer one took its place. */
export async function noteOvertaken(db: Database, shop: ShopId, of: { id: string; now: number }): Promise<void> {
  const message = 'not imported: before its turn came, a newer one took its place';
  await db
    .update(feedImports)
    .set({ state: 'stopped', endedAt: of.now, message })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, of.id), eq(feedImports.state, 'queued')));
}

/** How many problems of each kind an import met. */
export async function problemKindsOf(db: Database, shop: ShopId, id: string): Promise<Record<string, number>> {
  const [row] = await db
    .select({ kinds: feedImports.problemKinds })
    .from(feedImports)
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id)))
    .limit(1);
  return row ? (JSON.parse(row.kinds) as Record<string, number>) : {};
}

/**
 * The merchant's no to an import that is queued, waits or runs; the catalogue stays as it is. False: it has ended, or it is writing the
 * catalogue already, which is not left half done.
 */
export async function endByMerchant(
  db: Database,
  shop: ShopId,
  { id, now }: { id: string; now: number },
): Promise<boolean> {
  const open = inArray(feedImports.state, ['queued', 'waiting', 'running']);
  const notYetWriting = sql`(${feedImports.state} <> 'running' or coalesce(${feedImports.place} ->> '$.step', '') <> 'switching')`;
  const changed = await db
    .update(feedImports)
    .set({ state: 'stopped', endedAt: now, place: null, message: 'not imported: you stopped it' })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id), open, notYetWriting))
    .returning({ id: feedImports.id });
  return changed.length > 0;
}

/** How many products of feeds can be bought now, and how many of those are not among these. */
export async function missingAmong(
  db: Database,
  shop: ShopId,
  ids: readonly string[],
): Promise<{ inStock: number; missing: number }> {
  const sold = and(eq(products.shop, shop), eq(products.inStock, true), eq(products.origin, 'feed'));
  const [inStock, missing] = await Promise.all([
    db.$count(products, sold),
    db.$count(products, and(sold, sql`${products.id} not in ${among(ids)}`)),
  ]);
  return { inStock, missing };
}
