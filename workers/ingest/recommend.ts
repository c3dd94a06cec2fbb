// `GET /r`: products for a block of the storefront. Anybody may ask; what somebody did is never told, only products that it
// makes worth showing. Without a visitor the answer is everybody's.
import type { ShowableProduct } from '@winback/db';
import type { ErrorBody, RecommendationAnswer, RecommendationQuery, ShopSettings } from '@winback/domain';
import { formatMoney, problemsOf, recommendationQuerySchema } from '@winback/domain';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { recommendationsFor } from '../recommendations.ts';
import { shopSettings } from '../shop-settings.ts';
import { corsFor, preflight } from './cors.ts';
import { judge } from './judge.ts';
import { isFlood } from './limits.ts';
import { closedShop, floodOf, unknownShop } from './refusal.ts';

const titles = { en: 'You may also like', ru: 'Вам может понравиться' } as const satisfies Record<
  ShopSettings['language'],
  string
>;
const lists = ['product', 'cart', 'category', 'exclude'] as const;

export const recommendRoute = new Hono<{ Bindings: Env }>()
  .options('/r', (c) => preflight(c.req.raw))
  .get('/r', async (c) => {
    const now = Date.now();
    const cors = corsFor(c.req.raw);
    const named = Object.fromEntries(lists.map((list) => [list, c.req.queries(list) ?? []]));
    const read = recommendationQuerySchema.safeParse({ ...c.req.query(), ...named });
    if (!read.success) return c.json(badQuery(problemsOf(read.error)), 400, cors);
    const query = read.data;
    const settings = await shopSettings(c.env, query.shop, now);
    if (!settings) return c.json(said(unknownShop()), 404, cors);
    if (!settings.standing.open) return c.json(said(closedShop(query.shop)), 403, cors);
    const address = c.req.header('cf-connecting-ip') ?? null;
    const visitor = judge(c.req.raw, settings.traffic) ? null : (query.visitor ?? null);
    if (isFlood({ shop: query.shop, visitor }, address, settingsOf(c.env), now))
      return c.json(said(floodOf(query.shop)), 429, { ...cors, 'retry-after': '20' });
    const products = await recommendationsFor(c.env, askOf(query, visitor));
    const cache = visitor ? 'private, no-store' : 'public, max-age=60';
    return c.json(answerOf(products, query, settings), 200, { ...cors, 'cache-control': cache });
  });

function askOf(
  { shop, product, cart, category, exclude, limit }: RecommendationQuery,
  visitor: RecommendationQuery['visitor'] | null,
) {
  const around = [...product, ...cart];
  return { shop, visitor: visitor ?? null, around, categories: category, exclude: [...exclude, ...around], limit };
}

function answerOf(
  products: readonly ShowableProduct[],
  { code }: RecommendationQuery,
  { language }: ShopSettings,
): RecommendationAnswer {
  const shown = products.map(({ id, name, url, picture, brand, price, oldPrice }) => ({
    id,
    name,
    url: linkTo(url, code),
    picture,
    brand,
    price: formatMoney(price, language),
    oldPrice: oldPrice && formatMoney(oldPrice, language),
    minor: price.minor,
    currency: price.currency,
  }));
  return { title: titles[language], products: shown };
}

function linkTo(url: string, code: string): string {
  const link = new URL(url);
  link.searchParams.set('recommended_by', 'dynamic');
  link.searchParams.set('recommended_code', code);
  return link.href;
}

function badQuery(problems: NonNullable<ErrorBody['problems']>): ErrorBody {
  const [first] = problems;
  return { code: 'bad-query', message: `${first?.path}: ${first?.message}`, problems };
}

function said({ reason, message, problems }: ReturnType<typeof unknownShop>): ErrorBody {
  return { code: reason, message, problems };
}
