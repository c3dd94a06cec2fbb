// What another platform said goes where a shop's own server's word goes: events to their Visitors, orders to the books, a no
// to letters at once. Everything here may run twice: webhooks come again until they hear 200.
import type { Heard, OrderWord } from '@winback/connectors';
import type { Database } from '@winback/db';
import {
  consentLogOf,
  dropConnection,
  findSubscriber,
  ordersById,
  subscribersNamed,
  syncOrders,
  unsubscribe,
} from '@winback/db';
import type { DropReason, PersonId, Platform, ShopId, ShopSettings } from '@winback/domain';
import {
  emailAddressSchema,
  homeName,
  moneyFrom,
  orderIdSchema,
  personIdSchema,
  productIdSchema,
  serverPersonSchema,
} from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { erasePerson } from '../erase.ts';
import { noteDrop } from '../events.ts';
import { tellOrderStates } from '../order-states.ts';
import { joinTwins } from '../order-twins.ts';
import { noteDoor } from '../watching.ts';
import { itemOf } from './server-batch.ts';
import { notesOfPieces, storeItems } from './server-events.ts';
import type { DoorNote } from './watched.ts';

export interface Speaker {
  shop: ShopId;
  settings: ShopSettings;
  platform: Platform;
  /** Keeps the isolate up until what was dropped is counted. */
  keepAlive: (work: Promise<unknown>) => void;
}

export interface Outcome {
  accepted: number;
  repeated: number;
  refused: { index: number; path: string; message: string }[];
}

type Of<Kind extends Heard['kind']> = Extract<Heard, { kind: Kind }>;

/** Stores what was heard: a list for each message, in their order. When this returns, it is on disk. */
export async function storeHeard(env: Env, speaker: Speaker, lists: readonly Heard[][], now: number): Promise<Outcome> {
  const { kept, known } = await withoutKnownOrders(databaseOf(env), speaker.shop, lists);
  const all = kept.flatMap((list, index) => list.map((heard) => ({ index, heard })));
  const of = <Kind extends Heard['kind']>(kind: Kind) =>
    all.flatMap(({ index, heard }) => (isOf(heard, kind) ? [{ index, heard }] : []));
  const said = await withBrowsers(env, speaker.shop, of('event'));
  const read = said.map(({ index, item }) => itemOf(index, item, now));
  const items = read.flatMap((one) => (one.ok ? [one.value] : []));
  const { unknown, pieces, ...count } = await storeItems(env, { ...speaker, items }, now);
  const misread = [...read.flatMap((one) => (one.ok ? [] : [one.because])), ...unknown];
  await storeOrders(env, speaker, of('order'), now);
  for (const { heard } of of('left')) await stopLetters(env, speaker, { email: heard.email, since: heard.at }, now);
  for (const { heard } of of('forget')) await forget(env, speaker.shop, heard, now);
  for (const { heard } of of('data-request')) await noteRequest(env, speaker, heard, now);
  if (of('closed').length > 0) await dropConnection(databaseOf(env), speaker.shop, speaker.platform);
  const refused = [
    ...of('refused').map(({ index, heard: { path, message } }) => ({
      index,
      reason: 'bad-event' as const,
      path,
      message,
    })),
    ...misread.map(({ index, reason, problems: [first] }) => ({
      index,
      reason,
      path: first?.path ?? '',
      message: first?.message ?? '',
    })),
  ].sort((a, b) => a.index - b.index);
  for (const { reason, path, message } of refused) note(env, speaker, { reason, path, message }, now);
  for (const _ of of('not-ours')) note(env, speaker, { reason: 'not-ours', path: '', message: '' }, now);
  const orders = of('order').map(({ heard }) => noteOnOrder(heard.word));
  showHeard(env, speaker, [...notesOfPieces(pieces), ...orders], now);
  return {
    accepted: count.accepted,
    repeated: count.repeated + known,
    refused: refused.map(({ reason: _reason, ...one }) => one),
  };
}

/**
 * Platforms tell of an order for as long as it changes, and events are taken for thirty days: a purchase that the books have from
 * the platform is not told again. `known` counts the events that were left out.
 */
async function withoutKnownOrders(
  db: Database,
  shop: ShopId,
  lists: readonly Heard[][],
): Promise<{ kept: Heard[][]; known: number }> {
  const orders = lists.flat().flatMap((heard) => (heard.kind === 'order' ? [heard.word.order] : []));
  const told = orders.length > 0 ? await ordersById(db, shop, orders) : [];
  const before = new Set<string>(
    told.flatMap(({ id, status }) => (status === 'created' || status === 'completed' ? [id] : [])),
  );
  const kept = lists.map((list) => {
    const again = list.some((heard) => heard.kind === 'order' && before.has(heard.word.order));
    return again ? list.filter((heard) => heard.kind !== 'event') : list;
  });
  return { kept, known: lists.flat().length - kept.flat().length };
}

/**
 * Each event's item; where it names a customer and no browser, with the browser that stands for them as long as nobody knows
 * them. Who they are is told to that browser too, so that what it did before is theirs.
 */
async function withBrowsers(
  env: Env,
  shop: ShopId,
  said: readonly { index: number; heard: Of<'event'> }[],
): Promise<{ index: number; item: Record<string, unknown> }[]> {
  const persons = said.map(({ heard }) => serverPersonSchema.safeParse(heard.item['person']).data ?? {});
  const ids = persons.flatMap((person) => person.externalId ?? []);
  const stored = await subscribersNamed(databaseOf(env), shop, 'externalId', ids);
  const known = new Set([
    ...stored.keys(),
    ...persons.flatMap((person) => (person.email && person.externalId ? [person.externalId] : [])),
  ]);
  return said.map(({ index, heard: { item, otherwise } }, at) => {
    const { email, externalId = '' } = persons[at] ?? {};
    const tellsWho = item['type'] === 'identify' || item['type'] === 'profile';
    if (otherwise === undefined || (!tellsWho && (email !== undefined || known.has(externalId))))
      return { index, item };
    return { index, item: { ...item, person: { ...fieldsOf(item['person']), visitor: otherwise } } };
  });
}

function fieldsOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function isOf<Kind extends Heard['kind']>(heard: Heard, kind: Kind): heard is Of<Kind> {
  return heard.kind === kind;
}

function noteOnOrder({ order, status }: OrderWord): DoorNote {
  const payload = JSON.stringify({ order, status });
  return { type: null, state: 'stored', reason: null, payload, problems: [] };
}

function showHeard(
  env: Env,
  { shop, platform, keepAlive }: Pick<Speaker, 'shop' | 'platform' | 'keepAlive'>,
  notes: DoorNote[],
  now: number,
): void {
  noteDoor(env, { shop, door: platform, notes: () => notes }, now, keepAlive);
}

/** Counts what was not stored, and shows it to who looks on; whom it was about is not kept. */
export function note(
  env: Env,
  { shop, platform, keepAlive }: Pick<Speaker, 'shop' | 'platform' | 'keepAlive'>,
  { reason, path, message }: { reason: DropReason; path: string; message: string },
  now: number,
): void {
  const problems = message ? [{ path, code: reason, message }] : [];
  noteDrop(env, { shop, reason, sample: platform, problems }, now, keepAlive);
  const state = reason === 'not-ours' ? 'dropped' : 'refused';
  showHeard(env, { shop, platform, keepAlive }, [{ type: null, state, reason, payload: platform, problems }], now);
}

/** What the platform says of orders goes straight to the books, whoever told of the order first. */
async function storeOrders(
  env: Env,
  { shop, settings }: Speaker,
  said: readonly { heard: Of<'order'> }[],
  now: number,
): Promise<void> {
  const db = databaseOf(env);
  const rows = await Promise.all(
    said.map(async ({ heard: { word } }) => {
      return {
        order: orderIdSchema.parse(word.order.slice(0, 128)),
        person: await personBy(db, shop, { email: word.email, externalId: null }),
        at: word.placedAt,
        total: moneyFrom(Math.max(0, word.total ?? linesTotal(word)), settings.currency),
        items: word.items.map(({ product, ...line }) => ({
          ...line,
          product: productIdSchema.parse(product.slice(0, 128)),
        })),
        status: word.status,
        statusWord: word.status,
        statusAt: word.at,
      };
    }),
  );
  if (rows.length === 0) return;
  await syncOrders(db, shop, rows, now);
  // A storefront that was installed before may have told the same order by its printed number.
  await joinTwins(env, shop, rows);
  await tellOrderStates(
    env,
    shop,
    rows.map(({ order }) => order),
  );
}

function linesTotal({ items }: OrderWord): number {
  return items.reduce((sum, { price = 0, quantity }) => sum + price * quantity, 0);
}

/** A no to letters, unless the person said yes here later than there. */
async function stopLetters(
  env: Env,
  { shop, platform }: Speaker,
  { email, since }: { email: string; since: number },
  now: number,
): Promise<void> {
  const db = databaseOf(env);
  const person = await personBy(db, shop, { email, externalId: null });
  if (!person) return;
  const log = await consentLogOf(db, shop, person);
  if (log.some(({ consent, at }) => consent === 'subscribed' && at > since)) return;
  await unsubscribe(db, shop, person, { source: platform, now });
  const name = homeName(shop, person);
  await env.VISITOR.getByName(name).consentChanged({ name, person: { id: person, consent: 'unsubscribed' } });
}

/** A person whom the platform has forgotten is forgotten here; asked again, nobody is left to forget. */
async function forget(env: Env, shop: ShopId, who: Of<'forget'>, now: number): Promise<void> {
  const person = await personBy(databaseOf(env), shop, who);
  if (person) await erasePerson(env, shop, person, now);
}

/** A person asks what is known of them: the merchant sees it where the answer is. Of who is not known nothing is kept. */
async function noteRequest(env: Env, speaker: Speaker, who: Of<'data-request'>, now: number): Promise<void> {
  const { shop, platform } = speaker;
  const person = await personBy(databaseOf(env), shop, who);
  const message = 'somebody asks for their data of whom nothing is kept under this address or number: tell them so';
  if (!person) return note(env, speaker, { reason: 'unknown-person', path: 'customer', message }, now);
  await env.SHOP.getByName(shop).dataRequested({ shop, person, platform, at: now });
}

async function personBy(
  db: Database,
  shop: ShopId,
  { email, externalId }: { email: string | null; externalId: string | null },
): Promise<PersonId | null> {
  const address = emailAddressSchema.safeParse(email);
  const by = { ...(address.success ? { email: address.data } : {}), ...(externalId ? { externalId } : {}) };
  const known = await findSubscriber(db, shop, by);
  return known ? personIdSchema.parse(known.id) : null;
}
