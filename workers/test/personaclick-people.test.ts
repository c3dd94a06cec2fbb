// What people agree to, wait for, and are known by, through PersonaClick's wire.
import { env } from 'cloudflare:workers';
import { kindsOf, listSubscribers, putCollections, putOffers, suppress } from '@winback/db';
import type { BeaconEvent, OrderId, ProductId, VisitorId } from '@winback/domain';
import { deviceName } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Person } from './person.ts';
import { personOf, stopClock, timePasses } from './person.ts';
import { minute, token } from './storefront.ts';
import type { WireShop } from './wire.ts';
import { call, get, newBrowser, newWireShop, postJson, secretOf } from './wire.ts';

let shop: WireShop;
let did: string;
let email: string;
let ann: Person;

beforeAll(async () => {
  await emptyD1();
  shop = await newWireShop();
});
beforeEach(async () => {
  did = await newBrowser(shop);
  email = `ann-${token()}@mail.example`;
  await say('/push', { event: 'view', items: ['37'] });
  await manage({ email, email_bulk: true, email_chain: true });
  ann = await personOf(shop.shop, email);
});

function say(path: string, more: Record<string, unknown>, browser = did) {
  return postJson(path, { shop_id: shop.id, did: browser, ...more });
}

function manage(more: Record<string, unknown>, browser = did) {
  return say('/subscriptions/manage', more, browser);
}

async function check(browser = did): Promise<Record<string, boolean>> {
  return (await get('/subscriptions/check', { shop_id: shop.id, did: browser })).body as Record<string, boolean>;
}

async function consentOf(address = email): Promise<string | undefined> {
  const { rows } = await listSubscribers(databaseOf(env), shop.shop, { q: address, limit: 5 });
  return rows[0]?.consent;
}

describe('subscriptions', () => {
  it('begin where somebody agrees', async () => {
    expect(await consentOf()).toBe('subscribed');
    expect(await check()).toMatchObject({
      exists: true,
      email_bulk: true,
      email_chain: true,
      email_suppressed: false,
      sms_bulk: false,
    });
  });

  it('of a kind that is not named stay as they are', async () => {
    await manage({ email_bulk: false });
    expect(await check()).toMatchObject({ email_bulk: false, email_chain: true, email_transactional: true });
    await manage({ email_chain: true, sms_bulk: true });
    expect(await check()).toMatchObject({ email_bulk: false, email_chain: true, sms_bulk: true });
    expect(await kindsOf(databaseOf(env), shop.shop, ann.id)).toEqual({ bulk: false, chain: true, sms_bulk: true });
  });

  it('end where every kind is refused, and are not turned back by a script', async () => {
    await manage({ email_bulk: 'false', email_chain: '0', email_transactional: false });
    expect(await consentOf()).toBe('unsubscribed');
    await manage({ email, email_bulk: true, email_chain: true });
    expect(await consentOf()).toBe('unsubscribed');
    expect(await check()).toMatchObject({ exists: true, email_bulk: false, email_chain: false });
  });

  it('of a person’s own browser can be taken up again, kind by kind, while they are subscribed', async () => {
    await manage({ email_bulk: false });
    await manage({ email_bulk: true });
    expect(await check()).toMatchObject({ email_bulk: true });
  });

  it('are not ended by a stranger’s browser', async () => {
    const stranger = await newBrowser(shop);
    expect((await manage({ email, email_bulk: false, email_chain: false }, stranger)).status).toBe(200);
    expect(await consentOf()).toBe('subscribed');
    const drops = async () => (await env.SHOP.getByName(shop.shop).drops()).map(({ reason }) => reason);
    await vi.waitFor(async () => expect(await drops()).toContain('unproven-identity'), { timeout: 4_000 });
  });

  it('are not told to a stranger’s browser', async () => {
    const { body } = await get('/subscriptions/check', { shop_id: shop.id, did: await newBrowser(shop), email });
    expect(body).toMatchObject({ exists: false, email_bulk: false });
  });

  it('are told and changed by the shop’s server, by address', async () => {
    const shop_secret = await secretOf(shop);
    await postJson('/subscriptions/manage', { shop_id: shop.id, shop_secret, email, email_chain: false });
    expect(await check()).toMatchObject({ email_chain: false, email_bulk: true });
    const { body } = await call(`/subscriptions/check?shop_id=${shop.id}&email=${email}`, {
      headers: { 'x-shop-secret': shop_secret },
    });
    expect(body).toMatchObject({ exists: true, email_chain: false });
  });

  it('refused for somebody unknown are remembered', async () => {
    const unknown = `new-${token()}@mail.example`;
    const said = {
      shop_id: shop.id,
      shop_secret: await secretOf(shop),
      email: unknown,
      email_bulk: false,
      email_chain: false,
    };
    await postJson('/subscriptions/manage', said);
    expect(await consentOf(unknown)).toBe('unsubscribed');
  });

  it('need a browser or a secret', async () => {
    expect((await postJson('/subscriptions/manage', { shop_id: shop.id, email, email_bulk: false })).status).toBe(401);
    expect((await get('/subscriptions/check', { shop_id: shop.id, email })).status).toBe(401);
    expect((await manage({ email: 'no address', email_bulk: true })).status).toBe(422);
    expect((await manage({ email })).status).toBe(200);
  });

  it('of an address that was given up are none', async () => {
    await suppress(databaseOf(env), shop.shop, email, 'hard bounce: 550', 1);
    expect(await check()).toMatchObject({
      exists: true,
      email_bulk: false,
      email_bounced: true,
      email_suppressed: true,
    });
  });

  it('keep where and by what they were said', async () => {
    await manage({ email_bulk: false });
    const log = await env.DB.prepare('SELECT consent, source, kind FROM consent_log WHERE subscriber = ? ORDER BY id')
      .bind(ann.id)
      .all();
    expect(log.results.at(-1)).toEqual({ consent: 'unsubscribed', source: 'mobile_sdk', kind: 'bulk' });
  });
});

describe('the link at the end of an old letter', () => {
  it('leads to the page that asks, and changes nothing', async () => {
    const { status, headers } = await get('/unsubscribe', {
      shop_id: shop.id,
      type: 'digest',
      code: ann.id,
      mail_code: 'x',
    });
    expect(status).toBe(302);
    expect(await consentOf()).toBe('subscribed');
    const address = new URL(headers.get('location') ?? '').pathname;
    expect((await call(address)).status).toBe(200);
    expect((await call(address, { method: 'POST' })).status).toBe(200);
    expect(await consentOf()).toBe('unsubscribed');
  });

  it.each([
    ['nobody-of-ours', 'x'],
    ['', 'x'],
  ])('of %j leads to the page that says so', async (code, mail_code) => {
    const { headers } = await get('/unsubscribe', { shop_id: shop.id, type: 'digest', code, mail_code });
    expect((await call(new URL(headers.get('location') ?? '').pathname)).status).toBe(404);
  });

  it('of a test letter does nothing', async () => {
    const { headers } = await get('/unsubscribe', {
      shop_id: shop.id,
      type: 'digest',
      code: ann.id,
      mail_code: 'test',
    });
    expect((await call(new URL(headers.get('location') ?? '').pathname)).status).toBe(404);
  });
});

describe('a product that somebody waits for', () => {
  const asked = async (path: string, item_id: string) => (await get(path, { shop_id: shop.id, did, item_id })).body;

  it('is known until they wait no longer', async () => {
    await say('/subscriptions/subscribe_for_product_available', {
      email,
      item_id: 37,
      properties: { fashion_size: 'XL' },
    });
    expect(await asked('/products/check_product_available_subscription', '37')).toBe(true);
    expect(await asked('/products/check_product_available_subscription', '38')).toBe(false);
    expect(await asked('/products/check_price_drop_subscription', '37')).toBe(false);
    await say('/subscriptions/unsubscribe_from_product_available', { email, item_ids: '' });
    expect(await asked('/products/check_product_available_subscription', '37')).toBe(false);
  });

  it.each([[{ item_ids: '1, 2' }], [{ item_ids: ['1', '2'] }], [{ item_id: '1' }], [{ item: '1' }]])(
    'is named as %j',
    async (named) => {
      expect((await say('/subscriptions/subscribe_for_product_price', { ...named, price: 10 })).status).toBe(200);
      expect(await asked('/products/check_price_drop_subscription', '1')).toBe(true);
    },
  );

  it.each([[{ price: 10 }], [{ item_id: '1' }], [{ item_id: '1', price: -1 }]])('is not told by %j', async (said) => {
    expect((await say('/subscriptions/subscribe_for_product_price', said)).status).toBe(422);
  });
});

describe('a profile', () => {
  beforeEach(async () => {
    await say('/profile/set', {
      id: `u${email}`,
      first_name: 'Ann',
      gender: 'f',
      favourite_colour: 'red',
      kids: '[{"gender":"m"}]',
    });
  });

  /** The Visitor hands over what it gathered, and the books have it. */
  async function settled(): Promise<void> {
    stopClock();
    await timePasses(10 * minute, ann.home);
    vi.useRealTimers();
    const profile = env.DB.prepare('SELECT profile FROM subscribers WHERE id = ?').bind(ann.id);
    const written = async () => expect((await profile.first<{ profile: string }>())?.profile).toContain('red');
    await vi.waitFor(written, { timeout: 4_000, interval: 100 });
  }

  it('shows a browser little, and the shop’s server all', async () => {
    await settled();
    const open = await get('/profile', { shop_id: shop.id, did });
    expect(open.body).toMatchObject({
      has_email: true,
      gender: 'f',
      id: `u${email}`,
      bought_something: false,
      custom_properties: { favourite_colour: 'red' },
    });
    expect(open.text).not.toContain(`"email":"${email}"`);
    expect(open.text).not.toContain('Ann');
    const full = await get('/profile', { shop_id: shop.id, email, shop_secret: await secretOf(shop) });
    expect(full.body).toMatchObject({ email, first_name: 'Ann', kids: [{ gender: 'm' }], tags: [], orders: [] });
  });

  it('of nobody is nobody’s', async () => {
    const { body } = await get('/profile', { shop_id: shop.id, did: await newBrowser(shop) });
    expect(body).toMatchObject({ has_email: false, id: null });
    const answer = await get('/profile', { shop_id: shop.id, email: 'x@y.example', shop_secret: await secretOf(shop) });
    expect(answer.status).toBe(404);
  });

  it('that a browser writes of somebody else stays with the browser', async () => {
    const stranger = await newBrowser(shop);
    await say('/profile/set', { email, first_name: 'Mallory' }, stranger);
    expect((await get('/profile', { shop_id: shop.id, did: stranger })).body).toMatchObject({ has_email: false });
  });
});

describe('what is shown', () => {
  const offer = (id: string, more: Partial<Parameters<typeof putOffers>[2][number]> = {}) => ({
    id,
    name: `Tent ${id}`,
    url: `https://shop.example/p/${id}`,
    picture: `https://shop.example/${id}.jpg`,
    priceMinor: 10_000,
    oldPriceMinor: null,
    currency: 'EUR',
    ...{ groupId: null, pictures: [], categoryIds: [more.category ?? 'tents'], ignored: false, attributes: {} },
    brand: 'Fjell',
    category: 'tents',
    inStock: true,
    description: null,
    hash: id,
    ...more,
  });
  const ids = async (query: Record<string, string>) =>
    (await get('/recommend', { shop_id: shop.id, did, ...query })).body as string[];

  beforeAll(async () => {
    await putOffers(
      databaseOf(env),
      shop.shop,
      [
        offer('a'),
        offer('b', { priceMinor: 11_000 }),
        offer('c', { priceMinor: 14_000 }),
        offer('d', { priceMinor: 90_000, brand: 'Other' }),
        offer('e', { category: 'mugs', oldPriceMinor: 20_000 }),
        offer('f', { inStock: false }),
        offer('g', { picture: null }),
      ],
      1,
    );
  });

  it('similar is of the same kind, the nearest price first', async () => {
    expect(await ids({ recommender_type: 'similar', item_id: 'a' })).toEqual(['b', 'c', 'd']);
    expect(await ids({ recommender_type: 'similar', item_id: 'a', limit: '1' })).toEqual(['b']);
    expect(await ids({ recommender_type: 'similar', item_id: 'nothing' })).toEqual([]);
  });

  it.each(['popular', 'interesting', 'buying_now', 'also_bought', 'see_also'])(
    '%s is what can be bought and shown',
    async (type) => {
      const found = await ids({ recommender_type: type, item_id: 'a', exclude: 'b', cart_item_id: 'c' });
      expect(found.toSorted()).toEqual(['d', 'e']);
    },
  );

  it('bought now is what was bought in a day, the most first, then the day before; then what is popular', async () => {
    const other = await newWireShop();
    const list = ['a', 'b', 'c', 'd'].map((id) => offer(id));
    await putOffers(databaseOf(env), other.shop, [...list, offer('m', { category: 'mugs' })], 1);
    const now = Date.now();
    const order = (product: string, hoursAgo: number): BeaconEvent => ({
      ...{ id: token(), type: 'purchase', order: token() as OrderId, at: now - hoursAgo * 3_600_000 },
      items: [{ product: product as ProductId, quantity: 1 }],
    });
    // `b` sells best ever; `c` sells best today, `d` once; `a` did the day before.
    const events = [
      ...Array.from({ length: 9 }, () => order('b', 72)),
      ...[order('c', 1), order('c', 20), order('d', 2), order('a', 30), order('a', 31), order('a', 32)],
    ];
    const row = { seq: 1, kind: 'beacon', at: now, events, seenWith: {}, visit: { idleMs: 1 } } as const;
    const messages = [
      { shop: other.shop, visitor: deviceName(other.shop, token() as VisitorId), person: null, rows: [row] },
    ];
    await env.SHOP.getByName(other.shop).count({ shop: other.shop, messages, currency: 'EUR' });
    const asked = async (more: Record<string, string>) =>
      (await get('/recommend', { shop_id: other.id, recommender_type: 'buying_now', ...more })).body as string[];
    expect(await asked({ limit: '3' })).toEqual(['c', 'd', 'a']);
    expect((await asked({})).slice(0, 3)).toEqual(['c', 'd', 'a']);
    expect((await asked({})).toSorted()).toEqual(['a', 'b', 'c', 'd', 'm']);
    expect(await asked({ limit: '2', item_id: 'c' })).toEqual(['d', 'a']);
    expect(await asked({ categories: 'mugs' })).toEqual(['m']);
  });

  it('is narrowed by brand, category and discount', async () => {
    expect(await ids({ recommender_type: 'popular', brands: 'Other' })).toEqual(['d']);
    expect(
      (await ids({ recommender_type: 'popular', exclude_brands: 'Other', categories: 'tents' })).toSorted(),
    ).toEqual(['a', 'b', 'c']);
    expect(await ids({ recommender_type: 'popular', discount: '1' })).toEqual(['e']);
  });

  it('recently is what this browser saw', async () => {
    await say('/push', { event: 'view', items: ['c'] });
    await say('/push', { event: 'view', items: ['b'] });
    expect(await ids({ recommender_type: 'recently_viewed', item_id: 'b' })).toEqual(['c']);
  });

  it('is searched by words', async () => {
    expect(await ids({ recommender_type: 'search', search_query: 'tent d' })).toEqual(['d']);
  });

  it.each([[{}], [{ recommender_type: 'magic' }], [{ recommender_type: 'search' }]])('%j is 422', async (query) => {
    expect((await get('/recommend', { shop_id: shop.id, did, ...query })).status).toBe(422);
  });

  it('by a block is an object with ids, or with whole products', async () => {
    const path = `/recommend/${'0'.repeat(32)}`;
    const short = await get(path, { shop_id: shop.id, did, item: 'a', limit: '2' });
    expect(short.body).toMatchObject({
      recommends: [expect.any(String), expect.any(String)],
      html: expect.stringContaining('recommended-item'),
    });
    const long = await get(path, { shop_id: shop.id, item: 'a', limit: '1', extended: '1', categories: 'mugs' });
    expect(long.body).toMatchObject({
      recommends: [
        {
          id: 'e',
          price: 100,
          oldprice: 200,
          discount_percent: 50,
          currency: 'EUR',
          category_ids: ['mugs'],
          url: `https://shop.example/p/e?recommended_by=dynamic&recommended_code=${'0'.repeat(32)}`,
        },
      ],
    });
  });

  it('is a product by its id', async () => {
    expect((await get('/products/get', { shop_id: shop.id, item_id: 'a' })).body).toMatchObject({
      uniqid: 'a',
      name: 'Tent a',
      price: 100,
    });
    expect((await get('/products/get', { shop_id: shop.id, item_id: 'x' })).status).toBe(404);
  });

  it('is a page of the catalogue, or of a category', async () => {
    expect((await get('/products', { shop_id: shop.id, limit: '2', page: '2' })).body).toMatchObject({
      products: [{ id: 'c' }, { id: 'd' }],
      products_total: 6,
    });
    expect((await get('/category/mugs', { shop_id: shop.id })).body).toMatchObject({
      products: [{ id: 'e' }],
      price_range: { min: 100, max: 100 },
    });
    expect((await get('/collection/1', { shop_id: shop.id })).body).toEqual({ products: [] });
  });

  it('is a collection', async () => {
    const one = { id: 'c1', name: 'Summer', url: null };
    await putCollections(databaseOf(env), shop.shop, [one]);
    await putOffers(databaseOf(env), shop.shop, [offer('in', { attributes: { collectionIds: ['c1'] } })], 2);
    expect((await get('/collection/c1', { shop_id: shop.id })).body).toMatchObject({ products: [{ id: 'in' }] });
    expect((await get('/collections', { shop_id: shop.id })).body).toEqual({ collections: [one] });
  });

  it('draws no link that is a script', async () => {
    await putOffers(
      databaseOf(env),
      shop.shop,
      [offer('x', { url: 'javascript:alert(1)', name: '<b>x</b>', category: 'bad' })],
      2,
    );
    const { body } = await get('/recommend/abc', { shop_id: shop.id, categories: 'bad' });
    const html = (body as { html: string }).html;
    expect(html).not.toContain('javascript:');
    expect(html).not.toContain('<b>');
    expect(html).toContain('&lt;b&gt;');
  });
});

it.each(['/shop_css/abc.css', '/popup_css/abc_popup_1.css'])('%s is a style sheet', async (path) => {
  const { status, headers } = await call(path);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/css');
});

it('no letter is said to be sent', async () => {
  const said = { shop_id: shop.id, shop_secret: await secretOf(shop), code: 'welcome', email };
  expect((await postJson('/transact', said)).body).toMatchObject({ success: false });
});
