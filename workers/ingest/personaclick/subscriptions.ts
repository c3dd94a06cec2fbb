// Letters that people agree to and refuse. From a browser only its own person's word counts, and a refusal is never turned
// back by it: whoever unsubscribed comes back on our page, by their own act. Channels other than e-mail are remembered and
// have no effect here.

import { kindsOf, letterKinds, putKinds, suppressionOf } from '@winback/db';
import type { Consent } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { unsubscribePerson } from '../../consent.ts';
import { databaseOf } from '../../env.ts';
import { answered, succeeded } from './answers.ts';
import type { WireCall, WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import type { Params } from './params.ts';
import { flagIn, textIn } from './params.ts';
import { personBehind } from './person.ts';
import { tell } from './push.ts';
import { noteOf } from './take.ts';
import type { Who } from './who.ts';
import { namedIn, whoIn } from './who.ts';

const otherChannels = ['web_push', 'mobile_push', 'sms', 'telegram', 'whatsapp', 'max'] as const;
/** `email_bulk` is our kind `bulk`; kinds of other channels keep their names. */
const kindNames: readonly (readonly [string, string])[] = [
  ...letterKinds.map((kind) => [`email_${kind}`, kind] as const),
  ...otherChannels.flatMap((channel) =>
    letterKinds.map((kind) => [`${channel}_${kind}`, `${channel}_${kind}`] as const),
  ),
  ['wallet_bulk', 'wallet_bulk'],
];

export const subscriptions = new Hono<WireEnv>()
  .post('/subscriptions/manage', async (c) => {
    const call = await callOf(c);
    const who = await namedIn(c, call);
    await change(c, call, who, { kinds: kindsIn(call.params), name: null, source: channelOf(c, who) });
    return succeeded(c);
  })
  .on(['GET', 'POST'], ['/subscriptions/check'], async (c) => {
    const call = await callOf(c);
    const behind = await personBehind(c.env, call.shop, await whoIn(c, call));
    if (!behind)
      return answered(c, checkBody({ consent: 'none', kinds: {}, suppression: null, exists: false, confirmed: false }));
    const db = databaseOf(c.env);
    const kinds = await kindsOf(db, call.shop, behind.person);
    const suppression = await suppressionOf(db, call.shop, behind.email);
    const { consent, confirmedAt } = behind;
    return answered(c, checkBody({ consent, kinds, suppression, exists: true, confirmed: confirmedAt !== null }));
  })
  // Before 2018: the popup's answer.
  .post('/subscriptions', async (c) => {
    const call = await callOf(c);
    const who = await namedIn(c, call);
    const agreed = flagIn(call.params, 'declined') !== true;
    const name = textIn(call.params, 'name')?.slice(0, 120) ?? null;
    await change(c, call, who, {
      kinds: oldKindsIn(call.params, agreed ? 'agreed' : 'refused'),
      name,
      source: 'popup',
    });
    return succeeded(c);
  })
  .post('/subscriptions/showed', async (c) => {
    await callOf(c);
    return succeeded(c);
  });

interface Change {
  kinds: Record<string, boolean>;
  name: string | null;
  source: string;
}

async function change(c: WireContext, call: WireCall, who: Who, { kinds, name, source }: Change): Promise<void> {
  const { shop, now } = call;
  const agrees = kinds['bulk'] === true || kinds['chain'] === true;
  if (who.email && (agrees || who.vouched))
    await tell(c, call, who, [
      { type: 'identify', email: who.email, consent: agrees, source, ...(name ? { name } : {}) },
    ]);
  const behind = await personBehind(c.env, shop, who);
  const isTheirs = behind !== null && (who.vouched || who.email === null || behind.email === who.email);
  const refuses = Object.values(kinds).includes(false);
  if (!isTheirs) return refuses ? noteOf(c, call, 'unproven-identity') : undefined;
  // Who left, and who was asked to confirm, has agreed to nothing yet.
  const open = behind.consent === 'unsubscribed' || behind.consent === 'pending';
  const said = open ? Object.fromEntries(Object.entries(kinds).filter(([, agreed]) => !agreed)) : kinds;
  const ip = who.vouched ? null : (c.req.header('cf-connecting-ip') ?? null);
  const after = await putKinds(databaseOf(c.env), shop, behind.person, { kinds: said, source, ip, now });
  if (after['bulk'] === false && after['chain'] === false)
    await unsubscribePerson(c.env, shop, behind.person, { source, now, ip });
}

function kindsIn(params: Params): Record<string, boolean> {
  const said = kindNames.flatMap(([word, kind]) => {
    const agreed = flagIn(params, word);
    return agreed === null ? [] : [[kind, agreed] as const];
  });
  return Object.fromEntries(said);
}

function oldKindsIn(params: Params, answer: 'agreed' | 'refused'): Record<string, boolean> {
  const agreed = answer === 'agreed';
  const type = textIn(params, 'type') ?? 'mailings';
  if (type === 'digests') return { bulk: agreed };
  if (type === 'triggers') return { chain: agreed };
  if (type === 'mailings') return { bulk: agreed, chain: agreed };
  throw new HTTPException(422, { message: 'Type is not valid' });
}

/** In the words of the original's change log. */
function channelOf(c: WireContext, { vouched }: Who): string {
  if (vouched) return 'api';
  return (c.req.header('user-agent') ?? '').startsWith('Mozilla/') ? 'js_sdk' : 'mobile_sdk';
}

interface Known {
  consent: Consent;
  kinds: Partial<Record<string, boolean>>;
  suppression: string | null;
  exists: boolean;
  confirmed: boolean;
}

function checkBody({ consent, kinds, suppression, exists, confirmed }: Known) {
  const email = (kind: string) => exists && consent === 'subscribed' && kinds[kind] !== false && suppression === null;
  const others = kindNames.filter(([word]) => !word.startsWith('email_'));
  const because = (what: RegExp) => suppression !== null && what.test(suppression);
  return {
    exists,
    ...Object.fromEntries(letterKinds.map((kind) => [`email_${kind}`, email(kind)])),
    email_invalid: because(/invalid/i),
    email_blacklisted: because(/blacklist/i),
    email_bounced: because(/bounce/i),
    email_suppressed: suppression !== null,
    email_confirmed: confirmed,
    ...Object.fromEntries(others.map(([word, kind]) => [word, kinds[kind] === true])),
  };
}
