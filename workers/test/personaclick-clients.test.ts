// What the real clients send, as it was seen on the wire, and what they need to be answered.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { listSubscribers, writeLetterFacts } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { subscriptionFormDefaults } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { personOf, stopClock } from './person.ts';
import { deviceAt, minute, token, visitorAt } from './storefront.ts';
import type { WireShop } from './wire.ts';
import { call, get, newBrowser, newWireShop, postForm, postJson, secretOf, storedOf, visitorOf } from './wire.ts';

let shop: WireShop;
let did: string;

beforeAll(async () => {
  await emptyD1();
  shop = await newWireShop();
});
beforeEach(async () => {
  did = await newBrowser(shop);
});

/** What was stored, without what every event has. */
async function stored(of = did): Promise<Record<string, unknown>[]> {
  return (await storedOf(shop.shop, of)).map(({ id: _id, at: _at, ...rest }) => rest);
}

async function dropsOf(reason: string): Promise<number> {
  return (await env.SHOP.getByName(shop.shop).drops()).find((drop) => drop.reason === reason)?.count ?? 0;
}

describe('the React Native SDK 4.0.18', () => {
  const headers = { 'user-agent': 'ReactNative Android SDK v4.0.18' };
  const say = (path: string, more: Record<string, unknown>) => {
    const common = { shop_id: shop.id, stream: 'android', did, seance: 'JgZrGUh6ma', sid: 'JgZrGUh6ma' };
    return postJson(path, { ...common, ...more }, headers);
  };
  const ask = (path: string, more: Record<string, string> = {}) =>
    get(path, { shop_id: shop.id, stream: 'android', did, seance: 'JgZrGUh6ma', sid: 'JgZrGUh6ma', ...more }, headers);

  it('is told its did by init, and no message', async () => {
    const { status, body } = await get('/init', { shop_id: shop.id, stream: 'android' }, headers);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      did: expect.stringMatching(/^[A-Za-z0-9]{10}$/),
      seance: expect.any(String),
      currency: 'EUR',
    });
    expect(body).not.toHaveProperty('message');
  });

  it('is heard, though lists of crawlers hold its name', async () => {
    expect((await say('/push', { event: 'view', items: [{ id: '37' }] })).body).toEqual({ status: 'success' });
    expect(await stored()).toEqual([{ type: 'view', product: '37' }]);
  });

  it.each([
    [
      { event: 'cart', items: [{ id: '37', price: 10, quantity: 2 }] },
      { type: 'cart', change: 'add', items: [{ product: '37', price: 10, quantity: 2 }] },
    ],
    [
      { event: 'cart', items: [{ id: '37' }], full_cart: true },
      { type: 'cart', change: 'full', items: [{ product: '37', quantity: 1 }] },
    ],
    [
      { event: 'cart', full_cart: true },
      { type: 'cart', change: 'full', items: [] },
    ],
    [
      { event: 'category', category_id: 'c1' },
      { type: 'category', category: 'c1' },
    ],
    [
      { event: 'search', search_query: 'phone' },
      { type: 'search', query: 'phone' },
    ],
    [
      { event: 'wish', items: [{ id: '37' }], full_wish: true },
      { type: 'wish', change: 'full', products: ['37'] },
    ],
    [
      {
        event: 'purchase',
        order_id: 'N2',
        order_price: 30,
        items: [{ id: '37', amount: 3, price: 10, quantity: 3 }],
        promocode: 'X',
        custom: { a: 1 },
      },
      {
        ...{ type: 'purchase', order: 'N2', total: 30, items: [{ product: '37', price: 10, quantity: 3 }] },
        extras: { promo_code: 'X', custom: { a: 1 } },
      },
    ],
    [
      { event: 'view', items: [{ id: '37' }], source: { from: 'chain', code: 'code123' } },
      { type: 'view', product: '37', via: { by: 'chain', code: 'code123' } },
    ],
  ])('says %j', async (said, event) => {
    expect((await say('/push', said)).status).toBe(200);
    expect(await stored()).toEqual([event]);
  });

  it('says its own events with their fields twice', async () => {
    const said = {
      event: 'my_event',
      time: Math.floor(Date.now() / 1_000) - 60,
      category: 'c',
      label: 'l',
      value: 5,
      x: 'y',
      payload: { x: 'y' },
    };
    expect((await say('/push/custom', said)).body).toEqual({ status: 'success' });
    expect(await stored()).toEqual([
      { type: 'custom', name: 'my_event', category: 'c', label: 'l', value: 5, properties: { x: 'y' } },
    ]);
    expect((await storedOf(shop.shop, did))[0]?.at).toBe(said.time * 1_000);
  });

  it('writes lists of a profile as texts', async () => {
    const email = `ann-${token()}@mail.example`;
    await say('/profile/set', {
      email,
      first_name: 'Ann',
      kids: '[{"gender":"m","birthday":"2020-01-01"}]',
      custom_prop: 'x',
    });
    expect(await stored()).toEqual([
      { type: 'identify', email, consent: false, source: 'profile', name: 'Ann' },
      {
        type: 'profile',
        fields: { first_name: 'Ann', kids: [{ gender: 'm', birthday: '2020-01-01' }], custom_prop: 'x' },
      },
    ]);
  });

  it('writes signs of its queries twice, and is understood', async () => {
    const query = `shop_id=${shop.id}&did=${did}&item=37&categories=men%252Fshoes&limit=4`;
    expect((await call(`/recommend/CODE?${query}`, { headers })).status).toBe(200);
    expect((await call(`/products/get?shop_id=${shop.id}&item_id=a%252Fb`, { headers })).body).toMatchObject({
      status: 'error',
    });
  });

  it('watches products by lists of ids', async () => {
    const email = `ann-${token()}@mail.example`;
    await say('/subscriptions/subscribe_for_product_price', { email, item_id: '1', price: 10 });
    await say('/subscriptions/subscribe_for_product_available', {
      email,
      item_id: '2',
      properties: { fashion_size: 'XL' },
    });
    expect((await say('/subscriptions/unsubscribe_from_product_price', { email, item_ids: ['1', '2'] })).status).toBe(
      200,
    );
    const home = (await personOf(shop.shop, email)).home;
    const watching = (await visitorAt(home).timeline()).entries.filter(({ kind }) => kind === 'watch');
    expect(watching).toMatchObject([{ product: '2', waitsFor: 'back-in-stock' }]);
  });

  it.each([
    ['/track/clicked', { type: 'bulk', code: 'c' }],
    ['/track/stories', { segment: 'A', story_id: 1, slide_id: 2, code: 'x', event: 'view' }],
    ['/popup/showed', { popup: 5 }],
  ])('posts to %s and is thanked', async (path, more) => {
    expect((await say(path, more)).body).toEqual({ status: 'success' });
  });

  it('tells of a click on a letter of ours, which counts once, and of one of somebody else’s, which is counted apart', async () => {
    const person = token() as PersonId;
    const letter = token();
    const at = {
      slot: 's',
      scenario: 'abandoned_cart',
      state: 'sent',
      reason: null,
      sentence: '',
      subject: null,
    } as const;
    const fact = { letter, person, plannedAt: 1, at: 2, rev: 1, ...at };
    await writeLetterFacts(databaseOf(env), shop.shop, [fact]);
    for (const what of ['clicked', 'clicked', 'delivered'])
      expect((await say(`/track/${what}`, { type: 'chain', code: letter })).body).toEqual({ status: 'success' });
    const row = env.DB.prepare('SELECT opened_at AS opened, clicked_at AS clicked FROM letters WHERE id = ?1').bind(
      letter,
    );
    const first = await row.first<{ opened: number; clicked: number }>();
    expect(first?.clicked).toBeGreaterThan(Date.now() - minute);
    await say('/track/opened', { type: 'chain', code: letter });
    expect(await row.first()).toEqual(first);
    const other = await newWireShop();
    const said = { shop_id: other.id, type: 'chain', code: letter };
    expect((await postJson('/track/clicked', said, headers)).body).toEqual({ status: 'success' });
    const drops = async () =>
      (await env.SHOP.getByName(other.shop).drops()).map(({ reason, count }) => [reason, count]);
    await vi.waitFor(async () => expect(await drops()).toEqual([['unknown-letter', 1]]), { timeout: 4_000 });
  });

  it('has all of a call in the address', async () => {
    const query = new URLSearchParams({ shop_id: shop.id, did, token: 'T', platform: 'android' });
    expect((await call(`/mobile_push_tokens?${query}`, { method: 'POST', headers })).body).toEqual({
      status: 'success',
    });
    const push = new URLSearchParams({ shop_id: shop.id, did, event: 'view', 'items[0][id]': '37' });
    expect((await call(`/push?${push}`, { method: 'POST' })).body).toEqual({ status: 'success' });
    expect(await stored()).toEqual([{ type: 'view', product: '37' }]);
  });

  it('asks for its cart', async () => {
    await say('/push', { event: 'cart', items: [{ id: '37', quantity: 2 }], full_cart: true });
    expect((await ask('/products/cart')).body).toEqual({
      status: 'success',
      data: { items: [{ uniqid: '37', quantity: 2 }] },
    });
    const cleared = await call(`/products/cart/clear?shop_id=${shop.id}&did=${did}`, { method: 'DELETE', headers });
    expect(cleared.body).toEqual({ status: 'success' });
    expect((await ask('/products/cart')).body).toEqual({ status: 'success', data: { items: [] } });
  });

  it('asks how a product fares and hears of today, of just now, and of who waits for it', async () => {
    const counted = { views: 2, carts: 1, buys: 0 };
    const quarter = Math.floor(Date.now() / 900_000) * 900_000;
    await runInDurableObject(env.SHOP.getByName(shop.shop), (_shop, { storage: { sql } }) => {
      const { views, carts, buys } = counted;
      sql.exec('INSERT INTO product_quarters VALUES (?1, ?2, ?3, ?4, ?5)', quarter, 'counted', views, carts, buys);
    });
    const fares = { view: 2, cart: 1, purchase: 0 };
    expect((await ask('/products/counters', { item: 'counted' })).body).toEqual({
      daily: fares,
      now: fares,
      triggers: { back_in_stock: 0, price_drop: 0 },
    });
  });

  it.each([
    '/search',
    '/nps/categories',
    '/stories/abc',
    '/loyalty/members/status',
    '/products/counters',
    '/orders/last_for_user',
    '/profile',
  ])('asks %s and gets JSON that it can read', async (path) => {
    const { status, body } = await ask(path, { item: '37', search_query: 'ph' });
    expect(status).toBe(200);
    expect(body).not.toBeNull();
    expect(body).not.toHaveProperty('message');
  });
});

describe('the PHP SDK of 2018', () => {
  const view = (ssid: string, more = '') =>
    `count=1&item_id[0]=37&price[0]=10&is_available[0]=1&categories[0]=5,7&name[0]=N&url[0]=u&image_url[0]=i&shop_id=${shop.id}&ssid=${ssid}&event=view${more}`;

  it('gets a plain id, and is heard with it', async () => {
    const { text, headers } = await get('/generate_ssid', { shop_id: shop.id });
    expect(headers.get('content-type')).toContain('text/plain');
    expect((await postForm('/push', view(text))).body).toEqual({ status: 'success' });
    expect(await stored(text)).toEqual([{ type: 'view', product: '37' }]);
  });

  it('names its customer with every event, which is one claim', async () => {
    const email = `php-${token()}@mail.example`;
    const ssid = crypto.randomUUID();
    await postForm('/push', view(ssid, `&user_id=5&user_email=${email}`));
    await postForm('/push', view(ssid, `&user_id=5&user_email=${email}`).replace('item_id[0]=37', 'item_id[0]=38'));
    expect((await stored(ssid)).map(({ type }) => type)).toEqual(['identify', 'profile', 'view']);
    const home = (await personOf(shop.shop, email)).home;
    expect((await visitorAt(home).timeline()).entries.flatMap(({ product }) => product ?? [])).toEqual(
      expect.arrayContaining(['37', '38']),
    );
  });

  it('hides its customer behind a digest, which says nothing', async () => {
    const ssid = crypto.randomUUID();
    expect((await postForm('/push', view(ssid, '&email_hash=0cc175b9c0f1b6a831c399e269772661'))).status).toBe(200);
    expect(await stored(ssid)).toHaveLength(1);
  });

  it('tells of orders with amounts or without', async () => {
    const ssid = crypto.randomUUID();
    const order = `event=purchase&shop_id=${shop.id}&ssid=${ssid}&order_id=N1&item_id[0]=37&item_id[1]=38&price[0]=10&price[1]=5&amount[1]=2`;
    await postForm('/push', order);
    expect(await stored(ssid)).toEqual([
      {
        type: 'purchase',
        order: 'N1',
        items: [
          { product: '37', price: 10, quantity: 1 },
          { product: '38', price: 5, quantity: 2 },
        ],
      },
    ]);
  });

  it('asks for recommendations and gets a bare list', async () => {
    const query = `item_id=37&cart_count=2&cart_item_id[0]=1&cart_item_id[1]=2&limit=4&recommender_type=interesting&shop_id=${shop.id}&ssid=${crypto.randomUUID()}&user_id=5`;
    const { body, headers } = await call(`/recommend?${query}`);
    expect(headers.get('content-type')).toContain('application/json');
    expect(body).toEqual([]);
  });
});

describe('the script of 2017', () => {
  const origin = 'https://shop.example';

  it('begins with init_script', async () => {
    const ssid = crypto.randomUUID();
    const { status, body, headers } = await get('/init_script', { shop_id: shop.id, ssid, v: '3' }, { origin });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ssid,
      profile: '{}',
      currency: 'EUR',
      has_email: false,
      sync: [],
      emailSubscription: { settings: { enabled: false } },
    });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
  });

  it('is given the shop’s form where it is on, until its owner has answered', async () => {
    const form = { ...subscriptionFormDefaults, on: true, opens: { afterSeconds: 30, onPage: null, onExit: true } };
    const own = await newWireShop({ form });
    const ssid = crypto.randomUUID();
    const asked = async (of = own, headers: Record<string, string> = { origin }) =>
      (await get('/init_script', { shop_id: of.id, ssid, v: '3' }, headers)).body;
    expect(await asked()).toMatchObject({
      emailSubscription: {
        settings: {
          enabled: true,
          overlay: false,
          header: form.title,
          agreement: form.agreement,
          timer: 30,
          cursor: 20,
        },
        status: null,
      },
    });
    const email = `pop-${token()}@mail.example`;
    await postForm('/subscriptions', `shop_id=${own.id}&ssid=${ssid}&type=mailings&declined=false&email=${email}`, {
      origin,
    });
    expect(await asked()).toMatchObject({ emailSubscription: { settings: { enabled: false }, status: 'accepted' } });
    const blog = await newWireShop({ form: { ...form, paths: ['/blog'] } });
    const on = (path: string) => asked(blog, { origin, referer: `https://shop.example${path}` });
    expect(await on('/blog/tents')).toMatchObject({ emailSubscription: { settings: { enabled: true } } });
    expect(await on('/cart')).toMatchObject({ emailSubscription: { settings: { enabled: false } } });
    const inline = await newWireShop({ form: { ...form, kind: 'inline' } });
    expect(await asked(inline)).toMatchObject({ emailSubscription: { settings: { enabled: false } } });
  });

  it('tells a profile by push_attributes', async () => {
    const ssid = crypto.randomUUID();
    const email = `old-${token()}@mail.example`;
    const form = `shop_id=${shop.id}&session_id=${ssid}&attributes[id]=5&attributes[email]=${email}&attributes[gender]=f`;
    expect((await postForm('/push_attributes', form, { origin })).body).toEqual({ status: 'success' });
    expect(await stored(ssid)).toEqual([
      { type: 'identify', email, consent: false, source: 'profile' },
      { type: 'profile', fields: { gender: 'f', external_id: '5' } },
    ]);
  });

  it('agrees by its popup', async () => {
    const email = `pop-${token()}@mail.example`;
    const form = `shop_id=${shop.id}&ssid=${crypto.randomUUID()}&type=mailings&declined=false&email=${email}&name=Ann`;
    expect((await postForm('/subscriptions', form, { origin })).body).toEqual({ status: 'success' });
    const { rows } = await listSubscribers(databaseOf(env), shop.shop, { q: email, limit: 5 });
    expect(rows).toMatchObject([{ consent: 'subscribed', name: 'Ann' }]);
  });

  it('posts again what failed, and it is counted once', async () => {
    const form = `event=view&shop_id=${shop.id}&ssid=${did}&item_id[0]=37`;
    for (let tries = 0; tries < 3; tries += 1) expect((await postForm('/push', form, { origin })).status).toBe(200);
    expect(await stored()).toEqual([{ type: 'view', product: '37' }]);
  });
});

describe('our own script', () => {
  const cart = (event_id: string) => ({
    shop_id: shop.id,
    did,
    sid: 'abcdefghij',
    seance: 'abcdefghij',
    segment: 'A',
    event: 'cart',
    items: [{ id: 37, amount: 2 }],
    source: { from: 'chain', code: 'code123' },
    referer: 'https://shop.example/p/37?utm_source=news',
    event_id,
  });
  const page = { origin: 'https://shop.example', 'content-type': 'text/plain;charset=UTF-8' };

  it('says what it says in one request that no browser asks first for', async () => {
    expect((await postJson('/push', cart('aaaaaaaaaa'), page)).body).toEqual({ status: 'success' });
    expect(await stored()).toEqual([
      {
        type: 'cart',
        change: 'add',
        items: [{ product: '37', quantity: 2 }],
        via: { by: 'chain', code: 'code123' },
        url: 'https://shop.example/p/37?utm_source=news',
      },
    ]);
  });

  it('has an id for each call, so that late tries are known and quick clicks are two', async () => {
    stopClock();
    await postJson('/push', cart('bbbbbbbbbb'), page);
    await postJson('/push', cart('cccccccccc'), page);
    vi.setSystemTime(Date.now() + 10 * minute);
    await postJson('/push', cart('bbbbbbbbbb'), page);
    vi.useRealTimers();
    expect(await stored()).toHaveLength(2);
  });

  it('is a script that pages of any shop may load', async () => {
    const { status, headers, text } = await call('/v3.js');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/javascript');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(text).toContain('personaclick');
  });
});

describe('a page', () => {
  it.each([
    '/init',
    '/push',
    '/push/custom',
    '/recommend/abc',
    '/subscriptions/manage',
    '/profile/set',
    '/search',
    '/anything',
  ])('may ask first whether it may call %s', async (path) => {
    const { status, headers } = await call(path, { method: 'OPTIONS', headers: { origin: 'https://shop.example' } });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-headers')).toContain('x-shop-secret');
  });

  it('may read what it is refused', async () => {
    const { status, headers } = await postJson('/push', {}, { origin: 'https://shop.example' });
    expect(status).toBe(401);
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(headers.get('vary')).toBe('Origin');
  });
});

describe('init', () => {
  it('knows a did that we issued', async () => {
    expect((await get('/init', { shop_id: shop.id, did })).body).toMatchObject({ did });
  });

  it('gives a browser that PersonaClick knew an id of ours, with which it is heard', async () => {
    const before = await postJson('/push', { shop_id: shop.id, did: 'BPJMmiT3jx', event: 'view', items: ['37'] });
    const { body } = await get('/init', { shop_id: shop.id, did: 'BPJMmiT3jx' });
    const again = await get('/init', { shop_id: shop.id, did: 'BPJMmiT3jx' });
    expect(again.body).toMatchObject({ did: (body as { did: string }).did });
    expect(before.status).toBe(404);
    const after = await postJson('/push', {
      shop_id: shop.id,
      did: (body as { did: string }).did,
      event: 'view',
      items: ['37'],
    });
    expect(after.status).toBe(200);
  });

  it('keeps the id in a cookie where the page is on our domain', async () => {
    const { headers, body } = await get('/init', { shop_id: shop.id }, { 'sec-fetch-site': 'same-site' });
    const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
    expect(cookie).toContain((body as { did: string }).did);
    expect((await get('/init', { shop_id: shop.id }, { cookie })).body).toMatchObject({
      did: (body as { did: string }).did,
    });
  });

  it('has the session that the client has', async () => {
    expect((await get('/init', { shop_id: shop.id, did, seance: 'JgZrGUh6ma' })).body).toMatchObject({
      seance: 'JgZrGUh6ma',
    });
  });
});

describe('the shop’s server', () => {
  it('tells of an order without a browser, with its secret and an address', async () => {
    const email = `bitrix-${token()}@mail.example`;
    const said = {
      shop_id: shop.id,
      shop_secret: await secretOf(shop),
      did: null,
      email,
      phone: '+4912345',
      event: 'purchase',
      order_id: token(),
      items: [{ id: '37', price: '10', amount: 1 }],
    };
    expect((await postJson('/push', said)).body).toEqual({ status: 'success' });
    const home = (await personOf(shop.shop, email)).home;
    expect((await visitorAt(home).timeline()).entries).toMatchObject([{ kind: 'purchase', order: said.order_id }]);
  });

  it('tells more of the same person, by any name that is known then', async () => {
    const email = `again-${token()}@mail.example`;
    const externalId = token();
    const shop_secret = await secretOf(shop);
    const view = (item: string, names: Record<string, string>) =>
      postJson('/push', { shop_id: shop.id, shop_secret, ...names, event: 'view', items: [item] });
    await view('1', { email, external_id: externalId });
    await view('2', { email, external_id: externalId });
    await view('3', { external_id: externalId });
    const { entries } = await visitorAt((await personOf(shop.shop, email)).home).timeline();
    expect(entries.flatMap(({ product }) => product ?? []).toSorted()).toEqual(['1', '2', '3']);
  });

  it('tells of somebody it names by a phone that nobody knows, and nothing is lost', async () => {
    const said = {
      shop_id: shop.id,
      shop_secret: await secretOf(shop),
      phone: `+49${token()}`,
      event: 'view',
      items: ['37'],
    };
    expect((await postJson('/push', said)).status).toBe(200);
  });

  it.each([
    ['wrong', 403],
    ['another shop’s', 403],
  ])('with a secret that is %s is %i', async (which, status) => {
    const secret = which === 'wrong' ? 'wbk_nobody' : await secretOf(await newWireShop());
    const said = { shop_id: shop.id, shop_secret: secret, email: 'a@b.example', event: 'view', items: ['37'] };
    expect((await postJson('/push', said)).status).toBe(status);
    expect((await postJson('/push', { ...said, shop_secret: undefined }, { 'x-shop-secret': secret })).status).toBe(
      status,
    );
  });
});

describe('a crawler', () => {
  const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  it('is thanked, counted and forgotten', async () => {
    const answer = await postJson(
      '/push',
      { shop_id: shop.id, did, event: 'view', items: ['37'] },
      { 'user-agent': agent },
    );
    expect(answer.body).toEqual({ status: 'success' });
    expect(await stored()).toEqual([]);
    await vi.waitFor(async () => expect(await dropsOf('bot')).toBeGreaterThan(0), { timeout: 4_000 });
  });
});

it('what belongs to other products is counted', async () => {
  await postJson('/push', { shop_id: shop.id, did, event: 'banner_view', banner_id: 1 });
  await vi.waitFor(async () => expect(await dropsOf('not-ours')).toBeGreaterThan(0), { timeout: 4_000 });
});

it('a shopper who asks for privacy is counted, and not named', async () => {
  const email = `gpc-${token()}@mail.example`;
  await postJson(
    '/push',
    { shop_id: shop.id, did, email, event: 'view', items: ['37'] },
    { 'sec-gpc': '1', 'user-agent': 'Mozilla/5.0 Firefox/140.0' },
  );
  expect(await stored()).toEqual([{ type: 'view', product: '37' }]);
  const { rows } = await listSubscribers(databaseOf(env), shop.shop, { q: email, limit: 5 });
  expect(rows).toEqual([]);
  expect((await deviceAt(shop.shop, visitorOf(did)).timeline()).entries).toEqual([]);
});

it('a shop whose banner has not been asked takes nothing', async () => {
  const shy = await newWireShop({ privacy: { honourGpc: true, defaultConsent: 'none', cookie: 'server' } });
  const browser = await newBrowser(shy);
  const said = { shop_id: shy.id, did: browser, event: 'view', items: ['37'] };
  expect((await postJson('/push', said)).status).toBe(200);
  expect(await storedOf(shy.shop, browser)).toEqual([]);
  await postJson('/push', { ...said, consent: 'marketing' });
  expect(await storedOf(shy.shop, browser)).toHaveLength(1);
});

it('a name that was said before the shopper agreed is heard when it is said again', async () => {
  const email = `late-${token()}@mail.example`;
  const said = { shop_id: shop.id, did, email, event: 'view' };
  await postJson('/push', { ...said, items: ['1'], consent: 'analytics' });
  await postJson('/push', { ...said, items: ['2'], consent: 'marketing' });
  expect((await personOf(shop.shop, email)).id).toMatch(/^[a-z2-7]{26}$/);
});

it('a flood is held back with 429, in the words of the wire', async () => {
  const said = { shop_id: shop.id, did, event: 'view', items: ['1'] };
  const answers: number[] = [];
  for (let many = 0; many < 12; many += 1)
    answers.push(
      ...(await Promise.all(Array.from({ length: 30 }, () => postJson('/push', said)))).map(({ status }) => status),
    );
  expect(new Set(answers)).toEqual(new Set([200, 429]));
  expect(answers.slice(0, 300).every((status) => status === 200)).toBe(true);
  expect((await postJson('/push', said)).body).toMatchObject({ status: 'error' });
});
