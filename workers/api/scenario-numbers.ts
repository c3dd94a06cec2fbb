// What scenarios came to in 30 days: sent, clicks, orders, what they brought, and whether they do their work.
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
      return {
        code,
        sent: own.filter(({ state }) => state === 'sent').reduce((sum, { count }) => sum + count, 0),
        // Null until there is a table of people's clicks; those of machines are no clicks.
        clicks: null,
        orders: brought?.orders ?? 0,
        revenue: { minor: brought?.minor ?? 0, currency },
        ...liftOfScenario(code, settings, measured),
        health: healthOf(code, settings, { counts: own, imports, now }),
      };
    });
    return c.json({ rows });
  },
);
