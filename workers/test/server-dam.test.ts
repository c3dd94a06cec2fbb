import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { legacyIdOf } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import worker from '../index.ts';
import { emptyD1 } from './database.ts';
import { connect, signatureOf } from './hook.ts';
import { about, newKey } from './shop-server.ts';
import { newShop, token } from './storefront.ts';

let shop: ShopId;
let key = '';
let address = '';
let shop_id = '';
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop();
  key = await newKey(shop);
  shop_id = (await legacyIdOf(databaseOf(env), shop)) ?? '';
  address = `2606:4700::${token().length}:${Math.floor(Math.random() * 65_535).toString(16)}`;
});

const many: Partial<Env> = { CALLS_PER_KEY: '1000', CALLS_PER_ADDRESS: '1000' };
const post = (headers: Record<string, string>, body: object) => ({
  method: 'POST',
  headers,
  body: JSON.stringify(body),
});

/** Calls as often as said, from one address, and answers the statuses and the last answer's way to wait. */
async function calls(
  times: number,
  path: string,
  init: () => RequestInit | Promise<RequestInit>,
  limits: Partial<Env>,
): Promise<{ statuses: number[]; retryAfter: string | null }> {
  const statuses: number[] = [];
  const contexts: ExecutionContext[] = [];
  let retryAfter: string | null = null;
  for (let at = 0; at < times; at += 1) {
    const request = new Request(`https://winback.test${path}`, await init());
    request.headers.set('cf-connecting-ip', address);
    const context = createExecutionContext();
    contexts.push(context);
    const response = await worker.fetch(request, { ...env, ...many, ...limits }, context);
    statuses.push(response.status);
    retryAfter = response.headers.get('retry-after');
    await response.body?.cancel();
  }
  await Promise.all(contexts.map(waitOnExecutionContext)); // what was dropped is gathered for a second
  return { statuses, retryAfter };
}

const held = async () =>
  (await env.SHOP.getByName(shop).drops()).find(({ reason }) => reason === 'rate-limit')?.count ?? 0;
const waits = { timeout: 5_000, interval: 100 };
vi.setConfig({ testTimeout: 15_000 });

const events = () => post({ authorization: `Bearer ${key}` }, { events: [about({ email: 'ann@mail.example' })] });
const segment = () => post({}, { writeKey: key, type: 'identify', userId: '5', traits: {} });
const vouched = () => post({}, { shop_id, shop_secret: key, audience: [{ email: 'ann@mail.example' }] });
const signed = async () => {
  const body = JSON.stringify({ id: 1 });
  const headers = { 'x-shopify-topic': 'app/none', 'x-shopify-hmac-sha256': await signatureOf(body) };
  return { method: 'POST', headers, body };
};

describe('a door for servers', () => {
  it.each<[string, string, () => RequestInit | Promise<RequestInit>]>([
    ['events with one key', '/v1/events', events],
    ['Segment’s calls with one key', '/v1/identify', segment],
    ['imports with one secret', '/import/audience', vouched],
    ['webhooks over one connection', 'hook', signed],
  ])('holds back %s, says when to come again, and counts it', async (_what, path, init) => {
    await connect(shop, 'shopify');
    const at = path === 'hook' ? `/hooks/shopify/${shop}` : path;
    const { statuses, retryAfter } = await calls(5, at, init, { CALLS_PER_KEY: '3' });
    expect([statuses, retryAfter]).toEqual([[200, 200, 200, 429, 429], '20']);
    await vi.waitFor(async () => expect(await held()).toBe(2), waits);
  });

  it.each<[string, () => RequestInit, number]>([
    ['/v1/events', () => post({ authorization: `Bearer wrong-${token()}` }, { events: [] }), 401],
    ['/v1/track', () => post({}, { writeKey: `wrong-${token()}` }), 401],
    ['/hooks/shopify/shop-nobody', () => post({ 'x-shopify-hmac-sha256': 'x' }, {}), 401],
    ['/hooks/woocommerce/shop-nobody', () => post({ 'x-wc-webhook-signature': 'x' }, {}), 401],
  ])('%s holds back an address that tries one key after the other', async (path, init, refused) => {
    const { statuses, retryAfter } = await calls(4, path, init, { CALLS_PER_ADDRESS: '2' });
    expect([statuses, retryAfter]).toEqual([[refused, refused, 429, 429], '20']);
  });

  it('is not closed to the shop’s platform by somebody who cannot sign', async () => {
    await connect(shop, 'shopify');
    const unsigned = () => post({ 'x-shopify-hmac-sha256': `${'A'.repeat(43)}=` }, {});
    await calls(5, `/hooks/shopify/${shop}`, unsigned, { CALLS_PER_KEY: '3' });
    expect((await calls(1, `/hooks/shopify/${shop}`, signed, { CALLS_PER_KEY: '3' })).statuses).toEqual([200]);
  });
});

describe('the older wire', () => {
  const products = () => ({ headers: {} });

  it('holds back an address that names neither page nor program, later than a browser’s', async () => {
    const path = `/products?shop_id=${shop_id}`;
    const limits = { CALLS_PER_ADDRESS: '4', BEACONS_PER_ADDRESS: '2' };
    const asServer = await calls(6, path, products, limits);
    expect([asServer.statuses, asServer.retryAfter]).toEqual([[200, 200, 200, 200, 429, 429], '20']);
    await vi.waitFor(async () => expect(await held()).toBe(2), waits);
    const browser = () => ({ headers: { 'user-agent': 'Mozilla/5.0', origin: 'https://shop.example' } });
    expect((await calls(3, path, browser, limits)).statuses).toEqual([200, 200, 429]);
  });

  it('holds back who tries one secret after the other', async () => {
    const guess = () => post({}, { shop_id, shop_secret: `wrong-${token()}`, audience: [] });
    const { statuses } = await calls(4, '/import/audience', guess, { CALLS_PER_ADDRESS: '2' });
    expect(statuses).toEqual([403, 403, 429, 429]);
  });
});
