// What the queries of connections promise, asked of every make of database.
import type { ShopId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './index.ts';
import * as queries from './index.ts';
import { settings } from './queries.suite.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const minute = 60_000;
const sealed = { platform: 'shopify', sealed: 'v1.00000000.AAAA', options: null, now: 1_000 } as const;

export function describeConnections(name: string, open: () => Promise<Database>): void {
  describe(`connections in ${name}`, () => {
    let db: Database;

    beforeEach(async () => {
      db = await open();
      for (const one of [shop, other]) await queries.putShop(db, one, settings, 1);
    });

    it('are one a platform and shop, and no shop sees another’s', async () => {
      await queries.putConnection(db, shop, sealed);
      await queries.putConnection(db, other, { ...sealed, sealed: 'v1.00000000.BBBB' });
      expect((await queries.listConnections(db, shop)).map((row) => row.sealed)).toEqual(['v1.00000000.AAAA']);
      await queries.dropConnection(db, other, 'shopify');
      expect(await queries.connectionTo(db, shop, 'shopify')).not.toBeNull();
      expect(await queries.connectionTo(db, shop, 'woocommerce')).toBeNull();
    });

    it('keep what is not written again: the secret when an option changes, the option when the secret does', async () => {
      const options = { consentTrait: 'newsletter' };
      await queries.putConnection(db, shop, sealed);
      await queries.putConnection(db, shop, { ...sealed, sealed: null, options, now: 2_000 });
      await queries.putConnection(db, shop, { ...sealed, sealed: 'v1.00000000.CCCC', now: 3_000 });
      const row = await queries.connectionTo(db, shop, 'shopify');
      expect(row).toEqual({ platform: 'shopify', sealed: 'v1.00000000.CCCC', createdAt: 3_000, options, last: null });
    });

    it('remember what was heard last, written once a minute for the same topic', async () => {
      await queries.putConnection(db, shop, sealed);
      const last = async () => (await queries.connectionTo(db, shop, 'shopify'))?.last;
      const heard = (topic: string, now: number) =>
        queries.noteConnection(db, shop, { platform: 'shopify', topic, now });
      await heard('orders/create', minute);
      await heard('orders/create', minute + 1);
      expect(await last()).toEqual({ topic: 'orders/create', at: minute });
      await heard('orders/paid', minute + 2);
      expect(await last()).toEqual({ topic: 'orders/paid', at: minute + 2 });
      await heard('orders/paid', 3 * minute);
      expect(await last()).toEqual({ topic: 'orders/paid', at: 3 * minute });
    });
  });
}
