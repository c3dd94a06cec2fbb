// The catalogue and the cart, as apps and scripts ask for them.
import type { Product } from '@winback/db';
import {
  listCategories,
  listCollections,
  listProducts,
  ordersOfPerson,
  productsById,
  productsInCollection,
  watchesOf,
} from '@winback/db';
import { majorOf } from '@winback/domain';
import { Hono } from 'hono';
import { databaseOf } from '../../env.ts';
import { answered, succeeded } from './answers.ts';
import type { WireCall, WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import { productOf } from './items.ts';
import { flagIn, listIn, numberIn, textIn } from './params.ts';
import { personBehind, timelineBehind } from './person.ts';
import { limitIn, notFound, productBody } from './product-body.ts';
import { tell } from './push.ts';
import { whoIn } from './who.ts';

const mostProducts = 1_000;
const mostCollections = 1_000;
const usualInCollection = 20;
const mostInCollection = 100;

export const products = new Hono<WireEnv>()
  .get('/products/get', async (c) => {
    const call = await callOf(c);
    const id = productOf(textIn(call.params, 'item_id') ?? textIn(call.params, 'item') ?? '');
    const [product] = id === null ? [] : await productsById(databaseOf(c.env), call.shop, [id]);
    return answered(c, product ? productBody(product, shownIn(call)) : notFound('Item'));
  })
  .get('/products/cart', async (c) => {
    const call = await callOf(c);
    const timeline = await timelineBehind(c.env, call.shop, await whoIn(c, call));
    const items = (timeline?.cart ?? []).map(({ product, quantity }) => ({ uniqid: product, quantity }));
    return succeeded(c, { data: { items } });
  })
  .on(['DELETE', 'POST'], ['/products/cart/clear'], async (c) => {
    const call = await callOf(c);
    await tell(c, call, await whoIn(c, call), [{ type: 'cart', change: 'full', items: [] }]);
    return succeeded(c);
  })
  .get('/products/counters', async (c) => {
    const call = await callOf(c);
    const id = productOf(textIn(call.params, 'item') ?? textIn(call.params, 'item_id') ?? '');
    const waiting = id === null ? [] : await watchesOf(databaseOf(c.env), call.shop, id);
    const countOf = (waitsFor: string) => waiting.filter((one) => one.waitsFor === waitsFor).length;
    const { day, quarter } = await c.env.SHOP.getByName(call.shop).product({ id: id ?? '', now: call.now });
    const triggers = { back_in_stock: countOf('back-in-stock'), price_drop: countOf('price-drop') };
    return answered(c, { daily: countersOf(day), now: countersOf(quarter), triggers });
  })
  .get('/products/categories', async (c) => {
    const { shop } = await callOf(c);
    return answered(c, await listCategories(databaseOf(c.env), shop));
  })
  .get('/orders/last_for_user', async (c) => {
    const call = await callOf(c);
    const behind = await personBehind(c.env, call.shop, await whoIn(c, call));
    const db = databaseOf(c.env);
    const [order] = behind ? await ordersOfPerson(db, call.shop, behind.person, { since: 0, limit: 1 }) : [];
    const found = await productsById(
      db,
      call.shop,
      (order?.items ?? []).map((line) => line.product),
    );
    return answered(
      c,
      found.map((product) => productBody(product, shownIn(call))),
    );
  })
  // These names are also pages of the dashboard's: what names no shop is meant for it.
  .get(
    '/products',
    unlessPage((c) => catalogue(c, null)),
  )
  .get(
    '/category/:id',
    unlessPage((c) => catalogue(c, c.req.param('id') ?? null)),
  )
  .get(
    '/collection/:id',
    unlessPage(async (c) => {
      const call = await callOf(c);
      const limit = limitIn(call.params, usualInCollection, mostInCollection);
      const found = await productsInCollection(databaseOf(c.env), call.shop, c.req.param('id') ?? '', limit);
      return answered(c, { products: found.map((product) => productBody(product, shownIn(call))) });
    }),
  )
  .get(
    '/collections',
    unlessPage(async (c) => {
      const call = await callOf(c);
      return answered(c, { collections: await listCollections(databaseOf(c.env), call.shop, mostCollections) });
    }),
  );

/** Answers where the call names a shop. */
function unlessPage(answer: (c: WireContext) => Promise<Response>) {
  return (c: WireContext, next: () => Promise<void>) => (c.req.query('shop_id') === undefined ? next() : answer(c));
}

async function catalogue(c: WireContext, category: string | null): Promise<Response> {
  const call = await callOf(c);
  const { params, shop } = call;
  const limit = limitIn(params, 20, mostProducts);
  const page = Math.max(1, Math.round(numberIn(params, 'page') ?? 1));
  const upto = Math.min(mostProducts, limit * page);
  const one = category ?? listIn(params, 'categories')?.[0] ?? listIn(params, 'category')?.[0];
  const q = textIn(params, 'search_query');
  const stock = flagIn(params, 'available') === false ? {} : { stock: 'in' as const };
  const query = { ...(one ? { category: one } : {}), ...(q ? { q } : {}), ...stock, limit: upto };
  const { rows, total } = await listProducts(databaseOf(c.env), shop, query);
  const shown = rows.filter((product) => isWanted(product, call)).slice(limit * (page - 1), upto);
  const prices = rows.flatMap(({ price }) => (price === null ? [] : majorOf(price)));
  return answered(c, {
    brands: [...new Set(rows.flatMap(({ brand }) => brand ?? []))].map((name) => ({ name })),
    filters: {},
    price_range: { min: prices.length > 0 ? Math.min(...prices) : 0, max: Math.max(...prices, 0) },
    products: shown.map((product) => productBody(product, shownIn(call))),
    products_total: total,
  });
}

function isWanted({ brand, price }: Product, { params }: WireCall): boolean {
  const brands = listIn(params, 'brands')?.map((name) => name.toLowerCase()) ?? [];
  const amount = price === null ? 0 : majorOf(price);
  if (brands.length > 0 && !brands.includes(brand?.toLowerCase() ?? '')) return false;
  return (
    amount >= (numberIn(params, 'price_min') ?? 0) &&
    amount <= (numberIn(params, 'price_max') ?? Number.POSITIVE_INFINITY)
  );
}

function shownIn({ settings }: WireCall) {
  return { language: settings.language, via: null };
}

function countersOf({ views, carts, buys }: { views: number; carts: number; buys: number }) {
  return { view: views, cart: carts, purchase: buys };
}
