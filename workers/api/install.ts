// What to paste, a light for each kind of event, what was turned away, and one's own browser as it happens.
import { legacyIdOf, unknownProducts } from '@winback/db';
import type { Install, ShopId } from '@winback/domain';
import {
  consoleQuerySchema,
  consoleSchema,
  dropsQuerySchema,
  dropsSchema,
  eventTypes,
  installSchema,
} from '@winback/domain';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { pulseOf } from '../pulse.ts';
import type { ShopEnv } from './access.ts';
import { dayStart } from './day-start.ts';
import { dropsOver, periodStart } from './drops.ts';
import { adviceOn } from './event-advice.ts';

const strangerMs = 7 * 86_400_000;

export const install = new Hono<ShopEnv>()
  .get('/install', answers('What to paste and what has come in through it.', installSchema), async (c) => {
    const { shop, record } = c.var;
    const api = settingsOf(c.env).PUBLIC_URL;
    const [lights, legacyId, strange] = await Promise.all([
      lightsOf(c.env, shop, record.settings.timeZone),
      legacyIdOf(databaseOf(c.env), shop),
      strangersOf(c.env, shop),
    ]);
    const body: Install = {
      snippet: snippetFor(api, shop),
      values: { shop, api, legacyId: legacyId ?? '' },
      lights,
      unknownProducts: strange,
    };
    return c.json(body);
  })
  .get(
    '/install/drops',
    answers('What was turned away, when and why.', dropsSchema),
    takes('query', dropsQuerySchema),
    async (c) => {
      const { period } = c.req.valid('query');
      const { shop, record } = c.var;
      const now = Date.now();
      const stub = c.env.SHOP.getByName(shop);
      const since = periodStart(period, record.settings.timeZone, now);
      const [hours, totals] = await Promise.all([stub.dropHours({ since }), stub.drops()]);
      return c.json(dropsOver({ period, timeZone: record.settings.timeZone, now }, hours, totals));
    },
  )
  .get(
    '/install/console',
    answers('What the browser that carries this code told, oldest first.', consoleSchema),
    takes('query', consoleQuerySchema),
    async (c) => {
      const { code, after } = c.req.valid('query');
      return c.json({ notes: await pulseOf(c.env, c.var.shop).told(code, after, Date.now()) });
    },
  );

async function lightsOf(env: Env, shop: ShopId, timeZone: string): Promise<Install['lights']> {
  const now = Date.now();
  const stub = env.SHOP.getByName(shop);
  const [figures, refused, live] = await Promise.all([
    stub.figures({ now, dayStart: dayStart(timeZone, now) }),
    stub.refusedEvents(),
    pulseOf(env, shop).here(now),
  ]);
  const advice = await adviceOn(databaseOf(env), shop, live.last);
  return eventTypes.map((type) => {
    const { type: _type, ...last } = refused.find((one) => one.type === type) ?? { type };
    return {
      type,
      ...figures.events[type],
      last: live.last[type] ?? null,
      advice: advice[type] ?? [],
      refused: 'at' in last ? last : null,
    };
  });
}

/** Products of the storefront that the feed does not have. A feed that has been mended since knows them now. */
async function strangersOf(env: Env, shop: ShopId): Promise<Install['unknownProducts']> {
  const strangers = await env.SHOP.getByName(shop).strangers({ since: Date.now() - strangerMs });
  if (!strangers) return null;
  const sample = await unknownProducts(databaseOf(env), shop, strangers.products);
  return sample.length > 0 ? { events: strangers.events, lastAt: strangers.lastAt, sample } : null;
}

function snippetFor(publicUrl: string, shop: string): string {
  return `<script>window.winback=window.winback||function(){(winback.q=winback.q||[]).push(arguments)}</script>
<script async src="${publicUrl}/t.js?shop=${shop}"></script>`;
}
