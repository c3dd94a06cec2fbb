import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { listSubscribers, openD1 } from '@winback/db';
import type { ShopId, VisitorId } from '@winback/domain';
import { deviceName } from '@winback/domain';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyD1 } from './database.ts';
import { stopClock, timePasses } from './person.ts';
import { beacon, cart, deviceAt, event, identify, newShop, newVisitor, post, purchase } from './storefront.ts';

const year = 365 * 86_400_000;
let shop: ShopId;
beforeAll(async () => {
  await emptyD1();
  shop = await newShop();
});

async function rowsOf(visitor: VisitorId, of = shop): Promise<{ memory: number; outbox: number }> {
  return runInDurableObject(deviceAt(of, visitor), (_instance, { storage }) => {
    const tables = storage.sql
      .exec<{ n: number }>(`SELECT count(*) AS n FROM sqlite_master WHERE name = 'memory'`)
      .one().n;
    if (tables === 0) return { memory: 0, outbox: 0 };
    const rows = (table: string) => storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n;
    return { memory: rows('memory'), outbox: rows('outbox') };
  });
}

function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce((inside) => ({ a: inside }), 'deep');
}

interface Refused {
  what: string;
  code: string;
  path: string;
  body: (visitor: VisitorId) => unknown;
}

const withEvents =
  (...events: unknown[]) =>
  (visitor: VisitorId) =>
    beacon(shop, visitor, ...events);
const line = (more: object) => ({ product: 'p1', quantity: 1, price: 5, ...more });
const cartOf = (more: object) => event({ type: 'cart', change: 'full', items: [line({}), line(more)] });

describe('a beacon that cannot be trusted is refused with the field that is wrong, and nothing of it is stored:', () => {
  const refused: Refused[] = [
    {
      what: 'a price below zero',
      code: 'bad-price',
      path: 'events.0.items.1.price',
      body: withEvents(cartOf({ price: -1 })),
    },
    {
      what: 'a price that nobody pays',
      code: 'bad-price',
      path: 'events.0.items.1.price',
      body: withEvents(cartOf({ price: 1e12 })),
    },
    {
      what: 'a price as text',
      code: 'bad-price',
      path: 'events.0.items.1.price',
      body: withEvents(cartOf({ price: '5' })),
    },
    {
      what: 'a total below zero',
      code: 'bad-price',
      path: 'events.0.total',
      body: withEvents({ ...purchase('1', 'p1'), total: -5 }),
    },
    {
      what: 'half a product',
      code: 'bad-event',
      path: 'events.0.items.1.quantity',
      body: withEvents(cartOf({ quantity: 0.5 })),
    },
    {
      what: 'no product at all',
      code: 'bad-event',
      path: 'events.0.items.1.quantity',
      body: withEvents(cartOf({ quantity: 0 })),
    },
    {
      what: 'lines that are no list',
      code: 'bad-event',
      path: 'events.0.items',
      body: withEvents({ ...cart('p1'), items: 'many' }),
    },
    {
      what: 'a visitor that is a number',
      code: 'bad-event',
      path: 'visitor',
      body: () => ({ ...beacon(shop, 'v'), visitor: 7, events: [event()] }),
    },
    {
      what: 'an address that is none',
      code: 'bad-event',
      path: 'events.0.email',
      body: withEvents(identify('not an address')),
    },
    {
      what: 'an address with a line break',
      code: 'bad-event',
      path: 'events.0.email',
      body: withEvents(identify('a@b.example\r\nBcc: c@d.example')),
    },
    {
      what: 'a field that nobody knows',
      code: 'bad-event',
      path: 'events.0',
      body: withEvents(event({ admin: true })),
    },
    {
      what: 'an event that nobody knows',
      code: 'unknown-event',
      path: 'events.0.type',
      body: withEvents(event({ type: 'explode' })),
    },
    {
      what: 'an event without a type',
      code: 'unknown-event',
      path: 'events.0.type',
      body: withEvents({ id: 'event-1234', at: 1 }),
    },
    { what: 'an event that is no object', code: 'bad-event', path: 'events.0', body: withEvents(null) },
    {
      what: 'a product with a name of 256 letters',
      code: 'bad-event',
      path: 'events.0.product',
      body: withEvents(event({ product: 'x'.repeat(256) })),
    },
    {
      what: 'things in things in things',
      code: 'too-deep',
      path: 'events.0.product',
      body: withEvents(event({ product: nested(3_000) })),
    },
    {
      what: 'a clock that is a year behind',
      code: 'bad-time',
      path: 'sentAt',
      body: (visitor) => ({ ...beacon(shop, visitor, event()), sentAt: Date.now() - year }),
    },
    {
      what: 'a clock that is a year ahead',
      code: 'bad-time',
      path: 'sentAt',
      body: (visitor) => ({ ...beacon(shop, visitor, event()), sentAt: Date.now() + year }),
    },
    {
      what: 'an event of last year',
      code: 'bad-time',
      path: 'events.0.at',
      body: (visitor) => beacon(shop, visitor, event({ at: Date.now() - year })),
    },
    {
      what: 'an event of next year',
      code: 'bad-time',
      path: 'events.0.at',
      body: (visitor) => beacon(shop, visitor, event({ at: Date.now() + year })),
    },
    { what: 'an event before time began', code: 'bad-time', path: 'events.0.at', body: withEvents(event({ at: -1 })) },
    { what: 'no events', code: 'bad-event', path: 'events', body: withEvents() },
    {
      what: '51 events',
      code: 'bad-event',
      path: 'events',
      body: (visitor) => beacon(shop, visitor, ...Array.from({ length: 51 }, () => event())),
    },
    { what: 'a list in the place of a beacon', code: 'bad-event', path: '', body: () => [] },
  ];

  it.each(refused)('$what', async ({ code, path, body }) => {
    const visitor = newVisitor();
    const answer = await post(body(visitor));
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code });
    expect(answer.body.problems?.[0]?.path).toBe(path);
    expect(answer.body.message).toContain(path);
    expect(await rowsOf(visitor)).toEqual({ memory: 0, outbox: 0 });
  });

  it('a text that is not JSON', async () => {
    const visitor = newVisitor();
    const whole = JSON.stringify(beacon(shop, visitor, event()));
    const answer = await post(whole.slice(0, -3));
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-json', message: expect.stringContaining('JSON') } });
    expect(await rowsOf(visitor)).toEqual({ memory: 0, outbox: 0 });
  });

  it('nothing at all', async () => {
    expect(await post('')).toMatchObject({ status: 400, body: { code: 'bad-json' } });
  });

  it('a shop that does not exist, with 404', async () => {
    const visitor = newVisitor();
    const answer = await post(beacon('no-such-shop', visitor, event()));
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-shop', problems: [{ path: 'shop' }] } });
    expect(await rowsOf(visitor, 'no-such-shop' as ShopId)).toEqual({ memory: 0, outbox: 0 });
  });

  it('a good event beside a bad one, whose address is not kept either', async () => {
    const visitor = newVisitor();
    const answer = await post(beacon(shop, visitor, cart('p1'), identify('ann@mail.example'), event({ product: [] })));
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: 'events.2.product' }] } });
    expect(await rowsOf(visitor)).toEqual({ memory: 0, outbox: 0 });
    expect((await listSubscribers(openD1(env.DB), shop, { limit: 5 })).total).toBe(0);
  });
});

describe('a beacon of five megabytes is refused with 413', () => {
  const large = (visitor: VisitorId) => JSON.stringify(beacon(shop, visitor, event({ url: 'x'.repeat(5_000_000) })));

  it('when its length was announced', async () => {
    const visitor = newVisitor();
    expect(await post(large(visitor))).toMatchObject({ status: 413, body: { code: 'too-large' } });
    expect(await rowsOf(visitor)).toEqual({ memory: 0, outbox: 0 });
  });

  it('when it comes as a stream without a length, which is not read to its end', async () => {
    const visitor = newVisitor();
    const bytes = new TextEncoder().encode(large(visitor));
    let at = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + 16_384));
        at += 16_384;
      },
    });
    expect(await post(stream)).toMatchObject({ status: 413, body: { code: 'too-large' } });
    expect(at).toBeLessThan(bytes.length);
    expect(await rowsOf(visitor)).toEqual({ memory: 0, outbox: 0 });
  });
});

describe('what was refused is counted for the merchant', () => {
  it('by reason, with the field that was wrong and a sample without addresses', async () => {
    const own = await newShop();
    const visitor = newVisitor();
    const bad = { ...purchase('1', 'p1'), total: -5, email: 'ann@mail.example' };
    await Promise.all([1, 2, 3].map(() => post(beacon(own, visitor, bad))));
    await post(`{"shop":"${own}",`);
    const drops = await vi.waitFor(
      async () => {
        const found = await env.SHOP.getByName(own).drops();
        expect(found).toHaveLength(2);
        return found;
      },
      { timeout: 5_000, interval: 100 },
    );
    expect(Object.fromEntries(drops.map((drop) => [drop.reason, drop.count]))).toEqual({
      'bad-price': 3,
      'bad-json': 1,
    });
    const price = drops.find((drop) => drop.reason === 'bad-price');
    expect(price?.problems[0]?.path).toBe('events.0.total');
    expect(price?.sample).toContain('"type":"purchase"');
    expect(price?.sample).not.toContain('ann@mail.example');
  });

  it('but a shop that does not exist gets no object, whatever is posted to it', async () => {
    await post(`{"shop":"never-was",`);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(await env.SHOP.getByName('never-was').drops()).toEqual([]);
  });
});

describe('a good beacon', () => {
  it.each(['text/plain;charset=UTF-8', 'application/json'])('is taken as %s', async (contentType) => {
    const visitor = newVisitor();
    const answer = await post(beacon(shop, visitor, event(), cart('p1', 'p2')), contentType);
    expect(answer).toEqual({ status: 202, body: { accepted: 2, repeated: 0 } });
    expect((await deviceAt(shop, visitor).timeline()).cart.map((one) => one.product)).toEqual(['p1', 'p2']);
  });

  it('may hold fifty events', async () => {
    const events = Array.from({ length: 50 }, (_, n) => event({ product: n }));
    expect(await post(beacon(shop, newVisitor(), ...events))).toEqual({
      status: 202,
      body: { accepted: 50, repeated: 0 },
    });
  });

  it('is stored once, however often it is repeated', async () => {
    const visitor = newVisitor();
    const same = beacon(shop, visitor, event(), event());
    expect((await post(same)).body).toEqual({ accepted: 2, repeated: 0 });
    expect((await post(same)).body).toEqual({ accepted: 0, repeated: 2 });
    expect((await post({ ...same, events: [...(same['events'] as unknown[]), event()] })).body).toEqual({
      accepted: 1,
      repeated: 2,
    });
    expect((await rowsOf(visitor)).outbox).toBe(2);
  });

  it('from a clock that is an hour wrong is put at the right time', async () => {
    const visitor = newVisitor();
    const wrong = Date.now() + 3_600_000;
    await post({ ...beacon(shop, visitor, event({ at: wrong - 60_000 })), sentAt: wrong });
    const [entry] = (await deviceAt(shop, visitor).timeline()).entries;
    expect(Math.abs((entry?.at ?? 0) - (Date.now() - 60_000))).toBeLessThan(5_000);
  });

  it('with the same purchase posted ten times is one order, counted and in the database', async () => {
    const own = await newShop();
    const visitor = newVisitor();
    const same = beacon(own, visitor, purchase('1001', 'p1', 'p2'));
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(same)));
    expect(answers.map((answer) => answer.body.accepted).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    await post(beacon(own, visitor, purchase('1001', 'p1', 'p2'))); // the thank-you page, loaded again
    stopClock();
    await timePasses(20_000, deviceName(own, visitor));
    vi.useRealTimers();
    const figures = () => env.SHOP.getByName(own).figures({ now: Date.now(), dayStart: Date.now() - 86_400_000 });
    await vi.waitFor(async () => expect((await figures()).events.purchase.count).toBe(2), {
      timeout: 6_000,
      interval: 100,
    });
    expect((await figures()).today).toMatchObject({ orders: 1, revenueMinor: 3_980 });
    const rows = await env.DB.prepare('SELECT id, total_minor FROM orders WHERE shop = ?').bind(own).all();
    expect(rows.results).toEqual([{ id: '1001', total_minor: 3_980 }]);
  });
});
