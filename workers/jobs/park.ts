// Dead letters of the queues: a message that failed too often is kept in the database, where a merchant sees it and can
// put it back. Nothing that was queued is thrown away.
import { park } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { assertNever } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { EventsMessage, JobMessage, LetterMessage, ReturnMessage } from '../messages.ts';

type Dead = EventsMessage | LetterMessage | JobMessage | (ReturnMessage & { shop: ShopId });

/** `queue` is the dead-letter queue's name: `winback-letters-dead` keeps what failed in `winback-letters`. */
export async function parkDead(batch: MessageBatch<Dead | ReturnMessage>, env: Env): Promise<void> {
  const queue = batch.queue.replace(/^winback-/, '').replace(/-dead$/, '');
  for (const message of batch.messages) {
    const body = message.body;
    if (!isOfAShop(body)) {
      message.ack(); // about a letter that nobody knows
      continue;
    }
    await park(databaseOf(env), body.shop as ShopId, {
      id: `${queue}:${keyOf(body)}`,
      queue,
      kind: kindOf(body),
      subject: subjectOf(body),
      attempts: message.attempts,
      error: 'it failed at every try; the Worker’s log has the reasons',
      body: JSON.stringify(lastingOf(body)),
      now: Date.now(),
    });
    message.ack();
  }
}

function isOfAShop(body: Dead | ReturnMessage): body is Dead {
  return body.shop !== null;
}

/** Without what is stale by the time that somebody puts it back: a letter's Visitor is asked for a brief of then. */
function lastingOf(body: Dead): Dead {
  return 'letter' in body ? { shop: body.shop, visitor: body.visitor, letter: body.letter } : body;
}

/** The same work, parked again, is the same row: an outbox or a schedule asks until it is heard. */
function keyOf(body: Dead): string {
  if ('letter' in body) return body.letter;
  if ('rows' in body) return `${body.visitor}:${body.rows[0]?.seq ?? 0}`;
  switch (body.kind) {
    case 'import-feed':
      return `${body.kind}:${body.import}`;
    case 'orders-told':
      return `${body.kind}:${body.shop}:${body.orders[0] ?? ''}:${body.orders.length}`;
    case 'consent-told':
      return `${body.kind}:${body.shop}:${body.people[0] ?? ''}:${body.people.length}`;
    case 'tell-supplies':
      return `${body.kind}:${body.shop}:${body.people[0] ?? ''}:${body.people.length}`;
    case 'erase-person':
      return `${body.kind}:${body.erasure}`;
    case 'simulate':
      return `${body.kind}:${body.shop}:${body.simulation}`;
    case 'call-webhook':
      return `${body.kind}:${body.call}`;
    case 'test-letter':
      return `${body.kind}:${body.test}`;
    case 'tell-owners':
      return `${body.kind}:${body.why}:${body.import}`;
    case 'apply-settings':
      return `${body.kind}:${body.shop}:${body.after}`;
    case 'touch':
      return `${body.kind}:${body.touch.letter}:${body.touch.id}`;
    case 'report':
      return `${body.kind}:${body.report.letter ?? body.report.recipient ?? ''}:${body.report.what}`;
    case 'learn-habits':
    case 'tell-buyers':
    case 'measure-lift':
    case 'tell-watchers':
    case 'weigh-scenarios':
    case 'publish-recommendations':
    case 'look-for-pictures':
      return `${body.kind}:${body.shop}`;
    default:
      return assertNever(body);
  }
}

function kindOf(body: Dead): string {
  if ('kind' in body) return body.kind;
  return 'rows' in body ? 'events' : 'letter';
}

function subjectOf(body: Dead): string {
  if ('letter' in body) return `letter ${body.letter}`;
  if ('rows' in body) return `${body.rows.length} rows of a visitor`;
  switch (body.kind) {
    case 'import-feed':
      return `import ${body.import}`;
    case 'orders-told':
      return `${body.orders.length} orders of the shop’s system`;
    case 'consent-told':
      return `the consent of ${body.people.length} people`;
    case 'erase-person':
      return `erasure ${body.erasure}`;
    case 'simulate':
      return 'settings that are tried on the past';
    case 'measure-lift':
      return 'measuring what letters bring';
    case 'call-webhook':
      return `the webhook of an import at ${URL.canParse(body.url) ? new URL(body.url).host : 'no address'}`;
    case 'test-letter':
      return 'a test letter';
    case 'tell-owners':
      return `a letter to the owners about import ${body.import}`;
    case 'learn-habits':
      return 'learning how products are bought again';
    case 'tell-supplies':
      return `what ${body.people.length} people run out of`;
    case 'tell-buyers':
      return 'telling buyers what they run out of';
    case 'touch':
      return `a touch of letter ${body.touch.letter}`;
    case 'report':
      return `what ${body.source} told of a letter`;
    case 'tell-watchers':
      return 'telling who waits for products';
    case 'apply-settings':
      return 'changed settings for letters that wait';
    case 'weigh-scenarios':
      return 'what each scenario’s letters brought';
    case 'publish-recommendations':
      return 'recommendations';
    case 'look-for-pictures':
      return 'pictures of products';
    default:
      return assertNever(body);
  }
}
