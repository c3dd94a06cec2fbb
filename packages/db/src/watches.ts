import type { PersonId, ProductId, ShopId } from '@winback/domain';
import { and, eq, gte, lt, lte, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among, chunksOf, insertRows } from './rows.ts';
import { subscribers, watches } from './schema.ts';

export type WaitsFor = 'back-in-stock' | 'price-drop';

export interface Watch {
  /** The Visitor that said so. */
  visitor: string;
  person: PersonId | null;
  product: ProductId;
  waitsFor: WaitsFor;
  priceMinor: number | null;
  properties: Record<string, string>;
  at: number;
}

/** Writes who waits for what. Waiting twice is waiting once, from the later moment. */
export async function putWatches(db: Database, shop: ShopId, list: readonly Watch[]): Promise<void> {
  const rows = list.map(({ person, properties, ...watch }) => ({
    shop,
    ...watch,
    subscriber: person,
    properties: JSON.stringify(properties),
    origin: 'asked',
  }));
  for (const chunk of chunksOf(rows)) {
    await insertRows(db, watches, chunk).onConflictDoUpdate({
      target: [watches.shop, watches.visitor, watches.product, watches.waitsFor],
      set: {
        subscriber: sql`coalesce(excluded.subscriber, ${watches.subscriber})`,
        priceMinor: sql`excluded.price_minor`,
        properties: sql`excluded.properties`,
        at: sql`excluded.at`,
        origin: sql`excluded.origin`,
      },
      setWhere: sql`excluded.at >= ${watches.at} or ${watches.origin} <> excluded.origin`,
    });
  }
}

/**
 * Writes which products people keep in their carts and on their wish lists, so that they can be asked when one costs less. What they
 * asked for themselves stays as it is.
 */
export async function putKept(
  db: Database,
  shop: ShopId,
  list: readonly { visitor: string; person: PersonId; product: string; at: number }[],
): Promise<void> {
  const rows = list.map(({ person, ...kept }) => ({
    ...{ shop, ...kept, subscriber: person, waitsFor: 'price-drop' },
    ...{ properties: '{}', origin: 'kept' },
  }));
  for (const chunk of chunksOf(rows)) await insertRows(db, watches, chunk).onConflictDoNothing();
}

/** No longer waits, for all that was said until a moment; `products` empty: for nothing of this kind. */
export async function dropWatches(
  db: Database,
  shop: ShopId,
  of: { visitor: string; waitsFor: WaitsFor; products: readonly string[]; until: number },
): Promise<void> {
  const { visitor, waitsFor, products, until } = of;
  const named = products.length > 0 ? sql`${watches.product} in ${among(products)}` : undefined;
  const theirs = and(eq(watches.shop, shop), eq(watches.visitor, visitor));
  await db.delete(watches).where(and(theirs, eq(watches.waitsFor, waitsFor), lte(watches.at, until), named));
}

/** Who asked to be told of a product, longest first. */
export async function watchesOf(
  db: Database,
  shop: ShopId,
  product: ProductId,
): Promise<{ visitor: string; person: PersonId | null; waitsFor: WaitsFor; at: number }[]> {
  const rows = await db
    .select()
    .from(watches)
    .where(and(eq(watches.shop, shop), eq(watches.product, product), eq(watches.origin, 'asked')))
    .orderBy(watches.at);
  return rows.map(({ visitor, subscriber, waitsFor, at }) => ({
    visitor,
    person: subscriber as PersonId | null,
    waitsFor: waitsFor as WaitsFor,
    at,
  }));
}

export interface Watcher {
  at: number;
  product: string;
  properties: Record<string, string>;
  email: string | null;
  phone: string | null;
  profile: Record<string, unknown>;
}

/** Who asked to be told in a span of time and waits still, oldest first. */
export async function watchersBetween(
  db: Database,
  shop: ShopId,
  of: { waitsFor: WaitsFor; from: number; until: number; limit: number },
): Promise<Watcher[]> {
  const rows = await db
    .select({ watch: watches, person: subscribers })
    .from(watches)
    .leftJoin(subscribers, and(eq(subscribers.shop, watches.shop), eq(subscribers.id, watches.subscriber)))
    .where(
      and(
        eq(watches.shop, shop),
        eq(watches.waitsFor, of.waitsFor),
        eq(watches.origin, 'asked'),
        gte(watches.at, of.from),
        lt(watches.at, of.until),
      ),
    )
    .orderBy(watches.at)
    .limit(of.limit);
  return rows.map(({ watch, person }) => ({
    at: watch.at,
    product: watch.product,
    properties: JSON.parse(watch.properties) as Record<string, string>,
    email: person?.email ?? null,
    phone: person?.phone ?? null,
    profile: JSON.parse(person?.profile ?? '{}') as Record<string, unknown>,
  }));
}
