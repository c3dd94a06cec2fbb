// Beacons in. `POST /e` answers 202 when everything in the beacon is on disk, and 4xx with the field's path when nothing
// of it was stored. There is no answer in between.
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { parseBeacon } from './parse.ts';
import { refuseBeacon } from './refusal.ts';
import { storeBeacon } from './store.ts';

const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };

export const ingest = new Hono<{ Bindings: Env }>()
  .options('/e', cors({ origin: '*', allowMethods: ['POST'], allowHeaders: ['content-type'], maxAge: 86_400 }))
  // One handler and no middleware: nothing in the house is asked as often as this.
  .post('/e', async (c) => {
    settingsOf(c.env);
    const now = Date.now();
    const parsed = await parseBeacon(c.req.raw, now);
    if (!parsed.ok) return refuseBeacon(c, parsed.because, now);
    const stored = await storeBeacon(c.env, parsed.value, now);
    if (!stored.ok) return refuseBeacon(c, stored.because, now);
    return new Response(JSON.stringify(stored.value), { status: 202, headers });
  });
