// The dam before the doors for servers: so many calls a minute of one secret key, of one connection, of one address. Asked
// before the database is: a flood of wrong keys must not become a flood of questions.
import { shopOfKey } from '@winback/db';
import type { ErrorBody, ShopId } from '@winback/domain';
import type { Context } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { noteDrop } from '../events.ts';
import { isOver, retryAfterSeconds } from './limits.ts';
import { bearerOf, wrongKey } from './shop-key.ts';

type ServerContext = Context<{ Bindings: Env }>;

const maxKept = 1_000;
/** The shops of keys that were good lately: whom a flood by such a key is counted for. No right comes from being here. */
let shops = new Map<string, ShopId>();

/** The answer to an address from which too many calls come; null: it may go on. */
export function damAddress(c: ServerContext, now: number): Response | null {
  const address = c.req.header('cf-connecting-ip');
  if (address === undefined || !isOver(`server ${address}`, settingsOf(c.env).CALLS_PER_ADDRESS, now)) return null;
  return tooMany(c, null, now);
}

/** The shop of a secret key (null: nobody's), or the answer to one that is used too often. */
export async function shopOfCaller(
  c: ServerContext,
  key: string | null,
  now: number,
): Promise<ShopId | null | Response> {
  if (key === null) return null;
  if (isOver(`key ${key}`, settingsOf(c.env).CALLS_PER_KEY, now)) return tooMany(c, shops.get(key) ?? null, now);
  const shop = await shopOfKey(databaseOf(c.env), key);
  if (shop === null) return null;
  if (shops.size >= maxKept) shops = new Map();
  shops.set(key, shop);
  return shop;
}

/** The shop whose secret key a call brings, or the answer to who has none, or comes too often. */
export async function shopCalling(c: ServerContext, now: number): Promise<ShopId | Response> {
  return damAddress(c, now) ?? (await shopOfCaller(c, bearerOf(c), now)) ?? c.json(wrongKey, 401);
}

/** The answer to a connection that brings too much; null: it may go on. */
export function damConnection(c: ServerContext, shop: ShopId, platform: string, now: number): Response | null {
  const isFull = isOver(`connection ${shop} ${platform}`, settingsOf(c.env).CALLS_PER_KEY, now);
  return isFull ? tooMany(c, shop, now) : null;
}

function tooMany(c: ServerContext, shop: ShopId | null, now: number): Response {
  const keepAlive = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const message = `too many calls: come again in ${retryAfterSeconds} seconds`;
  const problems = [{ path: '', code: 'rate-limit', message }];
  if (shop !== null) noteDrop(c.env, { shop, reason: 'rate-limit', sample: c.req.path, problems }, now, keepAlive);
  const body: ErrorBody = { code: 'rate-limit', message };
  return c.json(body, 429, { 'retry-after': String(retryAfterSeconds) });
}
