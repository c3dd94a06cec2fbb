// Beacons in. `POST /e` answers 202 when everything in the beacon is on disk, and 4xx with the field's path when nothing
// of it was stored. There is no answer in between.
import type { Beacon, ShopSettings } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { storeTold } from './arrival.ts';
import { cookieFor, visitorOfCookie } from './cookie.ts';
import { corsFor, preflight } from './cors.ts';
import { judge } from './judge.ts';
import { isFlood } from './limits.ts';
import { parseBeacon } from './parse.ts';
import { closedShop, dropBeacon, floodOf, noteWithheld, refuseBeacon, unknownShop } from './refusal.ts';
import { showBeacon } from './watched.ts';

export const ingest = new Hono<{ Bindings: Env }>()
  .options('/e', (c) => preflight(c.req.raw))
  // One handler and no middleware: nothing in the house is asked as often as this.
  .post('/e', async (c) => {
    settingsOf(c.env);
    const now = Date.now();
    const parsed = await parseBeacon(c.req.raw, now);
    if (!parsed.ok) return refuseBeacon(c, parsed.because, now);
    const beacon = parsed.value;
    const settings = await shopSettings(c.env, beacon.shop, now);
    if (!settings) return refuseBeacon(c, unknownShop(), now);
    if (!settings.standing.open) return refuseBeacon(c, closedShop(beacon.shop), now);
    const unwanted = judge(c.req.raw, settings.traffic);
    if (unwanted) return dropBeacon(c, beacon, unwanted, now);
    if (isFlood(beacon, c.req.header('cf-connecting-ip') ?? null, settingsOf(c.env), now)) {
      if (beacon.watcher) showBeacon(c, beacon, { dropped: 'rate-limit' }, now);
      return refuseBeacon(c, floodOf(beacon.shop), now);
    }
    return takeBeacon(c, beacon, settings, now);
  });

async function takeBeacon(
  c: Context<{ Bindings: Env }>,
  beacon: Beacon,
  settings: ShopSettings,
  now: number,
): Promise<Response> {
  const { shop, events } = beacon;
  const request = c.req.raw;
  const kept = settings.privacy.cookie === 'server' ? visitorOfCookie(request, shop) : null;
  const visitor = kept?.visitor ?? beacon.visitor;
  const told = { shop, settings, visitor, events, asked: beacon.consent, by: 'browser' } as const;
  const { withheld, ...stored } = await storeTold(c.env, request, told, now);
  if (withheld) noteWithheld(c, shop, withheld, now);
  if (beacon.watcher) showBeacon(c, beacon, { ...stored, withheld }, now);
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
