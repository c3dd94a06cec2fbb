// What the dashboard and shops' own systems ask. Everything below `/api/shops/:shop` is for members of that shop. The document of all routes, `/api/openapi.json`, is made in index.ts, where all rooms meet.
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { inShop, ownOrigin, signedIn } from './access.ts';
import { authOf } from './auth.ts';
import { connections } from './connections.ts';
import { dataRequests } from './data-requests.ts';
import { erasures } from './erasures.ts';
import { feed } from './feed.ts';
import { install } from './install.ts';
import { keys } from './keys.ts';
import { letters } from './letters.ts';
import { logo } from './logo.ts';
import { orders } from './orders.ts';
import { parked } from './parked.ts';
import { products } from './products.ts';
import { returns } from './returns.ts';
import { rules } from './rules.ts';
import { scenarioNumbers } from './scenario-numbers.ts';
import { scenarios } from './scenarios.ts';
import { segments } from './segments.ts';
import { sender } from './sender.ts';
import { setup } from './setup.ts';
import { oneShop, shops } from './shops.ts';
import { simulations } from './simulations.ts';
import { storefront } from './storefront.ts';
import { subscribers } from './subscribers.ts';
import { templateStore } from './template-store.ts';
import { templates } from './templates.ts';
import { today } from './today.ts';

const shopRooms = new Hono<ShopEnv>()
  .use(inShop)
  .route('/', oneShop)
  .route('/', today)
  .route('/', install)
  .route('/', keys)
  .route('/', storefront)
  .route('/', sender)
  .route('/', logo)
  .route('/', products)
  .route('/', feed)
  .route('/', scenarios)
  .route('/', rules)
  .route('/', scenarioNumbers)
  .route('/', simulations)
  .route('/', letters)
  .route('/', templates)
  .route('/', templateStore)
  .route('/', orders)
  .route('/', subscribers)
  .route('/', segments)
  .route('/', erasures)
  .route('/', dataRequests)
  .route('/', parked)
  .route('/', connections)
  .route('/', returns);

export const api = new Hono<{ Bindings: Env }>()
  .use(secureHeaders())
  .use((c, next) =>
    cors({ origin: settingsOf(c.env).DASHBOARD_URL ?? settingsOf(c.env).PUBLIC_URL, credentials: true })(c, next),
  )
  .use(ownOrigin)
  .on(['GET', 'POST'], '/auth/*', (c) => authOf(c.env).handler(c.req.raw))
  .route('/', setup)
  .use('/shops', signedIn)
  .use('/shops/*', signedIn)
  .route('/', shops)
  .route('/shops/:shop', shopRooms);
