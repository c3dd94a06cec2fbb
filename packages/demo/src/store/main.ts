// The demo store as a process of its own. It knows Winback only by the snippet.
import { randomInt } from 'node:crypto';
import { serve } from '@hono/node-server';
import { z } from 'zod';
import { storeApp } from './app.ts';

const env = z
  .object({ STORE_PORT: z.coerce.number(), WINBACK_API: z.url(), WINBACK_SHOP: z.string(), MAILBOX_URL: z.url() })
  .parse(process.env);
const app = storeApp({ api: env.WINBACK_API, shop: env.WINBACK_SHOP, mailbox: env.MAILBOX_URL }, () =>
  `F${Date.now().toString(36)}${randomInt(36 ** 2).toString(36)}`.toUpperCase(),
);
serve({ fetch: app.fetch, port: env.STORE_PORT, hostname: '127.0.0.1' });
