// What happened to products, and whom to ask whether they waited for it. Both are long lists: a sale reprices a catalogue, and a
// million people may wait for one product. So they are gone through by a place that names the last fact and its last watcher.
import type { PersonId, ShopId } from '@winback/domain';
import { and, asc, eq, gt, gte, inArray, lt, lte, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among, chunksOf } from './rows.ts';
import { productFacts as facts, watches } from './schema.ts';
import type { WaitsFor } from './watches.ts';

/** All before it is told: facts below `fact`, and of that one the watchers up to `visitor`. */
export interface FactPlace {
  fact: number;
  visitor: string;
}

export interface FactWatcher {
  fact: {
    id: number;
    kind: WaitsFor;
    product: string;
    at: number;
    priceMinor: number | null;
    wasMinor: number | null;
    currency: string;
  };
  /** The Visitor that said that it waits, and since when. */
  visitor: string;
  person: PersonId | null;
  since: number;
}

/** One page looks through so many facts at most. */
const factsAtOnce = 20_000;

/** Who waits for what happened, from a place on; `place`: the next one; `isLast`: nothing lies behind it yet. */
export async function watchersOfFacts(
  db: Database,
  shop: ShopId,
  of: { from: FactPlace; kinds: readonly WaitsFor[]; limit: number },
): Promise<{ rows: FactWatcher[]; place: FactPlace; isLast: boolean }> {
  const { from, kinds, limit } = of;
  const ours = eq(facts.shop, shop);
  const pick = db
    .select({ id: facts.id })
    .from(facts)
    .where(and(ours, gte(facts.id, from.fact)));
  const ahead = await pick
    .orderBy(asc(facts.id))
    .limit(1)
    .offset(factsAtOnce - 1);
  const [newest] = await db
    .select({ id: sql<number | null>`max(${facts.id})` })
    .from(facts)
    .where(ours);
  const upto = ahead[0]?.id ?? newest?.id ?? 0;
  const place = { fact: Math.max(from.fact, upto + 1), visitor: upto < from.fact ? from.visitor : '' };
  if (upto < from.fact || kinds.length === 0) return { rows: [], place, isLast: ahead.length === 0 };
  // The watchers of the first fact begin within their index, however many were told before.
  const after = sql`case when ${facts.id} = ${from.fact} then ${from.visitor} else '' end`;
  const rows = await db
    .select({ fact: facts, visitor: watches.visitor, person: watches.subscriber, since: watches.at })
    .from(facts)
    .crossJoin(watches)
    .where(
      and(
        ...[ours, gte(facts.id, from.fact), lte(facts.id, upto), inArray(facts.kind, among(kinds))],
        ...[eq(watches.shop, facts.shop), eq(watches.product, facts.product), eq(watches.waitsFor, facts.kind)],
        ...[gt(watches.visitor, after), lte(watches.at, facts.at)],
      ),
    )
    .orderBy(asc(facts.id), asc(watches.visitor))
    .limit(limit);
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    rows: rows.map(({ fact: { id, kind, product, at, priceMinor, wasMinor, currency }, visitor, person, since }) => ({
      fact: { id, kind: kind as WaitsFor, product, at, priceMinor, wasMinor, currency },
      ...{ visitor, person: person as PersonId | null, since },
    })),
    place: last ? { fact: last.fact.id, visitor: last.visitor } : place,
    isLast: last === undefined && ahead.length === 0,
  };
}

/** Rows of who turned out not to wait, unless they began anew meanwhile. */
export async function dropIdleWatches(
  db: Database,
  shop: ShopId,
  list: readonly { visitor: string; product: string; waitsFor: WaitsFor; since: number }[],
): Promise<void> {
  for (const chunk of chunksOf(list.map((one) => [one.visitor, one.product, one.waitsFor, one.since]))) {
    const idle = sql`(select value->>0, value->>1, value->>2, value->>3 from json_each(${JSON.stringify(chunk)}))`;
    const row = sql`(${watches.visitor}, ${watches.product}, ${watches.waitsFor}, ${watches.at})`;
    await db.delete(watches).where(and(eq(watches.shop, shop), sql`${row} in ${idle}`));
  }
}

const watchesAtOnce = 10_000;

/** Nobody waits since before this moment; so many at once. True: there may be more. */
export async function dropOldWatches(db: Database, shop: ShopId, before: number): Promise<boolean> {
  const old = and(eq(watches.shop, shop), lt(watches.at, before));
  const rows = await db
    .delete(watches)
    .where(sql`rowid in (select rowid from ${watches} where ${old} limit ${watchesAtOnce})`)
    .returning({ at: watches.at });
  return rows.length === watchesAtOnce;
}
