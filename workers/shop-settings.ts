// A shop's settings as every room needs them, read from the database and kept in this isolate for a short while.
import { shopById } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';

interface Kept {
  settings: ShopSettings | null;
  until: number;
}

const keepMs = 15_000;
const keepUnknownMs = 2_000;
const maxKept = 5_000;
const kept = new WeakMap<Env, Map<string, Kept>>();

/**
 * The shop's settings, at most 15 seconds old; null: there is no such shop. When the database cannot be asked, settings
 * that were read before still serve: beacons must not be lost because a shop's colour could not be read.
 */
export async function shopSettings(env: Env, shop: ShopId, now: number): Promise<ShopSettings | null> {
  const cache = cacheOf(env);
  const known = cache.get(shop);
  if (known && known.until > now) return known.settings;
  try {
    return await freshShopSettings(env, shop, now);
  } catch (error) {
    if (known?.settings) return known.settings;
    throw error;
  }
}

/** The shop's settings as they are now. Asked where a letter is about to leave. */
export async function freshShopSettings(env: Env, shop: ShopId, now: number): Promise<ShopSettings | null> {
  const record = await shopById(databaseOf(env), shop);
  const settings = record?.settings ?? null;
  const cache = cacheOf(env);
  if (cache.size >= maxKept) cache.clear();
  cache.set(shop, { settings, until: now + (settings ? keepMs : keepUnknownMs) });
  return settings;
}

function cacheOf(env: Env): Map<string, Kept> {
  const known = kept.get(env);
  if (known) return known;
  const made = new Map<string, Kept>();
  kept.set(env, made);
  return made;
}
