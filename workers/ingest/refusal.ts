// The answer to a beacon that was not stored: a stable code, the field's path, the mend; counted for the merchant.
import type { Beacon, beaconAnswerSchema, DropReason, ErrorBody, ShopId } from '@winback/domain';
import type { z } from 'zod';
import { noteDrop } from '../events.ts';
import type { BeaconCall } from './beacon-call.ts';
import { corsFor } from './cors.ts';
import { retryAfterSeconds } from './limits.ts';
import type { Refusal } from './parse.ts';
import { showBeacon, showRefusal, typeRefused } from './watched.ts';

export function refuseBeacon(call: BeaconCall, refusal: Refusal, now: number): Response {
  const { shop, reason, message, problems, sample, status } = refusal;
  if (shop && reason !== 'unknown-shop') {
    const type = typeRefused(refusal);
    const drop = { shop, reason, sample, problems, ...(type ? { type } : {}) };
    noteDrop(call.env, drop, now, (work) => call.ctx.waitUntil(work));
    showRefusal(call, refusal, now);
  }
  const body: ErrorBody = { code: reason, message, problems };
  const headers = corsFor(call.request);
  return Response.json(body, {
    status,
    headers: status === 429 ? { ...headers, 'retry-after': String(retryAfterSeconds) } : headers,
  });
}

/** The answer to a well-formed beacon that is not wanted: it is counted, and need not come again. */
export function dropBeacon(call: BeaconCall, beacon: Beacon, reason: DropReason, now: number): Response {
  const { shop } = beacon;
  const sample = call.request.headers.get('user-agent') ?? '';
  noteDrop(call.env, { shop, reason, sample, problems: [] }, now, (work) => call.ctx.waitUntil(work));
  if (beacon.watcher) showBeacon(call, beacon, { dropped: reason }, now);
  const body: z.infer<typeof beaconAnswerSchema> = { accepted: 0, repeated: 0, dropped: reason };
  return Response.json(body, { status: 202, headers: corsFor(call.request) });
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
export function noteWithheld(call: BeaconCall, shop: ShopId, reason: DropReason, now: number): void {
  noteDrop(call.env, { shop, reason, sample: '', problems: [] }, now, (work) => call.ctx.waitUntil(work));
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
