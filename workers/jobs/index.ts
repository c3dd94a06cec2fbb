// Background work: one consumer for each queue. The union of all messages is in messages.ts.
import type { ShopId } from '@winback/domain';
import { assertNever } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { accessHeaders } from '../feed-access.ts';
import type { EventsMessage, JobMessage, LetterMessage, ReturnMessage } from '../messages.ts';
import { jobMessageSchema } from '../messages.ts';
import { said } from '../said.ts';
import { freshShopSettings } from '../shop-settings.ts';
import { wayOut } from '../way-out.ts';
import { applySettings } from './apply-settings.ts';
import { callWebhook } from './call-webhook.ts';
import { eraseOn } from './erase-person.ts';
import { consumeEvents } from './events.ts';
import { importFeed } from './import-feed.ts';
import { learnHabits, tellBuyers } from './learn-habits.ts';
import { lookForPictures } from './look-for-pictures.ts';
import { measureLift } from './measure-lift.ts';
import { parkDead } from './park.ts';
import { publishRecommendations } from './publish-recommendations.ts';
import { retryLater } from './retry.ts';
import { consumeReturns } from './returns.ts';
import { consumeLetters } from './send-letter.ts';
import { simulate } from './simulate.ts';
import { tellOwners } from './tell-owners.ts';
import { tellConsent, tellOrders } from './tell-people.ts';
import { tellSupplies } from './tell-supplies.ts';
import { tellWatchers } from './tell-watchers.ts';
import { sendTestLetter } from './test-letter.ts';
import { weighScenarios } from './weigh-scenarios.ts';

/** Hands a batch to its consumer by the queue's name. */
export async function consume(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  settingsOf(env);
  if (batch.queue.endsWith('-dead'))
    return parkDead(batch as MessageBatch<EventsMessage | LetterMessage | JobMessage | ReturnMessage>, env);
  if (batch.queue === 'winback-events') return consumeEvents(batch as MessageBatch<EventsMessage>, env);
  if (batch.queue === 'winback-letters') return consumeLetters(batch as MessageBatch<LetterMessage>, env);
  if (batch.queue === 'winback-returns') return consumeReturns(batch as MessageBatch<ReturnMessage>, env);
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
    case 'import-feed':
      return runImport(env, { shop, import: job.import });
    case 'tell-owners':
      return tellOwners(env, shop, job);
    case 'publish-recommendations':
      return publishRecommendations(env, shop);
    case 'look-for-pictures': {
      const deps = { ...wayOut(env), db: databaseOf(env), now: Date.now };
      const after = await lookForPictures(deps, { shop, after: job.after });
      return env.SHOP.getByName(shop).picturesLookedFor({ from: job.after, after });
    }
    case 'orders-told':
      return tellOrders(env, shop, job.orders);
    case 'consent-told':
      return tellConsent(env, shop, job.people);
    case 'tell-watchers':
      return tellWatchers(env, shop);
    case 'apply-settings':
      return applySettings(env, shop, job.after);
    case 'weigh-scenarios':
      return weighScenarios(env, shop);
    case 'learn-habits':
      return learnHabits(env, shop, job.after);
    case 'tell-supplies':
      return tellSupplies(env, shop, job.people, 'where-any');
    case 'tell-buyers':
      return tellBuyers(env, shop, job.after);
    case 'simulate':
      return simulate(env, shop, job.simulation);
    case 'measure-lift':
      return measureLift(env, shop, job.from);
    case 'erase-person':
      return eraseOn(env, shop, job.erasure);
    case 'test-letter':
      return sendTestLetter(env, shop, job.test);
    case 'call-webhook':
      return callWebhook(env, job);
    default:
      return assertNever(job);
  }
}

async function runImport(env: Env, job: { shop: ShopId; import: string }): Promise<void> {
  const outcome = await importFeed(
    {
      ...wayOut(env),
      db: databaseOf(env),
      lake: env.LAKE,
      headers: () => headersFor(env, job.shop),
      now: Date.now,
      leaseMs: settingsOf(env).LEASE_MS,
    },
    job,
  );
  if (outcome === 'busy') return;
  if (outcome === 'more') {
    await env.JOBS.send({ kind: 'import-feed', ...job });
    return;
  }
  await env.SHOP.getByName(job.shop).importEnded({ ...job, state: outcome });
}

async function headersFor(env: Env, shop: ShopId): Promise<Record<string, string>> {
  const url = (await freshShopSettings(env, shop, Date.now()))?.feed.url;
  return url ? accessHeaders(env, shop, url) : {};
}
