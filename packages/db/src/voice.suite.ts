// What the rules of the voice ask of the database.
import type { EmailAddress, LetterFact, OrderId, PersonId, ProductId, ShopId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './index.ts';
import * as queries from './index.ts';
import { offer, settings } from './queries.suite.ts';

const shop = 'shop-one' as ShopId;
const neighbour = 'shop-two' as ShopId;
const day = 86_400_000;
const now = 200 * day;
const [ann, bob, cleo] = ['person-ann', 'person-bob', 'person-cleo'] as [PersonId, PersonId, PersonId];

export function describeVoice(make: string, open: () => Promise<Database>): void {
  describe(`the rules of the voice, ${make}`, () => {
    let db: Database;

    beforeEach(async () => {
      db = await open();
      for (const one of [shop, neighbour]) await queries.putShop(db, one, settings, 1);
      for (const id of [ann, bob, cleo]) {
        const email = `${id}@mail.example` as EmailAddress;
        const said = { id, email, name: null, consent: 'none', source: 'form', namedBy: null, now: 1 } as const;
        await queries.putSubscriber(db, shop, said);
      }
    });

    let serial = 0;
    const letter = (person: PersonId, at: number, more: Partial<LetterFact> = {}) => {
      serial += 1;
      const fact = { letter: `letter-${serial}`, slot: `slot-${serial}`, scenario: 'abandoned_cart', state: 'sent' };
      const rest = { reason: null, sentence: 'Sent.', plannedAt: at, at, subject: null, rev: 1 };
      return { ...fact, ...rest, ...more, person } as LetterFact & { person: PersonId };
    };
    const order = (id: string, person: PersonId, at: number, minor: number, currency = 'EUR') => ({
      ...{ order: id as OrderId, person, visitor: 'v1', at, total: { minor, currency } },
      ...{ items: [{ product: 'p1' as ProductId, quantity: 1 }], origin: 'storefront' as const },
    });

    it('weigh a scenario by the orders that followed its letters, each order once', async () => {
      await queries.writeLetterFacts(db, shop, [
        letter(ann, now - 10 * day),
        letter(ann, now - 9 * day, { scenario: 'retention' }),
        letter(bob, now - 20 * day),
        letter(bob, now - 2 * day, { state: 'suppressed', reason: 'bought' }),
        letter(cleo, now - 100 * day),
      ]);
      await queries.putOrders(db, shop, [
        order('o1', ann, now - 8 * day, 5_000), // after both: the last letter's
        order('o2', bob, now - 14 * day, 9_000), // too late after the letter
        order('o3', bob, now - 19 * day, 700),
        order('o4', bob, now - 18 * day, 800, 'USD'),
        order('o5', cleo, now - 99 * day, 100_000), // longer ago than is looked at
        order('o6', bob, now - 21 * day, 100_000), // before the letter
      ]);
      expect(await queries.scenarioWorths(db, shop, { now, currency: 'EUR' })).toEqual({
        abandoned_cart: { letters: 2, orders: 1, revenueMinor: 700 },
        retention: { letters: 1, orders: 1, revenueMinor: 5_000 },
      });
      expect(await queries.scenarioWorths(db, neighbour, { now, currency: 'EUR' })).toEqual({});
    });

    it('keep what was weighed beside the shop’s settings', async () => {
      expect((await queries.shopById(db, shop))?.worths).toEqual({});
      const worths = { retention: { letters: 1, orders: 1, revenueMinor: 5_000 } };
      await queries.writeScenarioWorths(db, shop, worths);
      expect((await queries.shopById(db, shop))?.worths).toEqual(worths);
      expect((await queries.shopById(db, neighbour))?.worths).toEqual({});
    });

    it('page through the people for whom a letter waits, each once', async () => {
      const waits = { state: 'waiting' } as const;
      await queries.writeLetterFacts(db, shop, [
        ...[letter(ann, 1, waits), letter(ann, 2, waits), letter(bob, 1, waits)],
        letter(cleo, 1),
      ]);
      const first = await queries.peopleWaiting(db, shop, { after: '', limit: 1 });
      expect(first).toEqual({ people: [ann], next: ann });
      const second = await queries.peopleWaiting(db, shop, { after: ann, limit: 5 });
      expect(second).toEqual({ people: [bob], next: null });
      expect(await queries.countWaiting(db, shop)).toBe(2);
      expect(await queries.countWaiting(db, neighbour)).toBe(0);
    });

    it('know the categories above a product’s own, also where they lead in a circle', async () => {
      await queries.putCategories(
        db,
        shop,
        [
          { id: 'camp', name: 'Camping', parentId: null, url: null },
          { id: 'tents', name: 'Tents', parentId: 'camp', url: null },
          { id: 'egg', name: 'Egg', parentId: 'hen', url: null },
          { id: 'hen', name: 'Hen', parentId: 'egg', url: null },
        ],
        'part',
      );
      const offers = [
        offer('p1', { category: 'tents', categoryIds: ['tents'] }),
        offer('p2', { category: 'egg', categoryIds: ['egg', 'camp'] }),
      ];
      await queries.putOffers(db, shop, offers, 5);
      const above = await queries.categoriesAbove(db, shop, { products: ['p1', 'p2', 'p9'] });
      expect(above.map((list) => list.toSorted())).toEqual(
        expect.arrayContaining([
          ['camp', 'tents'],
          ['camp', 'egg', 'hen'],
        ]),
      );
      expect(above).toHaveLength(2);
      const named = await queries.categoriesAbove(db, shop, { categories: ['tents'] });
      expect(named.map((list) => list.toSorted())).toEqual([['camp', 'tents']]);
      expect(await queries.categoriesAbove(db, neighbour, { products: ['p1'] })).toEqual([]);
    });

    it('list the segments with how many people are in each', async () => {
      await queries.addToSegment(db, shop, 7, { people: [ann, bob], now: 1 });
      await queries.addToSegment(db, shop, 2, { people: [ann], now: 1 });
      await queries.addToSegment(db, neighbour, 7, { people: [], now: 1 });
      expect(await queries.listSegments(db, shop)).toEqual([
        { id: 2, name: 'Segment 2', people: 1 },
        { id: 7, name: 'Segment 7', people: 2 },
      ]);
    });
  });
}
