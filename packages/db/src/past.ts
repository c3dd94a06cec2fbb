// What the tables know of a shop's past, for telling it again: whose a browser is, what people agreed to and when, orders, who
// waited for which product, and what happened to products. All in pages, or for people that are named.
import type { Consent, OrderLine, PersonId, ShopId } from '@winback/domain';
import { consentSchema } from '@winback/domain';
import { and, asc, eq, gt, gte, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among } from './rows.ts';
import { consentLog, devices, erasures, orders, productFacts, subscribers, suppressions, watches } from './schema.ts';
import type { WaitsFor } from './watches.ts';

/** Whose these browsers are; those that are nobody's are left out. */
export async function ownersOfDevices(
  db: Database,
  shop: ShopId,
  visitors: readonly string[],
): Promise<Map<string, PersonId>> {
  const rows = await db
    .select({ visitor: devices.visitor, subscriber: devices.subscriber })
    .from(devices)
    .where(and(eq(devices.shop, shop), inArray(devices.visitor, among(visitors))));
  return new Map(rows.map(({ visitor, subscriber }) => [visitor, subscriber as PersonId]));
}

/** Names of the Visitors of people who are being forgotten, and are not yet. */
export async function visitorsBeingErased(db: Database, shop: ShopId): Promise<Set<string>> {
  const rows = await db
    .select({ visitors: erasures.visitors })
    .from(erasures)
    .where(and(eq(erasures.shop, shop), isNull(erasures.endedAt)));
  return new Set(rows.flatMap((row) => JSON.parse(row.visitors) as string[]));
}

export interface ConsentSaid {
  person: PersonId;
  at: number;
  consent: Consent;
}

/**
 * What these people agreed to from when on, oldest first. Somebody whose log is empty is as they are now since they became known;
 * an address that was given up counts as a no. People who are not known any more are left out.
 */
export async function consentsOf(db: Database, shop: ShopId, people: readonly string[]): Promise<ConsentSaid[]> {
  const them = among(people);
  const [known, log, given] = await db.batch([
    db
      .select({ person: subscribers.id, at: subscribers.createdAt, consent: subscribers.consent })
      .from(subscribers)
      .where(and(eq(subscribers.shop, shop), inArray(subscribers.id, them))),
    db
      .select({ person: consentLog.subscriber, at: consentLog.at, consent: consentLog.consent })
      .from(consentLog)
      .where(and(eq(consentLog.shop, shop), inArray(consentLog.subscriber, them), isNull(consentLog.kind)))
      .orderBy(asc(consentLog.at), asc(consentLog.id)),
    db
      .select({ person: subscribers.id, at: suppressions.at, consent: sql<string>`'unsubscribed'` })
      .from(suppressions)
      .innerJoin(subscribers, and(eq(subscribers.shop, suppressions.shop), eq(subscribers.email, suppressions.email)))
      .where(and(eq(suppressions.shop, shop), inArray(subscribers.id, them))),
  ]);
  const isKnown = new Set(known.map(({ person }) => person));
  const hasLog = new Set(log.map(({ person }) => person));
  const first = known.map((one) => (hasLog.has(one.person) ? { ...one, consent: 'none' } : one));
  const said = [...first, ...log.filter(({ person }) => isKnown.has(person)), ...given];
  return said
    .map(({ person, at, consent }) => ({ person: person as PersonId, at, consent: consentSchema.parse(consent) }))
    .sort((a, b) => a.at - b.at);
}

/** The place in a list of orders. */
export interface OrderPlace {
  at: number;
  id: string;
}

/** Orders of known people in a span of time, oldest first, each once, cancelled ones left out. */
export async function ordersPlaced(
  db: Database,
  shop: ShopId,
  of: { after: OrderPlace; until: number; limit: number },
): Promise<{ id: string; at: number; person: PersonId; products: string[] }[]> {
  const { after, until, limit } = of;
  const rows = await db
    .select({ id: orders.id, at: orders.at, person: orders.subscriber, items: orders.items })
    .from(orders)
    .where(
      and(
        ...[eq(orders.shop, shop), gte(orders.at, after.at), lt(orders.at, until)],
        or(gt(orders.at, after.at), gt(orders.id, after.id)),
        sql`${orders.subscriber} is not null and ${orders.subscriber} <> 'erased'`,
        sql`${orders.status} is not 'cancelled' and not (${orders.origin} = 'server' and ${orders.twin} is not null)`,
      ),
    )
    .orderBy(asc(orders.at), asc(orders.id))
    .limit(limit);
  return rows.map(({ id, at, person, items }) => ({
    ...{ id, at, person: person as PersonId },
    products: (JSON.parse(items) as OrderLine[]).map((line) => line.product),
  }));
}

/** The place in a list of who waits. */
export interface WatchPlace {
  visitor: string;
  product: string;
  waitsFor: string;
}

/** Who waited already at a moment, and still does; prices in minor units. */
export async function watchesBefore(
  db: Database,
  shop: ShopId,
  of: { before: number; after: WatchPlace; limit: number },
): Promise<
  { visitor: string; person: PersonId; product: string; waitsFor: WaitsFor; priceMinor: number | null; at: number }[]
> {
  const { before, after, limit } = of;
  const place = sql`(${watches.visitor}, ${watches.product}, ${watches.waitsFor}) > (${after.visitor}, ${after.product}, ${after.waitsFor})`;
  const rows = await db
    .select()
    .from(watches)
    .where(
      and(
        ...[eq(watches.shop, shop), lt(watches.at, before), eq(watches.origin, 'asked')],
        sql`${watches.subscriber} is not null and ${place}`,
      ),
    )
    .orderBy(asc(watches.visitor), asc(watches.product), asc(watches.waitsFor))
    .limit(limit);
  return rows.map(({ visitor, subscriber, product, waitsFor, priceMinor, at }) => ({
    ...{ visitor, product, priceMinor, at },
    ...{ person: subscriber as PersonId, waitsFor: waitsFor as WaitsFor },
  }));
}

/** What happened to these products, oldest first. */
export async function factsOfProducts(
  db: Database,
  shop: ShopId,
  of: { products: readonly string[]; from: number; until: number },
) {
  const rows = await db
    .select()
    .from(productFacts)
    .where(
      and(
        ...[eq(productFacts.shop, shop), inArray(productFacts.product, among(of.products))],
        ...[gte(productFacts.at, of.from), lt(productFacts.at, of.until), ne(productFacts.kind, 'new')],
      ),
    )
    .orderBy(asc(productFacts.at), asc(productFacts.id));
  return rows.map(({ id, kind, product, at, priceMinor, wasMinor, currency }) => ({
    ...{ id, product, at, priceMinor, wasMinor, currency },
    kind: kind as WaitsFor,
  }));
}
