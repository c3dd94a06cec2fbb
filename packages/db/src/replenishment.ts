// How a shop's products are bought again: the orders that teach it, and what was learnt. An order counts once, whichever of its
// numbers, unless it was cancelled; one whose buyer nobody knows, or who was forgotten, is nobody's.
import type { Consent, PersonId, ShopId } from '@winback/domain';
import { and, asc, desc, eq, gt, gte, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { erasedPerson } from './erasures.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { orderProducts, orders, productHabits, products, replenishment, subscribers } from './schema.ts';

/** How a product is bought; times in ms. */
export type ProductHabitRow = Omit<typeof productHabits.$inferSelect, 'shop'>;

const ofSomebody = sql`${orders.subscriber} is not null and ${orders.subscriber} <> ${erasedPerson}`;
const counts = and(
  ofSomebody,
  sql`${orders.status} is not 'cancelled'`,
  sql`not (${orders.origin} = 'server' and ${orders.twin} is not null)`,
);

export interface BoughtLine {
  product: string;
  at: number;
  order: string;
  person: string;
}

/** Lines of orders by their product, after a line. A page that is shorter than `limit` is the last. */
export async function boughtLines(
  db: Database,
  shop: ShopId,
  of: { after: Omit<BoughtLine, 'person'>; since: number; limit: number },
): Promise<BoughtLine[]> {
  const { after } = of;
  const place = sql`(${orderProducts.product}, ${orderProducts.at}, ${orderProducts.order}) > (${after.product}, ${after.at}, ${after.order})`;
  const rows = await db
    .select({
      product: orderProducts.product,
      at: orderProducts.at,
      order: orderProducts.order,
      person: sql<string>`${orders.subscriber}`,
    })
    .from(orderProducts)
    .innerJoin(orders, and(eq(orders.shop, orderProducts.shop), eq(orders.id, orderProducts.order)))
    .where(and(eq(orderProducts.shop, shop), place, gte(orderProducts.at, of.since), counts))
    .orderBy(orderProducts.product, orderProducts.at, orderProducts.order)
    .limit(of.limit);
  return rows;
}

/** Writes how products are bought; only what is different is written. */
export async function putProductHabits(db: Database, shop: ShopId, list: readonly ProductHabitRow[]): Promise<void> {
  const { buyers, repeaters, orders: bought, intervals, intervalMs, first, last } = productHabits;
  for (const chunk of chunksOf(list.map((habit) => ({ shop, ...habit }))))
    await insertRows(db, productHabits, chunk).onConflictDoUpdate({
      target: [productHabits.shop, productHabits.product],
      set: {
        buyers: excluded(buyers),
        repeaters: excluded(repeaters),
        orders: excluded(bought),
        intervals: excluded(intervals),
        intervalMs: excluded(intervalMs),
        first: excluded(first),
        last: excluded(last),
      },
      setWhere: sql`${bought} <> excluded.orders or ${buyers} <> excluded.buyers or ${last} <> excluded.last or ${first} <> excluded.first`,
    });
}

/** A page of them, by product. */
export async function productHabitsAfter(
  db: Database,
  shop: ShopId,
  of: { after: string; limit: number },
): Promise<ProductHabitRow[]> {
  const rows = await db
    .select()
    .from(productHabits)
    .where(and(eq(productHabits.shop, shop), gt(productHabits.product, of.after)))
    .orderBy(asc(productHabits.product))
    .limit(of.limit);
  return rows.map(({ shop: _shop, ...habit }) => habit);
}

export async function productHabitsOf(
  db: Database,
  shop: ShopId,
  products: readonly string[],
): Promise<Map<string, ProductHabitRow>> {
  const known = new Map<string, ProductHabitRow>();
  for (const chunk of chunksOf(products)) {
    const rows = await db
      .select()
      .from(productHabits)
      .where(and(eq(productHabits.shop, shop), inArray(productHabits.product, among(chunk))));
    for (const { shop: _shop, ...habit } of rows) known.set(habit.product, habit);
  }
  return known;
}

/** An order as far as it tells of habits: each product once, however many pieces. */
export interface BoughtOrder {
  person: string;
  at: number;
  products: string[];
}

/**
 * All orders of some shoppers, shopper by shopper; the last one's may be cut at `limit`. Ids of people are random, so the first
 * ones by id are a fair sample of all.
 */
export async function ordersOfSome(
  db: Database,
  shop: ShopId,
  of: { since: number; limit: number },
): Promise<BoughtOrder[]> {
  const rows = await db
    .select({ person: orders.subscriber, at: orders.at, items: orders.items })
    .from(orders)
    .where(and(eq(orders.shop, shop), gt(orders.subscriber, ''), gte(orders.at, of.since), counts))
    .orderBy(asc(orders.subscriber), asc(orders.at))
    .limit(of.limit);
  return rows.map(boughtOf);
}

/** What these people ordered, newest first. */
export async function ordersOfPeople(
  db: Database,
  shop: ShopId,
  people: readonly string[],
  of: { since: number; limit: number },
): Promise<BoughtOrder[]> {
  const rows = await db
    .select({ person: orders.subscriber, at: orders.at, items: orders.items })
    .from(orders)
    .where(and(eq(orders.shop, shop), inArray(orders.subscriber, among(people)), gte(orders.at, of.since), counts))
    .orderBy(desc(orders.at), desc(orders.id))
    .limit(of.limit);
  return rows.map(boughtOf);
}

function boughtOf({ person, at, items }: { person: string | null; at: number; items: string }): BoughtOrder {
  const lines = JSON.parse(items) as { product: string; quantity: number }[];
  const products = lines.filter(({ quantity }) => quantity > 0).map(({ product }) => product);
  return { person: person ?? '', at, products: [...new Set(products)] };
}

/** Of these people, who may be written to or was asked to agree. */
export async function reachableAmong(
  db: Database,
  shop: ShopId,
  people: readonly string[],
): Promise<{ id: PersonId; consent: Consent }[]> {
  const rows = await db
    .select({ id: subscribers.id, consent: subscribers.consent })
    .from(subscribers)
    .where(
      and(
        eq(subscribers.shop, shop),
        inArray(subscribers.id, among(people)),
        inArray(subscribers.consent, ['subscribed', 'pending']),
      ),
    );
  return rows.map(({ id, consent }) => ({ id: id as PersonId, consent: consent as Consent }));
}

/** People who ordered, by id, after one. */
export async function buyersAfter(
  db: Database,
  shop: ShopId,
  of: { after: string; since: number; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectDistinct({ person: sql<string>`${orders.subscriber}` })
    .from(orders)
    .where(and(eq(orders.shop, shop), gt(orders.subscriber, of.after), gte(orders.at, of.since), counts))
    .orderBy(asc(orders.subscriber))
    .limit(of.limit);
  return rows.map(({ person }) => person);
}

/** What holds for a whole shop. `habits`: JSON. */
export interface ReplenishmentRow {
  habits: string;
  atLeast: number;
  learntAt: number;
}

/** Null: nothing was learnt yet. */
export async function replenishmentOf(db: Database, shop: ShopId): Promise<ReplenishmentRow | null> {
  const [row] = await db.select().from(replenishment).where(eq(replenishment.shop, shop)).limit(1);
  return row ? { habits: row.habits, atLeast: row.atLeast, learntAt: row.learntAt } : null;
}

export async function putReplenishment(db: Database, shop: ShopId, learnt: ReplenishmentRow): Promise<void> {
  await db
    .insert(replenishment)
    .values({ shop, ...learnt })
    .onConflictDoUpdate({ target: replenishment.shop, set: learnt });
}

/** Orders that a browser told of before its owner was known get their buyer. One that has a buyer keeps it. */
export async function giveBuyer(db: Database, shop: ShopId, person: PersonId, ids: readonly string[]): Promise<void> {
  await db
    .update(orders)
    .set({ subscriber: person })
    .where(and(eq(orders.shop, shop), inArray(orders.id, among(ids)), sql`${orders.subscriber} is null`));
}

/** Of these products, those that may be recommended; `periodic`: the feed says that it is bought again and again. */
export async function remindableAmong(
  db: Database,
  shop: ShopId,
  ids: readonly string[],
): Promise<Map<string, { name: string; periodic: boolean }>> {
  const known = new Map<string, { name: string; periodic: boolean }>();
  for (const chunk of chunksOf(ids)) {
    const rows = await db
      .select({
        id: products.id,
        name: products.name,
        periodic: sql<number>`coalesce(${products.attributes} ->> '$.periodic', 0)`,
      })
      .from(products)
      .where(
        and(
          eq(products.shop, shop),
          inArray(products.id, among(chunk)),
          sql`coalesce(${products.wish}, '') <> 'ignore'`,
          sql`(${products.ignored} = 0 or ${products.wish} is not null)`,
        ),
      );
    for (const { id, name, periodic } of rows) known.set(id, { name, periodic: Boolean(periodic) });
  }
  return known;
}
