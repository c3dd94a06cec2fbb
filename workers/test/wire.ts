// A shop that moved over from PersonaClick, and its clients: calls as they are seen on the wire, posted to the front door.
import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { legacyIdOf, makeKey } from '@winback/db';
import type { BeaconEvent, ShopId, ShopSettings, VisitorId } from '@winback/domain';
import { databaseOf } from '../env.ts';
import { newDid } from '../ingest/personaclick/did.ts';
import { deviceAt, newShop } from './storefront.ts';

export const wire = 'https://winback.test';

export interface WireShop {
  shop: ShopId;
  /** What clients call it. */
  id: string;
}

export async function newWireShop(more: Partial<ShopSettings> = {}): Promise<WireShop> {
  const shop = await newShop(more);
  const id = await legacyIdOf(databaseOf(env), shop);
  if (id === null) throw new Error('the shop has no id of the wire');
  return { shop, id };
}

export function newBrowser({ shop }: Pick<WireShop, 'shop'>): Promise<string> {
  return newDid(env, shop);
}

export async function secretOf({ shop }: Pick<WireShop, 'shop'>): Promise<string> {
  return (await makeKey(databaseOf(env), shop, { name: 'plugin', now: Date.now() })).secret;
}

export interface WireAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The body where it is JSON; null otherwise. */
  body: unknown;
}

/** Sends a request as it is. */
export async function call(path: string, init: RequestInit = {}): Promise<WireAnswer> {
  const response = await exports.default.fetch(new Request(`${wire}${path}`, { redirect: 'manual', ...init }));
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}

export function postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<WireAnswer> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  return call(path, { ...init, body: typeof body === 'string' ? body : JSON.stringify(body) });
}

export function postForm(path: string, form: string, headers: Record<string, string> = {}): Promise<WireAnswer> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return call(path, { method: 'POST', headers: { ...type, ...headers }, body: form });
}

export function get(
  path: string,
  query: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<WireAnswer> {
  return call(`${path}?${new URLSearchParams(query)}`, { headers });
}

export function visitorOf(did: string): VisitorId {
  return `pc-${did}` as VisitorId;
}

/** The raw events that this browser's Visitor has stored and not yet given away, oldest first. */
export async function storedOf(shop: ShopId, did: string): Promise<BeaconEvent[]> {
  return runInDurableObject(deviceAt(shop, visitorOf(did)), (_instance, { storage: { sql } }) => {
    const made = sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'outbox'`).toArray().length > 0;
    const rows = made ? sql.exec<{ body: string }>('SELECT body FROM outbox ORDER BY seq').toArray() : [];
    return rows.flatMap(({ body }) => {
      const row = JSON.parse(body) as { kind: string; events?: BeaconEvent[] };
      return row.kind === 'beacon' ? (row.events ?? []) : [];
    });
  });
}
