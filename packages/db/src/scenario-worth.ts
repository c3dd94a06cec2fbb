// What the letters of each scenario brought: an order counts for the last letter that its buyer got in the days before it. So no
// order counts twice, and a letter that was sent to who buys anyway counts as well: it tells scenarios apart, not letters from none.
import type { ScenarioWorths, ShopId } from '@winback/domain';
import { scenarioCodeSchema, worthAfterMs, worthWindowMs } from '@winback/domain';
import { and, eq, gte, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { letters, orders, shops } from './schema.ts';

/** By scenario, over the last ninety days. Orders that were cancelled, or are another one's twin, or in a foreign currency, do not count. */
export async function scenarioWorths(
  db: Database,
  shop: ShopId,
  { now, currency }: { now: number; currency: string },
): Promise<ScenarioWorths> {
  const since = now - worthWindowMs;
  const counted = await db
    .select({ scenario: letters.scenario, letters: sql<number>`count(*)` })
    .from(letters)
    .where(and(eq(letters.shop, shop), eq(letters.state, 'sent'), gte(letters.plannedAt, since)))
    .groupBy(letters.scenario);
  // Columns of the order by their full names: within, the letter's would be meant.
  const lastBefore = sql`(
    select one.scenario from ${letters} as one
    where one.shop = ${shop} and one.subscriber = orders.subscriber and one.state = 'sent'
      and one.at <= orders.at and one.at > orders.at - ${worthAfterMs}
    order by one.at desc limit 1)`;
  const brought = await db
    .select({
      scenario: sql<string | null>`${lastBefore}`.as('scenario'),
      orders: sql<number>`count(*)`,
      revenueMinor: sql<number>`sum(${orders.totalMinor})`,
    })
    .from(orders)
    .where(
      sql`${orders.shop} = ${shop} and ${orders.at} >= ${since} and ${orders.subscriber} is not null and ${orders.currency} = ${currency}
        and coalesce(${orders.status}, '') <> 'cancelled' and (${orders.twin} is null or ${orders.twin} > ${orders.id})`,
    )
    .groupBy(sql`scenario`);
  const byScenario = new Map(brought.map((row) => [row.scenario, row]));
  return Object.fromEntries(
    counted.flatMap(({ scenario, letters: count }) => {
      const code = scenarioCodeSchema.safeParse(scenario);
      const { orders: bought = 0, revenueMinor = 0 } = byScenario.get(scenario) ?? {};
      return code.success ? [[code.data, { letters: count, orders: bought, revenueMinor }]] : [];
    }),
  );
}

export async function writeScenarioWorths(db: Database, shop: ShopId, worths: ScenarioWorths): Promise<void> {
  await db
    .update(shops)
    .set({ worths: JSON.stringify(worths) })
    .where(eq(shops.id, shop));
}
