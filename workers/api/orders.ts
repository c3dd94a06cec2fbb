// Orders, and who told of them: the storefront, the shop's own system, or both.
import { listOrders, orderById } from '@winback/db';
import { orderDetailSchema, orderPageSchema, orderQuerySchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

export const orders = new Hono<ShopEnv>()
  .get(
    '/orders',
    answers('Orders, newest first; with `unmatched=1` those that only one side knows.', orderPageSchema),
    takes('query', orderQuerySchema),
    async (c) => c.json(await listOrders(databaseOf(c.env), c.var.shop, c.req.valid('query'))),
  )
  .get(
    '/orders/:id',
    answers('One order: its lines, and promo code, delivery, payment where the shop told them.', orderDetailSchema),
    async (c) => {
      const order = await orderById(databaseOf(c.env), c.var.shop, c.req.param('id'));
      if (!order) return refused(c, 404, { code: 'no-such-order', message: 'there is no such order in this shop' });
      return c.json(order);
    },
  );
