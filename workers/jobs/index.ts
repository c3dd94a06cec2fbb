// Background work: one consumer for each queue. The union of all messages is in messages.ts.
import type { ShopId } from '@winback/domain';
import { assertNever } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import type { EventsMessage, JobMessage, LetterMessage } from '../messages.ts';
import { jobMessageSchema } from '../messages.ts';
import { said } from '../said.ts';
import { eraseOn } from './erase-person.ts';
import { consumeEvents } from './events.ts';
import { importFeed } from './import-feed.ts';
import { parkDead } from './park.ts';
import { publishRecommendations } from './publish-recommendations.ts';
import { retryLater } from './retry.ts';
import { consumeLetters } from './send-letter.ts';
import { tellConsent, tellOrders } from './tell-people.ts';
import { tellWatchers } from './tell-watchers.ts';

/** Hands a batch to its consumer by the queue's name. */
export async function consume(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  settingsOf(env);
  if (batch.queue.endsWith('-dead'))
    return parkDead(batch as MessageBatch<EventsMessage | LetterMessage | JobMessage>, env);
  if (batch.queue === 'winback-events') return consumeEvents(batch as MessageBatch<EventsMessage>, env);
  if (batch.queue === 'winback-letters') return consumeLetters(batch as MessageBatch<LetterMessage>, env);
  return consumeJobs(batch, env);
}

async function consumeJobs(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    try {
      await runJob(env, jobMessageSchema.parse(message.body));
      message.ack();
    } catch (error) {
      console.error('a job is tried later', { error: said(error) });
      retryLater(message);
    }
  }
}

async function runJob(env: Env, job: JobMessage): Promise<void> {
  const shop = job.shop as ShopId;
  switch (job.kind) {
    case 'import-feed': {
      const allow = settingsOf(env)
        .FEED_ALLOWED_HOSTS.split(',')
        .map((host) => host.trim())
        .filter(Boolean);
      await importFeed(
        { db: databaseOf(env), fetch: (input, init) => fetch(input, init), now: Date.now, allow },
        { shop, import: job.import },
      );
      return env.SHOP.getByName(shop).importEnded({ import: job.import });
    }
    case 'publish-recommendations':
      return publishRecommendations(env, shop);
    case 'orders-told':
      return tellOrders(env, shop, job.orders);
    case 'consent-told':
      return tellConsent(env, shop, job.people);
    case 'tell-watchers':
      return tellWatchers(env, shop);
    case 'erase-person':
      return eraseOn(env, shop, job.erasure);
    default:
      return assertNever(job);
  }
}
