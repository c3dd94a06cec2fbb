// The one place that counts what was turned away. Drops are added up in this isolate and written to the shop in one call
// a moment later: a flood of bad beacons must not become a flood of writes.
import type { DropReason, Problem, ShopId } from '@winback/domain';
import type { Env } from './env.ts';
import type { DropNote } from './shop/answers.ts';
import { shopSettings } from './shop-settings.ts';

const gatherMs = 1_000;
const waiting = new Map<ShopId, Map<DropReason, DropNote>>();

/** What was refused: `sample` is cut to 300 characters and its addresses are blanked before it is kept. */
export interface Drop {
  shop: ShopId;
  reason: DropReason;
  sample: string;
  problems: Problem[];
}

/** Counts a refused beacon. `keepAlive` keeps the isolate up until the count is written. */
export function noteDrop(env: Env, drop: Drop, now: number, keepAlive: (work: Promise<unknown>) => void): void {
  const known = waiting.get(drop.shop);
  const drops = known ?? new Map<DropReason, DropNote>();
  const count = 1 + (drops.get(drop.reason)?.count ?? 0);
  const problems = drop.problems.slice(0, 5);
  drops.set(drop.reason, { reason: drop.reason, count, at: now, sample: blanked(drop.sample), problems });
  if (known) return;
  waiting.set(drop.shop, drops);
  keepAlive(writeLater(env, drop.shop));
}

async function writeLater(env: Env, shop: ShopId): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, gatherMs));
  const drops = [...(waiting.get(shop)?.values() ?? [])];
  waiting.delete(shop);
  // Anybody can write any shop's name: only shops that exist get an object.
  if ((await shopSettings(env, shop, Date.now())) === null) return;
  await env.SHOP.getByName(shop).dropped({ shop, drops });
}

/** A text that may be shown to the merchant: short, and without anybody's address. */
function blanked(text: string): string {
  return text.slice(0, 300).replace(/[^\s"'<>:,;]{1,64}@[^\s"'<>:,;]{1,255}/g, '…@…');
}
