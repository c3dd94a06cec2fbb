// A shop's settings as every room needs them, read from the database and kept in this isolate for a short while.
import type { ShopRecord } from '@winback/db';
import { shopById } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';
import { Kept } from './kept.ts';

const shops = new Kept<ShopRecord>();

/**
 * The shop as the database has it, at most 15 seconds old; null: there is no such shop. When the database cannot be asked,
 * what was read before still serves: beacons must not be lost because a shop's colour could not be read.
 */
export function knownShop(env: Env, shop: ShopId, now: number): Promise<ShopRecord | null> {
  return shops.get(env, shop, now, () => shopById(databaseOf(env), shop));
}

/** The settings of {@link knownShop}. */
export async function shopSettings(env: Env, shop: ShopId, now: number): Promise<ShopSettings | null> {
  return (await knownShop(env, shop, now))?.settings ?? null;
}

/** Whether somebody looks at the shop's dashboard, as far as this isolate has read it lately. Asks nobody. */
export function isWatched(env: Env, shop: ShopId, now: number): boolean {
  return (shops.peek(env, shop)?.watchedUntil ?? 0) > now;
}

/** The shop's settings as they are now. Asked where a letter is about to leave. */
export async function freshShopSettings(env: Env, shop: ShopId, now: number): Promise<ShopSettings | null> {
  return (await freshShop(env, shop, now))?.settings ?? null;
}

/** The shop as it is now; null: there is no such shop. */
export async function freshShop(env: Env, shop: ShopId, now: number): Promise<ShopRecord | null> {
  return shops.put(env, shop, await shopById(databaseOf(env), shop), now);
}
