import { listCategories, listProducts } from '@winback/db';
import { productPageSchema, productQuerySchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';

export const products = new Hono<ShopEnv>().get(
  '/products',
  answers('The catalogue, by name.', productPageSchema),
  takes('query', productQuerySchema),
  async (c) => {
    const db = databaseOf(c.env);
    const [page, categories] = await Promise.all([
      listProducts(db, c.var.shop, c.req.valid('query')),
      listCategories(db, c.var.shop),
    ]);
    return c.json({ ...page, categories });
  },
);
