import type { ShopId } from '@winback/domain';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among, chunksOf, insertRows } from './rows.ts';
import { suppressions } from './schema.ts';

/** True: no letter goes to this address, whatever the subscriber's consent says (hard bounces, complaints, imports). */
export async function isSuppressed(db: Database, shop: ShopId, email: string): Promise<boolean> {
  const [row] = await db
    .select({ email: suppressions.email })
    .from(suppressions)
    .where(and(eq(suppressions.shop, shop), eq(suppressions.email, email)))
    .limit(1);
  return row !== undefined;
}

export async function suppress(db: Database, shop: ShopId, email: string, reason: string, now: number): Promise<void> {
  await db.insert(suppressions).values({ shop, email, reason, at: now }).onConflictDoNothing();
}

/** Suppresses many addresses; one that is suppressed already keeps its reason. Answers how many were new. */
export async function suppressAll(
  db: Database,
  shop: ShopId,
  emails: readonly string[],
  by: { reason: string; now: number },
): Promise<number> {
  let added = 0;
  for (const chunk of chunksOf(emails.map((email) => ({ shop, email, reason: by.reason, at: by.now })))) {
    const rows = await insertRows(db, suppressions, chunk)
      .onConflictDoNothing()
      .returning({ email: suppressions.email });
    added += rows.length;
  }
  return added;
}

/** Those of these addresses that no letter may go to. */
export async function suppressedAmong(db: Database, shop: ShopId, emails: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .select({ email: suppressions.email })
    .from(suppressions)
    .where(and(eq(suppressions.shop, shop), inArray(suppressions.email, among(emails))));
  return new Set(rows.map((row) => row.email));
}
