// A shop's own server: its secret key, and what it posts.
import { env, exports } from 'cloudflare:workers';
import { makeKey } from '@winback/db';
import type { ServerAnswer, ShopId } from '@winback/domain';
import { databaseOf } from '../env.ts';
import { event } from './storefront.ts';

export async function newKey(shop: ShopId): Promise<string> {
  return (await makeKey(databaseOf(env), shop, { name: 'The shop’s server', now: Date.now() })).secret;
}

/** An event about `person`: a view, unless `more` says otherwise. */
export function about(person: Record<string, string>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...event(more), person };
}

export interface ServerReply {
  status: number;
  headers: Headers;
  body: ServerAnswer & { code?: string; message?: string };
}

/** Posts events with a key; a text is posted as it is. */
export async function tell(secret: string | null, events: readonly unknown[] | string): Promise<ServerReply> {
  const response = await exports.default.fetch('https://winback.test/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(secret ? { authorization: `Bearer ${secret}` } : {}) },
    body: typeof events === 'string' ? events : JSON.stringify({ events }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
