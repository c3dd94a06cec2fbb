// Beacons in. `POST /e` answers 202 when everything in the beacon is on disk, and 4xx with the field's path when nothing
// of it was stored. There is no answer in between.
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { judge } from './judge.ts';
import { isFlood } from './limits.ts';
import { parseBeacon } from './parse.ts';
import { dropBeacon, floodOf, refuseBeacon } from './refusal.ts';
import { storeBeacon, unknownShop } from './store.ts';

const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };

export const ingest = new Hono<{ Bindings: Env }>()
  .options('/e', cors({ origin: '*', allowMethods: ['POST'], allowHeaders: ['content-type'], maxAge: 86_400 }))
  // One handler and no middleware: nothing in the house is asked as often as this.
  .post('/e', async (c) => {
    settingsOf(c.env);
    const now = Date.now();
    const parsed = await parseBeacon(c.req.raw, now);
    if (!parsed.ok) return refuseBeacon(c, parsed.because, now);
    const beacon = parsed.value;
    const settings = await shopSettings(c.env, beacon.shop, now);
    if (!settings) return refuseBeacon(c, unknownShop(), now);
    const unwanted = judge(c.req.raw, settings.traffic);
    if (unwanted) return dropBeacon(c, beacon.shop, unwanted, now);
    if (isFlood(beacon, c.req.header('cf-connecting-ip') ?? null, settingsOf(c.env), now))
      return refuseBeacon(c, floodOf(beacon.shop), now);
    const stored = await storeBeacon(c.env, beacon, now);
    if (!stored.ok) return refuseBeacon(c, stored.because, now);
    return new Response(JSON.stringify(stored.value), { status: 202, headers });
  });
