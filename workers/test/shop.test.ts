import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { importById, lastImports, openD1, productCounts, togetherWith } from '@winback/db';
import type { BeaconEvent, ShopId, VisitorId } from '@winback/domain';
import { eventSchema, feedGuards } from '@winback/domain';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { putRaw } from '../feed-files.ts';
import type { EventsMessage, OutboxRow } from '../messages.ts';
import { pulseOf } from '../pulse.ts';
import type { Shop } from '../shop/shop.ts';
import { emptyD1 } from './database.ts';
import { importDeps, runImport } from './imports.ts';
import { stopClock } from './person.ts';
import { brings } from './queue.ts';
import { cart, event, hour, identify, minute, newShop, purchase, send } from './storefront.ts';
import { someOffers, ymlOf } from './yml.ts';

const dayMs = 24 * hour;
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

function stub(of = shop): DurableObjectStub<Shop> {
  return env.SHOP.getByName(of);
}

function row(seq: number, ...events: Record<string, unknown>[]): OutboxRow {
  const parsed = events.map((one): BeaconEvent => eventSchema.parse(one));
  return { seq, kind: 'beacon', at: Date.now(), events: parsed, seenWith: {}, visit: { idleMs: hour } };
}

function sent(seq: number, at: number): OutboxRow {
  const base = { letter: `l${seq}`, slot: `s${seq}`, scenario: 'abandoned_cart', sentence: 'Sent.', subject: null };
  return { seq, kind: 'letter', at, fact: { ...base, state: 'sent', reason: null, plannedAt: at, at, rev: 3 } };
}

function message(visitor: string, rows: OutboxRow[]): EventsMessage {
  return { shop, visitor: `${shop}/v/${visitor}`, person: null, rows };
}

function count(...messages: EventsMessage[]) {
  return stub().count({ shop, messages, currency: 'EUR' });
}

function figures(dayStart = Date.now() - dayMs) {
  return stub().figures({ now: Date.now(), dayStart });
}

describe('the counters of a shop', () => {
  it('count each row once, in whatever messages it comes again', async () => {
    const cuts = fc.array(fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 })), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (sends) => {
        shop = await newShop();
        const rows = Array.from({ length: 12 }, (_, at) => row(at + 1, event()));
        let counted = 0;
        for (const [back, length] of sends) {
          // What a Visitor sends begins at, or before, what it heard was counted last.
          const from = Math.max(0, counted - back);
          const part = rows.slice(from, from + length);
          await count(message('v1', part), message('v1', part.slice(0, 1)));
          counted = Math.max(counted, Math.min(rows.length, from + length));
        }
        expect((await figures()).events.view.count).toBe(counted);
      }),
      { numRuns: 12 },
    );
  });

  it('tell each Visitor how far it was counted, also when nothing was new', async () => {
    const rows = [row(1, event()), row(2, event())];
    expect(await count(message('v1', rows))).toEqual([{ visitor: `${shop}/v/v1`, upto: 2 }]);
    expect(await count(message('v1', rows.slice(0, 1)))).toEqual([{ visitor: `${shop}/v/v1`, upto: 2 }]);
  });

  it('know after an eviction what they counted before it', async () => {
    await count(message('v1', [row(1, event())]));
    await evictDurableObject(stub());
    await count(message('v1', [row(1, event()), row(2, event())]));
    expect((await figures()).events.view.count).toBe(2);
  });

  it('see one order where two devices report it, and every report on the light', async () => {
    const order = purchase('1001', 'tent');
    await count(message('v1', [row(1, order)]), message('v2', [row(1, { ...order, id: 'other-event' })]));
    await count(message('v3', [row(1, { ...order, id: 'third-event' })]));
    const { events, today } = await figures();
    expect(today).toMatchObject({ orders: 1, revenueMinor: 1_990 });
    expect(events.purchase.count).toBe(3);
  });

  it('take the order’s total before the sum of its lines, in whole minor units', async () => {
    const lines = event({
      type: 'purchase',
      order: '2',
      items: [
        { product: 'a', quantity: 3, price: 0.1 },
        { product: 'b', quantity: 1, price: 0.2 },
      ],
    });
    await count(message('v1', [row(1, { ...purchase('1', 'tent'), total: 17.55 }), row(2, lines)]));
    expect((await figures()).today).toMatchObject({ orders: 2, revenueMinor: 1_755 + 50 });
  });

  it('add up: 24 hours without gaps hold what the day holds, and yesterday is not today', async () => {
    const now = Date.now();
    const ago = (hours: number, one: Record<string, unknown>) => ({ ...one, at: now - hours * hour });
    await count(
      message('v1', [
        row(1, event(), ago(2, event()), ago(2, cart('tent')), ago(30, event())),
        row(2, ago(1, purchase('1', 'tent')), ago(5, purchase('2', 'tent'))),
        sent(3, now),
        sent(4, now - 3 * hour),
      ]),
    );
    const { hours, today, events } = await figures(now - 4 * hour);
    const total = (key: keyof (typeof hours)[number]) => hours.reduce((sum, one) => sum + one[key], 0);
    expect(hours.map((one) => one.at - (hours[0]?.at ?? 0))).toEqual(Array.from({ length: 24 }, (_, n) => n * hour));
    expect([total('views'), total('carts'), total('orders'), total('revenueMinor'), total('letters')]).toEqual([
      2, 1, 2, 3_980, 2,
    ]);
    expect(today).toEqual({ views: 2, carts: 1, orders: 1, revenueMinor: 1_990, lettersSent: 2 });
    expect([events.view.count, events.cart.count, events.purchase.count, events.search.count]).toEqual([3, 1, 2, 0]);
    expect(events.search.lastAt).toBeNull();
  });

  it('add up what was turned away, and show the newest sample', async () => {
    const drop = {
      reason: 'bad-price' as const,
      problems: [{ path: 'events.0.total', code: 'too-small', message: 'no' }],
    };
    await stub().dropped({ shop, drops: [{ ...drop, count: 2, at: 1, sample: 'old' }] });
    await stub().dropped({
      shop,
      drops: [
        { ...drop, count: 3, at: 2, sample: 'new' },
        { reason: 'bad-json', count: 1, at: 1, sample: '{', problems: [] },
      ],
    });
    expect(await stub().drops()).toEqual([
      { ...drop, count: 5, at: 2, sample: 'new' },
      { reason: 'bad-json', count: 1, at: 1, sample: '{', problems: [] },
    ]);
  });
});

describe('the books', () => {
  beforeEach(async () => {
    for (const visitor of ['visitor-1', 'visitor-2']) await send(shop, visitor as VisitorId, event());
  });

  it('are written once though the queue brings everything twice: orders, letters, counters', async () => {
    const body = {
      ...message('visitor-1', [row(1, event(), purchase('77', 'tent')), sent(2, Date.now())]),
      person: 'person-1',
    };
    await brings('winback-events', [body, body]);
    const { explicitAcks, retryMessages } = await brings('winback-events', [body]);
    expect([explicitAcks.length, retryMessages]).toEqual([1, []]);
    expect((await figures()).today).toMatchObject({ views: 1, orders: 1, lettersSent: 1 });
    const rows = async (table: string) =>
      (await env.DB.prepare(`SELECT id FROM ${table} WHERE shop = ?`).bind(shop).all()).results;
    expect([await rows('orders'), await rows('letters')]).toEqual([[{ id: '77' }], [{ id: 'l2' }]]);
  });

  it('of other shops are written though one shop’s cannot be', async () => {
    const other = await newShop();
    await env.DB.prepare(`UPDATE shops SET settings = 'broken' WHERE id = ?`).bind(other).run();
    const broken = { ...message('visitor-1', [row(1, event())]), shop: other };
    const { explicitAcks, retryMessages } = await brings('winback-events', [
      broken,
      message('visitor-2', [row(1, event())]),
    ]);
    expect([explicitAcks.length, retryMessages.length]).toEqual([1, 1]);
    expect((await figures()).events.view.count).toBe(1);
  });
});

describe('the schedule of a shop', () => {
  it('starts one import, however often it is asked while it runs', async () => {
    const started = await Promise.all([1, 2, 3].map(() => stub().importNow({ shop })));
    expect(new Set(started.map((one) => one.import)).size).toBe(1);
    const db = openD1(env.DB);
    const ended = async () => expect((await lastImports(db, shop, 5)).map((one) => one.state)).toEqual(['failed']);
    await vi.waitFor(ended, { timeout: 8_000, interval: 100 });
    await vi.waitFor(async () => expect(await running()).toBeNull(), { timeout: 8_000, interval: 100 });
    expect((await stub().importNow({ shop })).import).not.toBe(started[0]?.import);
  });

  it('asks for the first import of a new shop once', async () => {
    await stub().importIfNever({ shop });
    const first = await running();
    await stub().importEnded({ shop, import: String(first), state: 'done' });
    await stub().importIfNever({ shop });
    expect(first).not.toBeNull();
    expect(await running()).toBeNull();
  });

  it('lets an import that waited go on when the merchant says so, and not beside another one', async () => {
    const db = openD1(env.DB);
    const feed = { url: 'http://127.0.0.1:1/feed.yml', everyMs: hour, guards: feedGuards };
    shop = await newShop({ feed });
    const answering = (text: string) => importDeps({ fetch: async () => new Response(text), allow: ['127.0.0.1:1'] });
    await runImport(answering(ymlOf(someOffers(30))), { shop, import: `${shop}-1` });
    const waiting = { shop, import: `${shop}-2` };
    expect(await runImport(answering(ymlOf(someOffers(9))), waiting)).toBe('waiting');
    expect(await stub().confirmImport({ shop, import: 'never-was' })).toBe('does-not-wait');
    const { import: other } = await stub().importNow({ shop });
    expect(await stub().confirmImport(waiting)).toBe('busy');
    await stub().importEnded({ shop, import: other, state: 'failed' });
    expect(await stub().confirmImport(waiting)).toBe('goes-on');
    const state = async () => (await importById(db, shop, waiting.import))?.state;
    await vi.waitFor(async () => expect(await state()).toBe('done'), { timeout: 8_000, interval: 100 });
    await vi.waitFor(async () => expect(await running()).toBeNull(), { timeout: 8_000, interval: 100 });
    expect(await productCounts(db, shop)).toEqual({ all: 30, inStock: 9 });
    expect(await stub().confirmImport(waiting)).toBe('does-not-wait');
    expect(await running()).toBeNull();
  });

  it('imports a file that lies in the lake, unless another import is running', async () => {
    const id = `${shop}-upload`;
    const facts = {
      origin: 'upload',
      contentType: null,
      contentEncoding: null,
      fileName: null,
      validators: null,
    } as const;
    const body = new Response(ymlOf(someOffers(3))).body ?? new ReadableStream<Uint8Array>();
    await putRaw(env.LAKE, { shop, import: id, facts }, body);
    expect(await stub().importNow({ shop, import: id })).toEqual({ import: id });
    expect(await stub().importNow({ shop, import: 'another' })).toEqual({ import: id });
    const told = async () => (await importById(openD1(env.DB), shop, id))?.state;
    await vi.waitFor(async () => expect(await told()).toBe('done'), { timeout: 8_000, interval: 100 });
  });

  it('reads the feed again when its time has come', async () => {
    stopClock();
    shop = await newShop({
      feed: { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 15 * minute, guards: feedGuards },
    });
    const asked = Date.now();
    await stub().importNow({ shop });
    const db = openD1(env.DB);
    const states = async () => (await lastImports(db, shop, 5)).map((one) => one.state);
    await vi.waitFor(async () => expect(await states()).toEqual(['done']), { timeout: 8_000, interval: 100 });
    await vi.waitFor(async () => expect(await running()).toBeNull(), { timeout: 8_000, interval: 100 });
    expect((await stub().schedule()).feedAt).toBe(asked + 15 * minute);
    vi.setSystemTime(asked + 15 * minute);
    await runDurableObjectAlarm(stub());
    await vi.waitFor(async () => expect(await states()).toEqual(['unchanged', 'done']), {
      timeout: 8_000,
      interval: 100,
    });
    expect((await stub().schedule()).feedAt).toBe(asked + 30 * minute);
  });

  it('asks again for an import whose message was lost', async () => {
    stopClock();
    await stub().dropped({ shop, drops: [] });
    await runInDurableObject(stub(), async (_instance, { storage }) => {
      const write = (key: string, value: unknown) =>
        storage.sql.exec('INSERT INTO memory VALUES (?, ?)', key, JSON.stringify(value));
      write('import', 'lost-import');
      write('schedule', { 'feed-check': Date.now() + minute });
      await storage.setAlarm(Date.now() + minute);
    });
    await evictDurableObject(stub());
    vi.setSystemTime(Date.now() + minute);
    await runDurableObjectAlarm(stub());
    const found = async () => (await lastImports(openD1(env.DB), shop, 5)).map((one) => one.id);
    await vi.waitFor(async () => expect(await found()).toEqual(['lost-import']), { timeout: 8_000, interval: 100 });
  });

  it('tells what happened to a product today and just now, each thing once', async () => {
    const now = Date.now();
    const before = now - 3 * hour;
    const rows = [
      row(1, { ...event({ product: 'tent' }), at: before }, event({ product: 'tent' })),
      row(
        2,
        cart('tent'),
        event({ type: 'cart', change: 'remove', items: [{ product: 'tent' }] }),
        purchase('1', 'tent'),
      ),
      row(3, purchase('1', 'tent'), { ...event({ product: 'tent' }), at: now - 3 * dayMs }),
    ];
    await count(message('visitor-1', rows));
    await count(message('visitor-1', rows));
    const one = { views: 1, carts: 1, buys: 1 };
    expect(await stub().product({ id: 'tent', now })).toEqual({ day: { ...one, views: 2 }, quarter: one });
    expect(await stub().product({ id: 'stove', now })).toMatchObject({ day: { views: 0, carts: 0, buys: 0 } });
  });

  it('publishes what goes together soon after it was seen', async () => {
    stopClock();
    const seen = row(1, event({ id: 'view-of-stove', product: 'stove' }), purchase('1', 'tent', 'stove'));
    await count(
      message('visitor-1', [
        {
          ...seen,
          kind: 'beacon',
          events: seen.kind === 'beacon' ? seen.events : [],
          seenWith: { 'view-of-stove': ['tent'] },
          visit: { idleMs: hour },
        },
      ]),
    );
    vi.setSystemTime(Date.now() + 15_000);
    await runDurableObjectAlarm(stub());
    const others = async () => (await togetherWith(openD1(env.DB), shop, ['tent'])).map((one) => one.other);
    await vi.waitFor(async () => expect(await others()).toEqual(['stove']), { timeout: 8_000, interval: 100 });
  });

  async function running(): Promise<unknown> {
    return runInDurableObject(stub(), (_instance, { storage }) => {
      const [kept] = storage.sql.exec<{ value: string }>(`SELECT value FROM memory WHERE key = 'import'`).toArray();
      return kept ? JSON.parse(kept.value) : null;
    });
  }
});

describe('the pulse of a shop', () => {
  beforeEach(async () => {
    for (const visitor of ['visitor-1', 'visitor-2']) await send(shop, visitor as VisitorId, event());
  });

  it('says who is here, whose cart is open, and what they do, in any script and without addresses', async () => {
    const search = event({ type: 'search', query: 'палатка “два” 🏕' });
    const rows = [row(1, search, cart('tent')), row(2, identify('ann@mail.example', { name: 'Анна' }))];
    await brings('winback-events', [message('visitor-1', rows), message('visitor-2', [row(1, event())])]);
    const here = await pulseOf(env, shop).here(Date.now());
    expect(here).toMatchObject({ visitors: 2, openCarts: 1 });
    expect(here.recent.map((one) => one.words)).toEqual(
      expect.arrayContaining(['Somebody searches for “палатка “два” 🏕”', 'Somebody left an address']),
    );
    expect(JSON.stringify(here)).not.toMatch(/ann@|Анна/);
    expect((await pulseOf(env, shop).here(Date.now() + 5 * minute)).visitors).toBe(0);
  });
});
