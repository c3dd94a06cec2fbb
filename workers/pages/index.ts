// What people who got a letter see. GET changes nothing: mail scanners open every link. Only POST acts.
import { subscriberById } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { Hono } from 'hono';
import { unsubscribePerson } from '../consent.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import { confirm } from './confirm.ts';
import { page, unsubscribePage } from './page.ts';
import type { PagesContext } from './token.ts';
import { tokenOf } from './token.ts';
import { touches } from './touches.ts';

export const pages = new Hono<{ Bindings: Env }>()
  .use('/u/*', protect)
  .use('/c/*', protect)
  .use('/o/*', protect)
  .use('/confirm/*', protect)
  .get('/u/:token', async (c) => {
    const payload = await tokenOf(c, 'unsubscribe');
    if (!payload) return lostLink(c);
    const settings = await shopSettings(c.env, payload.shop as ShopId, Date.now());
    const subscriber = await subscriberById(databaseOf(c.env), payload.shop as ShopId, payload.person as PersonId);
    const words = { shop: settings?.name ?? 'this shop', language: settings?.language ?? 'en' } as const;
    return c.html(unsubscribePage(words, subscriber?.consent === 'unsubscribed' ? 'done' : 'ask'));
  })
  .post('/u/:token', async (c) => {
    const payload = await tokenOf(c, 'unsubscribe');
    if (!payload) return lostLink(c);
    const by = { source: 'letter', now: Date.now() };
    await unsubscribePerson(c.env, payload.shop as ShopId, payload.person as PersonId, by);
    const settings = await shopSettings(c.env, payload.shop as ShopId, Date.now());
    return c.html(
      unsubscribePage({ shop: settings?.name ?? 'this shop', language: settings?.language ?? 'en' }, 'done'),
    );
  })
  .route('/', confirm)
  .route('/', touches);

function lostLink(c: PagesContext): Response | Promise<Response> {
  return c.html(
    page('This link does not work any more', 'Open the newest letter from the shop and use the link at its end.'),
    404,
  );
}

/** Tokens stand in these addresses: nobody else may hear of them, and nobody may keep the page. */
async function protect(c: PagesContext, next: () => Promise<void>): Promise<void> {
  await next();
  c.header('referrer-policy', 'no-referrer');
  c.header('cache-control', 'no-store');
  c.header('x-robots-tag', 'noindex');
  c.header('x-content-type-options', 'nosniff');
  c.header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  );
}
