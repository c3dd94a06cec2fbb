// 200 beacons, a Worker that is killed again and again, and books that are right to the single event.
import { expect, inject, it } from 'vitest';
import type { Chance } from './chance.ts';
import { chanceOf, seedOf } from './chance.ts';
import { eventsInLake, openOnDisk, ordersInBooks } from './disk.ts';
import { clock, House } from './house.ts';
import { price } from './outside.ts';
import type { Event } from './shoppers.ts';
import { adds, buys, identifies, looksAt, Shoppers, searches } from './shoppers.ts';

const beacons = 200;
const kills = Number(process.env['KILLS'] ?? 25);
const visitors = 16;
const drainMs = 60_000;
const stepMs = 1_500;
const seed = seedOf(process.env);

const points = [
  'VISITOR.record begins',
  'VISITOR.record ends',
  'VISITOR.absorb begins',
  'VISITOR.absorb ends',
  'EVENTS.send begins',
  'EVENTS.send ends',
  'SHOP.count begins',
  'SHOP.count ends',
  'VISITOR.confirm begins',
  'VISITOR.confirm ends',
  clock,
  clock,
] as const;

/** Carts lie for an hour: no letter is written here. */
const delayMs = 3_600_000;

/** What one beacon says: mostly looks, sometimes a whole batch, sometimes who it is, sometimes an order. */
function eventsOf(chance: Chance, visitor: number): Event[] {
  const kind = chance.next();
  if (kind < 0.45) return [looksAt(chance)];
  if (kind < 0.6) return [adds(chance)];
  if (kind < 0.75) return Array.from({ length: 10 }, () => (chance.next() < 0.7 ? looksAt(chance) : searches()));
  if (kind < 0.85) return [looksAt(chance), buys(chance)];
  // Two browsers share each address, and now and then a browser changes hands.
  const person = chance.next() < 0.8 ? visitor >> 1 : visitors + visitor;
  return [looksAt(chance), adds(chance), identifies(`person-${person}@kill.example`)];
}

it(`keeps every event of ${beacons} beacons once, whenever the Worker is killed (SEED=${seed})`, async ({
  onTestFinished,
}) => {
  const house = await House.open(inject('script'), delayMs);
  onTestFinished(() => house.close());
  const chance = chanceOf(seed);
  const shoppers = new Shoppers(house.url);
  const posted: Event[] = [];
  const falls = new Map<string, number>();
  const order = chance.shuffled(Array.from({ length: kills }, (_, at) => points[at % points.length] ?? clock));
  for (const [round, point] of order.entries()) {
    const upto = Math.floor(((round + 1) * beacons) / kills) - Math.floor((round * beacons) / kills);
    for (let count = 0; count < upto; count += 1) {
      const visitor = chance.between(0, visitors - 1);
      shoppers.post(`visitor-${visitor}`, () => {
        const events = eventsOf(chance, visitor);
        posted.push(...events);
        return events;
      });
    }
    const nth = chance.between(1, 3);
    const at = await house.fall({ point, nth }, point === clock ? chance.between(0, 400) : stepMs);
    falls.set(at, 1 + (falls.get(at) ?? 0));
    await house.start();
  }
  await shoppers.allTaken();
  const expected = countsOf(posted);
  const calmAt = Date.now();
  await house.owner.until('every outbox is empty', async () => openOnDisk(house.store), drainMs);
  const drained = `drained in ${Date.now() - calmAt} ms`;
  console.info(`killed ${kills} times, ${shoppers.repeated} of ${beacons} beacons posted again, ${drained}`);
  console.info(Object.fromEntries(falls));
  expect(await house.owner.lights()).toMatchObject(expected);
  expect(await house.owner.today()).toMatchObject({
    views: expected['view'],
    carts: expected['cart'],
    orders: expected['purchase'],
    revenue: { minor: (expected['purchase'] ?? 0) * price * 100 },
  });
  expect(await house.owner.parked()).toEqual([]);
  await house.kill();
  const ids = posted.map(({ id }) => id);
  expect([...eventsInLake(house.store)].sort()).toEqual(ids.toSorted());
  const orders = posted.flatMap((event) => (event.type === 'purchase' ? String(event['order']) : []));
  expect(ordersInBooks(house.store).sort()).toEqual(orders.toSorted());
  expect(openOnDisk(house.store)).toEqual([]);
});

function countsOf(events: readonly Event[]): Record<string, number> {
  const counts: Record<string, number> = { view: 0, search: 0, cart: 0, purchase: 0, identify: 0 };
  for (const { type } of events) counts[type] = 1 + (counts[type] ?? 0);
  return counts;
}
