// A shop's settings as every room needs them, read from the database and kept in this isolate for a short while.
import type { ShopRecord } from '@winback/db';
import { shopById } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';

interface Kept {
  shop: ShopRecord | null;
  until: number;
}

const keepMs = 15_000;
const keepUnknownMs = 2_000;
const maxKept = 5_000;
const kept = new WeakMap<Env, Map<string, Kept>>();

/**
 * The shop as the database has it, at most 15 seconds old; null: there is no such shop. When the database cannot be asked,
 * what was read before still serves: beacons must not be lost because a shop's colour could not be read.
 */
export async function knownShop(env: Env, shop: ShopId, now: number): Promise<ShopRecord | null> {
  const cache = cacheOf(env);
  const known = cache.get(shop);
  if (known && known.until > now) return known.shop;
  try {
    return await freshShop(env, shop, now);
  } catch (error) {
    if (known?.shop) return known.shop;
    throw error;
  }
}

/** The settings of {@link knownShop}. */
export async function shopSettings(env: Env, shop: ShopId, now: number): Promise<ShopSettings | null> {
  return (await knownShop(env, shop, now))?.settings ?? null;
}

/** Whether somebody looks at the shop's dashboard, as far as this isolate has read it lately. Asks nobody. */
export function isWatched(env: Env, shop: ShopId, now: number): boolean {
  return (cacheOf(env).get(shop)?.shop?.watchedUntil ?? 0) > now;
}

/** The shop's settings as they are now. Asked where a letter is about to leave. */
export async function freshShopSettings(env: Env, shop: ShopId, now: number): Promise<ShopSettings | null> {
  return (await freshShop(env, shop, now))?.settings ?? null;
}

/** The shop as it is now; null: there is no such shop. */
export async function freshShop(env: Env, shop: ShopId, now: number): Promise<ShopRecord | null> {
  const record = await shopById(databaseOf(env), shop);
  const cache = cacheOf(env);
  if (cache.size >= maxKept) cache.clear();
  cache.set(shop, { shop: record, until: now + (record ? keepMs : keepUnknownMs) });
  return record;
}

function cacheOf(env: Env): Map<string, Kept> {
  const known = kept.get(env);
  if (known) return known;
  const made = new Map<string, Kept>();
  kept.set(env, made);
  return made;
}
