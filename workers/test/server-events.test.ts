import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { devicesOf, findSubscriber, legacyIdOf, listKeys, revokeKey, unsubscribe } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { deviceName, homeName } from '@winback/domain';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { personOf, stopClock, timePasses } from './person.ts';
import { about, newKey, tell } from './shop-server.ts';
import {
  beacon,
  cart,
  deviceAt,
  event,
  identify,
  newShop,
  newVisitor,
  post,
  purchase,
  send,
  token,
  visitorAt,
} from './storefront.ts';
import { newBrowser, postJson, visitorOf } from './wire.ts';

const day = 86_400_000;
let shop: ShopId;
let key = '';
let email = '';
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop();
  key = await newKey(shop);
  email = `ann-${token()}@mail.example`;
});
afterEach(() => {
  vi.useRealTimers();
});

const line = (product: string) => ({ product, quantity: 1, price: 19.9 });
const order = (id: string) => ({ type: 'purchase', order: id, items: [line('tent')] });

async function rowsAt(name: string): Promise<number[]> {
  return runInDurableObject(visitorAt(name), (_instance, { storage }) =>
    storage.sql
      .exec<{ size: number }>('SELECT length(body) AS size FROM outbox')
      .toArray()
      .map(({ size }) => size),
  );
}

describe('the door of a shop’s server', () => {
  it('is closed without a key, with a wrong one and with one that was revoked, and says so alike', async () => {
    const [made] = await listKeys(databaseOf(env), shop);
    await revokeKey(databaseOf(env), shop, made?.id ?? '', Date.now());
    for (const secret of [null, 'wbk_somebody-elses-guess', key])
      expect(await tell(secret, [about({ email })])).toMatchObject({ status: 401, body: { code: 'wrong-key' } });
    expect(await findSubscriber(databaseOf(env), shop, { email })).toBeNull();
  });

  it('stores with the shop of the key, whatever the events say', async () => {
    const other = await newShop();
    const answer = await tell(key, [{ ...about({ email }), shop: other }, about({ email })]);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, repeated: 0, refused: [{ index: 0 }] } });
    expect(await findSubscriber(databaseOf(env), other, { email })).toBeNull();
    expect(await findSubscriber(databaseOf(env), shop, { email })).not.toBeNull();
  });

  it.each([
    ['what is not JSON', '{"events":', 400, 'bad-json'],
    ['a batch without events', '{"events":[]}', 400, 'bad-event'],
    ['a batch with a field that nobody knows', '{"events":[1],"shop":"x"}', 400, 'bad-event'],
    ['more than 500 events', JSON.stringify({ events: Array.from({ length: 501 }, () => 1) }), 400, 'bad-event'],
    ['more than 2 MB', JSON.stringify({ events: ['x'.repeat(2_000_001)] }), 413, 'too-large'],
  ])('refuses %s as a whole', async (_what, body, status, code) => {
    expect(await tell(key, body)).toMatchObject({ status, body: { code } });
  });

  it('lets no page of another site ask', async () => {
    const asked = await exports.default.fetch('https://winback.test/v1/events', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    const answer = await tell(key, [about({ email })]);
    expect([
      asked.headers.get('access-control-allow-origin'),
      answer.headers.get('access-control-allow-origin'),
    ]).toEqual([null, null]);
  });

  it('takes 500 events at once, of one person too, and each fits the way to the books', async () => {
    const long = 'x'.repeat(1_900);
    const events = Array.from({ length: 500 }, (_, n) =>
      about({ email }, { type: 'view', product: `p${n}`, url: `https://shop.example/${long}` }),
    );
    expect((await tell(key, events)).body).toEqual({ accepted: 500, repeated: 0, refused: [] });
    const { home } = await personOf(shop, email);
    const sizes = await rowsAt(home);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(90_000);
    expect((await tell(key, events)).body).toEqual({ accepted: 0, repeated: 500, refused: [] });
  });
});

describe('an event of a shop’s server stands for itself:', () => {
  const bad: [string, () => Record<string, unknown>, string][] = [
    [
      'a price below zero',
      () => about({ email }, { type: 'purchase', order: '1', items: [{ ...line('a'), price: -1 }] }),
      'items.0.price',
    ],
    ['a type that nobody knows', () => about({ email }, { type: 'dance' }), 'type'],
    ['no person', () => event(), 'person'],
    ['a person without a name', () => about({}), 'person'],
    ['an address that is none', () => about({ email: 'nobody' }), 'person.email'],
    ['two people', () => about({ email }, { type: 'identify', email: 'bob@mail.example' }), 'person.email'],
    [
      'a time of five weeks ago',
      () => about({ email }, { type: 'view', product: 'a', at: Date.now() - 31 * day }),
      'at',
    ],
    ['a time of next week', () => about({ email }, { type: 'view', product: 'a', at: Date.now() + 7 * day }), 'at'],
    ['a customer number that nobody has', () => about({ externalId: 'nobody-7' }), 'person.externalId'],
    ['a phone that nobody has', () => about({ phone: '+49 30 1' }), 'person.phone'],
  ];

  it.each(bad)(
    '%s is refused with its field, the others are stored, and it is counted',
    async (_what, broken, path) => {
      const answer = await tell(key, [about({ email }), broken(), about({ email })]);
      expect(answer).toMatchObject({
        status: 200,
        body: { accepted: 2, repeated: 0, refused: [{ index: 1, problems: [{ path }] }] },
      });
      const drops = async () => {
        const found = await env.SHOP.getByName(shop).drops();
        expect(found).toMatchObject([{ count: 1, problems: [{ path: `events.1.${path}` }] }]);
        expect(JSON.stringify(found)).not.toContain(email);
      };
      await vi.waitFor(drops, { timeout: 4_000 });
    },
  );

  it('a time a little ahead counts as now, one of four weeks ago as then', async () => {
    stopClock();
    const now = Date.now();
    const old = now - 29 * day;
    await tell(key, [
      about({ email }, { type: 'view', product: 'late', at: old }),
      about({ email }, { type: 'view', product: 'early', at: now + 3_600_000 }),
    ]);
    const { entries } = await visitorAt((await personOf(shop, email)).home).timeline();
    expect(entries.filter(({ kind }) => kind === 'view').map(({ product, at }) => [product, at])).toEqual([
      ['early', now],
      ['late', old],
    ]);
  });
});

describe('a person of whom a shop’s server tells', () => {
  it('is a subscriber from the first word, and agrees to nothing by it', async () => {
    await tell(key, [about({ email, externalId: 'c-7', phone: '+49301' }, order('1'))]);
    const { id } = await personOf(shop, email);
    const found = (by: object) => findSubscriber(databaseOf(env), shop, by);
    expect(await found({ email })).toMatchObject({ id, consent: 'none' });
    expect([(await found({ externalId: 'c-7' }))?.id, (await found({ phone: '+49301' }))?.id]).toEqual([id, id]);
  });

  it('agrees where an event says so, but stays away once they left', async () => {
    const agree = () => about({ email }, { type: 'identify', email, consent: true, source: 'till' });
    await tell(key, [about({ email }), agree()]);
    const { id } = await personOf(shop, email);
    const consent = async () => (await findSubscriber(databaseOf(env), shop, { email }))?.consent;
    expect(await consent()).toBe('subscribed');
    await unsubscribe(databaseOf(env), shop, id, { source: 'letter', now: Date.now() });
    await tell(key, [agree()]);
    expect(await consent()).toBe('unsubscribed');
  });

  it('may be one of 500 new ones in one batch, each with a number, some of whom agree', async () => {
    const people = Array.from({ length: 500 }, (_, n) => ({ email: `p${n}-${email}`, externalId: `n-${n}` }));
    const events = people.map((person, n) =>
      n % 2 === 0
        ? about(person)
        : about(person, { type: 'identify', email: person.email, consent: true, name: `P ${n}` }),
    );
    expect((await tell(key, events)).body).toEqual({ accepted: 500, repeated: 0, refused: [] });
    const last = await findSubscriber(databaseOf(env), shop, { externalId: 'n-499' });
    expect(last).toMatchObject({ email: `p499-${email}`, consent: 'subscribed', name: 'P 499' });
    expect(await findSubscriber(databaseOf(env), shop, { externalId: 'n-0' })).toMatchObject({ consent: 'none' });
  }, 30_000);

  it('is found by the names that the same batch gave them', async () => {
    const answer = await tell(key, [
      about({ externalId: 'c-9' }),
      about({ email, externalId: 'c-9' }),
      about({ externalId: 'c-9' }),
    ]);
    expect(answer.body).toEqual({ accepted: 3, repeated: 0, refused: [] });
  });

  it('gets the cart of the browser that the server names beside them, without any other proof', async () => {
    const browser = newVisitor();
    await send(shop, newVisitor(), identify(email));
    await send(shop, browser, cart('tent'));
    await tell(key, [about({ visitor: browser, email })]);
    const { id, home } = await personOf(shop, email);
    expect((await visitorAt(home).timeline()).cart).toEqual([{ product: 'tent', quantity: 1 }]);
    expect(await devicesOf(databaseOf(env), shop, id)).toContain(browser);
  });

  it('gets it by the shop’s own number too, and a number that nobody has leaves the browser alone', async () => {
    const [hers, his] = [newVisitor(), newVisitor()];
    await tell(key, [about({ email, externalId: 'c-3' })]);
    for (const browser of [hers, his]) await send(shop, browser, cart('tent'));
    const answer = await tell(key, [
      about({ visitor: hers, externalId: 'c-3' }),
      about({ visitor: his, externalId: 'c-4' }),
    ]);
    expect(answer.body).toEqual({ accepted: 2, repeated: 0, refused: [] });
    const { id } = await personOf(shop, email);
    expect(await devicesOf(databaseOf(env), shop, id)).toEqual([hers]);
    expect((await deviceAt(shop, his).timeline()).entries.map(({ kind }) => kind)).toContain('view');
  });

  it('may hand a browser on within one batch: its owner is the last that is named', async () => {
    const browser = newVisitor();
    const bob = `bob-${token()}@mail.example`;
    await tell(key, [about({ visitor: browser, email }), about({ visitor: browser, email: bob })]);
    expect(await devicesOf(databaseOf(env), shop, (await personOf(shop, bob)).id)).toEqual([browser]);
    expect(await devicesOf(databaseOf(env), shop, (await personOf(shop, email)).id)).toEqual([]);
  });

  it('is asked once for each batch, however many events are about them', async () => {
    const events = Array.from({ length: 40 }, () => about({ email }));
    await tell(key, events);
    expect(await rowsAt((await personOf(shop, email)).home)).toHaveLength(1);
  });
});

describe('the same event', () => {
  it('is known for as long as it may come again, also when the Visitor slept in between', async () => {
    stopClock();
    const told = about({ email }, { type: 'view', product: 'tent', at: Date.now() + 3_600_000 });
    await tell(key, [told]);
    const { home } = await personOf(shop, email);
    await runDurableObjectAlarm(visitorAt(home));
    for (const days of [3, 20, 6]) {
      vi.setSystemTime(Date.now() + days * day);
      await tell(key, [about({ email })]);
      await visitorAt(home).confirm({ upto: 1_000 });
      await evictDurableObject(visitorAt(home));
      expect((await tell(key, [told])).body).toEqual({ accepted: 0, repeated: 1, refused: [] });
    }
    vi.setSystemTime(Date.now() + 3 * day);
    expect((await tell(key, [told])).body).toMatchObject({
      accepted: 0,
      refused: [{ index: 0, problems: [{ path: 'at' }] }],
    });
  });

  it('is no second one where its browser has moved in with a person meanwhile', async () => {
    const browser = newVisitor();
    const told = about({ visitor: browser });
    await tell(key, [told]);
    await send(shop, browser, identify(email));
    expect((await tell(key, [told])).body).toEqual({ accepted: 0, repeated: 1, refused: [] });
  });
});

describe('an order that is told ten times, at the same moment, by browsers, the older wire and the shop’s server,', () => {
  it('is one purchase: in the books, in the counters, in the revenue and on the timeline', async () => {
    const [phone, laptop] = [newVisitor(), newVisitor()];
    await send(shop, phone, cart('tent'), identify(email));
    await send(shop, laptop, cart('tent'));
    await tell(key, [about({ visitor: laptop, email, externalId: 'c-1' })]);
    const { id, home } = await personOf(shop, email);
    const number = `order-${token()}`;
    const byBrowser = (visitor: string) =>
      post(beacon(shop, visitor, { ...purchase(number, 'tent'), total: 19.9, email }));
    const byServer = (person: Record<string, string>) => tell(key, [about(person, { ...order(number), total: 19.9 })]);
    const others = [newVisitor(), newVisitor()] as const;
    const did = await newBrowser({ shop });
    const legacyId = await legacyIdOf(databaseOf(env), shop);
    const words = { shop_id: legacyId, event: 'purchase', items: [{ id: 'tent', amount: 1, price: 19.9 }] };
    const byWire = (more: Record<string, string>) =>
      postJson('/push', { ...words, order_id: number, order_price: 19.9, email, ...more });
    const answers = await Promise.all([
      byBrowser(phone),
      byBrowser(laptop),
      byBrowser(phone),
      byBrowser(others[0]),
      byWire({ did }),
      byServer({ email }),
      byServer({ externalId: 'c-1' }),
      byServer({ visitor: phone }),
      byServer({ visitor: others[1], email }),
      byWire({ shop_secret: key }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 200, 200, 200, 200, 200, 200]);
    const names = [home, ...[phone, laptop, ...others, visitorOf(did)].map((visitor) => deviceName(shop, visitor))];
    stopClock();
    for (const name of names) await timePasses(30_000, name);
    vi.useRealTimers();
    const counted = async () => {
      const { today, events } = await env.SHOP.getByName(shop).figures({
        now: Date.now(),
        dayStart: Date.now() - day,
      });
      expect(events.purchase.count).toBe(10);
      expect([today.orders, today.revenueMinor]).toEqual([1, 1_990]);
    };
    await vi.waitFor(counted, { timeout: 10_000, interval: 200 });
    const orders = await env.DB.prepare('SELECT id, subscriber, total_minor FROM orders WHERE shop = ?1')
      .bind(shop)
      .all();
    expect(orders.results).toEqual([{ id: number, subscriber: id, total_minor: 1_990 }]);
    const { entries, cart: left } = await visitorAt(homeName(shop, id)).timeline();
    const bought = entries.filter(({ kind }) => kind === 'purchase').map(({ order: one }) => one);
    expect([bought, left]).toEqual([[number], []]);
  }, 20_000);
});
