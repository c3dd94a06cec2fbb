// Messages as the platform's queues bring them.
import type { QueueResult } from 'cloudflare:test';
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import worker from '../index.ts';
import { token } from './storefront.ts';

/** Brings messages to their consumer in one batch; answers which were taken and which want to come again. */
export async function brings(queue: string, bodies: readonly unknown[], attempts = 1): Promise<QueueResult> {
  const messages = bodies.map((body) => ({ id: token(), timestamp: new Date(), attempts, body }));
  const batch = createMessageBatch(queue, messages);
  const context = createExecutionContext();
  await worker.queue(batch, env);
  return getQueueResult(batch, context);
}
