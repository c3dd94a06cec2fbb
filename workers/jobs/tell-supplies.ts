// What people are about to run out of, worked out from their orders in the books, told to their homes. Asked when an order came to
// the books, and once more before a letter is written: with what the last night has taught. Telling twice is telling once.

import type { BoughtOrder, Database } from '@winback/db';
import { ordersOfPeople, productHabitsOf, reachableAmong, remindableAmong, replenishmentOf } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { homeName, scenarioIn } from '@winback/domain';
import type { Habits, Learnt, Supply } from '@winback/engine/replenish';
import { mildRhythm, shopHabitsOf, suppliesOf, thresholdOf } from '@winback/engine/replenish';
import type { NamedSupply } from '@winback/engine/triggers';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { freshShopSettings } from '../shop-settings.ts';
import { boughtBy, ordersCountMs } from './bought.ts';

/** So many people's orders are read at once, and so many orders of them. */
const peopleAtOnce = 25;
const ordersAtOnce = 5_000;
const homesAtOnce = 8;
const longestName = 80;

/** `where-any`: homes with nothing that runs out are left asleep. */
export async function tellSupplies(
  env: Env,
  shop: ShopId,
  people: readonly string[],
  homes: 'where-any' | 'all',
): Promise<void> {
  const now = Date.now();
  const settings = await freshShopSettings(env, shop, now);
  if (!settings || !scenarioIn(settings, 'low_on_supply').on) return;
  const db = databaseOf(env);
  const learnt = await learntOf(db, shop);
  for (let from = 0; from < people.length; from += peopleAtOnce) {
    const some = await reachableAmong(db, shop, people.slice(from, from + peopleAtOnce));
    const supplies = await suppliesOfPeople(
      db,
      shop,
      some.map(({ id }) => id),
      { learnt, now },
    );
    await eachOf(some, homesAtOnce, async (person) => {
      const theirs = supplies.get(person.id) ?? [];
      if (theirs.length === 0 && homes === 'where-any') return;
      const name = homeName(shop, person.id);
      await env.VISITOR.getByName(name).supplied({ name, person, supplies: theirs });
    });
  }
}

/** Before the first night everything is as usual. */
async function learntOf(db: Database, shop: ShopId): Promise<Learnt> {
  const known = await replenishmentOf(db, shop);
  if (known) return { habits: JSON.parse(known.habits) as Habits, atLeast: known.atLeast };
  return { habits: { shop: shopHabitsOf([]), rhythm: mildRhythm }, atLeast: thresholdOf([]) };
}

async function suppliesOfPeople(
  db: Database,
  shop: ShopId,
  people: readonly PersonId[],
  { learnt, now }: { learnt: Learnt; now: number },
): Promise<Map<string, NamedSupply[]>> {
  const orders = await ordersOfPeople(db, shop, people, { since: now - ordersCountMs, limit: ordersAtOnce });
  const ids = [...new Set(orders.flatMap(({ products }) => products))];
  const habits = await productHabitsOf(db, shop, ids);
  const products = await remindableAmong(db, shop, ids);
  const periodic = new Set(ids.filter((id) => products.get(id)?.periodic));
  const named = (supply: Supply): NamedSupply[] => {
    const product = products.get(supply.product);
    return product ? [{ ...supply, name: product.name.slice(0, longestName) }] : [];
  };
  const byPerson: Map<string, BoughtOrder[]> = Map.groupBy(orders, ({ person }) => person);
  return new Map(
    [...byPerson].map(([person, theirs]) => {
      const supplies = suppliesOf(boughtBy(theirs, habits, periodic), learnt, now);
      return [person, supplies.flatMap(named)];
    }),
  );
}
