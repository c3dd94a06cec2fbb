import { listSegments } from '@winback/db';
import { segmentListSchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';

export const segments = new Hono<ShopEnv>().get(
  '/segments',
  answers('Lists of people that the shop’s systems keep.', segmentListSchema),
  async (c) => c.json({ rows: await listSegments(databaseOf(c.env), c.var.shop) }),
);
