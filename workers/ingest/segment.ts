// Calls as Segment's server libraries make them, authorised by a secret key of the shop: as the user name of HTTP Basic, or
// as `writeKey` in the body. No page may ask this: the key must not stand in one.
import { eventsOfSegment } from '@winback/connectors';
import { connectionTo, noteConnection, putConnection } from '@winback/db';
import type { ConnectionOptions, ErrorBody, ShopId } from '@winback/domain';
import { newToken, serverLimits } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import type { Speaker } from './heard.ts';
import { note, storeHeard } from './heard.ts';
import { jsonOf, textWithin } from './parse.ts';
import { damAddress, shopOfCaller } from './server-dam.ts';

type SegmentContext = Context<{ Bindings: Env }>;

export const segment = new Hono<{ Bindings: Env }>().post(
  '/v1/:call{track|identify|page|batch|group|alias|screen}',
  (c) => take(c, c.req.param('call')),
);

async function take(c: SegmentContext, call: string): Promise<Response> {
  const now = Date.now();
  const held = damAddress(c, now);
  if (held) return held;
  const { text, whole } = await textWithin(c.req.raw, serverLimits.bytes);
  if (!whole) return c.json(tooLarge, 413);
  const json = jsonOf(text);
  const shop = await shopOfCaller(c, keyIn(c, json.ok ? json.value : null), now);
  if (shop instanceof Response) return shop;
  const settings = shop ? await shopSettings(c.env, shop, now) : null;
  if (!shop || !settings) return c.json(wrongKey, 401);
  const keepAlive = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const speaker: Speaker = { shop, settings, platform: 'segment', keepAlive };
  const refuse = (body: ErrorBody & { code: 'bad-json' | 'bad-event' }) => {
    note(c.env, speaker, { reason: body.code, path: '', message: body.message }, now);
    return c.json(body, 400);
  };
  if (!json.ok) return refuse({ code: 'bad-json', message: `this is not JSON: ${json.because}` });
  const { consentTrait } = await optionsOf(c.env, shop, now);
  const lists = await eventsOfSegment(json.value, { now, type: call, consentTrait, newId: newToken });
  if (lists.length > serverLimits.events)
    return refuse({ code: 'bad-event', message: `a batch has at most ${serverLimits.events} calls` });
  const outcome = await storeHeard(c.env, speaker, lists, now);
  await noteConnection(databaseOf(c.env), shop, { platform: 'segment', topic: call, now });
  return c.json({ success: outcome.refused.length === 0, ...outcome });
}

const tooLarge: ErrorBody = { code: 'too-large', message: 'a batch has at most 2 MB: send fewer calls at once' };
const wrongKey: ErrorBody = {
  code: 'wrong-key',
  message: 'send a secret key of the shop that was not revoked, as the user name of HTTP Basic or as writeKey',
};

function keyIn(c: SegmentContext, body: unknown): string | null {
  return basicUserOf(c.req.header('authorization')) ?? writeKeyOf(body);
}

function basicUserOf(authorization: string | undefined): string | null {
  const base64 = /^Basic +([A-Za-z0-9+/=]{4,1024})$/i.exec(authorization ?? '')?.[1];
  if (base64 === undefined) return null;
  try {
    const user = atob(base64).split(':')[0];
    return user ? user : null;
  } catch {
    return null; // not base64: nobody's key
  }
}

function writeKeyOf(body: unknown): string | null {
  const key = typeof body === 'object' && body !== null && 'writeKey' in body ? body.writeKey : null;
  return typeof key === 'string' && key.length >= 8 && key.length <= 512 ? key : null;
}

/** The connection's options; the first call makes the connection. */
async function optionsOf(env: Env, shop: ShopId, now: number): Promise<ConnectionOptions> {
  const db = databaseOf(env);
  const known = await connectionTo(db, shop, 'segment');
  if (known) return known.options;
  await putConnection(db, shop, { platform: 'segment', sealed: null, options: null, now });
  return { consentTrait: null };
}
