// Orders, and who told of them: the storefront, the shop's own system, or both.
import { listOrders } from '@winback/db';
import { orderPageSchema, orderQuerySchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';

export const orders = new Hono<ShopEnv>().get(
  '/orders',
  answers('Orders, newest first; with `unmatched=1` those that only one side knows.', orderPageSchema),
  takes('query', orderQuerySchema),
  async (c) => c.json(await listOrders(databaseOf(c.env), c.var.shop, c.req.valid('query'))),
);
