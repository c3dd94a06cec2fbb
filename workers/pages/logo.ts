// Shops' logos, as letters show them. A name is made of the bytes, so that what was kept once stays true.
import { shopIdSchema } from '@winback/domain';
import { Hono } from 'hono';
import type { Env } from '../env.ts';

const yearSeconds = 31_536_000;

export const logo = new Hono<{ Bindings: Env }>().get('/logo/:shop/:file', async (c) => {
  const shop = shopIdSchema.safeParse(c.req.param('shop'));
  const file = /^[0-9a-f]{24}\.png$/.exec(c.req.param('file'))?.[0];
  const kept = shop.success && file ? await c.env.LAKE.get(`logos/${shop.data}/${file}`) : null;
  if (!kept) return c.body(null, 404);
  c.header('content-type', 'image/png');
  c.header('x-content-type-options', 'nosniff');
  c.header('cache-control', `public, max-age=${yearSeconds}, immutable`);
  c.header('content-security-policy', "default-src 'none'");
  return c.body(kept.body);
});
