// Measures how people did who were written to and who were held out: each day when a week has gone by since. The last days are
// measured again, for orders that came late or were cancelled.
import { liftMeasuredUpTo, liftOutcomeMs, liftSpanMs, measureLiftDay, moveLift, shopById } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

const dayMs = 86_400_000;
const againDays = 7;
const daysOfRun = 100;
const runMs = 20_000;

/** Goes on with the days that can be measured; by another message where they are many. */
export async function measureLift(env: Env, shop: ShopId, from?: number): Promise<void> {
  const startedAt = Date.now();
  const db = databaseOf(env);
  const record = await shopById(db, shop);
  if (!record) return;
  const { currency } = record.settings;
  const until = Math.floor((startedAt - liftOutcomeMs) / dayMs) * dayMs;
  const before = await liftMeasuredUpTo(db, shop);
  const first = Math.max(until - liftSpanMs, Math.min(before, until) - againDays * dayMs);
  let day = from ?? first;
  for (let count = 0; day < until; day += dayMs, count += 1) {
    if (count >= daysOfRun || Date.now() > startedAt + runMs) break;
    await measureLiftDay(db, shop, { day, currency });
  }
  await moveLift(db, shop, day);
  if (day < until) await env.JOBS.send({ kind: 'measure-lift', shop, from: day });
}
