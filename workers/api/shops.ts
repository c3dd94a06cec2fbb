import { shopsOf } from '@winback/db';
import type { Shop } from '@winback/domain';
import { shopListSchema, shopSchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv, SignedInEnv } from './access.ts';

export const shops = new Hono<SignedInEnv>().get(
  '/shops',
  answers('The shops of the person who is signed in.', shopListSchema),
  async (c) => c.json({ rows: await shopsOf(databaseOf(c.env), c.var.userId) }),
);

export const oneShop = new Hono<ShopEnv>().get('/', answers('One shop and its settings.', shopSchema), (c) => {
  const body: Shop = { id: c.var.shop, role: c.var.role, settings: c.var.record.settings };
  return c.json(body);
});
