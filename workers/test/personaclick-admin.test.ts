import { env, exports } from 'cloudflare:workers';
import { shopById } from '@winback/db';
import { deviceName } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { ask, newMerchant } from './merchant.ts';
import { stopClock, timePasses } from './person.ts';
import type { Plugin } from './plugin.ts';
import { newPlugin, wire, wireGet } from './plugin.ts';
import { cart, event, newVisitor, send } from './storefront.ts';

let plugin: Plugin;
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  plugin = await newPlugin();
});

const feedOf = async () => (await shopById(databaseOf(env), plugin.shop))?.settings.feed.url;
const store = () => ({ store_key: plugin.keys.shop_id, store_secret: plugin.keys.shop_secret });
/** An address that no import fetches from: it is private. */
const yml_file_url = 'http://10.1.2.3/personaclick/feed/xml';
const countShops = () => env.DB.prepare('SELECT count(*) AS count FROM shops').first('count');

describe('what a plugin asks of the vendor’s dashboard', () => {
  it('is a list of businesses, a pixel, and the way to sign in', async () => {
    const list = await wire('GET', '/api/categories');
    expect(list).toMatchObject({ status: 200, type: 'application/json' });
    expect(list.body).toContainEqual({ id: 7, name: 'Fashion' });
    expect((await wire('GET', '/trackcms/magento?website=x&email=a%40b.example')).status).toBe(204);
    const response = await exports.default.fetch('https://winback.test/api/customers/login', {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://shop.example' },
      body: new URLSearchParams({ api_key: 'k', api_secret: 's' }),
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, 'https://winback.test/sign-in']);
  });

  it('never makes a customer or a shop, and answers everybody alike', async () => {
    const before = await countShops();
    const ann = {
      email: 'ann@shop.example',
      phone: '1',
      first_name: 'Ann',
      last_name: 'F',
      country_code: 'DE',
      currency_code: 'EUR',
    };
    for (const email of ['ann@shop.example', 'owner@shop.example'])
      expect(await wire('POST', '/api/customers', { ...ann, email })).toMatchObject({
        status: 200,
        body: { duplicate: true },
      });
    const neighbour = await newPlugin();
    const refused: object[] = [];
    for (const keys of [
      {},
      { api_key: plugin.keys.shop_id },
      { api_key: plugin.keys.shop_id, api_secret: 'wrong' },
      { api_key: plugin.keys.shop_id, api_secret: neighbour.keys.shop_secret },
      { api_key: 'f'.repeat(30), api_secret: plugin.keys.shop_secret },
    ])
      refused.push(
        await wire('POST', '/api/shops', { ...keys, url: 'https://shop.example', yml_file_url, cms_id: 10 }),
      );
    expect(new Set(refused.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(refused[0]).toMatchObject({ status: 401, body: { status: 'error' } });
    expect([await countShops(), await feedOf()]).toEqual([Number(before) + 1, null]);
  });

  it('connects a shop that is there and whose secret is given', async () => {
    const { shop_id: api_key, shop_secret: api_secret } = plugin.keys;
    const answer = await wire('POST', '/api/shops', {
      api_key,
      api_secret,
      name: 'Shop',
      yml_file_url: 'http://10.1.2.3/xml',
    });
    expect(answer).toMatchObject({ status: 200, body: { shop_key: api_key, shop_secret: api_secret } });
    expect(await feedOf()).toBe('http://10.1.2.3/xml');
    await wire('POST', '/api/shops', { api_key, api_secret, yml_file_url: 'http://10.1.2.3/other' });
    expect(await feedOf()).toBe('http://10.1.2.3/xml');
  });

  it('sets the address of the feed and imports it', async () => {
    expect(await wire('PUT', '/api/shop/set_yml', { ...store(), yml_file_url })).toMatchObject({ status: 200 });
    expect(await feedOf()).toBe(yml_file_url);
    expect(await env.SHOP.getByName(plugin.shop).schedule()).toMatchObject({ feedAt: expect.any(Number) });
  });

  it.each([
    ['a wrong secret', { store_secret: 'wrong' }, 401],
    ['no key', { store_key: undefined }, 401],
    ['an address that is none', { yml_file_url: 'ftp://shop.example/feed' }, 422],
    ['no address', { yml_file_url: undefined }, 422],
  ])('does not set it with %s', async (_what, more, status) => {
    expect(await wire('PUT', '/api/shop/set_yml', { ...store(), yml_file_url, ...more })).toMatchObject({ status });
    expect(await feedOf()).toBeNull();
  });

  it('says when each kind of event came last', async () => {
    const none = { view: null, cart: null, remove_from_cart: null, purchase: null, rate: null };
    expect((await wireGet('/api/shop/events_status', store())).body).toEqual(none);
    const visitor = newVisitor();
    stopClock();
    await send(
      plugin.shop,
      visitor,
      event(),
      cart('p1'),
      event({ type: 'purchase', order: '1', items: [{ product: 'p1' }] }),
    );
    await timePasses(20_000, deviceName(plugin.shop, visitor));
    await vi.waitFor(
      async () => {
        const at = expect.closeTo(Date.now() / 1_000, -2);
        expect((await wireGet('/api/shop/events_status', store())).body).toEqual({
          ...none,
          view: at,
          cart: at,
          remove_from_cart: at,
          purchase: at,
        });
      },
      { timeout: 10_000, interval: 100 },
    );
    vi.useRealTimers();
    expect(await wireGet('/api/shop/events_status', { ...store(), store_secret: 'wrong' })).toMatchObject({
      status: 401,
    });
  });

  it('does not stand in the way of our own API', async () => {
    const merchant = await newMerchant();
    expect(await ask(merchant, '')).toMatchObject({ status: 200 });
    expect((await wire('GET', '/api/shops')).status).toBe(401);
    expect((await wire('POST', '/api/setup', {})).status).toBe(401);
    expect((await wire('GET', '/api/customers')).status).toBe(404);
  });
});

describe('what belongs to another product', () => {
  it('is answered politely and counted', async () => {
    const body = { ...plugin.keys, by: 'email', ids: ['a@b.example'] };
    expect(await wire('POST', '/crm/search/bulk', body)).toMatchObject({ status: 200, body: { status: 'success' } });
    await vi.waitFor(
      async () =>
        expect(await env.SHOP.getByName(plugin.shop).drops()).toMatchObject([{ reason: 'not-ours', count: 1 }]),
      { timeout: 5_000, interval: 100 },
    );
  });
});
