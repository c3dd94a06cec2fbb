// Beacons in. `POST /e` answers 202 when everything in the beacon is on disk, and 4xx with the field's path when nothing
// of it was stored. There is no answer in between.
import type { Beacon, ShopSettings } from '@winback/domain';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { storeTold } from './arrival.ts';
import type { BeaconCall } from './beacon-call.ts';
import { cookieFor, visitorOfCookie } from './cookie.ts';
import { corsFor, preflight } from './cors.ts';
import { judge } from './judge.ts';
import { isFlood } from './limits.ts';
import { parseBeacon } from './parse.ts';
import { closedShop, dropBeacon, floodOf, noteWithheld, refuseBeacon, unknownShop } from './refusal.ts';
import { showBeacon } from './watched.ts';

export const ingest = new Hono<{ Bindings: Env }>().options('/e', (c) => preflight(c.req.raw));

/** Whether somebody posts to `/e`. Asked of every request, so that it looks no further than it must. */
export function isBeacon({ method, url }: Request): boolean {
  if (method !== 'POST') return false;
  const path = url.indexOf('/', url.indexOf('//') + 2);
  return url.startsWith('/e', path) && (url.length === path + 2 || url[path + 2] === '?');
}

/**
 * `POST /e`, past the router and its context, which cost a tenth of a beacon: nothing in the house is asked as often. Throws
 * where a setting is missing or nothing could be stored.
 */
export async function hearBeacon(call: BeaconCall): Promise<Response> {
  const { request, env } = call;
  settingsOf(env);
  const now = Date.now();
  const parsed = await parseBeacon(request, now);
  if (!parsed.ok) return refuseBeacon(call, parsed.because, now);
  const beacon = parsed.value;
  const settings = await shopSettings(env, beacon.shop, now);
  if (!settings) return refuseBeacon(call, unknownShop(), now);
  if (!settings.standing.open) return refuseBeacon(call, closedShop(beacon.shop), now);
  const unwanted = judge(request, settings.traffic);
  if (unwanted) return dropBeacon(call, beacon, unwanted, now);
  if (isFlood(beacon, request.headers.get('cf-connecting-ip'), settingsOf(env), now)) {
    if (beacon.watcher) showBeacon(call, beacon, { dropped: 'rate-limit' }, now);
    return refuseBeacon(call, floodOf(beacon.shop), now);
  }
  return takeBeacon(call, beacon, settings, now);
}

async function takeBeacon(call: BeaconCall, beacon: Beacon, settings: ShopSettings, now: number): Promise<Response> {
  const { request, env } = call;
  const { shop, events } = beacon;
  const kept = settings.privacy.cookie === 'server' ? visitorOfCookie(request, shop) : null;
  const visitor = kept?.visitor ?? beacon.visitor;
  const told = { shop, settings, visitor, events, asked: beacon.consent, by: 'browser' } as const;
  const { withheld, ...stored } = await storeTold(env, request, told, now);
  if (withheld) noteWithheld(call, shop, withheld, now);
  if (beacon.watcher) showBeacon(call, beacon, { ...stored, withheld }, now);
  const cookie = settings.privacy.cookie === 'server' ? cookieFor(request, { shop, visitor, kept }, now) : null;
  const body = visitor === beacon.visitor ? stored : { ...stored, visitor };
  return new Response(JSON.stringify(body), {
    status: 202,
    headers: {
      ...corsFor(request),
      'content-type': 'application/json',
      ...(cookie ? { 'set-cookie': cookie } : {}),
    },
  });
}
