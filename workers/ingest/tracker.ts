// The scripts of the storefront: `/t.js` on every page, `/block.js` and `/form.js` where they are needed. Built by
// packages/tracker and carried in the Worker; the shop's public settings stand in front, so that a page asks once.
import type { ShopId, ShopSettings } from '@winback/domain';
import { shopIdSchema } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { formRoute } from './form.ts';
import { recommendRoute } from './recommend.ts';
import { serveScript, unknownShopScript } from './script.ts';
import { blockScript, loaderScript, trackerScript } from './tracker.gen.ts';

export const trackerRoute = new Hono<{ Bindings: Env }>()
  .get('/t.js', async (c) => {
    const name = c.req.query('shop');
    if (name === undefined) return serveScript(c, loaderScript);
    const found = await shopOf(c, name);
    return found ? serveScript(c, trackerOf(c.env, found)) : unknownShopScript(c, name);
  })
  .get('/block.js', async (c) => {
    const name = c.req.query('shop') ?? '';
    const found = await shopOf(c, name);
    return found
      ? serveScript(c, `{const WB=${JSON.stringify({ shop: found.shop })};${blockScript}}`)
      : unknownShopScript(c, name);
  })
  .route('/', formRoute)
  .route('/', recommendRoute);

interface KnownShop {
  shop: ShopId;
  settings: ShopSettings;
}

async function shopOf(c: Context<{ Bindings: Env }>, name: string): Promise<KnownShop | null> {
  const read = shopIdSchema.safeParse(name);
  const settings = read.success ? await shopSettings(c.env, read.data, Date.now()) : null;
  return read.success && settings ? { shop: read.data, settings } : null;
}

/** `/t.js` for one shop. Only what every shopper may read: no address, no name, no figure. */
function trackerOf(env: Env, { shop, settings }: KnownShop): string {
  const { privacy, capture, form, traffic } = settings;
  const config = {
    shop,
    at: new URL(settingsOf(env).PUBLIC_URL).origin,
    consent: privacy.defaultConsent,
    honourGpc: privacy.honourGpc,
    cookie: privacy.cookie,
    sessionIdleMs: traffic.sessionIdleMs,
    capture,
    form: form.on ? { inline: form.kind === 'inline', paths: form.paths, onPhones: form.onPhones } : null,
  };
  return `{const WB=${JSON.stringify(config)};${trackerScript}}`;
}
