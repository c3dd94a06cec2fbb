// What the queries promise, asked of every make of database: libSQL in Node and D1 in workerd run this same list.
import type {
  EmailAddress,
  LetterFact,
  OrderId,
  PersonId,
  ProductId,
  ShopId,
  ShopSettings,
  VisitorId,
} from '@winback/domain';
import { feedGuards, scenarioDefaults, storefrontDefaults, voiceDefaults } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database, StagedOffer } from './index.ts';
import * as queries from './index.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const ann = {
  id: 'person-ann' as PersonId,
  email: 'ann@mail.example' as EmailAddress,
  name: 'Ann',
  source: 'checkout',
  namedBy: 'browser-1' as VisitorId,
};

export const settings: ShopSettings = {
  name: 'Shop',
  url: 'https://shop.example',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  language: 'en',
  sender: { name: 'Shop', address: 'letters@shop.example' as EmailAddress, postalAddress: 'Street 1, 10115 Berlin' },
  brand: { color: '#1a6b7c', logoUrl: null },
  voice: voiceDefaults,
  ...storefrontDefaults,
  scenarios: scenarioDefaults,
  feed: { url: null, everyMs: 3_600_000, guards: feedGuards },
};

export function offer(id: string, more: Partial<StagedOffer> = {}): StagedOffer {
  const base = {
    id,
    name: `Product ${id}`,
    url: `https://shop.example/${id}`,
    picture: `https://shop.example/${id}.png`,
  };
  const price = { priceMinor: 1_999, oldPriceMinor: null, currency: 'EUR' };
  return {
    ...base,
    ...price,
    ...{ groupId: null, pictures: [base.picture], categoryIds: ['c1'], ignored: false, attributes: {} },
    brand: 'Fjord',
    category: 'c1',
    inStock: true,
    description: null,
    hash: `${id}-1`,
    ...more,
  };
}

function fact(letter: string, rev: number, more: Partial<LetterFact> = {}): LetterFact & { person: PersonId } {
  return {
    letter,
    slot: `abandoned_cart:${letter}`,
    scenario: 'abandoned_cart',
    state: 'waiting',
    reason: null,
    sentence: `step ${rev}`,
    plannedAt: 1_000,
    at: 1_000 + rev,
    subject: null,
    rev,
    person: ann.id,
    ...more,
  };
}

/** A catalogue of these offers: what else was in it is sold out. */
async function imported(db: Database, tenant: ShopId, offers: StagedOffer[]) {
  await queries.putOffers(db, tenant, offers, 2);
  await queries.putCategories(db, tenant, [{ id: 'c1', name: 'Tents', parentId: null }], 'whole');
  const { missing } = await queries.missingFrom(db, tenant, new Set(offers.map((one) => one.id)));
  await queries.setStock(db, tenant, missing, { inStock: false, now: 2 });
}

export function describeQueries(make: string, open: () => Promise<Database>): void {
  describe(`the queries on ${make}`, () => {
    let db: Database;
    beforeEach(async () => {
      db = await open();
      await queries.putShop(db, shop, settings, 1);
      await queries.putShop(db, other, { ...settings, name: 'Other' }, 1);
    });

    it('keeps a shop as it was when it is made again', async () => {
      await queries.putShop(db, shop, { ...settings, name: 'Again' }, 2);
      expect((await queries.shopById(db, shop))?.settings.name).toBe('Shop');
      await queries.writeSettings(db, shop, { ...settings, name: 'Written' });
      expect((await queries.shopById(db, shop))?.settings.name).toBe('Written');
      expect((await queries.shopById(db, other))?.settings.name).toBe('Other');
      await queries.watchShop(db, shop, 2_000);
      expect((await queries.shopById(db, shop))?.watchedUntil).toBe(2_000);
      expect((await queries.shopById(db, other))?.watchedUntil).toBe(0);
    });

    it('makes one subscriber of an address, whoever names it first', async () => {
      const first = await queries.putSubscriber(db, shop, { ...ann, consent: 'none', now: 1 });
      const again = await queries.putSubscriber(db, shop, {
        ...ann,
        id: 'person-new' as PersonId,
        consent: 'subscribed',
        now: 2,
      });
      expect([first, again]).toEqual([
        { id: ann.id, consent: 'none', created: true, namedBy: 'browser-1', askedAt: null },
        { id: ann.id, consent: 'subscribed', created: false, namedBy: 'browser-1', askedAt: null },
      ]);
      const log = await queries.consentLogOf(db, shop, ann.id);
      expect(log).toMatchObject([
        { at: 2, consent: 'subscribed', source: 'checkout' },
        { at: 1, consent: 'none', source: 'checkout' },
      ]);
    });

    it('never turns an unsubscribe back because an address is named again', async () => {
      await queries.putSubscriber(db, shop, { ...ann, consent: 'subscribed', now: 1 });
      expect(await queries.unsubscribe(db, shop, ann.id, { source: 'letter', now: 2 })).toEqual({ changed: true });
      expect(await queries.unsubscribe(db, shop, ann.id, { source: 'letter', now: 3 })).toEqual({ changed: false });
      const again = await queries.putSubscriber(db, shop, { ...ann, consent: 'subscribed', now: 4 });
      expect(again.consent).toBe('unsubscribed');
      expect((await queries.consentLogOf(db, shop, ann.id)).map((line) => line.consent)).toEqual([
        'unsubscribed',
        'subscribed',
      ]);
    });

    it('keeps one address of two shops as two persons', async () => {
      await queries.putSubscriber(db, shop, { ...ann, consent: 'subscribed', now: 1 });
      const there = await queries.putSubscriber(db, other, {
        ...ann,
        id: 'person-two' as PersonId,
        consent: 'none',
        now: 1,
      });
      expect(there).toMatchObject({ id: 'person-two', consent: 'none', created: true });
      expect(await queries.subscriberById(db, other, ann.id)).toBeNull();
      await queries.putDevice(db, shop, 'visitor-1' as VisitorId, ann.id, 1);
      await queries.putDevice(db, shop, 'visitor-1' as VisitorId, ann.id, 2);
    });

    it('pages through subscribers without losing or repeating one', async () => {
      for (let n = 0; n < 7; n += 1) {
        const id = `person-${n}` as PersonId;
        await queries.putSubscriber(db, shop, {
          ...ann,
          id,
          email: `p${n}@mail.example` as EmailAddress,
          consent: 'none',
          now: n % 3,
        });
      }
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await queries.listSubscribers(db, shop, { limit: 2, ...(cursor ? { cursor } : {}) });
        expect(page.total).toBe(7);
        seen.push(...page.rows.map((row) => row.id));
        if (page.next === null) break;
        cursor = page.next;
      }
      expect([...seen].sort()).toEqual(Array.from({ length: 7 }, (_, n) => `person-${n}`));
      const found = await queries.listSubscribers(db, shop, { limit: 9, q: 'P3@' });
      expect(found.rows.map((row) => row.id)).toEqual(['person-3']);
      expect((await queries.listSubscribers(db, shop, { limit: 9, q: '%' })).total).toBe(0);
    });

    it('finds products by words in any order, with what SQL calls special taken as it is', async () => {
      await imported(db, shop, [offer('a', { name: 'Green Tent 100%' }), offer('b', { name: 'Red tent' })]);
      const ids = async (q: string) =>
        (await queries.listProducts(db, shop, { limit: 9, q })).rows.map((row) => row.id);
      expect([await ids('tent green'), await ids('100%'), await ids("o'hara_"), await ids('TENT')]).toEqual([
        ['a'],
        ['a'],
        [],
        ['a', 'b'],
      ]);
    });

    it('keeps the newest fact of a letter, in whatever order facts come', async () => {
      await queries.putSubscriber(db, shop, { ...ann, consent: 'subscribed', now: 1 });
      await queries.writeLetterFacts(db, shop, [
        fact('l1', 2, { state: 'sent', subject: 'Hello' }),
        fact('l1', 1),
        fact('l2', 1),
      ]);
      await queries.writeLetterFacts(db, shop, [
        fact('l1', 1),
        fact('l2', 3, { state: 'suppressed', reason: 'bought' }),
      ]);
      await queries.writeLetterFacts(db, other, [fact('l2', 9, { state: 'sent' })]);
      const page = await queries.listLetters(db, shop, { limit: 9 });
      expect(page.rows.map((row) => [row.id, row.state, row.reason, row.person?.email])).toEqual([
        ['l2', 'suppressed', 'bought', ann.email],
        ['l1', 'sent', null, ann.email],
      ]);
      expect(page.counts).toMatchObject({ sent: 1, suppressed: 1, waiting: 0 });
      expect((await queries.letterById(db, shop, 'l1'))?.subject).toBe('Hello');
      expect(await queries.letterById(db, other, 'l1')).toBeNull();
      expect(await queries.recipientOf(db, 'l1')).toEqual({ shop, email: ann.email });
      expect(await queries.recipientOf(db, 'nobody')).toBeNull();
      expect(await queries.scenarioBooks(db, shop, 'abandoned_cart', 0)).toHaveLength(2);
      expect((await queries.lettersOfPerson(db, shop, ann.id, 5)).map((row) => row.id).sort()).toEqual(['l1', 'l2']);
    });

    it('notes of a letter that left the first opening and the first click, of no other shop’s', async () => {
      await queries.putSubscriber(db, shop, { ...ann, consent: 'subscribed', now: 1 });
      await queries.writeLetterFacts(db, shop, [fact('l1', 1, { state: 'sent' }), fact('l2', 1)]);
      const touch = (letter: string, what: queries.Touch, now: number, of = shop) =>
        queries.touchLetter(db, of, letter, { touch: what, now });
      const times = async () => {
        const [row] = (await queries.keptOfPerson(db, shop, ann.id))?.letters.filter(({ id }) => id === 'l1') ?? [];
        return [row?.['openedAt'], row?.['clickedAt']];
      };
      expect([
        await touch('l1', 'clicked', 5, other),
        await touch('l2', 'clicked', 5),
        await touch('no', 'opened', 5),
      ]).toEqual([false, false, false]);
      expect([await touch('l1', 'seen', 4), await times()]).toEqual([true, [null, null]]);
      await touch('l1', 'opened', 5);
      await touch('l1', 'opened', 6);
      expect(await times()).toEqual([5, null]);
      await touch('l1', 'clicked', 7);
      await touch('l1', 'clicked', 8);
      expect(await times()).toEqual([5, 7]);
    });

    it('takes an order once, and learns later who bought', async () => {
      const order = {
        order: '1001' as OrderId,
        person: null,
        visitor: 'v',
        at: 1,
        total: { minor: 500, currency: 'EUR' },
        items: [{ product: 'a' as ProductId, quantity: 1 }],
        origin: 'storefront' as const,
      };
      await queries.putOrders(db, shop, [order, order]);
      await queries.putOrders(db, shop, [{ ...order, person: ann.id, total: { minor: 9, currency: 'EUR' } }]);
      await queries.putOrders(db, other, [order]);
    });

    it('knows which products a shop’s catalogue lacks, and finds nothing lacking where there is none', async () => {
      await imported(db, shop, [offer('a'), offer('b')]);
      await imported(db, shop, [offer('a')]);
      expect(await queries.unknownProducts(db, shop, ['a', 'b', 'c', '7'])).toEqual(['c', '7']);
      expect(await queries.unknownProducts(db, other, ['a', 'c'])).toEqual([]);
    });

    it('takes many claims at once, each as if it came alone', async () => {
      const [known, left] = [ann, { ...ann, id: 'person-bob' as PersonId, email: 'bob@mail.example' as EmailAddress }];
      await queries.putSubscriber(db, shop, { ...known, consent: 'none', now: 1 });
      await queries.putSubscriber(db, shop, { ...left, consent: 'subscribed', now: 1 });
      await queries.unsubscribe(db, shop, left.id, { source: 'letter', now: 2 });
      const cid = { ...ann, id: 'person-cid' as PersonId, email: 'cid@mail.example' as EmailAddress };
      const claims = [known, left, cid].map((one) => ({ ...one, consent: 'subscribed' as const, now: 3, name: null }));
      const stored = await queries.putSubscribers(db, shop, claims);
      expect([...stored.values()].map(({ id, consent, created }) => [id, consent, created]).sort()).toEqual([
        ['person-ann', 'subscribed', false],
        ['person-bob', 'unsubscribed', false],
        ['person-cid', 'subscribed', true],
      ]);
      const logged = async (id: PersonId) => (await queries.consentLogOf(db, shop, id)).map(({ consent }) => consent);
      expect([await logged(known.id), await logged(left.id), await logged(cid.id)]).toEqual([
        ['subscribed', 'none'],
        ['unsubscribed', 'subscribed'],
        ['subscribed'],
      ]);
      await queries.nameSubscribers(db, shop, [{ person: known.id, externalId: '1' }, { person: left.id }]);
      await queries.nameSubscribers(db, shop, [{ person: known.id, phone: '+1' }]);
      expect(await queries.findSubscriber(db, shop, { externalId: '1' })).toMatchObject({ id: known.id });
      expect(await queries.findSubscriber(db, shop, { phone: '+1' })).toMatchObject({ id: known.id });
    });

    it('finds subscribers by what the shop’s systems call them, of its own only', async () => {
      await queries.putSubscriber(db, shop, { ...ann, consent: 'none', now: 1 });
      await queries.nameSubscriber(db, shop, ann.id, { externalId: '7', phone: '+49' });
      const found = (tenant: ShopId, by: 'email' | 'externalId' | 'phone', ...names: string[]) =>
        queries.subscribersNamed(db, tenant, by, names).then((rows) => [...rows].map(([name, { id }]) => [name, id]));
      expect(await found(shop, 'externalId', '7', '8')).toEqual([['7', ann.id]]);
      expect(await found(shop, 'phone', '+49', '+49')).toEqual([['+49', ann.id]]);
      expect(await found(shop, 'email', ann.email)).toEqual([[ann.email, ann.id]]);
      expect(await found(other, 'email', ann.email)).toEqual([]);
    });

    it('answers what goes together and what is popular', async () => {
      await imported(db, shop, [offer('a'), offer('b'), offer('c'), offer('d', { inStock: false })]);
      const neighbours = [
        { product: 'a', rank: 0, other: 'b', score: 0.5 },
        { product: 'a', rank: 1, other: 'c', score: 0.25 },
      ];
      await queries.publishTogether(db, shop, {
        neighbours,
        products: [
          { id: 'c', views: 9, buys: 1 },
          { id: 'd', views: 99, buys: 9 },
        ],
      });
      expect(await queries.togetherWith(db, shop, ['a'])).toEqual([
        { product: 'a', other: 'b', score: 0.5 },
        { product: 'a', other: 'c', score: 0.25 },
      ]);
      expect((await queries.popularProducts(db, shop, 2)).map((row) => row.id)).toEqual(['c', 'a']);
      await queries.publishTogether(db, shop, { neighbours: neighbours.slice(0, 1), products: [] });
      expect(await queries.togetherWith(db, shop, ['a', 'b'])).toHaveLength(1);
    });

    it('keeps parked jobs by shop', async () => {
      const job = {
        id: 'j1',
        queue: 'jobs',
        kind: 'import-feed',
        subject: 'import i1',
        attempts: 6,
        error: 'down',
        body: '{}',
        now: 1,
      };
      await queries.park(db, shop, job);
      await queries.park(db, shop, job);
      expect(await queries.listParked(db, shop)).toHaveLength(1);
      expect(await queries.parkedById(db, other, 'j1')).toBeNull();
      await queries.unpark(db, other, 'j1');
      expect(await queries.parkedById(db, shop, 'j1')).toEqual({ queue: 'jobs', body: '{}' });
      await queries.unpark(db, shop, 'j1');
      expect(await queries.listParked(db, shop)).toEqual([]);
    });

    it('forgets a person of one shop, once and for all, and keeps of the address what cannot be read', async () => {
      const same = { ...ann, id: 'person-ann-2' as PersonId };
      for (const [tenant, { id }] of [
        [shop, ann],
        [other, same],
      ] as const) {
        await queries.putSubscriber(db, tenant, { ...ann, id, consent: 'subscribed', now: 1 });
        await queries.putDevice(db, tenant, 'browser-1' as VisitorId, id, 1);
      }
      await queries.writeLetterFacts(db, shop, [fact('l1', 1, { subject: 'For Ann' })]);
      const visitors = [`${shop}/p/${ann.id}`, `${shop}/v/browser-1`];
      const started = {
        id: ann.id,
        visitors,
        progress: { step: 'stores', from: 'f', after: '' },
        startedAt: 5,
      } as const;
      await queries.beginErasure(db, shop, started);
      await queries.beginErasure(db, shop, { ...started, visitors: [], startedAt: 9 });
      expect(await queries.erasureById(db, shop, ann.id)).toEqual({ ...started, endedAt: null });
      expect(await queries.erasureById(db, other, ann.id)).toBeNull();
      for (const now of [5, 6]) await queries.forgetPerson(db, shop, ann.id, { visitors, before: 5, now });
      expect(await queries.subscriberById(db, shop, ann.id)).toBeNull();
      expect(await queries.consentLogOf(db, shop, ann.id)).toEqual([]);
      expect(await queries.devicesOf(db, shop, ann.id)).toEqual([]);
      expect(await queries.letterById(db, shop, 'l1')).toMatchObject({ person: null, subject: null, state: 'waiting' });
      expect(await queries.suppressionOf(db, shop, ann.email)).toBe('erased');
      expect(await queries.isSuppressed(db, other, ann.email)).toBe(false);
      expect(await queries.subscriberById(db, other, same.id)).toMatchObject({ email: ann.email });
      expect(await queries.devicesOf(db, other, same.id)).toEqual(['browser-1']);
      await queries.endErasure(db, shop, ann.id, 7);
      expect(await queries.erasureById(db, shop, ann.id)).toMatchObject({ visitors: [], endedAt: 7 });
    });

    it('writes an erased address as the digest that the operator’s guide computes', async () => {
      expect(await queries.addressDigest('your-shop' as ShopId, 'ann@mail.example')).toBe(
        'sha256:89d3661db2cce220594bbe5e34d79bad71a0b8113c99bfbe7c33e2ab374839ee',
      );
    });

    it('suppresses an address for one shop', async () => {
      await queries.suppress(db, shop, ann.email, 'hard-bounce', 1);
      expect([
        await queries.isSuppressed(db, shop, ann.email),
        await queries.isSuppressed(db, other, ann.email),
      ]).toEqual([true, false]);
    });
  });
}
