// What the shop's system said of many people at once reaches each of their homes. Every step may run twice.
import { ordersById, subscriberById } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { homeName, personIdSchema } from '@winback/domain';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { tellOrderStates } from '../order-states.ts';
import { joinTwins } from '../order-twins.ts';
import { countOrders } from './count-for-letters.ts';
import { tellSupplies } from './tell-supplies.ts';

/** No reminder waits longer than this: an older order stops nothing. */
const remindersLastMs = 30 * 86_400_000;
const homesAtOnce = 8;

/**
 * Orders of the shop's system: twins are joined, the figures hear how they stand, and who bought is reminded of nothing any more.
 * A cancelled one reminds nobody of anything, and stops nothing.
 */
export async function tellOrders(env: Env, shop: ShopId, ids: readonly string[]): Promise<void> {
  const db = databaseOf(env);
  const before = await ordersById(db, shop, ids);
  await joinTwins(
    env,
    shop,
    before.filter((order) => order.knownBy === 'server' && order.items.length > 0),
  );
  await tellOrderStates(env, shop, ids);
  const since = Date.now() - remindersLastMs;
  const told = await ordersById(db, shop, ids);
  await countOrders(env, shop, { people: told.flatMap(({ person }) => person ?? []), visitors: [] });
  await eachOf(told, homesAtOnce, async ({ id, twin, at, person, status, items }) => {
    if (person === null || status === 'cancelled' || at < since) return;
    const name = homeName(shop, person);
    // Under the storefront's number, where it has one: the home may know the order by it already.
    const order = { id: twin ?? id, at, products: items.map((line) => line.product) };
    await env.VISITOR.getByName(name).bought({ name, order });
  });
  // What they run out of is worked out from all that they ever ordered, so that old orders count.
  await tellSupplies(env, shop, [...new Set(told.flatMap(({ person }) => person ?? []))], 'where-any');
}

/** The consent as the database has it now. */
export async function tellConsent(env: Env, shop: ShopId, people: readonly string[]): Promise<void> {
  await eachOf(people, homesAtOnce, async (one) => {
    const id: PersonId = personIdSchema.parse(one);
    const row = await subscriberById(databaseOf(env), shop, id);
    if (!row) return;
    const name = homeName(shop, id);
    await env.VISITOR.getByName(name).consentChanged({ name, person: { id, consent: row.consent } });
  });
}
