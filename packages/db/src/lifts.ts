// How those did who were written to and those who were held out: people, each once, by the day of their first occasion. A day is
// measured when a week has gone by since, and then kept, so that a million people are counted a day at a time.
import type { ScenarioCode, ShopId } from '@winback/domain';
import { and, eq, gte, lt, sql } from 'drizzle-orm';
import type { Database, Statement } from './database.ts';
import { runAll } from './database.ts';
import { letters, liftDays, liftPlaces, orders } from './schema.ts';

const dayMs = 86_400_000;
/** What is bought so long after the occasion is set beside it. */
export const liftOutcomeMs = 7 * dayMs;
/** An occasion is somebody's first where none was in so many days before: figures of so many days count nobody twice. */
export const liftSpanMs = 90 * dayMs;

/** People with a letter that may have been read, or with the reason that they were held out. Nobody else was drawn. */
const drawn = (name: string) =>
  sql.raw(
    `(${name}.state in ('sending', 'sent', 'unknown', 'failed') or (${name}.state = 'suppressed' and ${name}.reason = 'hold-out'))`,
  );

/** Measures one day, in place of what was measured of it before; `currency` is the shop's. */
export async function measureLiftDay(db: Database, shop: ShopId, of: { day: number; currency: string }): Promise<void> {
  const { day, currency } = of;
  const first = sql`select l.scenario, l.subscriber, l.reason is 'hold-out' as held, min(l.planned_at) as at
    from ${letters} as l
    where l.shop = ${shop} and l.planned_at >= ${day} and l.planned_at < ${day + dayMs} and l.subscriber <> 'erased' and ${drawn('l')}
      and not exists (
        select 1 from ${letters} as e where e.shop = l.shop and e.subscriber = l.subscriber and e.scenario = l.scenario
          and e.planned_at >= ${day - liftSpanMs} and e.planned_at < l.planned_at and ${drawn('e')})
    group by l.scenario, l.subscriber`;
  const spent = sql`select f.scenario, f.held, count(o.id) as orders, coalesce(sum(o.total_minor), 0) as spent
    from (${first}) as f left join ${orders} as o
      on o.shop = ${shop} and o.subscriber = f.subscriber and o.at > f.at and o.at <= f.at + ${liftOutcomeMs} and o.currency = ${currency}
        and o.status is not 'cancelled' and not (o.origin = 'server' and o.twin is not null)
    group by f.scenario, f.subscriber, f.held`;
  const ofDay = and(eq(liftDays.shop, shop), eq(liftDays.day, day));
  const statements: Statement[] = [
    db.delete(liftDays).where(ofDay),
    db
      .insert(liftDays)
      .select(
        sql`select ${shop}, scenario, ${day}, held, count(*), sum(orders > 0), sum(1.0 * spent), sum(1.0 * spent * spent) from (${spent}) group by scenario, held`,
      ),
  ];
  await runAll(db, statements);
}

export interface LiftGroup {
  scenario: ScenarioCode;
  heldOut: boolean;
  people: number;
  buyers: number;
  spent: number;
  spentSquares: number;
}

/** Both sides of each scenario, of people whose first occasion was in a span of days. */
export async function liftGroups(
  db: Database,
  shop: ShopId,
  { from, until }: { from: number; until: number },
): Promise<LiftGroup[]> {
  const sum = (column: 'people' | 'buyers' | 'spent' | 'spentSquares') => sql<number>`sum(${liftDays[column]})`;
  const rows = await db
    .select({
      ...{ scenario: liftDays.scenario, heldOut: liftDays.heldOut },
      ...{ people: sum('people'), buyers: sum('buyers'), spent: sum('spent'), spentSquares: sum('spentSquares') },
    })
    .from(liftDays)
    .where(and(eq(liftDays.shop, shop), gte(liftDays.day, from), lt(liftDays.day, until)))
    .groupBy(liftDays.scenario, liftDays.heldOut);
  return rows.map(({ scenario, ...rest }) => ({ scenario: scenario as ScenarioCode, ...rest }));
}

/** Up to which day it is measured; 0: nothing is. */
export async function liftMeasuredUpTo(db: Database, shop: ShopId): Promise<number> {
  const [row] = await db.select({ upTo: liftPlaces.upTo }).from(liftPlaces).where(eq(liftPlaces.shop, shop)).limit(1);
  return row?.upTo ?? 0;
}

/** Asks for the measuring, unless somebody did within `everyMs`. True: it is the caller's to send for it. */
export async function askForLift(
  db: Database,
  shop: ShopId,
  { now, everyMs }: { now: number; everyMs: number },
): Promise<boolean> {
  const rows = await db
    .insert(liftPlaces)
    .values({ shop, upTo: 0, askedAt: now })
    .onConflictDoUpdate({
      target: liftPlaces.shop,
      set: { askedAt: now },
      setWhere: sql`${liftPlaces.askedAt} <= ${now - everyMs}`,
    })
    .returning({ shop: liftPlaces.shop });
  return rows.length > 0;
}

/** All days before this one are measured; those that no figure reaches back to go. */
export async function moveLift(db: Database, shop: ShopId, upTo: number): Promise<void> {
  await runAll(db, [
    db.update(liftPlaces).set({ upTo }).where(eq(liftPlaces.shop, shop)),
    db.delete(liftDays).where(and(eq(liftDays.shop, shop), lt(liftDays.day, upTo - 2 * liftSpanMs))),
  ]);
}
