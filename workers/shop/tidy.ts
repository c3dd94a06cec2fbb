// What is old goes, once a day, and work is asked for that a lost message may have left undone.
import { dropOldArrivals, dropOldFacts, dropOldWatches } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { wantedForMs } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { freshShopSettings } from '../shop-settings.ts';
import type { DropBook } from './drop-book.ts';
import { dropOldEvents } from './old-events.ts';
import type { ShopStorage } from './storage.ts';

const dayMs = 86_400_000;
const nextPageMs = 1_000;
const factsKeptMs = 30 * dayMs;

/** Answers when to come again; null: there is nothing to tidy any more. */
export async function tidied(
  env: Env,
  shop: ShopId,
  { storage, dropBook }: { storage: ShopStorage; dropBook: DropBook },
  now: number,
): Promise<number | null> {
  storage.forgetOldVisitors(now);
  storage.forgetOldQuarters(now);
  storage.forgetOldOrders(now);
  dropBook.forgetOld(now);
  const settings = await freshShopSettings(env, shop, now);
  if (!settings) return null;
  const db = databaseOf(env);
  await dropOldFacts(db, shop, now - factsKeptMs);
  await dropOldArrivals(db, shop, now);
  const moreWatches = await dropOldWatches(db, shop, now - wantedForMs);
  const left = await dropOldEvents(env.LAKE, shop, now - settings.traffic.rawEventDays * dayMs);
  if (left === 'more-of-them' || moreWatches) return now + nextPageMs;
  await env.JOBS.send({ kind: 'weigh-scenarios', shop });
  // Imports ask for it when they end; a message may be lost.
  await env.JOBS.send({ kind: 'tell-watchers', shop });
  return left === 'nothing' ? null : now + dayMs;
}
