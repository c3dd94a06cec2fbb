import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { listProducts } from '@winback/db';
import type { Install, ShopId } from '@winback/domain';
import { feedGuards, trafficDefaults } from '@winback/domain';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { hourPrefix } from '../lake.ts';
import { emptyD1 } from './database.ts';
import { asked, booked, keysOf, linesOf, messageOf } from './lake.ts';
import { ask, newMerchant } from './merchant.ts';
import { stopClock, timePasses } from './person.ts';
import { about, newKey, tell } from './shop-server.ts';
import { deviceAt, event, hour, identify, minute, newShop, newVisitor, purchase, send } from './storefront.ts';

const day = 24 * hour;
const noon = Date.UTC(2026, 10, 20, 12);
let shop: ShopId;
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop();
});
afterEach(() => {
  vi.useRealTimers();
});

const visitor = (name: string) => `${shop}/v/${name}`;

describe('raw events', () => {
  it('are read by DuckDB as they are: what was done, by whom, in which visit', async () => {
    const visit = {
      country: 'DE',
      timeZone: 'Europe/Berlin',
      device: 'phone',
      source: { kind: 'campaign', utm: { source: 'news', campaign: 'may' } },
    } as const;
    await booked(
      messageOf(
        { shop, visitor: visitor('one'), visit, at: noon + 10 },
        event({ product: 'tent', at: noon }),
        event({ product: 'stove', at: noon + 5 }),
      ),
      messageOf(
        { shop, visitor: visitor('two'), visit: { by: 'server' } },
        { ...purchase('1001', 'tent', 'lamp'), total: 40, at: noon + 60_000 },
      ),
    );
    expect(
      await asked(
        shop,
        `SELECT type, count(*)::INT AS n, count(DISTINCT visitor)::INT AS visitors FROM events GROUP BY type ORDER BY type`,
      ),
    ).toEqual([
      { type: 'purchase', n: 1, visitors: 1 },
      { type: 'view', n: 2, visitors: 1 },
    ]);
    expect(
      await asked(
        shop,
        `SELECT product, visit.country AS country, visit.timeZone AS zone, visit.device AS device, visit.source.utm.source AS source,
      epoch_ms("at")::VARCHAR AS moment, ("at" - visit.sessionAt)::INT AS since FROM events WHERE product = 'stove'`,
      ),
    ).toEqual([
      {
        product: 'stove',
        country: 'DE',
        zone: 'Europe/Berlin',
        device: 'phone',
        source: 'news',
        moment: '2026-11-20 12:00:00.005',
        since: 0,
      },
    ]);
    expect(
      await asked(
        shop,
        `SELECT "order", total::INT AS total, len(items)::INT AS lines, visit.by AS told FROM events WHERE type = 'purchase'`,
      ),
    ).toEqual([{ order: '1001', total: 40, lines: 2, told: 'server' }]);
  });

  it('lie by the hour in which they happened, whatever batch brought them, and a batch that comes again is the same', async () => {
    const messages = [
      messageOf({ shop, visitor: visitor('one') }, event({ at: noon - 1 }), event({ at: noon })),
      messageOf({ shop, visitor: visitor('two') }, event({ at: noon + hour }), event({ at: noon + 1 })),
    ];
    for (let times = 0; times < 3; times += 1) await booked(...messages);
    const keys = await keysOf(shop);
    expect(keys.map((key) => key.slice(0, key.lastIndexOf('/')))).toEqual([
      `events/${shop}/2026/11/20/11`,
      `events/${shop}/2026/11/20/12`,
      `events/${shop}/2026/11/20/13`,
    ]);
    expect((await linesOf(shop)).map(({ at }) => at)).toEqual([noon - 1, noon, noon + 1, noon + hour]);
  });

  it('stand twice at most where a row came again in other company, and say so themselves', async () => {
    const [one, two] = [
      messageOf({ shop, visitor: visitor('one') }, event()),
      messageOf({ shop, visitor: visitor('two') }, event()),
    ];
    await booked(one, two);
    await booked(two);
    expect(await linesOf(shop)).toHaveLength(3);
    const once = 'SELECT count(*)::INT AS n FROM (SELECT DISTINCT ON (visitor, seq, id) * FROM events)';
    expect(await asked(shop, once)).toEqual([{ n: 2 }]);
  });

  it('know no address and no name, wherever one was hidden', async () => {
    const address = 'ann.lee+x@mail.example';
    const hidden = encodeURIComponent(address);
    await booked(
      messageOf(
        { shop, visitor: visitor('one') },
        event({ url: `https://shop.example/?email=${hidden}&a=1`, referrer: `https://x.example/${address}` }),
        identify(address, { name: 'Ann Lee' }),
        { ...purchase('1', 'tent'), email: address },
        event({ type: 'search', query: `order of ${address}` }),
        event({ type: 'profile', fields: { first_name: 'Ann', mail: address } }),
        event({ type: 'custom', name: 'note', properties: { by: address } }),
        event({ type: 'watch', change: 'add', waitsFor: 'price-drop', products: ['tent'], email: address }),
      ),
    );
    const lines = await linesOf(shop);
    const text = JSON.stringify(lines);
    expect(lines).toHaveLength(7);
    for (const word of ['mail.example', 'Ann', 'ann.lee', hidden]) expect(text).not.toContain(word);
    expect(text).toContain('https://shop.example/?email=…@…&a=1');
    expect(lines.find(({ type }) => type === 'profile')).toMatchObject({ fields: ['first_name', 'mail'] });
  });

  it('carry the session that the Visitor counts, and none where the shop’s server told of them', async () => {
    stopClock();
    const browser = newVisitor();
    const began = Date.now();
    await send(shop, browser, event());
    vi.setSystemTime(began + 10 * minute);
    await send(shop, browser, event());
    await tell(await newKey(shop), [about({ visitor: browser })]);
    await timePasses(10 * minute, `${shop}/v/${browser}`);
    vi.useRealTimers();
    await vi.waitFor(async () => expect(await linesOf(shop)).toHaveLength(3), { timeout: 10_000, interval: 200 });
    expect((await linesOf(shop)).map(({ visit }) => visit)).toMatchObject([
      { by: 'browser', sessionAt: began },
      { by: 'browser', sessionAt: began },
      { by: 'server', sessionAt: null },
    ]);
    expect((await deviceAt(shop, browser).timeline()).entries).toHaveLength(3);
  }, 15_000);
});

describe('a product that the feed does not have', () => {
  it('is marked in the lake, counted once for each event and shown to the merchant until the feed has it', async () => {
    const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: hour, guards: feedGuards };
    const merchant = await newMerchant({ feed });
    ({ shop } = merchant);
    const imported = async () => expect((await listProducts(databaseOf(env), shop, { limit: 9 })).total).toBe(3);
    await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
    const message = messageOf(
      { shop, visitor: visitor('one') },
      event({ product: 'tent' }),
      event({ product: 'ghost' }),
      purchase('1', 'ghost', 'phantom', 'stove'),
      event({ type: 'wish', change: 'add', products: ['tent', 'stove'] }),
      event({ type: 'search', query: 'ghost' }),
    );
    await booked(message);
    await booked(message);
    const marked = (await linesOf(shop)).map(({ type, unknown }) => [type, unknown]);
    expect(marked).toEqual([
      ['view', undefined],
      ['view', ['ghost']],
      ['purchase', ['ghost', 'phantom']],
      ['wish', undefined],
      ['search', undefined],
    ]);
    const shown = async () => (await ask<Install>(merchant, '/install')).body.unknownProducts;
    expect(await shown()).toMatchObject({ events: 2, sample: ['phantom', 'ghost'] });
    await env.DB.prepare(`UPDATE products SET id = 'ghost' WHERE shop = ?1 AND id = 'lamp'`).bind(shop).run();
    expect(await shown()).toMatchObject({ events: 2, sample: ['phantom'] });
    await env.DB.prepare(`UPDATE products SET id = 'phantom' WHERE shop = ?1 AND id = 'ghost'`).bind(shop).run();
  }, 15_000);

  it('is no news where the shop has no catalogue yet', async () => {
    await booked(messageOf({ shop, visitor: visitor('one') }, event({ product: 'ghost' })));
    expect(await env.SHOP.getByName(shop).strangers({ since: 0 })).toBeNull();
    expect((await linesOf(shop))[0]).not.toHaveProperty('unknown');
  });
});

describe('raw events that are older than the shop wants them', () => {
  const shopAt = (of: ShopId) => env.SHOP.getByName(of);
  const eventAt = (at: number) => messageOf({ shop, visitor: visitor(`v${at}`) }, event({ at }));

  /** Objects of these moments, as they would lie there. */
  async function laid(of: ShopId, moments: readonly number[]): Promise<void> {
    for (const at of moments) await env.LAKE.put(`${hourPrefix(of, at)}x${at}.ndjson.gz`, 'x');
  }

  it('are deleted, hour by hour and page by page, and nobody else’s', async () => {
    stopClock();
    const neighbour = `${shop}x` as ShopId;
    shop = await newShop({ traffic: { ...trafficDefaults, rawEventDays: 30 } });
    const now = Date.now();
    const old = Array.from({ length: 1_050 }, (_, n) => now - 31 * day - n * hour);
    await Promise.all([laid(shop, old), laid(`${shop}x` as ShopId, old.slice(0, 3)), laid(neighbour, old.slice(0, 2))]);
    await booked(eventAt(now - 29 * day), eventAt(now));
    expect((await env.LAKE.list({ prefix: `events/${shop}/` })).truncated).toBe(true);
    vi.setSystemTime(now + day);
    await runDurableObjectAlarm(shopAt(shop));
    expect(await keysOf(shop)).not.toHaveLength(2);
    await timePassesAt(shop, minute);
    expect(await keysOf(shop)).toHaveLength(2);
    expect([(await keysOf(`${shop}x` as ShopId)).length, (await keysOf(neighbour)).length]).toEqual([3, 2]);
  }, 30_000);

  it('go in time also where nothing happens in the shop any more', async () => {
    stopClock();
    shop = await newShop({ traffic: { ...trafficDefaults, rawEventDays: 2 } });
    await booked(eventAt(Date.now()));
    for (const [days, left] of [
      [1, 1],
      [1, 1],
      [1.1, 0],
    ] as const) {
      await timePassesAt(shop, days * day);
      expect([days, (await keysOf(shop)).length]).toEqual([days, left]);
    }
  });

  async function timePassesAt(of: ShopId, ms: number): Promise<void> {
    vi.setSystemTime(Date.now() + ms);
    await runDurableObjectAlarm(shopAt(of));
  }
});
