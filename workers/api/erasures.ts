// People who are being forgotten: beginning it, and how far it is.
import { erasureById } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { erasureSchema } from '@winback/domain';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf } from '../env.ts';
import { erasePerson, toldErasure } from '../erase.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

export const erasures = new Hono<ShopEnv>()
  .delete(
    '/subscribers/:id',
    answers('Forgets a person for good; their raw events go in the background.', erasureSchema),
    async (c) => {
      const erasure = await erasePerson(c.env, c.var.shop, c.req.param('id') as PersonId, Date.now());
      if (!erasure)
        return refused(c, 404, { code: 'no-such-subscriber', message: 'there is no such subscriber in this shop' });
      return c.json(erasure);
    },
  )
  .get('/erasures/:id', answers('How far the forgetting of a person is.', erasureSchema), async (c) => {
    const erasure = await erasureById(databaseOf(c.env), c.var.shop, c.req.param('id'));
    if (!erasure) return refused(c, 404, { code: 'no-such-erasure', message: 'nobody of this id is being forgotten' });
    return c.json(toldErasure(erasure));
  });
