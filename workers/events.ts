// The one place that counts what was turned away. Drops are added up in this isolate and written to the shop in one call
// a moment later: a flood of bad beacons must not become a flood of writes.
import type { DropReason, EventType, Problem, ShopId } from '@winback/domain';
import type { Env } from './env.ts';
import type { DropNote } from './shop/answers.ts';
import { shopSettings } from './shop-settings.ts';
import { withoutAddresses } from './shown-payload.ts';

const gatherMs = 1_000;
const longestSample = 300;
const waiting = new Map<ShopId, Map<string, DropNote>>();

/** What was refused: `sample` is cut to 300 characters and its addresses are blanked before it is kept. */
export interface Drop {
  shop: ShopId;
  reason: DropReason;
  sample: string;
  problems: Problem[];
  /** The kind of event that was wrong, where that could be read. */
  type?: EventType;
}

/** Counts a refused beacon. `keepAlive` keeps the isolate up until the count is written. */
export function noteDrop(env: Env, drop: Drop, now: number, keepAlive: (work: Promise<unknown>) => void): void {
  const { shop, reason, type } = drop;
  const known = waiting.get(shop);
  const drops = known ?? new Map<string, DropNote>();
  const key = `${reason} ${type ?? ''}`;
  const count = 1 + (drops.get(key)?.count ?? 0);
  const sample = withoutAddresses(drop.sample.slice(0, longestSample));
  const problems = drop.problems.slice(0, 5);
  drops.set(key, { reason, count, at: now, sample, problems, ...(type ? { type } : {}) });
  if (known) return;
  waiting.set(shop, drops);
  keepAlive(writeLater(env, shop));
}

async function writeLater(env: Env, shop: ShopId): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, gatherMs));
  const drops = [...(waiting.get(shop)?.values() ?? [])];
  waiting.delete(shop);
  // Anybody can write any shop's name: only shops that exist get an object.
  if ((await shopSettings(env, shop, Date.now())) === null) return;
  await env.SHOP.getByName(shop).dropped({ shop, drops });
}
