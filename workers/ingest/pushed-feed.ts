// A shop whose feed cannot be reached from outside gives it: `POST /v1/feed`, the file as the body, authorised by a secret key.
import { importById } from '@winback/db';
import type { ErrorBody } from '@winback/domain';
import { feedImportSchema, feedLimits, feedPushedSchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { takeGivenFeed } from '../given-feed.ts';
import { shopOfBearer, wrongKey } from './shop-key.ts';

const tooOften: ErrorBody = {
  code: 'rate-limit',
  message: `a shop gives its feed ${feedLimits.pushesAnHour} times an hour at most: send it again later`,
};
const noImport: ErrorBody = {
  code: 'no-such-import',
  message: 'there is no import of that name, or it has not begun: it waits until the one before it has ended',
};

export const pushedFeed = new Hono<{ Bindings: Env }>()
  .post(
    '/v1/feed',
    answers('Takes the shop’s feed, the file itself as the body, and imports it.', feedPushedSchema),
    async (c) => {
      const shop = await shopOfBearer(c);
      if (!shop) return c.json(wrongKey, 401);
      const may = await c.env.SHOP.getByName(shop).mayPushFeed({ shop, now: Date.now() });
      if (!may.ok) return c.json(tooOften, 429, { 'retry-after': String(may.retryAfterSeconds) });
      const taken = await takeGivenFeed(c.env, shop, c.req.raw, { origin: 'push' });
      return taken.ok ? c.json(taken.value, 202) : c.json(taken.because.body, taken.because.status);
    },
  )
  .get('/v1/feed/:import', answers('What became of a feed that was given.', feedImportSchema), async (c) => {
    const shop = await shopOfBearer(c);
    if (!shop) return c.json(wrongKey, 401);
    const known = await importById(databaseOf(c.env), shop, c.req.param('import'));
    return known ? c.json(known) : c.json(noImport, 404);
  });
