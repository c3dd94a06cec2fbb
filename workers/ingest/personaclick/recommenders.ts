// The original's kinds of recommendations, each by the closest thing that we compute. See docs/from-personaclick.md for which
// is which.
import type { Product } from '@winback/db';
import { isShowable, listProducts, popularProducts, productsById } from '@winback/db';
import type { ShopId, VisitorId } from '@winback/domain';
import { deviceName } from '@winback/domain';
import type { Env } from '../../env.ts';
import { databaseOf } from '../../env.ts';
import { recommendationsFor } from '../../recommendations.ts';

export const recommenderTypes = [
  'interesting',
  'also_bought',
  'popular',
  'similar',
  'recently_viewed',
  'see_also',
  'buying_now',
  'supply',
  'search',
  'dynamic',
] as const;
export type RecommenderType = (typeof recommenderTypes)[number];

export interface Ask {
  shop: ShopId;
  type: RecommenderType;
  /** Null: nobody's past speaks. */
  visitor: VisitorId | null;
  /** The product that the page shows. */
  item: string | null;
  cart: readonly string[];
  categories: readonly string[];
  query: string | null;
  exclude: readonly string[];
  limit: number;
}

/** Products by falling worth, that can be bought and shown; never those excluded, in the cart or on the page. */
export async function recommended(env: Env, ask: Ask): Promise<Product[]> {
  const hidden = new Set([...ask.exclude, ...ask.cart, ...(ask.item === null ? [] : [ask.item])]);
  const found = await byType(env, { ...ask, exclude: [...hidden] });
  return found.filter((product) => isShowable(product) && !hidden.has(product.id)).slice(0, ask.limit);
}

async function byType(env: Env, ask: Ask): Promise<Product[]> {
  const { shop, visitor, cart, item, categories, exclude, limit } = ask;
  const page = item === null ? [] : [item];
  const common = { shop, categories, exclude, limit };
  switch (ask.type) {
    case 'interesting':
    case 'dynamic':
      return recommendationsFor(env, { ...common, visitor, around: [...page, ...cart] });
    case 'also_bought':
      return recommendationsFor(env, { ...common, visitor: null, around: page });
    case 'see_also':
      return recommendationsFor(env, { ...common, visitor: null, around: [...cart, ...page] });
    case 'buying_now':
      return buyingNow(env, ask);
    case 'popular':
      return popularProducts(databaseOf(env), shop, limit + exclude.length, categories);
    case 'similar':
      return item === null ? [] : similar(env, ask, item);
    case 'recently_viewed':
      return inOrder(env, shop, (await pastOf(env, shop, visitor)).views);
    case 'supply':
      return inOrder(env, shop, (await pastOf(env, shop, visitor)).bought);
    case 'search':
      return ask.query === null
        ? []
        : (await listProducts(databaseOf(env), shop, { q: ask.query, limit: limit * 2 })).rows;
  }
}

/** What was bought in the last 24 hours, then what was the day before; where that is too little, what is popular fills up. */
async function buyingNow(env: Env, { shop, categories, exclude, limit }: Ask): Promise<Product[]> {
  const bought = await inOrder(env, shop, await env.SHOP.getByName(shop).buyingNow({ now: Date.now() }));
  const wanted = new Set(categories);
  const hidden = new Set(exclude);
  const now = bought.filter(
    ({ id, categoryId, inStock, notForLetters }) =>
      inStock &&
      notForLetters === null &&
      !hidden.has(id) &&
      (wanted.size === 0 || (categoryId !== null && wanted.has(categoryId))),
  );
  if (now.length >= limit) return now;
  const popular = await popularProducts(databaseOf(env), shop, limit + exclude.length + now.length, categories);
  return [...new Map([...now, ...popular].map((product) => [product.id, product])).values()];
}

/** Bands around the item's price, the narrow one first; the rest of the category fills up. */
const bands = [
  [0.85, 1.25],
  [0.5, 1.5],
  [0, Number.POSITIVE_INFINITY],
] as const;
const mostCompared = 200;

async function similar(env: Env, { shop, categories }: Ask, item: string): Promise<Product[]> {
  const db = databaseOf(env);
  const [shown] = await productsById(db, shop, [item]);
  const among = categories.length > 0 ? categories : shown?.categoryId ? [shown.categoryId] : [];
  if (!shown || among.length === 0) return [];
  const others = await popularProducts(db, shop, mostCompared, among);
  const around = shown.price?.minor ?? 0;
  const inBand = bands.flatMap(([least, most]) =>
    others.filter(({ price }) => price !== null && price.minor >= around * least && price.minor <= around * most),
  );
  return [...new Set(inBand)];
}

async function inOrder(env: Env, shop: ShopId, ids: readonly string[]): Promise<Product[]> {
  const newest = [...new Set(ids)].slice(0, mostCompared);
  const products = new Map((await productsById(databaseOf(env), shop, newest)).map((product) => [product.id, product]));
  return newest.flatMap((id) => products.get(id) ?? []);
}

async function pastOf(
  env: Env,
  shop: ShopId,
  visitor: VisitorId | null,
): Promise<{ views: string[]; bought: string[] }> {
  if (visitor === null) return { views: [], bought: [] };
  const device = await env.VISITOR.getByName(deviceName(shop, visitor)).past();
  return device.home === null ? device : env.VISITOR.getByName(device.home).past();
}
