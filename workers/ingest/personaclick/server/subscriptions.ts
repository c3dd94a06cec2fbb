// What became of letters that the shop sent by a system of its own, what people said of letters, and who waits for what.
import type { ConsentChange, Database, WaitsFor } from '@winback/db';
import { consentChanges, putSubscriber, suppress, unsubscribe, watchersBetween } from '@winback/db';
import type { EmailAddress, PersonId, ShopId } from '@winback/domain';
import { newToken } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { databaseOf } from '../../../env.ts';
import { answered, succeeded } from '../answers.ts';
import type { WireCall, WireContext, WireEnv } from '../call.ts';
import { secretCallOf } from '../call.ts';
import type { Params } from '../params.ts';
import { numberIn, textIn } from '../params.ts';
import { namesIn } from '../who.ts';
import { tellConsentLater } from './tell-later.ts';
import { daysIn, momentWords } from './wire-time.ts';

const mostChanges = 20_000;
const mostWatchers = 20_000;

/** Why an address gets no letter any more, by the wire's word. `unsubscribed` is a person's own word. */
const suppressing: Readonly<Record<string, string>> = {
  complained: 'complained: the shop’s mailer said so',
  hard_bounced: 'hard bounce: the shop’s mailer said so',
  blacklisted: 'blacklisted: the shop’s mailer said so',
};

export const subscriptions = new Hono<WireEnv>()
  .post('/subscriptions/callback', async (c) => {
    const call = await secretCallOf(c);
    const { email } = namesIn(call.params);
    if (email === null) throw new HTTPException(422, { message: 'Email is not valid' });
    await takeCallback(c, call, email, textIn(call.params, 'event') ?? '');
    return succeeded(c);
  })
  .get('/subscriptions/changes', async (c) => {
    const call = await secretCallOf(c);
    return answered(c, await changesIn(databaseOf(c.env), call));
  })
  .get('/products/subscribers/stock', (c) => tellWatchers(c, 'back-in-stock'))
  .get('/products/subscribers/price', (c) => tellWatchers(c, 'price-drop'));

/** A complaint ends letters for good; an address that bounced says nothing of what its owner wants. */
async function takeCallback(c: WireContext, call: WireCall, email: EmailAddress, event: string): Promise<void> {
  const reason = suppressing[event];
  if (reason === undefined && event !== 'unsubscribed')
    throw new HTTPException(422, { message: 'Event is one of complained, hard_bounced, blacklisted, unsubscribed' });
  const { shop, now } = call;
  if (reason !== undefined) await suppress(databaseOf(c.env), shop, email, reason, now);
  if (event !== 'unsubscribed' && event !== 'complained') return;
  const person = await leaverOf(databaseOf(c.env), shop, email, now);
  await unsubscribe(databaseOf(c.env), shop, person, { source: 'api callback', now });
  await tellConsentLater(c.env, shop, [person]);
}

/** Who left is remembered even where they were never heard of: a later import must not write to them. */
async function leaverOf(db: Database, shop: ShopId, email: EmailAddress, now: number): Promise<PersonId> {
  const claim = {
    id: newToken() as PersonId,
    email,
    name: null,
    consent: 'none',
    source: 'api callback',
    now,
  } as const;
  return (await putSubscriber(db, shop, { ...claim, namedBy: null })).id;
}

async function changesIn(db: Database, { shop, params, now }: WireCall): Promise<ShownChange[]> {
  if (textIn(params, 'phone') !== null) return []; // letters go to addresses only
  const { offset, limit } = pageIn(params);
  const email = textIn(params, 'email') === null ? null : (namesIn(params).email ?? '');
  const span = { ...daysIn(params, { from: 'from', to: 'to' }, now), email };
  const wanted = { event: textIn(params, 'event'), channel: textIn(params, 'channel') };
  const shown: ShownChange[] = [];
  // The wire's words are not the database's: what fits them is counted here.
  for (let read = 0; shown.length < offset + limit; read += mostChanges) {
    const changes = await consentChanges(db, shop, { ...span, offset: read, limit: mostChanges });
    shown.push(...changes.map(shownChange).filter((one) => fits(one, wanted)));
    if (changes.length < mostChanges) break;
  }
  return shown.slice(offset, offset + limit);
}

function pageIn(params: Params): { offset: number; limit: number } {
  const offset = numberIn(params, 'offset') ?? 0;
  const limit = numberIn(params, 'limit') ?? mostChanges;
  if (!Number.isInteger(offset) || offset < 0) throw new HTTPException(422, { message: 'offset is not valid' });
  if (!Number.isInteger(limit) || limit < 1 || limit > mostChanges)
    throw new HTTPException(422, { message: `limit is a number from 1 to ${mostChanges}` });
  return { offset, limit };
}

interface ShownChange {
  contact_type: 'email';
  contact: string;
  campaign_type: string;
  event: string;
  channel: string;
  datetime: string;
  ip: string | null;
}

function fits(change: ShownChange, wanted: { event: string | null; channel: string | null }): boolean {
  return (
    (wanted.event === null || wanted.event === change.event) &&
    (wanted.channel === null || wanted.channel === change.channel)
  );
}

function shownChange({ email, at, what, kind, source, ip }: ConsentChange): ShownChange {
  return {
    contact_type: 'email',
    contact: email,
    campaign_type: kind ?? 'everything',
    event: eventOf(what, source),
    channel: channelOf(what, source),
    datetime: momentWords(at),
    ip,
  };
}

function eventOf(what: ConsentChange['what'], source: string): string {
  if (what !== 'suppressed') return what === 'subscribed' ? 'subscribe' : 'unsubscribe';
  if (source.startsWith('hard bounce')) return 'hard_bounced';
  return source.startsWith('complain') ? 'complained' : 'blacklisted';
}

/** Our words for who did it, in the wire's; words of the wire stand for themselves. */
const channels: Readonly<Record<string, string>> = {
  letter: 'unsubscribe_page',
  'confirm page': 'resubscribe_page',
  'api callback': 'api_callback',
  server: 'api',
  order: 'api',
  segment: 'api',
  api: 'api',
  import: 'import',
  popup: 'popup',
  form: 'popup',
  mobile_sdk: 'mobile_sdk',
  'address moved': 'api',
};

function channelOf(what: ConsentChange['what'], source: string): string {
  if (source.endsWith('the shop’s mailer said so')) return 'api_callback';
  if (what !== 'suppressed') return channels[source] ?? 'js_sdk';
  return source.startsWith('imported') ? 'import' : 'email_feedback_processing';
}

async function tellWatchers(c: WireContext, waitsFor: WaitsFor): Promise<Response> {
  const { shop, params, now } = await secretCallOf(c);
  const span = daysIn(params, { from: 'date_from', to: 'date_to' }, now);
  const watchers = await watchersBetween(databaseOf(c.env), shop, { waitsFor, ...span, limit: mostWatchers });
  return answered(
    c,
    watchers.map(({ at, product, properties, email, phone, profile }) => ({
      subscribed_at: momentWords(at),
      email,
      phone,
      first_name: profile['first_name'] ?? null,
      last_name: profile['last_name'] ?? null,
      sku: product,
      model: null,
      barcode: properties['barcode'] ?? null,
      group_id: null,
      properties,
    })),
  );
}
