import { env } from 'cloudflare:workers';
import {
  openD1,
  publishTogether,
  putCategories,
  putOffers,
  putOrders,
  putSubscriber,
  putWatches,
  wishProducts,
} from '@winback/db';
import type {
  EmailAddress,
  OrderId,
  PersonId,
  ProductDetail,
  ProductId,
  ProductPage,
  VisitorId,
} from '@winback/domain';
import { deviceName, eventSchema, productDetailSchema, productPageSchema } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { offer } from '../../packages/db/src/queries.suite.ts';
import { recommendationsFor } from '../recommendations.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import { event, hour, newVisitor } from './storefront.ts';

const db = openD1(env.DB);
const strange = '../a b?c=1&d#e%2F"🏕';
let merchant: Merchant;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  merchant = await newMerchant();
  await putCategories(
    db,
    merchant.shop,
    [
      { id: 'c1', name: 'Tents', parentId: null },
      { id: 'c2', name: '2 persons', parentId: 'c1' },
    ],
    'whole',
  );
  await putOffers(
    db,
    merchant.shop,
    [
      offer(strange, {
        hash: 'strange-1',
        name: 'Skerry 2',
        groupId: 'g',
        category: 'c2',
        categoryIds: ['c2', 'c1'],
        attributes: { vendorCode: 'SK-2' },
      }),
      offer('green', { name: 'Skerry 2 green', groupId: 'g', priceMinor: 5_000 }),
      offer('stove', { name: 'Stove', url: null }),
      offer('lamp', { name: 'Lamp', brand: 'Lux', inStock: false }),
    ],
    1_000,
  );
});

const list = async (query: string) => {
  const { status, body } = await ask<ProductPage>(merchant, `/products?${query}`);
  expect(status).toBe(200);
  return productPageSchema.parse(body);
};
const one = (id: string, of = merchant) =>
  ask<ProductDetail & { code?: string }>(of, `/products/one?${new URLSearchParams({ id })}`);

describe('the list of products', () => {
  it('is searched, cut, sorted and paged by its address', async () => {
    expect((await list('q=skerr&sort=-price&priceFrom=100')).rows.map(({ id }) => id)).toEqual(['green', strange]);
    const first = await list('limit=3');
    expect([first.total, first.more, first.rows.length]).toEqual([4, false, 3]);
    const next = await list(`limit=3&cursor=${encodeURIComponent(first.next ?? '')}`);
    expect([next.rows.map(({ id }) => id), next.next]).toEqual([['stove'], null]);
    expect((await list('letters=address')).rows[0]?.notForLetters).toBe('it has no address');
    expect((await list('cursor=edited-by-hand')).rows).toHaveLength(4);
  });

  it('refuses what is no filter, with the field', async () => {
    const { status, body } = await ask<{ message: string }>(merchant, '/products?stock=maybe');
    expect([status, body.message.startsWith('stock:')]).toEqual([400, true]);
  });

  it('offers what it can be cut by', async () => {
    expect((await ask(merchant, '/products/facets?kind=brand&q=l')).body).toEqual({
      values: [{ id: 'Lux', path: ['Lux'] }],
      more: false,
    });
    expect((await ask(merchant, '/products/facets?kind=category&q=2')).body).toMatchObject({
      values: [{ id: 'c2', path: ['Tents', '2 persons'] }],
    });
  });
});

describe('one product', () => {
  it('tells where it stands, its variants, who ordered it, who waits for it and what goes with it', async () => {
    const { shop } = merchant;
    const ann = {
      id: 'person-ann' as PersonId,
      email: 'ann@mail.example' as EmailAddress,
      name: null,
      source: 'form',
      namedBy: null,
    };
    await putSubscriber(db, shop, { ...ann, consent: 'subscribed', now: 1 });
    const line = { product: strange as ProductId, quantity: 3 };
    await putOrders(db, shop, [
      {
        order: 'o1' as OrderId,
        person: ann.id,
        visitor: 'v1',
        at: 9,
        total: { minor: 5_997, currency: 'EUR' },
        items: [line],
        origin: 'storefront',
      },
    ]);
    const watch = { product: strange as ProductId, priceMinor: 1_999, properties: {}, at: 5 };
    await putWatches(db, shop, [
      { ...watch, visitor: 'v1' as VisitorId, person: ann.id, waitsFor: 'price-drop' },
      { ...watch, visitor: 'v2' as VisitorId, person: null, waitsFor: 'back-in-stock', at: 6 },
    ]);
    await publishTogether(db, shop, {
      neighbours: [{ product: strange, rank: 0, other: 'stove', score: 1 }],
      products: [{ id: strange, views: 7, buys: 1 }],
    });
    const { status, body } = await one(strange);
    expect(status).toBe(200);
    const told = productDetailSchema.parse(body);
    expect(told.product).toMatchObject({
      id: strange,
      mend: null,
      origin: 'api',
      firstAt: 1_000,
      attributes: { vendorCode: 'SK-2' },
    });
    expect(told.product.categories).toEqual([
      { id: 'c2', path: ['Tents', '2 persons'] },
      { id: 'c1', path: ['Tents'] },
    ]);
    expect(told.variants.map(({ id }) => id)).toEqual(['green']);
    expect(told.orders).toEqual([
      {
        id: 'o1',
        at: 9,
        total: { minor: 5_997, currency: 'EUR' },
        quantity: 3,
        person: { id: ann.id, email: ann.email },
      },
    ]);
    expect(told.watchers).toEqual({
      backInStock: 1,
      priceDrop: 1,
      people: [
        { person: { id: ann.id, email: ann.email }, waitsFor: 'price-drop', at: 5 },
        { person: null, waitsFor: 'back-in-stock', at: 6 },
      ],
    });
    expect(told.together.map(({ id }) => id)).toEqual(['stove']);
    expect(told.figures.ever).toEqual({ views: 7, buys: 1 });
  });

  it('counts what happens to it now', async () => {
    const { shop } = merchant;
    const seen = eventSchema.parse(event({ type: 'view', product: strange }));
    const row = {
      seq: 1,
      kind: 'beacon' as const,
      at: Date.now(),
      events: [seen],
      seenWith: {},
      visit: { idleMs: hour },
    };
    const messages = [{ shop, visitor: deviceName(shop, newVisitor()), person: null, rows: [row] }];
    await env.SHOP.getByName(shop).count({ shop, messages, currency: 'EUR' });
    expect((await one(strange)).body.figures.day).toEqual({ views: 1, carts: 0, buys: 0 });
  });

  it('names the mend of what keeps it from letters, and is nobody else’s', async () => {
    expect((await one('stove')).body.product.mend).toContain('<url>');
    expect((await one('nothing')).body.code).toBe('no-such-product');
    expect((await one('green', await newMerchant())).status).toBe(404);
  });
});

describe('the merchant’s word', () => {
  const wish = (body: unknown) =>
    ask<{ changed: number; code?: string }>(merchant, '/products/wish', { method: 'POST', body });
  const recommended = async () => {
    const asked = { shop: merchant.shop, visitor: null, around: [], categories: [], exclude: [], limit: 5 };
    return (await recommendationsFor(env, asked)).map(({ id }) => id);
  };

  it('is given to some or to all that are found, and recommendations keep it', async () => {
    expect(await recommended()).toEqual([strange, 'green']);
    expect((await wish({ wish: 'boost', ids: ['green', 'stove'] })).body).toEqual({ changed: 2 });
    expect(await recommended()).toEqual(['green', strange]);
    expect((await wish({ wish: 'ignore', query: { q: 'skerry' } })).body).toEqual({ changed: 2 });
    expect(await recommended()).toEqual([]);
    expect((await list('wish=ignored')).rows.map(({ id }) => id).sort()).toEqual([strange, 'green'].sort());
    await wish({ wish: null, query: {} });
    expect(await recommended()).toEqual([strange, 'green']);
  });

  it('lets a boosted neighbour pass one that is nearly as near', async () => {
    await putOffers(db, merchant.shop, [offer('peg'), offer('rope')], 1);
    const neighbours = [
      { product: strange, rank: 0, other: 'peg', score: 0.5 },
      { product: strange, rank: 1, other: 'rope', score: 0.4 },
    ];
    await publishTogether(db, merchant.shop, { neighbours, products: [] });
    const near = async () =>
      (
        await recommendationsFor(env, {
          shop: merchant.shop,
          visitor: null,
          around: [strange],
          categories: [],
          exclude: [],
          limit: 2,
        })
      ).map(({ id }) => id);
    expect(await near()).toEqual(['peg', 'rope']);
    await wishProducts(db, merchant.shop, { wish: 'boost', ids: ['rope'] });
    expect(await near()).toEqual(['rope', 'peg']);
  });

  it('is either of ids or of a query', async () => {
    expect((await wish({ wish: 'boost' })).status).toBe(400);
    expect((await wish({ wish: 'boost', ids: ['green'], query: {} })).status).toBe(400);
    expect((await wish({ wish: 'love', ids: ['green'] })).status).toBe(400);
  });
});
