// What a shop's own systems bring: people, products, orders, segments. Asked of every make of database.
import type { EmailAddress, OrderId, PersonId, ProductId, ShopId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Arriving, Database, Order, ServerOrder } from './index.ts';
import * as queries from './index.ts';
import { offer, settings } from './queries.suite.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const by = { source: 'import', now: 1_000, ip: null };
const list = { limit: 50 };

function arriving(email: string, more: Partial<Arriving> = {}): Arriving {
  const id = `new-${Math.random().toString(36).slice(2)}` as PersonId;
  const known = { name: null, externalId: null, phone: null, kinds: {}, profile: {} };
  return { id, email: email as EmailAddress, ...known, ...more };
}

const eur = (minor: number) => ({ minor, currency: 'EUR' });
const line = (product: string, quantity = 1, price = 10) => ({ product: product as ProductId, quantity, price });

function placed(order: string, more: Partial<Order> = {}): Order {
  const who = { person: null, visitor: 'shop-one/v/a', origin: 'storefront' } as const;
  const base = { ...who, at: 5_000, total: eur(2_000), items: [line('tent', 2)] };
  return { order: order as OrderId, ...base, ...more };
}

function reported(order: string, more: Partial<ServerOrder> = {}): ServerOrder {
  const base = { person: null, at: 5_500, total: eur(2_000), items: [line('tent', 2)], status: null, statusWord: null };
  return { order: order as OrderId, ...base, ...more };
}

export function describeSystems(make: string, open: () => Promise<Database>): void {
  describe(`what a shop's systems bring, on ${make}`, () => {
    let db: Database;
    beforeEach(async () => {
      db = await open();
      for (const one of [shop, other]) await queries.putShop(db, one, settings, 1);
    });

    it('stores people once each, and again changes nothing', async () => {
      const ann = arriving('ann@mail.example', {
        name: 'Ann',
        externalId: '5',
        kinds: { bulk: true },
        profile: { age: 30 },
      });
      const [first] = await queries.importPeople(db, shop, [ann], by);
      expect(first).toMatchObject({ created: true, consent: 'subscribed', consentChanged: true });
      const [again] = await queries.importPeople(db, shop, [{ ...ann, id: arriving('x').id }], { ...by, now: 2_000 });
      expect(again).toEqual({ ...first, created: false, consentChanged: false });
      const person = again?.id ?? ann.id;
      expect(await queries.consentLogOf(db, shop, person)).toMatchObject([
        { at: 1_000, consent: 'subscribed', source: 'import', how: 'import' },
      ]);
      expect(await queries.subscriberById(db, shop, person)).toMatchObject({ changedAt: 1_000, name: 'Ann' });
      const { byExternalId } = await queries.peopleNamed(db, shop, { externalIds: ['5'], phones: [] });
      expect(byExternalId).toEqual(new Map([['5', person]]));
      expect((await queries.peopleNamed(db, other, { externalIds: ['5'], phones: [] })).byExternalId.size).toBe(0);
    });

    it('gives an id of the shop’s to one address at a time', async () => {
      const [, ben] = await queries.importPeople(
        db,
        shop,
        [arriving('old@mail.example', { externalId: '5' }), arriving('other@mail.example', { externalId: '6' })],
        by,
      );
      const [moved] = await queries.importPeople(db, shop, [arriving('new@mail.example', { externalId: '5' })], by);
      const { byExternalId } = await queries.peopleNamed(db, shop, { externalIds: ['5', '6'], phones: [] });
      expect(byExternalId).toEqual(
        new Map([
          ['5', moved?.id],
          ['6', ben?.id],
        ]),
      );
    });

    it('turns nothing back: who left, refused or is suppressed stays so', async () => {
      const people = ['left', 'refused', 'gone'].map((name) =>
        arriving(`${name}@mail.example`, { kinds: { bulk: true } }),
      );
      const [left] = await queries.importPeople(db, shop, people, by);
      await queries.unsubscribe(db, shop, left?.id ?? people[0]?.id ?? ('' as PersonId), {
        source: 'letter',
        now: 1_500,
      });
      await queries.importPeople(db, shop, [arriving('refused@mail.example', { kinds: { bulk: false } })], by);
      expect(
        await queries.suppressAll(db, shop, ['gone@mail.example', 'never@mail.example'], {
          reason: 'imported',
          now: 2,
        }),
      ).toBe(2);
      expect(await queries.suppressAll(db, shop, ['gone@mail.example'], { reason: 'again', now: 3 })).toBe(0);
      const back = ['left', 'refused', 'gone', 'never'].map((name) =>
        arriving(`${name}@mail.example`, { kinds: { bulk: true, chain: true } }),
      );
      const after = await queries.importPeople(db, shop, back, { ...by, now: 3_000 });
      expect(after.map((one) => one.consent)).toEqual(['unsubscribed', 'subscribed', 'subscribed', 'none']);
      expect(after.map((one) => one.consentChanged)).toEqual([false, false, false, false]);
      expect(await queries.kindsOf(db, shop, after[1]?.id ?? ('' as PersonId))).toEqual({ bulk: false, chain: true });
      const changes = await queries.consentChanges(db, shop, {
        from: 0,
        until: 9_000,
        email: null,
        offset: 0,
        limit: 100,
      });
      expect(
        changes.filter((one) => one.email === 'refused@mail.example').map(({ what, kind }) => [what, kind]),
      ).toEqual([
        ['subscribed', null],
        ['unsubscribed', 'bulk'],
      ]);
      expect(changes.filter((one) => one.what === 'suppressed').map((one) => one.email)).toEqual([
        'gone@mail.example',
        'never@mail.example',
      ]);
      const page = { from: 0, until: 9_000, email: 'left@mail.example', offset: 1, limit: 1 };
      expect((await queries.consentChanges(db, shop, page)).map((one) => one.source)).toEqual(['letter']);
      expect(await queries.consentChanges(db, other, { ...page, email: null, offset: 0 })).toEqual([]);
    });

    it('writes products that are different, and takes them out of stock and back', async () => {
      const offers = [offer('a'), offer('b')];
      expect(await queries.putOffers(db, shop, offers, 1)).toEqual({ added: 2, changed: 0 });
      expect(await queries.putOffers(db, shop, offers, 2)).toEqual({ added: 0, changed: 0 });
      expect(await queries.putOffers(db, shop, [offer('a', { name: 'Tent', hash: 'a-2' })], 3)).toEqual({
        added: 0,
        changed: 1,
      });
      expect(await queries.setStock(db, shop, ['b', 'nobody'], { inStock: false, now: 4 })).toBe(1);
      expect(await queries.setStock(db, other, ['a'], { inStock: false, now: 4 })).toBe(0);
      const rows = await queries.productsById(db, shop, ['a', 'b']);
      expect(rows.map(({ name, inStock }) => [name, inStock]).sort()).toEqual([
        ['Product b', false],
        ['Tent', true],
      ]);
      expect(await queries.putOffers(db, shop, offers.slice(1), 5)).toEqual({ added: 0, changed: 1 });
      expect((await queries.listProducts(db, shop, { ...list, q: 'tent' })).total).toBe(1);
      expect(await queries.productsAmong(db, shop, ['a', 'z'])).toEqual(new Set(['a']));
    });

    it('replaces the whole tree of categories, or a part of it', async () => {
      const one = { id: 'c1', name: 'Tents', parentId: null };
      await queries.putCategories(db, shop, [one, { id: 'c2', name: 'Stoves', parentId: 'c1' }], 'whole');
      await queries.putCategories(db, shop, [{ ...one, name: 'All tents' }], 'part');
      await queries.putCategories(db, other, [one], 'whole');
      expect((await queries.listCategories(db, shop)).map(({ name }) => name)).toEqual(['All tents', 'Stoves']);
      await queries.putCategories(db, shop, [one], 'whole');
      expect(await queries.listCategories(db, shop)).toEqual([{ id: 'c1', name: 'Tents' }]);
      await queries.dropCategories(db, shop, ['c1']);
      expect([await queries.listCategories(db, shop), await queries.listCategories(db, other)]).toEqual([
        [],
        [{ id: 'c1', name: 'Tents' }],
      ]);
    });

    it('keeps collections as they are told last, and finds what can be bought in one', async () => {
      const summer = { id: 'c1', name: 'Summer', url: 'https://shop.example/summer' };
      await queries.putCollections(db, shop, [summer, { id: 'c2', name: 'Winter', url: null }]);
      await queries.putCollections(db, other, [summer]);
      await queries.putCollections(db, shop, [{ ...summer, name: 'Summer 2027' }]);
      expect(await queries.listCollections(db, shop, 9)).toEqual([{ ...summer, name: 'Summer 2027' }]);
      expect(await queries.listCollections(db, other, 9)).toEqual([summer]);
      const inSome = (id: string, collectionIds: string[], inStock = true) =>
        offer(id, { inStock, attributes: { ...offer(id).attributes, collectionIds } });
      const offers = [inSome('in-2', ['c0', 'c1']), inSome('in-1', ['c1']), inSome('out', ['c1'], false)];
      await queries.putOffers(db, shop, [...offers, inSome('near', ['c10'])], 6);
      expect((await queries.productsInCollection(db, shop, 'c1', 9)).map(({ id }) => id)).toEqual(['in-1', 'in-2']);
      expect(await queries.productsInCollection(db, other, 'c1', 9)).toEqual([]);
      const moved = { collectionIds: ['c2', 'c2'] };
      await queries.putOffers(db, shop, [offer('in-2', { attributes: moved, hash: 'moved' })], 9);
      expect((await queries.productsInCollection(db, shop, 'c1', 9)).map(({ id }) => id)).toEqual(['in-1']);
      expect((await queries.productsInCollection(db, shop, 'c2', 9)).map(({ id }) => id)).toContain('in-2');
    });

    it('adds up an hour of calls in one report', async () => {
      const problem = { kind: 'no-price', line: 3, column: 0, offer: 'x', message: 'no price', sample: '' };
      const sums = { offers: 2, added: 1, changed: 1, gone: 0, bytes: 10 };
      await queries.notePush(db, shop, { now: 3_600_500, ...sums, problems: [problem] });
      await queries.notePush(db, shop, {
        now: 3_700_000,
        ...sums,
        problems: Array.from({ length: 300 }, () => problem),
      });
      await queries.notePush(db, shop, { now: 7_300_000, ...sums, problems: [] });
      const [later, hour] = await queries.lastImports(db, shop, 5);
      expect(hour).toMatchObject({
        origin: 'api',
        state: 'done',
        startedAt: 3_600_000,
        offers: 4,
        problems: 301,
        bytes: 20,
      });
      expect(later).toMatchObject({ startedAt: 7_200_000, offers: 2, problems: 0 });
      expect(await queries.problemsOfImport(db, shop, hour?.id ?? '', 500)).toHaveLength(200);
      expect(await queries.lastImports(db, other, 5)).toEqual([]);
    });

    it('knows an order that both tell of under one number', async () => {
      await queries.putOrders(db, shop, [placed('1')]);
      const ann = (await queries.importPeople(db, shop, [arriving('ann@mail.example')], by))[0]?.id ?? ('' as PersonId);
      await queries.syncOrders(db, shop, [reported('1', { total: eur(1), items: [], person: ann })], 6_000);
      const [one] = await queries.ordersById(db, shop, ['1', '2']);
      expect(one).toMatchObject({ status: 'created', knownBy: 'both', total: eur(2_000), at: 5_000, person: ann });
      await queries.syncOrders(db, shop, [reported('1', { status: 'cancelled', statusWord: '2' })], 7_000);
      await queries.syncOrders(db, shop, [reported('1')], 8_000);
      expect((await queries.ordersById(db, shop, ['1']))[0]).toMatchObject({ status: 'cancelled', statusWord: '2' });
      expect(await queries.ordersById(db, other, ['1'])).toEqual([]);
    });

    it('lets no older word of a status undo a newer one that came before it', async () => {
      const says = (status: 'created' | 'cancelled', statusAt: number, now: number) =>
        queries.syncOrders(db, shop, [reported('1', { status, statusWord: status, statusAt })], now);
      const order = async () => (await queries.ordersById(db, shop, ['1']))[0];
      await says('cancelled', 7_000, 7_500);
      await says('created', 6_000, 8_000);
      expect(await order()).toMatchObject({ status: 'cancelled', statusWord: 'cancelled', statusAt: 7_000 });
      await says('created', 9_000, 9_500);
      expect(await order()).toMatchObject({ status: 'created', statusWord: 'created', statusAt: 9_000 });
    });

    it('keeps an order that only the shop’s system knows until the storefront tells of it', async () => {
      await queries.syncOrders(
        db,
        shop,
        [reported('1', { items: [], total: eur(0), at: null, status: 'completed', statusWord: '1' })],
        6_000,
      );
      await queries.putOrders(db, shop, [placed('9', { at: 6_000 }), placed('10', { at: 7_000 })]);
      const before = await queries.listOrders(db, shop, { ...list, unmatched: '1' });
      expect(before.rows.map(({ id, knownBy }) => [id, knownBy])).toEqual([
        ['9', 'storefront'],
        ['1', 'server'],
      ]);
      await queries.putOrders(db, shop, [placed('1'), placed('1', { total: eur(5) })]);
      const [one] = await queries.ordersById(db, shop, ['1']);
      expect(one).toMatchObject({ status: 'completed', knownBy: 'both', total: eur(2_000), items: [line('tent', 2)] });
      const after = await queries.listOrders(db, shop, { ...list, unmatched: '1' });
      expect(after).toMatchObject({ total: 1, unmatched: 1 });
    });

    it('keeps what is said of an order besides, by whichever side, until its buyer is forgotten', async () => {
      const ann = (await queries.importPeople(db, shop, [arriving('ann@mail.example')], by))[0]?.id ?? ('' as PersonId);
      const items = [{ ...line('tent', 2), extras: { size: 'XL' } }];
      const extras = { promo_code: 'MAY', custom: { gift: 'yes' } };
      await queries.putOrders(db, shop, [placed('1', { items, extras, person: ann })]);
      await queries.putOrders(db, shop, [placed('1', { extras: { promo_code: 'JUNE', channel: 'web' } })]);
      const told = { person: ann, extras: { delivery_type: 'courier', promo_code: 'MAY' } };
      await queries.syncOrders(db, shop, [reported('77', { ...told, items: [] }), reported('1', told)], 6_000);
      const all = { promo_code: 'MAY', custom: { gift: 'yes' }, channel: 'web', delivery_type: 'courier' };
      expect(await queries.orderById(db, shop, '1')).toMatchObject({ lines: items, extras: all, twin: null });
      expect(await queries.orderById(db, other, '1')).toBeNull();
      await queries.pairOrders(db, shop, [{ server: '77' as OrderId, storefront: '1' as OrderId }]);
      await queries.syncOrders(db, shop, [reported('77', { extras: { channel: 'till' } })], 7_000);
      expect((await queries.orderById(db, shop, '1'))?.extras).toMatchObject({ ...all, channel: 'till' });
      await queries.forgetPerson(db, shop, ann, { visitors: [], before: 8_000, now: 8_000 });
      await queries.syncOrders(db, shop, [reported('1', told)], 9_000);
      const [left] = await queries.ordersById(db, shop, ['1']);
      expect(left).toMatchObject({ extras: {}, items: [line('tent', 2)], person: null });
    });

    it('joins two numbers of one order: its status and its buyer go across', async () => {
      const ann = (await queries.importPeople(db, shop, [arriving('ann@mail.example')], by))[0]?.id ?? ('' as PersonId);
      await queries.putOrders(db, shop, [placed('1001')]);
      await queries.syncOrders(db, shop, [reported('77', { person: ann })], 6_000);
      const lonely = await queries.lonelyOrders(db, shop, { from: 0, until: 9_000, limit: 10 });
      expect(lonely.map(({ id, knownBy }) => [id, knownBy])).toEqual([
        ['1001', 'storefront'],
        ['77', 'server'],
      ]);
      await queries.pairOrders(db, shop, [{ server: '77' as OrderId, storefront: '1001' as OrderId }]);
      await queries.syncOrders(db, shop, [reported('77', { items: [], status: 'completed', statusWord: '1' })], 7_000);
      const { rows, unmatched } = await queries.listOrders(db, shop, list);
      expect(unmatched).toBe(0);
      expect(rows).toEqual([
        {
          id: '1001',
          at: 5_000,
          total: eur(2_000),
          pieces: 2,
          origin: 'storefront',
          knownBy: 'both',
          status: 'completed',
          statusWord: '1',
          twin: '77',
          person: { id: ann, email: 'ann@mail.example' },
        },
      ]);
      expect((await queries.ordersOfPerson(db, shop, ann, { since: 0, limit: 9 })).map((one) => one.id)).toEqual([
        '1001',
      ]);
      expect(await queries.ordersOfPerson(db, other, ann, { since: 0, limit: 9 })).toEqual([]);
      expect(await queries.lonelyOrders(db, shop, { from: 0, until: 9_000, limit: 10 })).toEqual([]);
    });

    it('keeps segments of the shop’s own people', async () => {
      const [ann] = await queries.importPeople(db, shop, [arriving('ann@mail.example')], by);
      const person = ann?.id ?? ('' as PersonId);
      for (const now of [1, 2])
        await queries.addToSegment(db, shop, 313, { people: [person, 'stranger' as PersonId], now });
      await queries.addToSegment(db, other, 313, { people: [person], now: 1 });
      await queries.addToSegment(db, shop, 7, { people: [person], now: 1 });
      expect(await queries.segmentsOf(db, shop, person)).toEqual([7, 313]);
      expect(await queries.segmentsOf(db, other, person)).toEqual([]);
      await queries.takeFromSegment(db, shop, 313, person);
      await queries.takeFromSegment(db, shop, 313, person);
      expect(await queries.segmentsOf(db, shop, person)).toEqual([7]);
    });

    it('moves an address and keeps its refusal; the former owner keeps none', async () => {
      const people = ['old', 'taken'].map((name) =>
        arriving(`${name}@mail.example`, { kinds: { bulk: true }, phone: name }),
      );
      const [old, taken] = (await queries.importPeople(db, shop, people, by)).map((one) => one.id);
      if (!old || !taken) throw new Error('two people were stored');
      const to = 'taken@mail.example' as EmailAddress;
      await queries.unsubscribe(db, shop, taken, { source: 'letter', now: 2 });
      expect(await queries.moveEmail(db, shop, old, { to, now: 3 })).toEqual({
        consent: 'unsubscribed',
        displaced: taken,
      });
      expect(await queries.moveEmail(db, shop, old, { to, now: 4 })).toEqual({
        consent: 'unsubscribed',
        displaced: null,
      });
      expect(await queries.subscriberById(db, shop, old)).toMatchObject({ email: to, consent: 'unsubscribed' });
      expect((await queries.subscriberById(db, shop, taken))?.email).toBe(`moved-${taken}@nobody.invalid`);
      await queries.moveName(db, shop, old, { name: 'phone', to: 'taken' });
      const { byPhone } = await queries.peopleNamed(db, shop, { externalIds: [], phones: ['taken', 'old'] });
      expect(byPhone).toEqual(new Map([['taken', old]]));
    });

    it('tells who waits, with what is known of them', async () => {
      const [ann] = await queries.importPeople(
        db,
        shop,
        [arriving('ann@mail.example', { profile: { first_name: 'Ann' } })],
        by,
      );
      const watch = {
        visitor: 'v',
        product: 'tent' as ProductId,
        waitsFor: 'price-drop' as const,
        priceMinor: 1,
        properties: { size: 'L' },
      };
      await queries.putWatches(db, shop, [
        { ...watch, person: ann?.id ?? null, at: 10 },
        { ...watch, visitor: 'w', person: null, at: 20 },
      ]);
      const of = { waitsFor: 'price-drop', from: 0, until: 20, limit: 5 } as const;
      expect(await queries.watchersBetween(db, shop, of)).toEqual([
        {
          at: 10,
          product: 'tent',
          properties: { size: 'L' },
          email: 'ann@mail.example',
          phone: null,
          profile: { first_name: 'Ann' },
        },
      ]);
      expect(await queries.watchersBetween(db, shop, { ...of, waitsFor: 'back-in-stock' })).toEqual([]);
      expect(await queries.watchersBetween(db, other, of)).toEqual([]);
    });
  });
}
