import type { ReportingProvider, ShopId } from '@winback/domain';
import { reportingProviderSchema } from '@winback/domain';
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { Database } from './database.ts';
import { returnSecrets } from './schema.ts';

export interface ReturnSecret {
  provider: ReportingProvider;
  /** How the provider signs, sealed. */
  sealed: string;
  createdAt: number;
  /** The last report that was believed. */
  last: { what: string; at: number } | null;
}

const noteEveryMs = 60_000;

export async function listReturnSecrets(db: Database, shop: ShopId): Promise<ReturnSecret[]> {
  const rows = await db.select().from(returnSecrets).where(eq(returnSecrets.shop, shop));
  return rows.map(({ provider, sealed, createdAt, lastWhat, lastAt }) => ({
    provider: reportingProviderSchema.parse(provider),
    ...{ sealed, createdAt },
    last: lastWhat === null || lastAt === null ? null : { what: lastWhat, at: lastAt },
  }));
}

export async function returnSecretOf(
  db: Database,
  shop: ShopId,
  provider: ReportingProvider,
): Promise<ReturnSecret | null> {
  return (await listReturnSecrets(db, shop)).find((one) => one.provider === provider) ?? null;
}

export async function putReturnSecret(
  db: Database,
  shop: ShopId,
  { provider, sealed, now }: { provider: ReportingProvider; sealed: string; now: number },
): Promise<void> {
  await db
    .insert(returnSecrets)
    .values({ shop, provider, sealed, createdAt: now })
    .onConflictDoUpdate({
      target: [returnSecrets.shop, returnSecrets.provider],
      set: { sealed, createdAt: now },
    });
}

export async function dropReturnSecret(db: Database, shop: ShopId, provider: ReportingProvider): Promise<void> {
  await db.delete(returnSecrets).where(placeOf(shop, provider));
}

/** A provider was heard: for the merchant, not for counting. Within a minute nothing is written. */
export async function noteReturnHeard(
  db: Database,
  shop: ShopId,
  { provider, what, now }: { provider: ReportingProvider; what: string; now: number },
): Promise<void> {
  const due = or(isNull(returnSecrets.lastAt), lt(returnSecrets.lastAt, now - noteEveryMs));
  await db
    .update(returnSecrets)
    .set({ lastWhat: what, lastAt: now })
    .where(and(placeOf(shop, provider), due));
}

function placeOf(shop: ShopId, provider: ReportingProvider) {
  return and(eq(returnSecrets.shop, shop), eq(returnSecrets.provider, provider));
}
