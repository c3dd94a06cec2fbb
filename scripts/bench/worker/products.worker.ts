// The product's own pages of the catalogue over a database that is filled by its own writer. Who asks is not asked: that costs
// the same whatever a catalogue holds.
import { publishTogether, putCategories, putOffers, putShop } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { shopSettingsSchema } from '@winback/domain';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { ShopEnv } from '../../../workers/api/access.ts';
import { products } from '../../../workers/api/products.ts';
import type { Env } from '../../../workers/env.ts';
import { databaseOf } from '../../../workers/env.ts';
import { demoSetup } from '../../demo-shop.ts';
import { categories, offerOf } from './catalogue.ts';

const noSecrets = { AUTH_SECRET: '', LINK_SECRET: '', SETUP_TOKEN: '', OWNER_PASSWORD: '' };
const atOnce = 500;

const member = createMiddleware<ShopEnv>(async (c, next) => {
  c.set('shop', c.req.param('shop') as ShopId);
  return next();
});

export default new Hono<{ Bindings: Env }>()
  .post('/fill/:shop/:from/:count', async (c) => {
    const db = databaseOf(c.env);
    const shop = c.req.param('shop') as ShopId;
    const [from, count] = [Number(c.req.param('from')), Number(c.req.param('count'))];
    if (from === 0) {
      const { settings } = demoSetup(noSecrets, 'https://shop.example').shop;
      await putShop(db, shop, shopSettingsSchema.parse(settings), 1);
      await putCategories(db, shop, categories, 'whole');
      const wanted = Array.from({ length: Math.min(count, 5_000) }, (_, n) => ({
        id: `sku-${n * 3}`,
        views: n % 977,
        buys: n % 13,
      }));
      await publishTogether(db, shop, { neighbours: [], products: wanted });
    }
    for (let at = from; at < from + count; at += atOnce) {
      const offers = Array.from({ length: Math.min(atOnce, from + count - at) }, (_, n) => offerOf(at + n));
      await putOffers(db, shop, offers, 1_000 + at);
    }
    return c.json({ filled: count });
  })
  .route('/shops/:shop', new Hono<ShopEnv>().use(member).route('/', products));
