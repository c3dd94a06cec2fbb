// What a browser tells whose owner looks on, and what comes by other doors while somebody looks, brought to the shop's pulse at
// once. Gathered for a moment in this isolate: a flood of beacons that carry a code must not become a flood of calls.
import type { ConsoleDoor, ShopId } from '@winback/domain';
import type { Env } from './env.ts';
import { pulseOf } from './pulse.ts';
import { said } from './said.ts';
import type { WatchedNote } from './shop/answers.ts';
import { isWatched, shopSettings } from './shop-settings.ts';

const gatherMs = 100;
const maxGathered = 200;
const waiting = new Map<ShopId, { code: string | null; note: WatchedNote }[]>();

/** Shows these events to whoever looks on under `code`. `keepAlive` keeps the isolate up until they are told. */
export function noteWatched(
  env: Env,
  { shop, code, notes }: { shop: ShopId; code: string | null; notes: readonly WatchedNote[] },
  keepAlive: (work: Promise<unknown>) => void,
): void {
  const known = waiting.get(shop);
  const gathered = known ?? [];
  gathered.push(...notes.slice(0, maxGathered - gathered.length).map((note) => ({ code, note })));
  if (known) return;
  waiting.set(shop, gathered);
  keepAlive(tellLater(env, shop));
}

/** Shows what came by a door that carries no code, while somebody looks at the shop's dashboard; nobody else costs a call. */
export function noteDoor(
  env: Env,
  { shop, door, notes }: { shop: ShopId; door: ConsoleDoor; notes: () => Omit<WatchedNote, 'door' | 'at'>[] },
  now: number,
  keepAlive: (work: Promise<unknown>) => void,
): void {
  if (!isWatched(env, shop, now)) return;
  const told = notes().map((note) => ({ ...note, door, at: now }));
  if (told.length > 0) noteWatched(env, { shop, code: null, notes: told }, keepAlive);
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
