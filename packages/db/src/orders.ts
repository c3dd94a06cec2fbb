// Orders: from the storefront as they are placed, from the shop's own systems as they go on. One number is one order of the
// shop; an order that both number differently is two rows that name each other (`twin`).
import type {
  Extras,
  Money,
  OrderDetail,
  OrderId,
  OrderLine,
  OrderQuery,
  OrderRow,
  OrderStatus,
  PersonId,
  ShopId,
} from '@winback/domain';
import { orderRowSchema } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, desc, eq, gte, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { pageFrom, placeOf } from './cursor.ts';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { erasedPerson } from './erasures.ts';
import { among, chunksOf, containing, insertRows } from './rows.ts';
import { orders, subscribers } from './schema.ts';

export interface Order {
  order: OrderId;
  /** Who bought, where that is known. */
  person: PersonId | null;
  /** The Visitor that said so. */
  visitor: string;
  at: number;
  total: Money;
  items: OrderLine[];
  /** Who tells of it. */
  origin: 'storefront' | 'server';
  /** What else is said of it. */
  extras?: Extras;
}

/** No Visitor has told of a row whose `visitor` is empty: the shop's system did. */
const serverOnly = sql`(${orders.origin} = 'server' and ${orders.visitor} = '' and ${orders.twin} is null)`;
/** The extras with what they lack of the new ones; with the new ones above them. */
const withMissing = sql`json_patch(json_patch(${orders.extras}, excluded.extras), ${orders.extras})`;
const withNews = sql`json_patch(${orders.extras}, excluded.extras)`;
const storefrontOnly = sql`(${orders.origin} = 'storefront' and ${orders.status} is null)`;

/**
 * Writes orders of the storefront. What came first stays, but a later word may say who bought, and what the storefront says of
 * an order that only the shop's system had told of is added.
 */
export async function putOrders(db: Database, shop: ShopId, list: readonly Order[]): Promise<void> {
  const rows = list.map(({ order, person, visitor, at, total, items, origin, extras = {} }) => ({
    shop,
    id: order,
    subscriber: person,
    visitor,
    at,
    totalMinor: total.minor,
    currency: total.currency,
    items: JSON.stringify(items),
    origin,
    extras: JSON.stringify(extras),
  }));
  const bare = sql`${orders.items} = '[]'`;
  const bought = sql`(${orders.subscriber} is null and excluded.subscriber is not null)`;
  const adds = sql`(${withMissing} <> ${orders.extras})`;
  for (const chunk of chunksOf(rows)) {
    await insertRows(db, orders, chunk).onConflictDoUpdate({
      target: [orders.shop, orders.id],
      set: {
        subscriber: sql`coalesce(${orders.subscriber}, excluded.subscriber)`,
        visitor: sql`case when ${orders.visitor} = '' then excluded.visitor else ${orders.visitor} end`,
        items: sql`case when ${bare} then excluded.items else ${orders.items} end`,
        totalMinor: sql`case when ${bare} then excluded.total_minor else ${orders.totalMinor} end`,
        extras: withMissing,
      },
      setWhere: sql`${orders.subscriber} is not ${erasedPerson} and (${orders.visitor} = '' or ${bought} or ${adds})`,
    });
  }
}

/** An order as the shop's own system tells of it; what it does not say is null. */
export interface ServerOrder {
  order: OrderId;
  person: PersonId | null;
  at: number | null;
  total: Money;
  items: OrderLine[];
  status: OrderStatus | null;
  /** The status in the shop's own word. */
  statusWord: string | null;
  /** What else is said of it. */
  extras?: Extras;
  /** When it became so, where that is said: an older word that comes later undoes nothing. Absent: now. */
  statusAt?: number;
}

/**
 * Writes orders of the shop's system. One that the storefront told of gets its status and its buyer, and keeps what the
 * shopper saw. The same again changes nothing.
 */
export async function syncOrders(db: Database, shop: ShopId, list: readonly ServerOrder[], now: number): Promise<void> {
  const rows = list.map(({ order, person, at, total, items, status, statusWord, extras = {}, statusAt = now }) => ({
    shop,
    id: order,
    subscriber: person,
    visitor: '',
    at: at ?? now,
    totalMinor: total.minor,
    currency: total.currency,
    items: JSON.stringify(items),
    status: status ?? 'created',
    statusAt,
    origin: 'server',
    // A word that is not said must not undo one that was: below, null keeps the status.
    statusWord: status === null ? null : statusWord,
    extras: JSON.stringify(extras),
  }));
  const says = sql`(excluded.status_word is not null and excluded.status_at >= coalesce(${orders.statusAt}, 0))`;
  const moves = sql`(${says} and (${orders.status} is not excluded.status or ${orders.statusWord} is not excluded.status_word))`;
  const settles = sql`(${orders.status} is null and not ${says})`;
  const refills = sql`(${orders.origin} = 'server' and ${orders.visitor} = '' and excluded.items <> '[]' and (${orders.items} <> excluded.items or ${orders.totalMinor} <> excluded.total_minor))`;
  const bought = sql`(${orders.subscriber} is null and excluded.subscriber is not null)`;
  const adds = sql`(${withNews} <> ${orders.extras} and ${orders.subscriber} is not ${erasedPerson})`;
  for (const chunk of chunksOf(rows)) {
    await insertRows(db, orders, chunk).onConflictDoUpdate({
      target: [orders.shop, orders.id],
      set: {
        subscriber: sql`coalesce(${orders.subscriber}, excluded.subscriber)`,
        status: sql`case when ${says} or ${orders.status} is null then excluded.status else ${orders.status} end`,
        statusWord: sql`case when ${says} then excluded.status_word else ${orders.statusWord} end`,
        statusAt: sql`case when ${moves} or ${settles} then excluded.status_at else ${orders.statusAt} end`,
        items: sql`case when ${refills} then excluded.items else ${orders.items} end`,
        totalMinor: sql`case when ${refills} then excluded.total_minor else ${orders.totalMinor} end`,
        at: sql`case when ${refills} then excluded.at else ${orders.at} end`,
        extras: sql`case when ${adds} then ${withNews} else ${orders.extras} end`,
      },
      setWhere: sql`${moves} or ${settles} or ${refills} or ${bought} or ${adds}`,
    });
  }
  await passStatusOn(
    db,
    shop,
    rows.map((row) => row.id),
  );
}

/** What the shop's system says of its number holds for the storefront's number of the same order. */
async function passStatusOn(db: Database, shop: ShopId, ids: readonly string[]): Promise<void> {
  const told = (column: 'status' | 'status_word' | 'status_at') =>
    sql`(select theirs.${sql.raw(column)} from ${orders} as theirs where theirs.shop = ${orders.shop} and theirs.id = ${orders.twin})`;
  for (const chunk of chunksOf(ids)) {
    const theirs = sql`(select twin from ${orders} where shop = ${shop} and origin = 'server' and twin is not null and id in ${among(chunk)})`;
    await db
      .update(orders)
      .set({ status: told('status'), statusWord: told('status_word'), statusAt: told('status_at') })
      .where(and(eq(orders.shop, shop), sql`${orders.id} in ${theirs}`));
  }
}

export interface KnownOrder {
  id: OrderId;
  person: PersonId | null;
  at: number;
  total: Money;
  items: OrderLine[];
  extras: Extras;
  status: OrderStatus | null;
  statusWord: string | null;
  /** When it became so; null: nobody said a status. */
  statusAt: number | null;
  twin: OrderId | null;
  knownBy: OrderRow['knownBy'];
}

/** The orders with these numbers; numbers that nobody knows are left out. */
export async function ordersById(db: Database, shop: ShopId, ids: readonly string[]): Promise<KnownOrder[]> {
  const rows = await db
    .select()
    .from(orders)
    .where(and(eq(orders.shop, shop), inArray(orders.id, among(ids))));
  return rows.map(knownOf);
}

/** Orders that only one side told of and that have lines, in a span of time, oldest first; at most `limit`. */
export async function lonelyOrders(
  db: Database,
  shop: ShopId,
  span: { from: number; until: number; limit: number },
): Promise<KnownOrder[]> {
  const rows = await db
    .select()
    .from(orders)
    .where(
      and(
        eq(orders.shop, shop),
        gte(orders.at, span.from),
        lt(orders.at, span.until),
        isNull(orders.twin),
        sql`${orders.items} <> '[]'`,
        sql`(${serverOnly} or ${storefrontOnly})`,
      ),
    )
    .orderBy(orders.at)
    .limit(span.limit);
  return rows.map(knownOf);
}

/** These numbers mean the same order: the storefront's gets the status, each gets the buyer that the other knows. */
export async function pairOrders(
  db: Database,
  shop: ShopId,
  pairs: readonly { server: OrderId; storefront: OrderId }[],
): Promise<void> {
  if (pairs.length === 0) return;
  const pair = (one: OrderId, other: OrderId) =>
    db
      .update(orders)
      .set({
        twin: other,
        subscriber: sql`coalesce(${orders.subscriber}, (select o.subscriber from ${orders} as o where o.shop = ${shop} and o.id = ${other}))`,
      })
      .where(and(eq(orders.shop, shop), eq(orders.id, one), isNull(orders.twin)));
  await runAll(
    db,
    pairs.flatMap(({ server, storefront }) => [pair(server, storefront), pair(storefront, server)]),
  );
  await passStatusOn(
    db,
    shop,
    pairs.map((one) => one.server),
  );
}

/** Newest first; the shop's second number of an order is not a second order. `q` is a part of the number or of the address. */
export async function listOrders(
  db: Database,
  shop: ShopId,
  query: OrderQuery,
): Promise<{ rows: OrderRow[]; total: number; next: string | null; unmatched: number }> {
  const once = sql`not (${orders.origin} = 'server' and ${orders.twin} is not null)`;
  const mine = and(eq(orders.shop, shop), once);
  const found = query.q ? or(containing(orders.id, query.q), containing(subscribers.email, query.q)) : undefined;
  const where = and(mine, query.unmatched ? unmatchedIn(shop) : undefined, found);
  const place = placeOf(query.cursor);
  const after = place
    ? or(lt(orders.at, Number(place.value)), and(eq(orders.at, Number(place.value)), lt(orders.id, place.id)))
    : undefined;
  const [unmatched, total, rows] = await Promise.all([
    countOf(db, and(mine, unmatchedIn(shop))),
    countOf(db, where),
    withBuyers(db)
      .where(and(where, after))
      .orderBy(desc(orders.at), desc(orders.id))
      .limit(query.limit + 1),
  ]);
  const page = pageFrom(rows, query.limit, ({ order }) => ({ value: order.at, id: order.id }));
  return { rows: page.rows.map(rowOf), total, next: page.next, unmatched };
}

/** One order with its lines and all that was said of it, under either of its numbers; the shop's system's word counts more. */
export async function orderById(db: Database, shop: ShopId, id: string): Promise<OrderDetail | null> {
  const [row] = await withBuyers(db)
    .where(and(eq(orders.shop, shop), eq(orders.id, id)))
    .limit(1);
  if (!row) return null;
  const known = knownOf(row.order);
  const [twin] = known.twin ? await ordersById(db, shop, [known.twin]) : [];
  const [storefront, server] = row.order.origin === 'server' ? [twin, known] : [known, twin];
  return { ...rowOf(row), lines: known.items, extras: { ...storefront?.extras, ...server?.extras } };
}

/** A person's orders, newest first. */
export async function ordersOfPerson(
  db: Database,
  shop: ShopId,
  person: PersonId,
  of: { since: number; limit: number },
): Promise<KnownOrder[]> {
  const rows = await db
    .select()
    .from(orders)
    .where(
      and(
        eq(orders.shop, shop),
        eq(orders.subscriber, person),
        gte(orders.at, of.since),
        sql`not (${orders.origin} = 'server' and ${orders.twin} is not null)`,
      ),
    )
    .orderBy(desc(orders.at), desc(orders.id))
    .limit(of.limit);
  return rows.map(knownOf);
}

/** A browser's order is missed by the shop's system only where that system reports orders at all, and has since. */
function unmatchedIn(shop: ShopId): SQL {
  const reported = sql`(select max(s.at) from ${orders} as s where s.shop = ${shop} and s.status is not null)`;
  return sql`(${serverOnly} or (${storefrontOnly} and ${orders.at} <= ${reported}))`;
}

function withBuyers(db: Database) {
  return db
    .select({ order: orders, email: subscribers.email })
    .from(orders)
    .leftJoin(subscribers, and(eq(subscribers.shop, orders.shop), eq(subscribers.id, orders.subscriber)))
    .$dynamic();
}

async function countOf(db: Database, where: SQL | undefined): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)` })
    .from(orders)
    .leftJoin(subscribers, and(eq(subscribers.shop, orders.shop), eq(subscribers.id, orders.subscriber)))
    .where(where);
  return row?.count ?? 0;
}

function rowOf({ order, email }: { order: typeof orders.$inferSelect; email: string | null }): OrderRow {
  const { items, person, extras: _extras, ...known } = knownOf(order);
  return orderRowSchema.parse({
    ...known,
    origin: order.origin,
    pieces: items.reduce((sum, line) => sum + line.quantity, 0),
    person: person && email ? { id: person, email } : null,
  });
}

function knownOf(row: typeof orders.$inferSelect): KnownOrder {
  const { id, at, totalMinor, currency, status, statusWord, statusAt, twin, subscriber } = row;
  return {
    id: id as OrderId,
    at,
    total: { minor: totalMinor, currency },
    items: JSON.parse(row.items) as OrderLine[],
    extras: JSON.parse(row.extras) as Extras,
    status: status as OrderStatus | null,
    statusWord,
    statusAt,
    twin: twin as OrderId | null,
    person: subscriber === erasedPerson ? null : (subscriber as PersonId | null),
    knownBy: twin === null ? tellerOf(row) : 'both',
  };
}

function tellerOf({ origin, visitor, status }: typeof orders.$inferSelect): OrderRow['knownBy'] {
  if (origin === 'server' && (visitor === '' || status === null)) return 'server';
  return status === null ? 'storefront' : 'both';
}
