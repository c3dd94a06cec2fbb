// The lake as the tests look at it: its objects, their lines, and what DuckDB says of them.
import { env } from 'cloudflare:workers';
import type { BeaconEvent, PersonId, ShopId } from '@winback/domain';
import { eventSchema } from '@winback/domain';
import type { Visit } from '@winback/engine/triggers';
import { lakePrefix, unpacked } from '../lake.ts';
import type { EventsMessage } from '../messages.ts';
import { brings } from './queue.ts';
import { hour } from './storefront.ts';

export async function keysOf(shop: ShopId): Promise<string[]> {
  const { objects } = await env.LAKE.list({ prefix: lakePrefix(shop) });
  return objects.map(({ key }) => key);
}

/** The lines of all objects of a shop, oldest hour first. */
export async function linesOf(shop: ShopId): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  for (const key of await keysOf(shop)) {
    const object = await env.LAKE.get(key);
    if (object) lines.push(...(await unpacked(object.body)).map((line): Record<string, unknown> => JSON.parse(line)));
  }
  return lines;
}

/** What an operator's DuckDB answers about a shop's objects: `question` is asked of `events`. */
export async function asked(shop: ShopId, question: string): Promise<Record<string, unknown>[]> {
  for (const key of await keysOf(shop)) {
    const object = await env.LAKE.get(key);
    const kept = await fetch(`http://${env.OUTSIDE_HOST}/duckdb/${key}`, {
      method: 'PUT',
      body: (await object?.arrayBuffer()) ?? null,
    });
    await kept.body?.cancel();
  }
  const response = await fetch(`http://${env.OUTSIDE_HOST}/duckdb`, {
    method: 'POST',
    body: `WITH events AS (SELECT * FROM read_json('lake/events/${shop}/*/*/*/*/*.ndjson.gz', union_by_name = true)) ${question}`,
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** A message of an outbox with one row of these events. */
export function messageOf(
  of: { shop: ShopId; visitor: string; seq?: number; at?: number; person?: PersonId; visit?: Partial<Visit> },
  ...events: Record<string, unknown>[]
): EventsMessage {
  const { shop, visitor, seq = 1, at = Date.now(), person = null, visit } = of;
  const parsed = events.map((one): BeaconEvent => eventSchema.parse(one));
  const row = {
    seq,
    kind: 'beacon',
    at,
    events: parsed,
    seenWith: {},
    visit: { idleMs: hour, ...visit },
    sessionAt: at - 5,
  } as const;
  return { shop, visitor, person, rows: [row] };
}

/** The queue brings the messages; throws unless the books took them all. */
export async function booked(...messages: EventsMessage[]): Promise<void> {
  const { explicitAcks } = await brings('winback-events', messages);
  if (explicitAcks.length !== messages.length) throw new Error('the books did not take everything');
}
