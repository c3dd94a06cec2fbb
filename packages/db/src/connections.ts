import type { ConnectionOptions, Platform, ShopId } from '@winback/domain';
import { connectionOptionsSchema, platformSchema } from '@winback/domain';
import { and, eq, isNull, lt, ne, or } from 'drizzle-orm';
import type { Database } from './database.ts';
import { connections } from './schema.ts';

export interface ConnectionRow {
  platform: Platform;
  /** The platform's secret, sealed; empty where it has none. */
  sealed: string;
  createdAt: number;
  options: ConnectionOptions;
  last: { topic: string; at: number } | null;
}

const noteEveryMs = 60_000;

export async function listConnections(db: Database, shop: ShopId): Promise<ConnectionRow[]> {
  const rows = await db.select().from(connections).where(eq(connections.shop, shop));
  return rows.map(rowOf);
}

export async function connectionTo(db: Database, shop: ShopId, platform: Platform): Promise<ConnectionRow | null> {
  const [row] = await db.select().from(connections).where(placeOf(shop, platform)).limit(1);
  return row ? rowOf(row) : null;
}

/** Connects a platform, or changes its secret or its options; what is null stays as it is. */
export async function putConnection(
  db: Database,
  shop: ShopId,
  of: { platform: Platform; sealed: string | null; options: ConnectionOptions | null; now: number },
): Promise<void> {
  const { platform, sealed, now } = of;
  const options = of.options && JSON.stringify(of.options);
  await db
    .insert(connections)
    .values({ shop, platform, sealed: sealed ?? '', createdAt: now, ...(options === null ? {} : { options }) })
    .onConflictDoUpdate({
      target: [connections.shop, connections.platform],
      set: {
        platform,
        ...(sealed === null ? {} : { sealed, createdAt: now }),
        ...(options === null ? {} : { options }),
      },
    });
}

/** Disconnecting twice is disconnecting once. */
export async function dropConnection(db: Database, shop: ShopId, platform: Platform): Promise<void> {
  await db.delete(connections).where(placeOf(shop, platform));
}

/** A platform was heard: for the merchant, not for counting. The same topic within a minute writes nothing. */
export async function noteConnection(
  db: Database,
  shop: ShopId,
  { platform, topic, now }: { platform: Platform; topic: string; now: number },
): Promise<void> {
  const due = or(
    isNull(connections.lastAt),
    lt(connections.lastAt, now - noteEveryMs),
    ne(connections.lastTopic, topic),
  );
  await db
    .update(connections)
    .set({ lastTopic: topic, lastAt: now })
    .where(and(placeOf(shop, platform), due));
}

function placeOf(shop: ShopId, platform: Platform) {
  return and(eq(connections.shop, shop), eq(connections.platform, platform));
}

function rowOf(row: typeof connections.$inferSelect): ConnectionRow {
  const { sealed, createdAt, lastTopic, lastAt } = row;
  return {
    platform: platformSchema.parse(row.platform),
    sealed,
    createdAt,
    options: connectionOptionsSchema.parse(JSON.parse(row.options)),
    last: lastTopic === null || lastAt === null ? null : { topic: lastTopic, at: lastAt },
  };
}
