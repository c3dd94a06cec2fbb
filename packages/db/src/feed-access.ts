// How a shop's feed is fetched, and how often that failed.
import type { ShopId } from '@winback/domain';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { feedAccess as table } from './schema.ts';

export interface FeedAccess {
  userName: string | null;
  /** The password, sealed. */
  sealed: string | null;
  /** Imports that failed one after another. */
  failures: number;
  /** Since when the schedule rests; null: it runs. */
  pausedAt: number | null;
  /** The import that the owner was told of last, until one is good again. */
  toldOf: string | null;
}

const untouched: FeedAccess = { userName: null, sealed: null, failures: 0, pausedAt: null, toldOf: null };

export async function feedAccess(db: Database, shop: ShopId): Promise<FeedAccess> {
  const [row] = await db.select().from(table).where(eq(table.shop, shop)).limit(1);
  if (!row) return untouched;
  const { shop: _shop, ...access } = row;
  return access;
}

/** The credentials; null forgets them. */
export async function putFeedAccess(
  db: Database,
  shop: ShopId,
  credentials: Pick<FeedAccess, 'userName' | 'sealed'>,
): Promise<void> {
  await put(db, shop, credentials);
}

/** An import failed. Says whether the schedule rests from this failure on. */
export async function noteFeedFailure(
  db: Database,
  shop: ShopId,
  { restsAfter, now }: { restsAfter: number; now: number },
): Promise<{ rests: boolean }> {
  await db
    .insert(table)
    .values({ shop, failures: 1 })
    .onConflictDoUpdate({ target: table.shop, set: { failures: sql`${table.failures} + 1` } });
  const paused = await db
    .update(table)
    .set({ pausedAt: now })
    .where(and(eq(table.shop, shop), isNull(table.pausedAt), sql`${table.failures} >= ${restsAfter}`))
    .returning({ shop: table.shop });
  return { rests: paused.length > 0 };
}

/** An import was good, or the merchant says so: the schedule runs, and the next trouble is news. */
export async function forgetFeedFailures(db: Database, shop: ShopId): Promise<void> {
  await db.update(table).set({ failures: 0, pausedAt: null, toldOf: null }).where(eq(table.shop, shop));
}

/** The owner was told of this import. */
export async function noteToldOf(db: Database, shop: ShopId, toldOf: string): Promise<void> {
  await put(db, shop, { toldOf });
}

async function put(db: Database, shop: ShopId, set: Partial<FeedAccess>): Promise<void> {
  await db
    .insert(table)
    .values({ shop, ...set })
    .onConflictDoUpdate({ target: table.shop, set });
}
