// The snippet, a light for each kind of event, and what was turned away.
import { unknownProducts } from '@winback/db';
import type { Install } from '@winback/domain';
import { eventTypes, installSchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { pulseOf } from '../pulse.ts';
import type { ShopEnv } from './access.ts';
import { dayStart } from './day-start.ts';

const strangerMs = 7 * 86_400_000;

export const install = new Hono<ShopEnv>().get(
  '/install',
  answers('The snippet and what has come in through it.', installSchema),
  async (c) => {
    const { shop, record } = c.var;
    const now = Date.now();
    const stub = c.env.SHOP.getByName(shop);
    const [figures, drops, live, strangers] = await Promise.all([
      stub.figures({ now, dayStart: dayStart(record.settings.timeZone, now) }),
      stub.drops(),
      pulseOf(c.env, shop).here(now),
      stub.strangers({ since: now - strangerMs }),
    ]);
    // A feed that has been mended since knows them now.
    const sample = await unknownProducts(databaseOf(c.env), shop, strangers?.products ?? []);
    const body: Install = {
      snippet: snippetFor(settingsOf(c.env).PUBLIC_URL, shop),
      lights: eventTypes.map((type) => ({ type, ...figures.events[type], last: live.last[type] ?? null })),
      unknownProducts:
        strangers && sample.length > 0 ? { events: strangers.events, lastAt: strangers.lastAt, sample } : null,
      drops: drops.map(({ at, ...drop }) => ({ ...drop, lastAt: at })),
    };
    return c.json(body);
  },
);

function snippetFor(publicUrl: string, shop: string): string {
  return `<script>window.winback=window.winback||function(){(winback.q=winback.q||[]).push(arguments)}</script>
<script async src="${publicUrl}/t.js" data-shop="${shop}"></script>`;
}
