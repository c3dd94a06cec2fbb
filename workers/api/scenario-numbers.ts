// What scenarios came to in 30 days: sent, clicks, orders, what they brought, and whether they do their work.
import type { ScenarioCount } from '@winback/db';
import { lastImports, revenueByScenario, scenarioCounts } from '@winback/db';
import type { ScenarioNumbers } from '@winback/domain';
import { scenarioCodes, scenarioNumbersListSchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { healthOf } from './health.ts';
import { liftOfScenario, measuredLift } from './lifts.ts';

const monthMs = 30 * 86_400_000;

export const scenarioNumbers = new Hono<ShopEnv>().get(
  '/scenario-numbers',
  answers('What each scenario came to in 30 days.', scenarioNumbersListSchema),
  async (c) => {
    const now = Date.now();
    const { shop, record } = c.var;
    const { settings } = record;
    const { currency } = settings;
    const db = databaseOf(c.env);
    const [counts, revenue, imports, measured] = await Promise.all([
      scenarioCounts(db, shop, now - monthMs),
      revenueByScenario(db, shop, { from: now - monthMs, until: now, currency }),
      lastImports(db, shop, 20),
      measuredLift(c.env, shop, now),
    ]);
    const rows = scenarioCodes.map((code): ScenarioNumbers => {
      const own = counts.filter(({ scenario }) => scenario === code);
      const brought = revenue.get(code);
      const went = own.filter(({ state }) => state === 'sent' || state === 'unknown');
      return {
        code,
        sent: sumOf(
          went.filter(({ state }) => state === 'sent'),
          'count',
        ),
        clicks: clicksOf(went),
        orders: brought?.orders ?? 0,
        revenue: { minor: brought?.minor ?? 0, currency },
        ...liftOfScenario(code, settings, measured),
        health: healthOf(code, settings, { counts: own, imports, now }),
      };
    });
    return c.json({ rows });
  },
);

/** Of letters that went out, also of those whose going nobody confirmed: who clicked in one has it. Null: none went. */
function clicksOf(went: readonly ScenarioCount[]): ScenarioNumbers['clicks'] {
  const all = sumOf(went, 'count');
  const letters = sumOf(went, 'clicked');
  return all === 0 ? null : { letters, rate: letters / all };
}

function sumOf(rows: readonly ScenarioCount[], of: 'count' | 'clicked'): number {
  return rows.reduce((sum, row) => sum + row[of], 0);
}
