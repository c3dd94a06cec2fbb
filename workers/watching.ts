// What a browser tells whose owner looks on, brought to the shop's pulse at once. Gathered for a moment in this isolate: a
// flood of beacons that carry a code must not become a flood of calls.
import type { ShopId } from '@winback/domain';
import type { Env } from './env.ts';
import { pulseOf } from './pulse.ts';
import { said } from './said.ts';
import type { WatchedNote } from './shop/answers.ts';
import { shopSettings } from './shop-settings.ts';

const gatherMs = 100;
const maxGathered = 200;
const waiting = new Map<ShopId, { code: string; note: WatchedNote }[]>();

/** Shows these events to whoever looks on under `code`. `keepAlive` keeps the isolate up until they are told. */
export function noteWatched(
  env: Env,
  { shop, code, notes }: { shop: ShopId; code: string; notes: readonly WatchedNote[] },
  keepAlive: (work: Promise<unknown>) => void,
): void {
  const known = waiting.get(shop);
  const gathered = known ?? [];
  gathered.push(...notes.slice(0, maxGathered - gathered.length).map((note) => ({ code, note })));
  if (known) return;
  waiting.set(shop, gathered);
  keepAlive(tellLater(env, shop));
}

async function tellLater(env: Env, shop: ShopId): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, gatherMs));
  const gathered = waiting.get(shop) ?? [];
  waiting.delete(shop);
  const now = Date.now();
  // Anybody can write any shop's name: only shops that exist get an object.
  if ((await shopSettings(env, shop, now)) === null) return;
  try {
    for (const [code, notes] of Map.groupBy(gathered, (one) => one.code)) {
      const told = notes.map(({ note }) => note);
      await pulseOf(env, shop).noteWatched(code, told, now);
    }
  } catch (error) {
    console.warn('the console missed events', { shop, error: said(error) });
  }
}
