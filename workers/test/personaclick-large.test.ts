// Imports of up to 32 MB: read as they come, some items at a time.
import { env, exports } from 'cloudflare:workers';
import { listProducts, listSubscribers, segmentsOf } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Plugin } from './plugin.ts';
import { newPlugin, wire } from './plugin.ts';

let plugin: Plugin;
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  plugin = await newPlugin();
});
vi.setConfig({ testTimeout: 60_000 });
const db = () => databaseOf(env);
const long = 'Ж'.repeat(1_500);
const product = (id: number, description = long) => ({
  ...{ id, name: `Tent ${id}`, url: `https://shop.example/${id}`, picture: `https://shop.example/${id}.png` },
  ...{ price: 10.5, categories: ['3'], available: true, description },
});
const products = (count: number) => Array.from({ length: count }, (_, id) => product(id));
const total = async () => (await listProducts(db(), plugin.shop, { limit: 1 })).total;

describe('an import of more than 4 MB', () => {
  it('takes every product, and tells what was wrong with which', async () => {
    const items: unknown[] = products(2_000);
    items[1_700] = { id: 'bad' };
    const body = { ...plugin.keys, items };
    expect(JSON.stringify(body).length).toBeGreaterThan(3_000_000);
    expect(await wire('PUT', '/import/products', body)).toMatchObject({ status: 204, text: '' });
    expect(await total()).toBe(1_999);
    const problems = env.DB.prepare('SELECT line FROM feed_problems WHERE shop = ?1').bind(plugin.shop);
    expect((await problems.all()).results).toEqual([{ line: 1_701 }]);
  });

  it('takes people into a segment that is named behind them', async () => {
    const audience = Array.from({ length: 3_000 }, (_, n) => ({
      email: `p${n}@mail.example`,
      first_name: 'A',
      note: long,
    }));
    const answer = await wire('POST', '/import/audience', { ...plugin.keys, audience, segment_id: 313 });
    expect(answer).toMatchObject({ status: 200, body: { status: 'success', accepted: 3_000 } });
    const { rows } = await listSubscribers(db(), plugin.shop, { q: 'p2999@', limit: 5 });
    expect(await segmentsOf(db(), plugin.shop, rows[0]?.id as PersonId)).toEqual([313]);
  });

  it('takes orders', async () => {
    const orders = Array.from({ length: 3_000 }, (_, n) => ({ id: `o${n}`, status: 1, note: long }));
    expect(await wire('POST', '/sync/orders', { ...plugin.keys, orders })).toMatchObject({ body: { accepted: 3_000 } });
  });

  it('takes out of stock what a list does not name, however much is said of each', async () => {
    await wire('PUT', '/import/products', { ...plugin.keys, items: [product(1), product(2), product(999_999)] });
    const items = Array.from({ length: 2_000 }, (_, n) => ({ id: n, note: long }));
    expect(await wire('PATCH', '/import/products', { ...plugin.keys, items })).toMatchObject({ status: 204 });
    const { rows } = await listProducts(db(), plugin.shop, { limit: 5 });
    expect(rows.map(({ id, inStock }) => [id, inStock]).sort()).toEqual([
      ['1', true],
      ['2', true],
      ['999999', false],
    ]);
  });

  it.each<[string, (keys: Plugin['keys']) => [string, object], number]>([
    ['keys behind the list', (keys) => ['PUT', { items: products(2_000), ...keys }], 413],
    ['a wrong secret', (keys) => ['PUT', { ...keys, shop_secret: 'wrong-wrong-wrong', items: products(2_000) }], 403],
    ['no secret', ({ shop_id }) => ['PUT', { shop_id, items: products(2_000) }], 413],
    ['no list', (keys) => ['PUT', { ...keys, others: products(2_000) }], 422],
    ['a form', (keys) => ['PUT', { ...keys, items: [], description: 'x'.repeat(5_000_000) }], 413],
  ])('with %s changes nothing', async (_what, said, status) => {
    const [method, body] = said(plugin.keys);
    expect(await wire(method, '/import/products', body)).toMatchObject({ status });
    expect(await total()).toBe(0);
  });

  it('that is cut off says so, and keeps what it took', async () => {
    const text = JSON.stringify({ ...plugin.keys, items: products(2_000) });
    expect(await wire('PUT', '/import/products', text.slice(0, -5_000))).toMatchObject({ status: 400 });
    expect(await total()).toBeGreaterThan(1_000);
  });

  it('has its keys in the address and in the header as well', async () => {
    const { shop_id, shop_secret } = plugin.keys;
    const response = await exports.default.fetch(`https://winback.test/import/products?shop_id=${shop_id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-shop-secret': shop_secret },
      body: JSON.stringify({ items: products(2_000) }),
    });
    expect(response.status).toBe(204);
    expect(await total()).toBe(2_000);
  });

  it('is refused where it has more items than one call may, after those that it may have', async () => {
    const items = Array.from({ length: 10_001 }, (_, id) => product(id, 'x'.repeat(400)));
    const answer = await wire('PUT', '/import/products', { ...plugin.keys, items });
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining('10000') } });
    expect(await total()).toBe(10_000);
  });

  it('says too late that it meant to be a PATCH', async () => {
    const body = {
      ...plugin.keys,
      items: Array.from({ length: 400_000 }, (_, id) => `product-${id}`),
      method: 'PATCH',
    };
    expect(await wire('POST', '/import/products', body)).toMatchObject({ status: 422 });
    expect(await total()).toBe(0);
  });
});

it('what says that it is larger than 32 MB is refused before it is read', async () => {
  const init = { method: 'PUT', headers: { 'content-type': 'application/json' } };
  const announced = { ...init, headers: { ...init.headers, 'content-length': '40000000' }, body: '{}' };
  const whole = new Request('https://winback.test/import/products', announced);
  expect((await exports.default.fetch(whole)).status).toBe(413);
});
