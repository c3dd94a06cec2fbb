import type { ShopId } from '@winback/domain';
import { and, eq } from 'drizzle-orm';
import type { Database } from './database.ts';
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
