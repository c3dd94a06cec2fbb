// Where somebody says how they like what they bought. GET changes nothing, for mail scanners open every link, and marks the star
// that was pressed; a POST stores what is marked, and any number of them is one rating.
import { productsById, putRating, starsOf, subscriberById } from '@winback/db';
import type { PersonId, ProductId, ShopId } from '@winback/domain';
import type { TokenPayload } from '@winback/mail';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { lostRatePage, ratedPage, ratePage } from './rate-page.ts';
import type { PagesContext } from './token.ts';
import { tokenOf } from './token.ts';

type RateToken = Extract<TokenPayload, { kind: 'rate' }>;

const starsSchema = z.coerce.number().int().min(1).max(5);

export const rate = new Hono<{ Bindings: Env }>()
  .get('/rate/:token', async (c) => {
    const token = await tokenOf(c, 'rate');
    const about = token && (await aboutOf(c, token));
    if (!token || !about) return c.html(lostRatePage('en'), 404);
    const pressed = starsSchema.safeParse(c.req.query('stars')).data;
    return c.html(ratePage(about, pressed ?? (await starsOf(databaseOf(c.env), ...whose(token))), 'first'));
  })
  .post('/rate/:token', async (c) => {
    const token = await tokenOf(c, 'rate');
    const about = token && (await aboutOf(c, token));
    if (!token || !about) return c.html(lostRatePage('en'), 404);
    const form = await c.req.parseBody().catch(() => ({}));
    const stars = starsSchema.safeParse(Reflect.get(form, 'stars')).data;
    if (stars === undefined) return c.html(ratePage(about, null, 'asked-again'), 400);
    const [shop, of] = whose(token);
    await putRating(databaseOf(c.env), shop, { ...of, stars, letter: token.letter, at: Date.now() });
    return c.html(ratedPage(about, stars, new URL(c.req.url).pathname));
  });

function whose({ shop, person, product }: RateToken): [ShopId, { person: PersonId; product: ProductId }] {
  return [shop as ShopId, { person: person as PersonId, product: product as ProductId }];
}

/** Null: the reader was forgotten, or the shop is gone. */
async function aboutOf(c: PagesContext, token: RateToken) {
  const [shop, { person, product }] = whose(token);
  const db = databaseOf(c.env);
  const [settings, subscriber, [known]] = await Promise.all([
    shopSettings(c.env, shop, Date.now()),
    subscriberById(db, shop, person),
    productsById(db, shop, [product]),
  ]);
  if (!settings || !subscriber) return null;
  const { name, url, language } = settings;
  return { shop: name, url, language, product: known?.name ?? null };
}
