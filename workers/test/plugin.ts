// A shop's plugin or server on PersonaClick's wire: its keys, and what it sends.
import { env, exports } from 'cloudflare:workers';
import { legacyIdOf } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import { databaseOf } from '../env.ts';
import { newKey } from './shop-server.ts';
import { newShop } from './storefront.ts';

export interface Plugin {
  shop: ShopId;
  /** As every call of the wire carries them. */
  keys: { shop_id: string; shop_secret: string };
}

/** A new shop whose plugin has the keys of our dashboard. */
export async function newPlugin(more: Partial<ShopSettings> = {}): Promise<Plugin> {
  const shop = await newShop(more);
  const legacyId = await legacyIdOf(databaseOf(env), shop);
  return { shop, keys: { shop_id: legacyId ?? '', shop_secret: await newKey(shop) } };
}

export interface WireReply {
  status: number;
  type: string | null;
  text: string;
  /** What the body says; an empty one says nothing. */
  body: unknown;
}

/** Calls the wire; an object is JSON, a text is sent as it is, as a form where it looks like one. */
export async function wire(method: string, path: string, body?: object | string): Promise<WireReply> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const type = text?.startsWith('{') === false ? 'application/x-www-form-urlencoded' : 'application/json';
  const response = await exports.default.fetch(`https://winback.test${path}`, {
    method,
    redirect: 'manual',
    ...(text === undefined ? {} : { body: text, headers: { 'content-type': type } }),
  });
  const said = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: said,
    body: isJson ? JSON.parse(said) : null,
  };
}

/** A GET with everything in the address. */
export function wireGet(path: string, query: Record<string, string>): Promise<WireReply> {
  return wire('GET', `${path}?${new URLSearchParams(query)}`);
}
