import type { ShopId } from '@winback/domain';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among, chunksOf, insertRows } from './rows.ts';
import { suppressions } from './schema.ts';

/** True: no letter goes to this address, whatever the subscriber's consent says (hard bounces, complaints, imports, erasures). */
export async function isSuppressed(db: Database, shop: ShopId, email: string): Promise<boolean> {
  return (await suppressionOf(db, shop, email)) !== null;
}

/** Why no letter goes to this address; null: it may. An erased person's address is known by its digest only. */
export async function suppressionOf(db: Database, shop: ShopId, email: string): Promise<string | null> {
  const names = [email, await addressDigest(shop, email)];
  const [row] = await db
    .select({ reason: suppressions.reason })
    .from(suppressions)
    .where(and(eq(suppressions.shop, shop), inArray(suppressions.email, names)))
    .limit(1);
  return row?.reason ?? null;
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

/** Those of these addresses that no letter may go to, erased people's among them. */
export async function suppressedAmong(db: Database, shop: ShopId, emails: readonly string[]): Promise<Set<string>> {
  const digests = await Promise.all(emails.map((email) => addressDigest(shop, email)));
  const addresses = new Map(
    emails.flatMap(
      (email, at) =>
        [
          [email, email],
          [digests[at] ?? '', email],
        ] as const,
    ),
  );
  const rows = await db
    .select({ email: suppressions.email })
    .from(suppressions)
    .where(and(eq(suppressions.shop, shop), inArray(suppressions.email, among([...addresses.keys()]))));
  return new Set(rows.map((row) => addresses.get(row.email) ?? row.email));
}

/** `sha256:` and the digest of the shop and the address in hex: it knows the address again and does not tell it. */
export async function addressDigest(shop: ShopId, email: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${shop} ${email}`));
  return `sha256:${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
