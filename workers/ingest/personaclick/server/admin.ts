// What plugins ask of the vendor's dashboard. A shop is made in our dashboard, never by these calls: they answer for shops that
// are there and whose secret is given, and tell nobody else anything.
import { legacyIdOf, shopById, shopByLegacyId, shopOfKey, writeSettings } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import { feedUrlSchema } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Env } from '../../../env.ts';
import { databaseOf, settingsOf } from '../../../env.ts';
import { answered, answeredEmpty, succeeded } from '../answers.ts';
import type { WireContext, WireEnv } from '../call.ts';
import type { Params } from '../params.ts';
import { bodyLimits, paramsOf, textIn } from '../params.ts';

/** What a shop sells, for the list that a plugin shows at registration. Nothing here depends on the choice. */
const businesses = [
  'Appliances and electronics',
  'Auto',
  'Beauty',
  'Books',
  'Children',
  'Construction',
  'Fashion',
  'Food',
  'Home',
  'Jewelry',
  'Pets',
  'Other',
].map((name, at) => ({ id: at + 1, name }));

export const admin = new Hono<WireEnv>()
  .get('/api/categories', (c) => answered(c, businesses))
  // The same for everybody: the plugin then asks for the keys that our dashboard gives.
  .post('/api/customers', (c) => answered(c, { duplicate: true }))
  .post('/api/customers/login', (c) => {
    const { DASHBOARD_URL: dashboard, PUBLIC_URL: own } = settingsOf(c.env);
    return c.redirect(new URL('/sign-in', dashboard ?? own).href, 303);
  })
  .get('/trackcms/:cms', (c) => answeredEmpty(c))
  .post('/api/shops', async (c) => {
    const params = await paramsOf(c.req.raw, bodyLimits.call);
    const { shop, settings, secret } = await keyedShop(c, params, { key: 'api_key', secret: 'api_secret' });
    const url = feedUrlSchema.safeParse(textIn(params, 'yml_file_url'));
    // Only where there is no feed yet: this plugin's guess is a worse address than the one it sets later.
    if (url.success && settings.feed.url === null) await readFeedFrom(c.env, shop, url.data);
    return answered(c, { shop_key: await legacyIdOf(databaseOf(c.env), shop), shop_secret: secret });
  })
  .put('/api/shop/set_yml', async (c) => {
    const params = await paramsOf(c.req.raw, bodyLimits.call);
    const { shop } = await keyedShop(c, params, { key: 'store_key', secret: 'store_secret' });
    const url = feedUrlSchema.safeParse(textIn(params, 'yml_file_url'));
    if (!url.success) throw new HTTPException(422, { message: 'yml_file_url is not an address' });
    await readFeedFrom(c.env, shop, url.data);
    return succeeded(c);
  })
  .get('/api/shop/events_status', async (c) => {
    const params = await paramsOf(c.req.raw, bodyLimits.call);
    const { shop } = await keyedShop(c, params, { key: 'store_key', secret: 'store_secret' });
    const now = Date.now();
    const { events } = await c.env.SHOP.getByName(shop).figures({ now, dayStart: now });
    const seconds = (at: number | null) => (at === null ? null : Math.floor(at / 1_000));
    const cart = seconds(events.cart.lastAt);
    return answered(c, {
      view: seconds(events.view.lastAt),
      cart,
      remove_from_cart: cart,
      purchase: seconds(events.purchase.lastAt),
      rate: null,
    });
  });

/** The shop whose key and secret a call brings. Throws 401, the same for a shop that is not there and for a wrong secret. */
async function keyedShop(
  c: WireContext,
  params: Params,
  names: { key: string; secret: string },
): Promise<{ shop: ShopId; settings: ShopSettings; secret: string }> {
  const db = databaseOf(c.env);
  const [key, secret] = [textIn(params, names.key), textIn(params, names.secret)];
  const shop = key !== null && /^[0-9a-f]{30}$/i.test(key) ? await shopByLegacyId(db, key.toLowerCase()) : null;
  const owner = secret === null ? null : await shopOfKey(db, secret);
  const record = shop !== null && shop === owner ? await shopById(db, shop) : null;
  if (!record || secret === null) throw new HTTPException(401, { message: 'The key or the secret is not valid' });
  c.set('shop', record.id);
  return { shop: record.id, settings: record.settings, secret };
}

async function readFeedFrom(env: Env, shop: ShopId, url: string): Promise<void> {
  const db = databaseOf(env);
  const record = await shopById(db, shop);
  if (!record) return;
  const { settings } = record;
  if (settings.feed.url !== url) await writeSettings(db, shop, { ...settings, feed: { ...settings.feed, url } });
  await env.SHOP.getByName(shop).importNow({ shop });
}
