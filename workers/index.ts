// The Worker's table of contents: who answers what. The rooms are the folders beside this file.
import { Hono } from 'hono';
import { openAPIRouteHandler } from 'hono-openapi';
import { api } from './api/index.ts';
import type { Env } from './env.ts';
import { settingsOf } from './env.ts';
import { failed } from './failed.ts';
import { receive } from './inbound/index.ts';
import { webhooks } from './inbound/webhooks.ts';
import { dataLayerRoute } from './ingest/data-layer.ts';
import { hooks } from './ingest/hooks.ts';
import { hearBeacon, ingest, isBeacon } from './ingest/index.ts';
import { personaclick } from './ingest/personaclick/index.ts';
import { personaclickServer } from './ingest/personaclick/server/index.ts';
import { pushedFeed } from './ingest/pushed-feed.ts';
import { segment } from './ingest/segment.ts';
import { serverEvents } from './ingest/server-events.ts';
import { serverProducts } from './ingest/server-products.ts';
import { trackerRoute } from './ingest/tracker.ts';
import { consume } from './jobs/index.ts';
import { pages } from './pages/index.ts';

export { Sender } from './sender/sender.ts';
export { Shop } from './shop/shop.ts';
export { ShopPulse } from './shop/shop-pulse.ts';
export { Visitor } from './visitor/visitor.ts';

const app = new Hono<{ Bindings: Env }>()
  .route('/', ingest)
  .use(async (c, next) => {
    settingsOf(c.env);
    await next();
  })
  .get('/health', (c) => c.json({ ok: true }))
  .route('/', personaclick)
  .route('/', personaclickServer)
  .route('/', trackerRoute)
  .route('/', serverEvents)
  .route('/', pushedFeed)
  .route('/', serverProducts)
  .route('/', segment)
  .route('/', hooks)
  .route('/', dataLayerRoute)
  .route('/', webhooks)
  .route('/', pages)
  .route('/api', api)
  .onError((error, c) => failed(error, c.req.routePath))
  .notFound((c) => {
    const isPage = /^(GET|HEAD)$/.test(c.req.method) && !c.req.path.startsWith('/api/') && c.env.ASSETS;
    // The dashboard, where this deployment carries it: addresses of its pages are the script's business.
    if (isPage) return isPage.fetch(c.req.raw);
    return c.json({ code: 'not-found', message: 'there is nothing at this address' }, 404);
  });

app.get(
  '/api/openapi.json',
  openAPIRouteHandler(app, {
    documentation: {
      info: { title: 'Winback', version: '1', description: 'What a merchant’s dashboard and a shop’s server ask.' },
      servers: [{ url: '/' }],
    },
  }),
);

export default {
  fetch: (request: Request, env: Env, ctx: ExecutionContext) =>
    isBeacon(request)
      ? hearBeacon({ request, env, ctx }).catch((error) => failed(error, '/e'))
      : app.fetch(request, env, ctx),
  queue: consume,
  email: receive,
} satisfies ExportedHandler<Env>;
