// What the shop knows of people, asked of every make of database.
import type { EmailAddress, PersonId, ProductId, ShopId, VisitorId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './index.ts';
import * as queries from './index.ts';
import { settings } from './queries.suite.ts';
import { productFacts, watches } from './schema.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const ann = {
  id: 'person-ann' as PersonId,
  email: 'ann@mail.example' as EmailAddress,
  name: 'Ann',
  source: 'checkout',
  namedBy: 'browser-1' as VisitorId,
};

export function describeKnowledge(make: string, open: () => Promise<Database>): void {
  describe(`what the shop knows, on ${make}`, () => {
    let db: Database;
    beforeEach(async () => {
      db = await open();
      for (const one of [shop, other]) await queries.putShop(db, one, settings, 1);
    });

    it('keeps who waits for what, once each, until they no longer do', async () => {
      const watch = { visitor: 'shop-one/v/a', person: null, waitsFor: 'price-drop' as const, priceMinor: 1_999 };
      const tent = { ...watch, product: 'tent' as ProductId, properties: { size: 'L' }, at: 1_000 };
      const stove = { ...watch, product: 'stove' as ProductId, properties: {}, at: 1_000 };
      await queries.putWatches(db, shop, [tent, stove, { ...stove, waitsFor: 'back-in-stock' }]);
      await queries.putWatches(db, shop, [{ ...tent, person: ann.id, at: 2_000 }]);
      await queries.putWatches(db, shop, [{ ...tent, at: 1_500 }]);
      const told = { visitor: watch.visitor, person: ann.id, waitsFor: 'price-drop', at: 2_000 };
      expect(await queries.watchesOf(db, shop, tent.product)).toEqual([told]);
      await queries.dropWatches(db, shop, { ...watch, products: [tent.product], until: 2_000 });
      expect(await queries.watchesOf(db, shop, tent.product)).toEqual([]);
      await queries.dropWatches(db, shop, { ...watch, products: [], until: 2_000 });
      expect((await queries.watchesOf(db, shop, stove.product)).map((one) => one.waitsFor)).toEqual(['back-in-stock']);
    });

    const tells = async (of: string, product: string, more: Partial<typeof productFacts.$inferInsert> = {}) => {
      const base = { shop: of, product, kind: 'price-drop', at: 2_000, priceMinor: 900, wasMinor: 1_000 };
      await db.insert(productFacts).values({ ...base, currency: 'EUR', ...more });
    };
    const waitingFor = (visitor: string, product: string, more: Partial<queries.Watch> = {}): queries.Watch => ({
      ...{ visitor, person: null, product: product as ProductId, waitsFor: 'price-drop', priceMinor: null },
      ...{ properties: {}, at: 1_000, ...more },
    });

    it('tells who waits for what happened, page by page, each once, and of what comes later', async () => {
      const names = ['a', 'b', 'c', 'd', 'e'];
      await queries.putWatches(db, shop, [
        ...names.map((name) => waitingFor(name, 'tent')),
        waitingFor('b', 'stove', { waitsFor: 'back-in-stock', person: ann.id }),
        waitingFor('late', 'tent', { at: 2_001 }),
        waitingFor('other-kind', 'tent', { waitsFor: 'back-in-stock' }),
      ]);
      await queries.putWatches(db, other, [waitingFor('theirs', 'tent')]);
      await tells(shop, 'nothing-waited-for');
      await tells(shop, 'tent');
      await tells(other, 'tent');
      await tells(shop, 'stove', { kind: 'back-in-stock' });
      await tells(shop, 'tent', { kind: 'new' });
      const kinds = ['back-in-stock', 'price-drop'] as const;
      const told: string[] = [];
      const tellOn = async (from: queries.FactPlace): Promise<queries.FactPlace> => {
        const page = await queries.watchersOfFacts(db, shop, { from, kinds, limit: 2 });
        told.push(page.rows.map(({ fact, visitor }) => `${fact.product} ${visitor}`).join(', '));
        return page.isLast ? page.place : tellOn(page.place);
      };
      const end = await tellOn({ fact: 0, visitor: '' });
      expect(told).toEqual(['tent a, tent b', 'tent c, tent d', 'tent e, stove b', '']);
      expect(await queries.watchersOfFacts(db, shop, { from: end, kinds, limit: 2 })).toEqual({
        ...{ rows: [], place: end, isLast: true },
      });
      await tells(shop, 'stove', { kind: 'back-in-stock' });
      const { rows } = await queries.watchersOfFacts(db, shop, { from: end, kinds, limit: 2 });
      expect(rows).toMatchObject([{ visitor: 'b', person: ann.id, since: 1_000, fact: { kind: 'back-in-stock' } }]);
      const none = await queries.watchersOfFacts(db, shop, { from: end, kinds: [], limit: 2 });
      expect(none).toMatchObject({ rows: [], isLast: true });
      expect(none.place.fact).toBeGreaterThan(end.fact);
    });

    it('keeps what lies in carts apart from what was asked for, and forgets whoever no longer waits', async () => {
      const kept = { visitor: 'a', person: ann.id, product: 'tent', at: 500 };
      await queries.putKept(db, shop, [kept, { ...kept, product: 'stove' }]);
      expect(await queries.watchesOf(db, shop, 'tent' as ProductId)).toEqual([]);
      // Asked earlier and heard later: it was asked for all the same.
      await queries.putWatches(db, shop, [waitingFor('a', 'tent', { at: 400 })]);
      await queries.putKept(db, shop, [{ ...kept, at: 3_000 }]);
      expect(await queries.watchesOf(db, shop, 'tent' as ProductId)).toMatchObject([{ at: 400, person: ann.id }]);
      const idle = { visitor: 'a', product: 'stove', waitsFor: 'price-drop' as const };
      const left = async () => (await db.select().from(watches)).map(({ product }) => product).sort();
      await queries.dropIdleWatches(db, shop, [{ ...idle, since: 499 }]);
      expect(await left()).toEqual(['stove', 'tent']);
      await queries.dropIdleWatches(db, shop, [{ ...idle, since: 500 }]);
      expect(await left()).toEqual(['tent']);
      await queries.dropWatches(db, shop, { ...idle, products: [], until: 399 });
      expect(await queries.dropOldWatches(db, shop, 400)).toBe(false);
      expect(await left()).toEqual(['tent']);
      await queries.dropOldWatches(db, shop, 401);
      expect(await left()).toEqual([]);
    });

    it('adds to a profile, forgets what is null and leaves the rest', async () => {
      await queries.putSubscriber(db, shop, { ...ann, consent: 'none', now: 1_000 });
      await queries.addProfiles(db, shop, [{ person: ann.id, fields: { first_name: 'Ann', kids: [1], city: 'Kiel' } }]);
      await queries.addProfiles(db, shop, [{ person: ann.id, fields: { city: null, loyalty: 'gold' } }]);
      await queries.addProfiles(db, other, [{ person: ann.id, fields: { first_name: 'Eve' } }]);
      expect(await queries.profileOf(db, shop, ann.id)).toEqual({ first_name: 'Ann', kids: [1], loyalty: 'gold' });
    });
  });
}
