// Products for somebody to look at next, for whoever asks outside of letters: a storefront block, the older wire.
import type { Database, ShowableProduct } from '@winback/db';
import { boostedNear, boostedProducts, isShowable, popularProducts, productsById, togetherWith } from '@winback/db';
import type { ShopId, VisitorId } from '@winback/domain';
import { deviceName } from '@winback/domain';
import type { RecommendInput } from '@winback/engine/recommend';
import { recommendFor } from '@winback/engine/recommend';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';

export interface RecommendationAsk {
  shop: ShopId;
  /** Whose past may speak; null: what everybody likes, around `around`. */
  visitor: VisitorId | null;
  /** The products that the page or the cart shows, the most important first. */
  around: readonly string[];
  /** Only products of these categories; empty: of all. */
  categories: readonly string[];
  exclude: readonly string[];
  limit: number;
}

const mostAsked = 50;

/** Products that can be bought and shown, by falling worth. Nobody's past is told but in what it makes worth showing. */
export async function recommendationsFor(env: Env, ask: RecommendationAsk): Promise<ShowableProduct[]> {
  const { shop, around, limit } = { ...ask, limit: Math.min(ask.limit, mostAsked) };
  const db = databaseOf(env);
  const past = ask.visitor === null ? null : await pastOf(env, shop, ask.visitor);
  const views = past?.views ?? [];
  const ranked = recommendFor({
    cart: around,
    views,
    ...(await candidatesFor(db, { shop, around: [...around, ...views], categories: ask.categories, limit: limit * 5 })),
    exclude: new Set([...ask.exclude, ...(past?.bought ?? [])]),
    limit: limit * 4,
  });
  const products = new Map((await productsById(db, shop, ranked)).map((product) => [product.id, product]));
  const wanted = new Set(ask.categories);
  return ranked
    .flatMap((id) => products.get(id) ?? [])
    .filter(isShowable)
    .filter(({ categoryId }) => wanted.size === 0 || (categoryId !== null && wanted.has(categoryId)))
    .slice(0, limit);
}

/** What may be recommended beside some products: what goes with them, what is popular, and what of it the merchant boosted. */
export async function candidatesFor(
  db: Database,
  of: Pick<RecommendationAsk, 'shop' | 'around' | 'categories' | 'limit'>,
): Promise<Pick<RecommendInput, 'together' | 'popular' | 'boosted'>> {
  const { shop, around, categories, limit } = of;
  const [together, popular, near, boosted] = await Promise.all([
    togetherWith(db, shop, around),
    popularProducts(db, shop, limit, categories),
    boostedNear(db, shop, around),
    boostedProducts(db, shop, limit, categories),
  ]);
  const firsts = boosted.map(({ id }) => id);
  return {
    together,
    popular: [...firsts, ...popular.map(({ id }) => id)],
    boosted: new Set([...near, ...firsts]),
  };
}

/** What this browser, or the person it belongs to, looked at and bought. */
async function pastOf(env: Env, shop: ShopId, visitor: VisitorId): Promise<{ views: string[]; bought: string[] }> {
  const device = await env.VISITOR.getByName(deviceName(shop, visitor)).past();
  return device.home === null ? device : env.VISITOR.getByName(device.home).past();
}
