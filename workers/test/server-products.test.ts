import { env, exports } from 'cloudflare:workers';
import { lastImports, listCategories, listProducts, problemsOfImport, productsById } from '@winback/db';
import type { CatalogueAnswer, ShopId } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { newKey } from './shop-server.ts';
import { newShop } from './storefront.ts';

let shop: ShopId;
let key = '';
const db = () => databaseOf(env);
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop();
  key = await newKey(shop);
});

type Answer = CatalogueAnswer & { code?: string; message?: string };

async function call(
  method: string,
  path: string,
  body: unknown,
  secret: string | null = key,
): Promise<{ status: number; body: Answer }> {
  const response = await exports.default.fetch(`https://winback.test${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(secret ? { authorization: `Bearer ${secret}` } : {}) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

function described(id: string, more: object = {}): object {
  return {
    id,
    name: `Tent ${id}`,
    url: `https://shop.example/${id}`,
    price: 19.9,
    pictures: [`https://shop.example/${id}.png`],
    categories: ['tents'],
    ...more,
  };
}

const post = (products: unknown, query = '') => call('POST', `/v1/products${query}`, { products });
const none = { added: 0, changed: 0, unchanged: 0, refused: 0, errors: [], remarks: [], dryRun: false };

describe('products of a shop’s own server', () => {
  it('are added, changed and left alone, and the same call again changes nothing', async () => {
    expect(await post([described('a'), described('b')])).toEqual({ status: 200, body: { ...none, added: 2 } });
    const again = [described('a', { price: 9 }), described('b')];
    expect(await post(again)).toEqual({ status: 200, body: { ...none, changed: 1, unchanged: 1 } });
    expect(await post(again)).toEqual({ status: 200, body: { ...none, unchanged: 2 } });
    expect(await productsById(db(), shop, ['a'])).toMatchObject([{ price: { minor: 900 }, category: 'tents' }]);
    expect(await lastImports(db(), shop, 9)).toMatchObject([{ origin: 'api', added: 2, changed: 1, problems: 0 }]);
  });

  it('stand each for itself: what is wrong with one is said by place, id and field', async () => {
    const { status, body } = await post([
      described('a'),
      described('b', { price: 'much' }),
      described('', {}),
      'c',
      described('d', { currency: 'USD' }),
      described('e', { url: 'javascript:alert(1)' }),
      described('f', { name: ' ' }),
    ]);
    expect([status, body.added, body.refused]).toEqual([200, 1, 6]);
    expect(body.errors.map(({ index, id, field }) => [index, id, field])).toEqual([
      [1, 'b', 'price'],
      [2, '', 'id'],
      [3, null, ''],
      [4, 'd', 'currency'],
      [5, 'e', 'url'],
      [6, 'f', 'name'],
    ]);
    const [hour] = await lastImports(db(), shop, 9);
    expect(await problemsOfImport(db(), shop, hour?.id ?? '', 9)).toHaveLength(6);
  });

  it('may lack what letters need: they are taken, and it is said', async () => {
    const { body } = await post([{ id: 'a', name: 'Tent' }]);
    expect([body.added, body.remarks.map(({ field }) => field)]).toEqual([
      1,
      ['price', 'url', 'pictures', 'categories'],
    ]);
    expect(await productsById(db(), shop, ['a'])).toMatchObject([{ url: null, price: null }]);
  });

  it('count once in a call, as the later says', async () => {
    const { body } = await post([described('a', { price: 1 }), described('a', { price: 2 })]);
    expect([body.added, body.refused, body.errors[0]?.index]).toEqual([1, 1, 0]);
    expect(await productsById(db(), shop, ['a'])).toMatchObject([{ price: { minor: 200 } }]);
  });

  it('are only looked at by a dry run, which says what would change', async () => {
    await post([described('a')]);
    const change = [described('a', { price: 1 }), described('b'), described('c', { price: -1 })];
    const dry = await post(change, '?dry_run=1');
    expect(dry.body).toMatchObject({ added: 1, changed: 1, refused: 1, dryRun: true });
    expect((await listProducts(db(), shop, { limit: 9 })).rows).toMatchObject([{ id: 'a', price: { minor: 1_990 } }]);
    expect((await post(change)).body).toEqual({ ...dry.body, dryRun: false });
  });

  it('are sold out by their ids', async () => {
    await post([described('a'), described('b'), described('c', { available: false })]);
    const ids = { ids: ['a', 'c', 'nobody', null] };
    const dry = await call('DELETE', '/v1/products?dry_run=1', ids);
    expect(dry.body).toMatchObject({ changed: 1, unchanged: 1, refused: 2, dryRun: true });
    expect(await productsById(db(), shop, ['a'])).toMatchObject([{ inStock: true }]);
    expect((await call('DELETE', '/v1/products', ids)).body).toEqual({ ...dry.body, dryRun: false });
    expect(dry.body.errors.map(({ index, id }) => [index, id])).toEqual([
      [2, 'nobody'],
      [3, null],
    ]);
    const rows = await productsById(db(), shop, ['a', 'b', 'c']);
    expect(rows.filter(({ inStock }) => inStock).map(({ id }) => id)).toEqual(['b']);
  });

  it('come by a thousand, and by no more', async () => {
    const many = Array.from({ length: 1_001 }, (_, n) => described(String(n)));
    expect(await post(many)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    expect((await post(many.slice(1))).body).toEqual({ ...none, added: 1_000 });
  });
});

describe('categories of a shop’s own server', () => {
  const tell = (categories: unknown, more: object = {}, query = '') =>
    call('POST', `/v1/categories${query}`, { categories, ...more });
  const names = async () => (await listCategories(db(), shop)).map(({ id, name }) => `${id} ${name}`);

  it('are added and renamed, or replaced as a whole, and a dry run only says so', async () => {
    expect(
      (
        await tell([
          { id: 1, name: 'Tents' },
          { id: '2', name: 'Stoves', parentId: 1 },
        ])
      ).body,
    ).toEqual({
      ...none,
      added: 2,
    });
    const rename = [{ id: '1', name: 'All tents' }, { name: 'x' }];
    expect((await tell(rename, {}, '?dry_run=1')).body).toMatchObject({ changed: 1, refused: 1, dryRun: true });
    expect(await names()).toEqual(['2 Stoves', '1 Tents']);
    expect((await tell(rename)).body.errors).toMatchObject([{ index: 1, id: null, field: 'id' }]);
    expect(await names()).toEqual(['1 All tents', '2 Stoves']);
    const url = 'https://shop.example/tents';
    expect((await tell([{ id: '1', name: 'All tents', url }], {}, '?dry_run=1')).body).toMatchObject({ changed: 1 });
    expect((await tell([{ id: '1', name: 'All tents', url }])).body).toMatchObject({ changed: 1 });
    expect((await tell([{ id: '1', name: 'All tents', url }])).body).toMatchObject({ changed: 0 });
    expect((await tell([{ id: '1', name: 'All tents', url: 'tents' }])).body.errors).toMatchObject([
      { index: 0, id: '1', field: 'url', message: 'a category’s url is a whole address that starts with https://' },
    ]);
    const { results } = await env.DB.prepare('SELECT url FROM categories WHERE shop = ? AND id = 1').bind(shop).all();
    expect(results).toEqual([{ url }]);
    await tell([{ id: '1', name: 'All tents' }], { whole: true });
    expect(await names()).toEqual(['1 All tents']);
    await tell([{ id: '' }], { whole: true });
    expect(await names()).toEqual(['1 All tents']);
  });

  it('may lie in a circle: it is taken, and said', async () => {
    const loop = [{ id: '' }, { id: 'a', name: 'A', parentId: 'b' }, { id: 'b', name: 'B', parentId: 'a' }];
    const { body } = await tell(loop, { whole: true });
    expect([body.added, body.refused, body.remarks.map(({ index, field }) => [index, field])]).toEqual([
      2,
      1,
      [[1, 'parentId']],
    ]);
  });
});

describe('the door of the catalogue', () => {
  it.each([
    ['POST', '/v1/products'],
    ['DELETE', '/v1/products'],
    ['POST', '/v1/categories'],
  ])('is closed without a key: %s %s', async (method, path) => {
    for (const secret of [null, 'wbk_somebody-elses-guess'])
      expect(await call(method, path, {}, secret)).toMatchObject({ status: 401, body: { code: 'wrong-key' } });
    expect(await call(method, path, '{')).toMatchObject({ status: 400, body: { code: 'bad-json' } });
    expect(await call(method, path, {})).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    expect(await call(method, path, ' '.repeat(8_000_001))).toMatchObject({ status: 413 });
  });

  it('stands in the API’s description', async () => {
    const { paths } = await (await exports.default.fetch('https://winback.test/api/openapi.json')).json<{
      paths: Record<string, object>;
    }>();
    expect(Object.keys(paths['/v1/products'] ?? {})).toEqual(['post', 'delete']);
    expect(Object.keys(paths['/v1/categories'] ?? {})).toEqual(['post']);
  });
});
