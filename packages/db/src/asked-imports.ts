// Imports as people ask for them and decide about them. What an import does in between is in feeds.ts.
import type { FeedImport, ShopId } from '@winback/domain';
import { feedImportSchema } from '@winback/domain';
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among } from './rows.ts';
import { feedImports, products } from './schema.ts';

/** An import was asked for: from now on the merchant sees it. Asked twice is asked once. */
export async function noteImportAsked(
  db: Database,
  shop: ShopId,
  of: { id: string; origin: FeedImport['origin']; now: number },
): Promise<void> {
  const { id, origin, now } = of;
  await db.insert(feedImports).values({ id, shop, origin, startedAt: now, state: 'running' }).onConflictDoNothing();
}

/** One import, without its progress, and how many problems of each kind it met, as far as that is counted. */
export async function knownImport(
  db: Database,
  shop: ShopId,
  id: string,
): Promise<{ told: FeedImport; kinds: Record<string, number> } | null> {
  const [row] = await db
    .select()
    .from(feedImports)
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id)))
    .limit(1);
  if (!row) return null;
  const told = feedImportSchema.parse({ ...row, progress: null });
  return { told, kinds: JSON.parse(row.problemKinds) as Record<string, number> };
}

/** The merchant's yes to an import that waits: it goes on where it stood. False where it waits no more. */
export async function confirmWaiting(db: Database, shop: ShopId, id: string): Promise<boolean> {
  const changed = await db
    .update(feedImports)
    .set({ state: 'running', message: null })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id), eq(feedImports.state, 'waiting')))
    .returning({ id: feedImports.id });
  return changed.length > 0;
}

/** The merchant's no to an import that waits or runs. False where it has ended by itself. */
export async function endByMerchant(
  db: Database,
  shop: ShopId,
  { id, now }: { id: string; now: number },
): Promise<boolean> {
  const open = inArray(feedImports.state, ['waiting', 'running']);
  const changed = await db
    .update(feedImports)
    .set({ state: 'stopped', endedAt: now, message: 'the old catalogue was kept: you stopped this import' })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id), open))
    .returning({ id: feedImports.id });
  return changed.length > 0;
}

/** A newer import has taken the place of those that wait for a word. */
export async function endOvertaken(
  db: Database,
  shop: ShopId,
  { by, now }: { by: string; now: number },
): Promise<string[]> {
  const overtaken = await db
    .update(feedImports)
    .set({ state: 'stopped', endedAt: now, message: 'a newer import took its place' })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.state, 'waiting'), ne(feedImports.id, by)))
    .returning({ id: feedImports.id });
  return overtaken.map(({ id }) => id);
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
