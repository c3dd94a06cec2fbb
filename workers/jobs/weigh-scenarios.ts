// What the letters of each scenario brought, put beside the shop's settings, where every decision reads it for nothing.
import { scenarioWorths, writeScenarioWorths } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { freshShopSettings } from '../shop-settings.ts';

export async function weighScenarios(env: Env, shop: ShopId): Promise<void> {
  const now = Date.now();
  const settings = await freshShopSettings(env, shop, now);
  if (!settings) return;
  const db = databaseOf(env);
  await writeScenarioWorths(db, shop, await scenarioWorths(db, shop, { now, currency: settings.currency }));
}
