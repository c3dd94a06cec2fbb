// Who came by a letter is noted, and their orders are counted for it: when they come, when they order, whichever is heard first.
import { arrivalsOf, noteArrivals, ordersSince, putOrderLetters } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { attributed, attributionWindowMs } from '@winback/engine/attribution';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { EventsMessage } from '../messages.ts';

/** An order that was told of later than this is not looked for. */
const lateMs = 3 * 86_400_000;

interface Who {
  people: readonly string[];
  visitors: readonly string[];
}

/** What a batch of events says. Doing it twice is doing it once. */
export async function countForLetters(env: Env, shop: ShopId, messages: readonly EventsMessage[]): Promise<void> {
  const rows = messages.flatMap(({ visitor, person, rows }) => rows.map((row) => ({ visitor, person, row })));
  const arrivals = rows.flatMap(({ visitor, row }) => {
    if (row.kind !== 'beacon' || row.visit.allowed === 'analytics') return [];
    const { letterTo, source } = row.visit;
    const letter = source?.kind === 'letter' ? source.utm?.content : undefined;
    const at = row.events[0]?.at;
    return letterTo && letter && at !== undefined ? [{ letter, letterTo, visitor, at }] : [];
  });
  if (arrivals.length > 0) await noteArrivals(databaseOf(env), shop, arrivals);
  const buyers = rows.filter(({ row }) => row.kind === 'beacon' && row.events.some(({ type }) => type === 'purchase'));
  await countOrders(env, shop, {
    people: [...arrivals.map(({ letterTo }) => letterTo), ...buyers.flatMap(({ person }) => person ?? [])],
    visitors: [...arrivals, ...buyers].map(({ visitor }) => visitor),
  });
}

/** Counts the orders of these people or browsers for the letters that they came by. */
export async function countOrders(env: Env, shop: ShopId, who: Who): Promise<void> {
  if (who.people.length === 0 && who.visitors.length === 0) return;
  const db = databaseOf(env);
  const since = Date.now() - attributionWindowMs - lateMs;
  const arrivals = await arrivalsOf(db, shop, { ...who, since: since - attributionWindowMs });
  if (arrivals.length === 0) return;
  const people = [...who.people, ...arrivals.map(({ person }) => person)];
  const orders = await ordersSince(db, shop, { people, visitors: who.visitors, since });
  const placedAt = new Map(orders.map(({ order, at }) => [order, at]));
  const counted = attributed(orders, arrivals);
  await putOrderLetters(
    db,
    shop,
    counted.map((one) => ({ ...one, at: placedAt.get(one.order) ?? one.arrivedAt })),
  );
}
