// What Visitors' outboxes say goes to the books: letters and orders to the database, counts to the Shop, the live view,
// the lake. Every step may run twice; only when all are done does the Visitor hear that it may forget.
import type { Order } from '@winback/db';
import { addProfiles, giveBuyer, putOrders, writeLetterFacts } from '@winback/db';
import type { BeaconEvent, Money, PersonId, ShopId, ShopSettings } from '@winback/domain';
import { scenarioIn, visitorNameParts } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { rowsAfterErasure } from '../erased-rows.ts';
import type { EventsMessage, OutboxRow } from '../messages.ts';
import { tellOrderStates } from '../order-states.ts';
import { joinTwins } from '../order-twins.ts';
import { revenueMinor } from '../order-value.ts';
import { pulseOf } from '../pulse.ts';
import { said } from '../said.ts';
import type { Counted } from '../shop/answers.ts';
import { shopSettings } from '../shop-settings.ts';
import { countForLetters } from './count-for-letters.ts';
import { writeLake } from './lake.ts';
import { pulseNotes } from './pulse-notes.ts';
import { retryLater } from './retry.ts';
import { unknownIn } from './unknown-products.ts';
import { writeWatches } from './write-watches.ts';

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
  const db = databaseOf(env);
  const unknown = await unknownIn(db, shop, messages);
  const counted = await env.SHOP.getByName(shop).count({ shop, messages, currency: settings.currency, unknown });
  const kept = await withoutErased(env, messages, counted);
  await writeFacts(env, shop, kept);
  await writeOrders(env, shop, kept, settings);
  await writeBuyers(env, shop, kept, settings);
  await countForLetters(env, shop, kept);
  await writeProfiles(env, shop, kept);
  await writeWatches(db, shop, kept, settings);
  await writeLake(env.LAKE, shop, { batch: messages, kept, unknown });
  await pulseOf(env, shop)
    .note(pulseNotes(kept))
    .catch((error: unknown) => console.warn('the live view missed events', { error: String(error) }));
  const told = new Set(kept.map(({ visitor }) => visitor));
  await Promise.all(
    counted
      .filter(({ visitor }) => told.has(visitor))
      .map(({ visitor, upto }) => env.VISITOR.getByName(visitor).confirm({ upto })),
  );
}

/** The messages without what Visitors told before they were erased; a home that speaks after it is erased again. */
async function withoutErased(
  env: Env,
  messages: readonly EventsMessage[],
  counted: readonly Counted[],
): Promise<EventsMessage[]> {
  const erased = new Map(counted.flatMap(({ visitor, erasedAt }) => (erasedAt ? [[visitor, erasedAt] as const] : [])));
  const homes = [...erased.keys()].filter((name) => visitorNameParts(name).kind === 'home');
  await Promise.all(homes.map((name) => env.VISITOR.getByName(name).erase()));
  return messages
    .map((message) => ({ ...message, rows: rowsAfterErasure(message, erased.get(message.visitor)) }))
    .filter(({ rows }) => rows.length > 0);
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
    rows.flatMap((row) => {
      if (row.kind !== 'beacon') return [];
      const origin: Order['origin'] = row.visit.by ?? 'storefront';
      return row.events.filter(isPurchase).map((event) => ({ event, person, visitor, origin }));
    }),
  );
  if (orders.length === 0) return;
  const rows = orders.map(({ event, person, visitor, origin }) => ({
    order: event.order,
    person,
    visitor,
    at: event.at,
    total: { minor: revenueMinor(event, settings.currency), currency: settings.currency } satisfies Money,
    items: event.items,
    ...(event.extras ? { extras: event.extras } : {}),
    origin,
  }));
  await putOrders(databaseOf(env), shop, rows);
  await joinTwins(env, shop, rows);
  // The shop's system may have cancelled one before its Visitor was heard.
  await tellOrderStates(
    env,
    shop,
    rows.map(({ order }) => order),
  );
}

/** Orders that browsers brought home are their owner's; what buyers run out of is worked out anew. */
async function writeBuyers(
  env: Env,
  shop: ShopId,
  messages: readonly EventsMessage[],
  settings: ShopSettings,
): Promise<void> {
  const buyers = new Set<PersonId>();
  for (const { person, rows } of messages) {
    if (person === null) continue;
    for (const row of rows) {
      if (row.kind === 'brought') await giveBuyer(databaseOf(env), shop, person, row.orders);
      if (row.kind === 'brought' || (row.kind === 'beacon' && row.events.some(isPurchase))) buyers.add(person);
    }
  }
  if (buyers.size > 0 && scenarioIn(settings, 'low_on_supply').on)
    await env.JOBS.send({ kind: 'tell-supplies', shop, people: [...buyers] });
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

function isPurchase(event: BeaconEvent): event is Extract<BeaconEvent, { type: 'purchase' }> {
  return event.type === 'purchase';
}
