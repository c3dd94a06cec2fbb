// Who came by a letter, and which orders are counted for it.
import type { PersonId, ScenarioCode, ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, gt, gte, inArray, lt, or, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { letterArrivals, letters, orderLetters, orders } from './schema.ts';

const arrivalsKeptMs = 40 * 86_400_000;

/** An order as it counts: placed once, not taken back. */
const stands = sql`(${orders.status} is not 'cancelled' and not (${orders.origin} = 'server' and ${orders.twin} is not null))`;

export interface ArrivedBy {
  letter: string;
  visitor: string;
  at: number;
}

/** Notes who came by which letter; a letter that this shop has not written is passed over. Twice is once. */
export async function noteArrivals(db: Database, shop: ShopId, list: readonly ArrivedBy[]): Promise<void> {
  for (const chunk of chunksOf(list.map(({ letter, visitor, at }) => [letter, visitor, at]))) {
    const given = sql`(select value->>0 as letter, value->>1 as visitor, value->>2 as at from json_each(${JSON.stringify(chunk)}))`;
    await db
      .insert(letterArrivals)
      .select(
        sql`select ${letters.shop}, ${letters.id}, ${letters.scenario}, ${letters.subscriber}, given.visitor, given.at from ${given} as given join ${letters} on ${letters.id} = given.letter where ${letters.shop} = ${shop} and ${letters.subscriber} <> 'erased'`,
      )
      .onConflictDoNothing();
  }
}

/** Arrivals of the time before a moment, of these people or browsers. */
export async function arrivalsOf(
  db: Database,
  shop: ShopId,
  of: { people: readonly string[]; visitors: readonly string[]; since: number },
) {
  const rows = await db
    .select()
    .from(letterArrivals)
    .where(
      and(
        ...[eq(letterArrivals.shop, shop), gt(letterArrivals.at, of.since)],
        or(inArray(letterArrivals.subscriber, among(of.people)), inArray(letterArrivals.visitor, among(of.visitors))),
      ),
    );
  return rows.map(({ letter, scenario, at, subscriber: person, visitor }) => ({
    letter,
    scenario,
    at,
    person,
    visitor,
  }));
}

/** Orders of these people or browsers since a moment, cancelled ones too: whether they stand is asked when they are counted. */
export async function ordersSince(
  db: Database,
  shop: ShopId,
  of: { people: readonly string[]; visitors: readonly string[]; since: number },
) {
  return db
    .select({ order: orders.id, at: orders.at, person: orders.subscriber, visitor: orders.visitor })
    .from(orders)
    .where(
      and(
        ...[eq(orders.shop, shop), gte(orders.at, of.since)],
        or(inArray(orders.subscriber, among(of.people)), inArray(orders.visitor, among(of.visitors))),
      ),
    );
}

/** Writes for which letters orders are counted; an arrival that comes to be known later, and is nearer to the order, counts more. */
export async function putOrderLetters(
  db: Database,
  shop: ShopId,
  list: readonly { order: string; letter: string; scenario: string; arrivedAt: number; at: number }[],
): Promise<void> {
  for (const chunk of chunksOf(list.map((one) => ({ shop, ...one })))) {
    await insertRows(db, orderLetters, chunk).onConflictDoUpdate({
      target: [orderLetters.shop, orderLetters.order],
      set: {
        letter: excluded(orderLetters.letter),
        scenario: excluded(orderLetters.scenario),
        arrivedAt: excluded(orderLetters.arrivedAt),
      },
      setWhere: sql`${excluded(orderLetters.arrivedAt)} > ${orderLetters.arrivedAt}`,
    });
  }
}

export interface LetterRevenue {
  orders: number;
  minor: number;
}

/** Orders that are counted for letters, by scenario, placed in a span of time and of this currency. */
export async function revenueByScenario(
  db: Database,
  shop: ShopId,
  of: { from: number; until: number; currency: string },
): Promise<Map<ScenarioCode, LetterRevenue>> {
  const rows = await db
    .select({
      scenario: orderLetters.scenario,
      orders: sql<number>`count(*)`,
      minor: sql<number>`sum(${orders.totalMinor})`,
    })
    .from(orderLetters)
    .innerJoin(orders, and(eq(orders.shop, orderLetters.shop), eq(orders.id, orderLetters.order)))
    .where(
      and(
        ...[eq(orderLetters.shop, shop), gte(orderLetters.at, of.from), lt(orderLetters.at, of.until)],
        ...[eq(orders.currency, of.currency), stands],
      ),
    )
    .groupBy(orderLetters.scenario);
  return new Map(rows.map(({ scenario, ...sums }) => [scenario as ScenarioCode, sums]));
}

/** Arrivals that no order can be counted for any more. */
export async function dropOldArrivals(db: Database, shop: ShopId, now: number): Promise<void> {
  await db
    .delete(letterArrivals)
    .where(and(eq(letterArrivals.shop, shop), lt(letterArrivals.at, now - arrivalsKeptMs)));
}

/** Where a person's arrivals are, for who is being forgotten; what their browsers did after `before` is a new visitor's. */
export function arrivalsOfErased(
  shop: ShopId,
  of: { person: PersonId; visitors: readonly string[]; before: number },
): SQL | undefined {
  const byBrowser = and(inArray(letterArrivals.visitor, among(of.visitors)), lt(letterArrivals.at, of.before + 1));
  return and(eq(letterArrivals.shop, shop), or(eq(letterArrivals.subscriber, of.person), byBrowser));
}
