// What the queries of repeated purchases and of ratings promise, asked of every make of database.
import type { PersonId, ProductId, ShopId } from '@winback/domain';
import { orderIdSchema } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { erasedPerson } from './erasures.ts';
import type { Database, ServerOrder } from './index.ts';
import * as queries from './index.ts';
import { settings } from './queries.suite.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const [ann, bob] = ['person-ann' as PersonId, 'person-bob' as PersonId];
const everything = { since: 0, limit: 99 };
const start = { product: '', at: 0, order: '' };

function order(id: string, person: PersonId | null, products: string[], more: Partial<ServerOrder> = {}): ServerOrder {
  return {
    ...{ order: orderIdSchema.parse(id), person, at: Number(id) * 1_000, total: { minor: 100, currency: 'EUR' } },
    items: products.map((product) => ({ product: product as ProductId, quantity: 1 })),
    ...{ status: 'completed', statusWord: 'done' },
    ...more,
  };
}

export function describeReplenishment(name: string, open: () => Promise<Database>): void {
  describe(`repeated purchases and ratings in ${name}`, () => {
    let db: Database;

    beforeEach(async () => {
      db = await open();
      for (const one of [shop, other]) await queries.putShop(db, one, settings, 1);
      await queries.syncOrders(
        db,
        shop,
        [
          order('1', ann, ['tea', 'mug']),
          order('2', bob, ['tea']),
          order('3', ann, ['tea']),
          order('4', null, ['tea']),
          order('5', erasedPerson, ['tea']),
          order('6', ann, ['tea'], { status: 'cancelled', statusWord: 'gone' }),
        ],
        9_000,
      );
      await queries.syncOrders(db, other, [order('1', ann, ['tea'])], 9_000);
    });

    it('are read by product, page by page; orders of nobody, and cancelled ones, are left out', async () => {
      const all = await queries.boughtLines(db, shop, { after: start, ...everything });
      expect(all.map((line) => `${line.product} ${line.order} ${line.person}`)).toEqual([
        ...['mug 1 person-ann', 'tea 1 person-ann', 'tea 2 person-bob', 'tea 3 person-ann'],
      ]);
      const paged: typeof all = [];
      for (let after: Omit<(typeof all)[number], 'person'> = start; ; ) {
        const [line] = await queries.boughtLines(db, shop, { after, since: 0, limit: 1 });
        if (!line) break;
        paged.push(line);
        after = line;
      }
      expect(paged).toEqual(all);
    });

    it('are read by shopper, all or some, and who ordered is counted once', async () => {
      const some = await queries.ordersOfSome(db, shop, everything);
      expect(some.map(({ person, at }) => `${person} ${at}`)).toEqual([
        ...['person-ann 1000', 'person-ann 3000', 'person-bob 2000'],
      ]);
      const [last, ...before] = await queries.ordersOfPeople(db, shop, [ann], everything);
      expect([last, ...before]).toEqual([
        { person: ann, at: 3_000, products: ['tea'] },
        { person: ann, at: 1_000, products: ['tea', 'mug'] },
      ]);
      expect(await queries.buyersAfter(db, shop, { after: '', ...everything })).toEqual([ann, bob]);
      expect(await queries.buyersAfter(db, shop, { after: ann, ...everything })).toEqual([bob]);
    });

    it('keep what was learnt, which the next night replaces', async () => {
      const habit = {
        product: 'tea',
        buyers: 2,
        repeaters: 1,
        orders: 3,
        intervals: 1,
        intervalMs: 2,
        first: 1,
        last: 3,
      };
      await queries.putProductHabits(db, shop, [habit, { ...habit, product: 'mug', intervalMs: null }]);
      await queries.putProductHabits(db, shop, [{ ...habit, orders: 4, last: 4 }]);
      expect(await queries.productHabitsAfter(db, shop, { after: 'mug', limit: 9 })).toEqual([
        { ...habit, orders: 4, last: 4 },
      ]);
      expect((await queries.productHabitsOf(db, other, ['tea', 'mug'])).size).toBe(0);
      for (const atLeast of [0.25, 0.5])
        await queries.putReplenishment(db, shop, { habits: '{}', atLeast, learntAt: 9 });
      expect(await queries.replenishmentOf(db, shop)).toEqual({ habits: '{}', atLeast: 0.5, learntAt: 9 });
      expect(await queries.replenishmentOf(db, other)).toBeNull();
    });

    it('give an order of nobody its buyer, and never another one', async () => {
      await queries.giveBuyer(db, shop, bob, ['1', '4', '5']);
      const known = await queries.ordersById(db, shop, ['1', '4', '5']);
      expect(known.map(({ person }) => person)).toEqual([ann, bob, null]); // who was forgotten is shown as nobody
    });

    it('have one rating a person and product, the last; no shop sees another’s', async () => {
      const rating = { person: ann, product: 'tea' as ProductId, letter: 'l1' };
      for (const [at, stars] of [4, 4, 2].entries()) await queries.putRating(db, shop, { ...rating, stars, at });
      await queries.putRating(db, shop, { ...rating, person: bob, stars: 5, at: 9 });
      expect(await queries.ratingsOf(db, shop, 'tea', 9)).toMatchObject({
        counts: [0, 1, 0, 0, 1],
        people: [
          { stars: 5, at: 9 },
          { stars: 2, at: 2 },
        ],
      });
      expect(await queries.starsOf(db, shop, rating)).toBe(2);
      expect(await queries.ratingsBy(db, other, ann)).toEqual([]);
    });
  });
}
