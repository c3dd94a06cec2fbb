// What the shop knows of people, asked of every make of database.
import type { EmailAddress, PersonId, ProductId, ShopId, VisitorId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './index.ts';
import * as queries from './index.ts';
import { settings } from './queries.suite.ts';

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

    it('adds to a profile, forgets what is null and leaves the rest', async () => {
      await queries.putSubscriber(db, shop, { ...ann, consent: 'none', now: 1_000 });
      await queries.addProfiles(db, shop, [{ person: ann.id, fields: { first_name: 'Ann', kids: [1], city: 'Kiel' } }]);
      await queries.addProfiles(db, shop, [{ person: ann.id, fields: { city: null, loyalty: 'gold' } }]);
      await queries.addProfiles(db, other, [{ person: ann.id, fields: { first_name: 'Eve' } }]);
      expect(await queries.profileOf(db, shop, ann.id)).toEqual({ first_name: 'Ann', kids: [1], loyalty: 'gold' });
    });
  });
}
