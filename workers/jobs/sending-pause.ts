// Whether a shop's letters wait because too many came back. Asked before each letter, so it is remembered for a moment.
import { sendingPause } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Settlement } from '../visitor/answers.ts';

type Held = Extract<Settlement, { kind: 'held' }>;

/** A merchant who lets letters go again waits no longer than this for them. */
const lookAgainMs = 15 * 60_000;
const keepMs = 10_000;
const mostKept = 5_000;
const kept = new WeakMap<Env, Map<ShopId, { words: string | null; until: number }>>();

/** Null: letters go. */
export async function heldUp(env: Env, shop: ShopId, now: number): Promise<Held | null> {
  const words = await pauseWords(env, shop, now);
  if (words === null) return null;
  const sentence = `Waiting: the shop’s letters are paused. ${words}`;
  return { kind: 'held', until: now + lookAgainMs, reason: 'sending-paused', sentence };
}

async function pauseWords(env: Env, shop: ShopId, now: number): Promise<string | null> {
  const cache = kept.get(env) ?? new Map<ShopId, { words: string | null; until: number }>();
  kept.set(env, cache);
  const known = cache.get(shop);
  if (known && known.until > now) return known.words;
  const { pausedAt, words } = await sendingPause(databaseOf(env), shop);
  if (cache.size >= mostKept) cache.clear();
  const said = pausedAt === null ? null : (words ?? 'Too many letters came back.');
  cache.set(shop, { words: said, until: now + keepMs });
  return said;
}
