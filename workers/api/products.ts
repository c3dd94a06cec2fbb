// The catalogue: the list, what it can be cut by, one product, and the merchant's word on them.
import type { ProductStory } from '@winback/db';
import {
  categoryPaths,
  listProducts,
  ordersWith,
  productFacets,
  productStory,
  productsById,
  ratingsOf,
  togetherWith,
  variantsOf,
  watchersOf,
  wishProducts,
} from '@winback/db';
import type { ProductDetail, ProductFlaw } from '@winback/domain';
import {
  productDetailSchema,
  productFacetQuerySchema,
  productFacetsSchema,
  productOneQuerySchema,
  productPageSchema,
  productQuerySchema,
  productWishedSchema,
  productWishSchema,
} from '@winback/domain';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

const variantsShown = 20;
const ordersShown = 10;
const watchersShown = 50;
const ratingsShown = 50;
const togetherShown = 10;

export const products = new Hono<ShopEnv>()
  .get(
    '/products',
    answers('The catalogue: searched, cut and sorted.', productPageSchema),
    takes('query', productQuerySchema),
    async (c) => c.json(await listProducts(databaseOf(c.env), c.var.shop, c.req.valid('query'))),
  )
  .get(
    '/products/facets',
    answers('Brands or categories to cut the list by, as one types.', productFacetsSchema),
    takes('query', productFacetQuerySchema),
    async (c) => c.json(await productFacets(databaseOf(c.env), c.var.shop, c.req.valid('query'))),
  )
  .get(
    '/products/one',
    answers('One product with its history, figures and people.', productDetailSchema),
    takes('query', productOneQuerySchema),
    async (c) => {
      const { id } = c.req.valid('query');
      const { shop } = c.var;
      const db = databaseOf(c.env);
      const story = await productStory(db, shop, id);
      if (!story) return refused(c, 404, { code: 'no-such-product', message: 'there is no such product in this shop' });
      const [paths, variants, figures, orders, watchers, ratings, together] = await Promise.all([
        categoryPaths(db, shop),
        story.group === null ? [] : variantsOf(db, shop, { group: story.group, id, limit: variantsShown }),
        c.env.SHOP.getByName(shop).product({ id, now: Date.now() }),
        ordersWith(db, shop, id, ordersShown),
        watchersOf(db, shop, id, watchersShown),
        ratingsOf(db, shop, id, ratingsShown),
        togetherWith(db, shop, [id]),
      ]);
      const nearest = together.sort((one, other) => other.score - one.score).slice(0, togetherShown);
      const near = new Map(
        (
          await productsById(
            db,
            shop,
            nearest.map(({ other }) => other),
          )
        ).map((product) => [product.id, product]),
      );
      return c.json({
        product: shownProduct(story, paths),
        variants,
        history: story.history,
        figures: { ...figures, ever: story.ever },
        orders,
        watchers,
        ratings,
        together: nearest.flatMap(({ other }) => near.get(other) ?? []),
      } satisfies ProductDetail);
    },
  )
  .post(
    '/products/wish',
    answers('Never recommends products, or sooner than others; null takes the wish back.', productWishedSchema),
    takes('json', productWishSchema),
    async (c) => c.json({ changed: await wishProducts(databaseOf(c.env), c.var.shop, c.req.valid('json')) }),
  );

function shownProduct(story: ProductStory, paths: ReadonlyMap<string, string[]>): ProductDetail['product'] {
  const { product, flaw, pictureState, origin, categoryIds } = story;
  const states = ['there', 'unsure', 'gone'] as const;
  return {
    ...product,
    mend: flaw === null ? null : mends[flaw],
    pictures: story.pictures,
    pictureState: states.find((state) => state === pictureState) ?? null,
    pictureAt: story.pictureAt,
    description: story.description,
    categories: categoryIds.map((one) => ({ id: one, path: paths.get(one) ?? [one] })),
    attributes: story.attributes,
    origin: origin === 'api' ? 'api' : 'feed',
    firstAt: story.firstAt,
    ignoredByFeed: story.ignoredByFeed,
  };
}

const mends: Record<ProductFlaw, string> = {
  address: 'Name the address of its page in your feed: <url>.',
  picture: 'Name a picture in your feed: <picture>, the address of an image.',
  gone: 'Its picture did not load twice. Put the image back, or name another one in your feed: it is looked for again then, and after a week anyway.',
  price: 'Name a price above zero in your feed: <price>.',
  category: 'Name a category in your feed: <categoryId>, one of those that the feed lists.',
};
