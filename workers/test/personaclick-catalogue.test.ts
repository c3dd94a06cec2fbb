import { env } from 'cloudflare:workers';
import { lastImports, listCategories, listProducts, problemsOfImport, productStory, productsById } from '@winback/db';
import { products } from '@winback/db/schema';
import { productAttributesSchema } from '@winback/domain';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Plugin } from './plugin.ts';
import { newPlugin, wire } from './plugin.ts';

let plugin: Plugin;
const db = () => databaseOf(env);
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  plugin = await newPlugin();
});

/** As Shopware's plugin describes it: what is in stock is a number. */
function described(id: string | number, more: object = {}): object {
  return {
    id,
    name: `Tent ${id}`,
    price: '19.90',
    oldprice: 29.9,
    url: `https://shop.example/${id}`,
    picture: `https://shop.example/${id}.png`,
    categories: [3, '4'],
    available: 5,
    brand: 'Fjell',
    ...more,
  };
}

const items = (method: string, list: unknown, more: object = {}) =>
  wire(method, '/import/products', { ...plugin.keys, items: list, ...more });
const categories = (method: string, list: unknown) =>
  wire(method, '/import/categories', { ...plugin.keys, categories: list });
const stock = async (...ids: string[]) =>
  Object.fromEntries((await productsById(db(), plugin.shop, ids)).map((row) => [row.id, row.inStock]));
const imports = () => lastImports(db(), plugin.shop, 9);
async function problems() {
  const [last] = await imports();
  return problemsOfImport(db(), plugin.shop, last?.id ?? '', 300);
}
const empty = { status: 204, text: '' };

describe('products without a feed', () => {
  it('come as Shopware’s plugin sends them, answered by exactly 204', async () => {
    expect(await items('PUT', [described('a'), described(2, { available: 0 })])).toMatchObject(empty);
    expect(await productsById(db(), plugin.shop, ['a'])).toMatchObject([
      {
        name: 'Tent a',
        price: { minor: 1_990, currency: 'EUR' },
        oldPrice: { minor: 2_990, currency: 'EUR' },
        brand: 'Fjell',
        category: '3',
        inStock: true,
        notForLetters: null,
      },
    ]);
    expect(await stock('a', '2')).toEqual({ a: true, '2': false });
    expect(await imports()).toMatchObject([
      { origin: 'api', state: 'done', offers: 2, added: 2, changed: 0, problems: 0 },
    ]);
  });

  it('keep all that they say', async () => {
    const said = described('a', {
      group_id: 'g',
      params: [{ name: 'Sole', value: ['rubber', 'felt'] }],
      tags: ['winter'],
      stock_quantity: 3,
      seasonality: [11, 12],
      leftovers: 'few',
      price_margin: 20,
      fashion: { gender: 'f', sizes: ['e38'] },
      locations: [{ location: 'oslo', price: 18, stock_quantity: 2 }],
    });
    expect(await items('PUT', [said])).toMatchObject(empty);
    const [row] = await db().select().from(products).where(eq(products.shop, plugin.shop));
    expect(row).toMatchObject({ groupId: 'g', categoryIds: '["3","4"]' });
    expect(productAttributesSchema.parse(JSON.parse(row?.attributes ?? ''))).toMatchObject({
      params: [{ name: 'Sole', value: 'rubber, felt', unit: null }],
      tags: ['winter'],
      stock: 3,
      seasonality: [11, 12],
      extras: { leftovers: 'few', priceMargin: 20 },
      niche: { fashion: { gender: 'f', sizes: ['e38'] } },
      locations: [{ id: 'oslo', price: { minor: 1_800, currency: 'EUR' }, stock: 2 }],
    });
  });

  it('change nothing when they come again', async () => {
    await items('PUT', [described('a')]);
    const [before] = await productsById(db(), plugin.shop, ['a']);
    expect(await items('PUT', [described('a')])).toMatchObject(empty);
    expect(await productsById(db(), plugin.shop, ['a'])).toEqual([before]);
    expect(await imports()).toMatchObject([{ added: 1, changed: 0 }]);
    await items('PUT', [described('a', { price: 9 })]);
    expect(await productsById(db(), plugin.shop, ['a'])).toMatchObject([{ price: { minor: 900 } }]);
  });

  it.each<[string, object | string | null, string]>([
    ['has no id', described('x', { id: '' }), 'this offer has no id'],
    ['has an id of 300 signs', described('x'.repeat(300)), 'this id is longer'],
    ['has no name', described('x', { name: ' ', brand: '' }), 'add “name”'],
    ['costs more than anything', described('x', { price: 1e308 }), 'is not a number'],
    ['costs too much to be true', described('x', { price: 1e12 }), 'too high'],
    ['costs less than nothing', described('x', { price: -1 }), 'negative'],
    ['is sold in other money', described('x', { currency: 'USD' }), 'the shop sells in EUR'],
    ['leads into a script', described('x', { url: 'javascript:alert(1)' }), 'https://'],
    ['is a text', 'x', 'not an object'],
    ['is nothing', null, 'not an object'],
  ])('leave out one that %s, say so on the Feed page, and keep the others', async (_why, bad, says) => {
    expect(await items('PUT', [described('a'), bad])).toMatchObject(empty);
    expect((await listProducts(db(), plugin.shop, { limit: 9 })).rows.map((row) => row.id)).toEqual(['a']);
    expect(await problems()).toMatchObject([{ line: 2, message: expect.stringContaining(says) }]);
  });

  it('keep HTML out of a name, and names of prototypes out of an item', async () => {
    const text = `{"shop_id":"${plugin.keys.shop_id}","shop_secret":"${plugin.keys.shop_secret}","items":[{"id":"p","__proto__":{"name":"x"},"constructor":{"a":1},"name":"Mug <img src=x onerror=alert(1)>","price":1,"url":"https://shop.example/p"}]}`;
    expect(await wire('PUT', '/import/products', text)).toMatchObject(empty);
    expect(await productsById(db(), plugin.shop, ['p'])).toMatchObject([
      { name: 'Mug', notForLetters: 'it has no picture' },
    ]);
  });

  it('are kept in stock by a PATCH that Shopware and Magento 1 send as a POST: the others are sold out', async () => {
    await items(
      'PUT',
      ['a', 'b', 'c'].map((id) => described(id, { available: id !== 'c' })),
    );
    expect(await items('POST', ['a', 'c'], { method: 'PATCH' })).toMatchObject(empty);
    expect(await stock('a', 'b', 'c')).toEqual({ a: true, b: false, c: true });
    expect(await items('PATCH', [{ id: 'b' }])).toMatchObject(empty);
    expect(await stock('a', 'b', 'c')).toEqual({ a: false, b: true, c: false });
    await items('PUT', [described('a')]);
    expect(await stock('a')).toEqual({ a: true });
  });

  it.each([[[]], [['nobody', 'else']], [[null]]])(
    'are not all sold out by a list that names none: %o',
    async (list) => {
      await items('PUT', [described('a')]);
      expect(await items('PATCH', list)).toMatchObject(empty);
      expect(await stock('a')).toEqual({ a: true });
      expect((await problems()).at(0)).toMatchObject({ message: expect.stringContaining('nothing was changed') });
    },
  );

  it.each<[string, unknown]>([
    ['a number, as Magento’s and OpenCart’s', 37],
    ['a text with commas', '37, 38'],
    ['a list', ['37']],
  ])('are sold out by /import/disable with %s', async (_what, item_ids) => {
    await items('PUT', [described(37), described(39)]);
    expect(await wire('POST', '/import/disable', { ...plugin.keys, item_ids })).toMatchObject({
      status: 200,
      body: { status: 'success' },
    });
    expect(await stock('37', '39')).toEqual({ '37': false, '39': true });
  });

  it('are sold out by DELETE, and only in their own shop', async () => {
    const neighbour = await newPlugin();
    await items('PUT', [described('a')]);
    await wire('PUT', '/import/products', { ...neighbour.keys, items: [described('a')] });
    expect(await items('DELETE', ['a'])).toMatchObject(empty);
    expect(await stock('a')).toEqual({ a: false });
    expect(await productsById(db(), neighbour.shop, ['a'])).toMatchObject([{ inStock: true }]);
  });

  it.each([
    ['no list', undefined],
    ['a number', 7],
    ['more than 10,000', Array.from({ length: 10_001 }, (_, at) => at)],
  ])('are refused as %s', async (_what, list) => {
    expect(await items('PUT', list)).toMatchObject({ status: 422, body: { status: 'error' } });
  });

  it('come 5,000 at once, in forms with brackets too', async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => described(at, { description: 'x'.repeat(200) }));
    expect(await items('PUT', many)).toMatchObject(empty);
    expect((await listProducts(db(), plugin.shop, { limit: 1 })).total).toBe(5_000);
    const { shop_id, shop_secret } = plugin.keys;
    const form = new URLSearchParams({ shop_id, shop_secret, 'items[0]': '1', method: 'PATCH' });
    expect(await wire('POST', '/import/products', String(form))).toMatchObject(empty);
    expect((await listProducts(db(), plugin.shop, { limit: 1, stock: 'in' })).total).toBe(1);
  });
});

describe('categories without a feed', () => {
  const names = async () => (await listCategories(db(), plugin.shop)).map(({ id, name }) => `${id} ${name}`);

  it('are replaced as a tree, changed in part and deleted, answered by exactly 204', async () => {
    const tree = [
      { id: 1, name: 'Tents' },
      { id: '2', name: 'Small', parent: 1, url: 'https://shop.example/2' },
    ];
    expect(await categories('POST', tree)).toMatchObject(empty);
    expect(await names()).toEqual(['2 Small', '1 Tents']);
    expect(await categories('PUT', [{ id: '2', name: 'Tiny' }, { id: '3' }])).toMatchObject(empty);
    expect(await names()).toEqual(['1 Tents', '2 Tiny']);
    expect(await problems()).toMatchObject([{ line: 2, message: 'this category has no name' }]);
    expect(await categories('DELETE', ['2'])).toMatchObject(empty);
    expect(await categories('POST', [{ id: '9', name: 'All' }])).toMatchObject(empty);
    expect(await names()).toEqual(['9 All']);
  });

  it.each([[[]], [[{ id: '1' }]]])('are not all lost by a tree that names none: %o', async (list) => {
    await categories('POST', [{ id: 1, name: 'Tents' }]);
    expect(await categories('POST', list)).toMatchObject(empty);
    expect(await names()).toEqual(['1 Tents']);
  });
});

describe('places of stock', () => {
  const tell = (locations: unknown[]) => wire('POST', '/import/locations', { ...plugin.keys, locations });

  it('are called as the shop calls them where a product is shown', async () => {
    const locations = [
      { location: 'oslo', price: 18 },
      { location: 'bergen', price: 19 },
    ];
    expect(await items('PUT', [described('placed', { locations })])).toMatchObject(empty);
    const names = async () =>
      (await productStory(db(), plugin.shop, 'placed'))?.attributes.locations.map(({ id, name }) => [id, name]);
    expect(await names()).toEqual([
      ['oslo', undefined],
      ['bergen', undefined],
    ]);
    expect(
      await tell([
        { id: 'oslo', name: 'Oslo', type: 'city' },
        { id: 2, name: '' },
      ]),
    ).toMatchObject(empty);
    expect(await names()).toEqual([
      ['oslo', 'Oslo'],
      ['bergen', undefined],
    ]);
    expect(await tell([])).toMatchObject(empty);
    expect(await tell([{ id: 'bergen', name: 'Bergen' }])).toMatchObject(empty);
    expect(await names()).toEqual([
      ['oslo', undefined],
      ['bergen', 'Bergen'],
    ]);
    const { results } = await env.DB.prepare('SELECT id, type FROM places WHERE shop = ?').bind(plugin.shop).all();
    expect(results).toEqual([{ id: 'bergen', type: null }]);
  });
});
