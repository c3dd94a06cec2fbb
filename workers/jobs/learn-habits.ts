// What a shop's orders teach of how its products are bought again: once a day, while Regular Purchase is on. Product after product
// through all orders of two years, then some shoppers' orders for what holds for all. Every step may run twice.

import type { BoughtLine, BoughtOrder, Database, ProductHabitRow } from '@winback/db';
import {
  boughtLines,
  buyersAfter,
  ordersOfSome,
  productHabitsAfter,
  productHabitsOf,
  putProductHabits,
  putReplenishment,
  replenishmentOf,
} from '@winback/db';
import type { ShopId } from '@winback/domain';
import { scenarioIn } from '@winback/domain';
import type { Habits, ProductHabit, Purchases } from '@winback/engine/replenish';
import { chancesOf, habitOf, rhythmOf, shopHabitsOf, thresholdOf, withPurchase } from '@winback/engine/replenish';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { freshShopSettings } from '../shop-settings.ts';
import { boughtBy, ordersCountMs } from './bought.ts';
import { tellSupplies } from './tell-supplies.ts';

const dayMs = 86_400_000;
const linesAtOnce = 5_000;
/** A Worker may ask the database a thousand times, and its lines take time to come. */
const pagesAJob = 40;
const habitsAtOnce = 5_000;
/** Enough for a rhythm and a twentieth; all of them lie in memory at once. */
const sampledOrders = 10_000;
/** Who ordered while nothing was learnt was told nothing. */
const freshForMs = 2 * dayMs;
const peopleAJob = 200;

/** Goes on after a product; `''`: begins. */
export async function learnHabits(env: Env, shop: ShopId, after: string): Promise<void> {
  const now = Date.now();
  if (!(await isOn(env, shop, now))) return;
  const db = databaseOf(env);
  const next = await learnProducts(db, shop, { after, since: now - ordersCountMs });
  if (next !== null) {
    await env.JOBS.send({ kind: 'learn-habits', shop, after: next });
    return;
  }
  const before = await replenishmentOf(db, shop);
  await learnShop(db, shop, now);
  if (before === null || before.learntAt < now - freshForMs)
    await env.JOBS.send({ kind: 'tell-buyers', shop, after: '' });
}

/** Tells everybody who ordered what they are about to run out of, some people at a time: when the scenario was switched on. */
export async function tellBuyers(env: Env, shop: ShopId, after: string): Promise<void> {
  const now = Date.now();
  if (!(await isOn(env, shop, now))) return;
  const of = { after, since: now - ordersCountMs, limit: peopleAJob };
  const people = await buyersAfter(databaseOf(env), shop, of);
  await tellSupplies(env, shop, people, 'where-any');
  const last = people.at(-1);
  if (people.length === peopleAJob && last !== undefined)
    await env.JOBS.send({ kind: 'tell-buyers', shop, after: last });
}

async function isOn(env: Env, shop: ShopId, now: number): Promise<boolean> {
  const settings = await freshShopSettings(env, shop, now);
  return settings !== null && scenarioIn(settings, 'low_on_supply').on;
}

/** Answers the product after which to go on; null: this was the last. */
async function learnProducts(db: Database, shop: ShopId, of: { after: string; since: number }): Promise<string | null> {
  const { since } = of;
  let place: Omit<BoughtLine, 'person'> = { product: of.after, at: Number.MAX_SAFE_INTEGER, order: '' };
  let open: BoughtLine[] = [];
  for (let page = 0; ; page += 1) {
    const lines = await boughtLines(db, shop, { after: place, since, limit: linesAtOnce });
    const last = lines.at(-1);
    const isEnd = last === undefined || lines.length < linesAtOnce;
    // The last product of a page may go on in the next.
    const all = [...open, ...lines];
    const whole = isEnd ? all : all.filter(({ product }) => product !== last.product);
    await putProductHabits(db, shop, habitsOf(whole));
    if (isEnd) return null;
    open = all.filter(({ product }) => product === last.product);
    place = last;
    const done = whole.at(-1)?.product;
    if (page >= pagesAJob && done !== undefined) return done;
  }
}

function habitsOf(lines: readonly BoughtLine[]): ProductHabitRow[] {
  return [...Map.groupBy(lines, ({ product }) => product)].flatMap(([product, theirs]) => {
    const buyers = new Map<string, Purchases>();
    for (const { person, at } of theirs) buyers.set(person, withPurchase(buyers.get(person) ?? null, at));
    const habit = habitOf(buyers.values());
    if (habit === null) return [];
    const intervalMs = habit.intervalMs === null ? null : Math.round(habit.intervalMs);
    return [{ product, ...habit, intervalMs }];
  });
}

async function learnShop(db: Database, shop: ShopId, now: number): Promise<void> {
  const shopHabits = shopHabitsOf(await allHabits(db, shop));
  const some = await ordersOfSome(db, shop, { since: now - ordersCountMs, limit: sampledOrders });
  const bought = await withHabits(db, shop, some);
  const pairs = bought.map(({ pair }) => pair);
  const habits: Habits = { shop: shopHabits, rhythm: rhythmOf(pairs, shopHabits, now) };
  const atLeast = thresholdOf(chancesOf(bought, habits, now));
  await putReplenishment(db, shop, { habits: JSON.stringify(habits), atLeast, learntAt: now });
}

/** The pairs of these orders. What a feed says is left out: it makes no pair likelier. */
async function withHabits(db: Database, shop: ShopId, orders: readonly BoughtOrder[]) {
  const products = [...new Set(orders.flatMap((order) => order.products))];
  const habits = await productHabitsOf(db, shop, products);
  const byPerson = Map.groupBy(orders, ({ person }) => person);
  return [...byPerson.values()].flatMap((theirs) => boughtBy(theirs, habits, new Set()));
}

async function allHabits(db: Database, shop: ShopId): Promise<ProductHabit[]> {
  const habits: ProductHabit[] = [];
  for (let after = ''; ; ) {
    const page = await productHabitsAfter(db, shop, { after, limit: habitsAtOnce });
    habits.push(...page);
    const last = page.at(-1);
    if (page.length < habitsAtOnce || last === undefined) return habits;
    after = last.product;
  }
}
