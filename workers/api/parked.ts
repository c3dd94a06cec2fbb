// Background work that failed at every try and waits for a person.
import { listParked, parkedById, unpark } from '@winback/db';
import { parkedListSchema } from '@winback/domain';
import { Hono } from 'hono';
import { z } from 'zod';
import { answers } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { EventsMessage, JobMessage, LetterMessage, ReturnMessage } from '../messages.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

export const parked = new Hono<ShopEnv>()
  .get('/parked', answers('Jobs that failed at every try.', parkedListSchema), async (c) =>
    c.json({ rows: await listParked(databaseOf(c.env), c.var.shop) }),
  )
  .post('/parked/:id/retry', answers('Puts a job back into its queue.', z.object({ ok: z.boolean() })), async (c) => {
    const db = databaseOf(c.env);
    const id = c.req.param('id');
    const job = await parkedById(db, c.var.shop, id);
    if (!job) return refused(c, 404, { code: 'no-such-job', message: 'this job is not parked any more' });
    // Sent first: a job that comes twice does no harm, a job that is lost does.
    await sendBack(c.env, job);
    await unpark(db, c.var.shop, id);
    return c.json({ ok: true });
  });

async function sendBack(env: Env, { queue, body }: { queue: string; body: string }): Promise<void> {
  const message: unknown = JSON.parse(body);
  if (queue === 'events') await env.EVENTS.send(message as EventsMessage);
  else if (queue === 'letters') await env.LETTERS.send(message as LetterMessage);
  else if (queue === 'returns') await env.RETURNS.send(message as ReturnMessage);
  else await env.JOBS.send(message as JobMessage);
}
