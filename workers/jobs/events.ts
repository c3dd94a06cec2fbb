// What Visitors' outboxes say goes to the books: letters and orders to the database, counts to the Shop, the live view,
// the lake. Every step may run twice; only when all are done does the Visitor hear that it may forget.
import { addProfiles, dropWatches, putOrders, putWatches, writeLetterFacts } from '@winback/db';
import type { BeaconEvent, Money, ShopId, ShopSettings } from '@winback/domain';
import { moneyFrom } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { EventsMessage, OutboxRow } from '../messages.ts';
import { joinTwins } from '../order-twins.ts';
import { revenueMinor } from '../order-value.ts';
import { pulseOf } from '../pulse.ts';
import { said } from '../said.ts';
import { shopSettings } from '../shop-settings.ts';
import { pulseNotes } from './pulse-notes.ts';
import { retryLater } from './retry.ts';

/** One batch of the `events` queue. Messages of one shop stand or fall together; shops do not wait for each other. */
export async function consumeEvents(batch: MessageBatch<EventsMessage>, env: Env): Promise<void> {
  const byShop = Map.groupBy(batch.messages, (message) => message.body.shop);
  await Promise.all(
    [...byShop].map(async ([shop, messages]) => {
      try {
        await writeBooks(
          env,
          shop,
          messages.map((message) => message.body),
        );
        for (const message of messages) message.ack();
      } catch (error) {
        console.error('events go to the books later', {
          shop,
          error: said(error),
        });
        for (const message of messages) retryLater(message);
      }
    }),
  );
}

async function writeBooks(env: Env, shop: ShopId, messages: EventsMessage[]): Promise<void> {
  const settings = await shopSettings(env, shop, Date.now());
  if (!settings) return; // the shop was deleted: its visitors' outboxes have nobody to tell
  await writeFacts(env, shop, messages);
  await writeOrders(env, shop, messages, settings);
  await writeProfiles(env, shop, messages);
  await writeWatches(env, shop, messages, settings);
  const counted = await env.SHOP.getByName(shop).count({ shop, messages, currency: settings.currency });
  await writeLake(env, shop, messages);
  await pulseOf(env, shop)
    .note(pulseNotes(messages))
    .catch((error: unknown) => console.warn('the live view missed events', { error: String(error) }));
  await Promise.all(counted.map(({ visitor, upto }) => env.VISITOR.getByName(visitor).confirm({ upto })));
}

async function writeFacts(env: Env, shop: ShopId, messages: readonly EventsMessage[]): Promise<void> {
  const facts = messages.flatMap(({ rows, person }) =>
    rows.flatMap((row) => (row.kind === 'letter' && person !== null ? [{ ...row.fact, person }] : [])),
  );
  if (facts.length > 0) await writeLetterFacts(databaseOf(env), shop, facts);
}

async function writeOrders(
  env: Env,
  shop: ShopId,
  messages: readonly EventsMessage[],
  settings: ShopSettings,
): Promise<void> {
  const orders = messages.flatMap(({ rows, person, visitor }) =>
    rows.flatMap((row) =>
      row.kind === 'beacon' ? row.events.filter(isPurchase).map((event) => ({ event, person, visitor })) : [],
    ),
  );
  if (orders.length === 0) return;
  const rows = orders.map(({ event, person, visitor }) => ({
    order: event.order,
    person,
    visitor,
    at: event.at,
    total: { minor: revenueMinor(event, settings.currency), currency: settings.currency } satisfies Money,
    items: event.items,
  }));
  await putOrders(databaseOf(env), shop, rows);
  await joinTwins(databaseOf(env), shop, rows);
}

/** What the shop told of people. A device that nobody has named says nothing: its home will. */
async function writeProfiles(env: Env, shop: ShopId, messages: readonly EventsMessage[]): Promise<void> {
  const told = messages.flatMap(({ rows, person }) =>
    person === null ? [] : rows.flatMap(fieldsOf).map((fields) => ({ person, fields })),
  );
  if (told.length > 0) await addProfiles(databaseOf(env), shop, told);
}

function fieldsOf(row: OutboxRow): Record<string, unknown>[] {
  if (row.kind === 'profile') return [row.fields];
  return row.kind === 'beacon' ? row.events.flatMap((event) => (event.type === 'profile' ? [event.fields] : [])) : [];
}

async function writeWatches(
  env: Env,
  shop: ShopId,
  messages: readonly EventsMessage[],
  { currency }: ShopSettings,
): Promise<void> {
  for (const { visitor, person, rows } of messages) {
    const events = rows.flatMap((row) => (row.kind === 'beacon' ? row.events.filter(isWatch) : []));
    for (const { change, products, waitsFor, price, properties = {}, at } of events) {
      const priceMinor = price === undefined ? null : moneyFrom(price, currency).minor;
      const watch = { visitor, person, waitsFor, priceMinor, properties, at };
      if (change === 'remove') await dropWatches(databaseOf(env), shop, { visitor, waitsFor, products });
      else
        await putWatches(
          databaseOf(env),
          shop,
          products.map((product) => ({ ...watch, product })),
        );
    }
  }
}

/** Raw events as lines of JSON, by shop and hour. Named after their first row, so that a repetition overwrites itself. */
async function writeLake(env: Env, shop: ShopId, messages: readonly EventsMessage[]): Promise<void> {
  const lines = messages.flatMap(({ visitor, rows }) =>
    rows.flatMap((row) =>
      row.kind === 'beacon'
        ? row.events.map((event) => JSON.stringify({ visitor, seq: row.seq, ...withoutAddress(event) }))
        : [],
    ),
  );
  const first = messages[0]?.rows[0];
  if (lines.length === 0 || !first) return;
  const hour = new Date(first.at).toISOString().slice(0, 13).replace(/[-T]/g, '/');
  await env.LAKE.put(`events/${shop}/${hour}/${await nameOf(messages)}.ndjson`, `${lines.join('\n')}\n`);
}

async function nameOf(messages: readonly EventsMessage[]): Promise<string> {
  const rows = messages.map(({ visitor, rows }) => `${visitor} ${rows[0]?.seq} ${rows.at(-1)?.seq}`).join('\n');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(rows));
  return [...new Uint8Array(digest).slice(0, 10)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The lake keeps what was done, not who has which address. */
function withoutAddress(event: BeaconEvent): object {
  if (event.type === 'identify')
    return { id: event.id, at: event.at, type: event.type, consent: event.consent, source: event.source };
  if (event.type === 'profile')
    return { id: event.id, at: event.at, type: event.type, fields: Object.keys(event.fields) };
  if (event.type !== 'purchase' && event.type !== 'watch') return event;
  const { email: _email, ...rest } = event;
  return rest;
}

function isWatch(event: BeaconEvent): event is Extract<BeaconEvent, { type: 'watch' }> {
  return event.type === 'watch';
}

function isPurchase(event: BeaconEvent): event is Extract<BeaconEvent, { type: 'purchase' }> {
  return event.type === 'purchase';
}
