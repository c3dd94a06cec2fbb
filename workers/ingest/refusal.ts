// The answer to a beacon that was not stored: a stable code, the field's path, the mend; counted for the merchant.
import type { Beacon, beaconAnswerSchema, DropReason, ErrorBody, ShopId } from '@winback/domain';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Env } from '../env.ts';
import { noteDrop } from '../events.ts';
import { corsFor } from './cors.ts';
import { retryAfterSeconds } from './limits.ts';
import type { Refusal } from './parse.ts';
import { showBeacon, showRefusal, typeRefused } from './watched.ts';

export function refuseBeacon(c: Context<{ Bindings: Env }>, refusal: Refusal, now: number): Response {
  const { shop, reason, message, problems, sample, status } = refusal;
  if (shop && reason !== 'unknown-shop') {
    const type = typeRefused(refusal);
    const drop = { shop, reason, sample, problems, ...(type ? { type } : {}) };
    noteDrop(c.env, drop, now, (work) => c.executionCtx.waitUntil(work));
    showRefusal(c, refusal, now);
  }
  const body: ErrorBody = { code: reason, message, problems };
  const headers = corsFor(c.req.raw);
  return c.json(body, status, status === 429 ? { ...headers, 'retry-after': String(retryAfterSeconds) } : headers);
}

/** The answer to a well-formed beacon that is not wanted: it is counted, and need not come again. */
export function dropBeacon(c: Context<{ Bindings: Env }>, beacon: Beacon, reason: DropReason, now: number): Response {
  const { shop } = beacon;
  const sample = c.req.header('user-agent') ?? '';
  noteDrop(c.env, { shop, reason, sample, problems: [] }, now, (work) => c.executionCtx.waitUntil(work));
  if (beacon.watcher) showBeacon(c, beacon, { dropped: reason }, now);
  const body: z.infer<typeof beaconAnswerSchema> = { accepted: 0, repeated: 0, dropped: reason };
  return c.json(body, 202, corsFor(c.req.raw));
}

export function floodOf(shop: ShopId): Refusal {
  const message = 'more beacons a minute than a shopper sends: try again later, with the same ids';
  return {
    status: 429,
    reason: 'rate-limit',
    message,
    problems: [{ path: '', code: 'rate-limit', message }],
    shop,
    sample: '',
  };
}

/** Counts what was left out of a beacon that was taken. */
export function noteWithheld(c: Context<{ Bindings: Env }>, shop: ShopId, reason: DropReason, now: number): void {
  noteDrop(c.env, { shop, reason, sample: '', problems: [] }, now, (work) => c.executionCtx.waitUntil(work));
}

export function closedShop(shop: ShopId): Refusal {
  const message =
    'the merchant has closed this shop: nothing is taken until it is opened again in Settings, Storefront';
  return {
    status: 403,
    reason: 'shop-closed',
    message,
    problems: [{ path: 'shop', code: 'closed', message }],
    shop,
    sample: '',
  };
}

export function unknownShop(): Refusal {
  const message = 'there is no shop with this id: copy the snippet from the Install page';
  return {
    status: 404,
    reason: 'unknown-shop',
    message,
    problems: [{ path: 'shop', code: 'unknown', message }],
    shop: null,
    sample: '',
  };
}
