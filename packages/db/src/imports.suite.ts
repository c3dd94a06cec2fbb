// What an import promises of the catalogue, asked of every make of database.
import type { FeedImport, FeedProblem, ShopId } from '@winback/domain';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database, ImportClaim, ImportPlace, OfferPart, StagedOffer } from './index.ts';
import * as queries from './index.ts';
import { offer, settings } from './queries.suite.ts';
import { productFacts, productHistory, products } from './schema.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const leaseMs = 100;
const list = { limit: 20 };

function part(offers: StagedOffer[]): OfferPart {
  const rows = offers.map((one) => ({ hash: one.hash, row: queries.rowText(one) }));
  return queries.partOf(rows, offers);
}

interface Feed {
  offers: StagedOffer[];
  gone?: string[];
  now?: number;
}

export function describeImports(make: string, open: () => Promise<Database>): void {
  describe(`imports on ${make}`, () => {
    let db: Database;
    beforeEach(async () => {
      db = await open();
      await queries.putShop(db, shop, settings, 1);
      await queries.putShop(db, other, settings, 1);
    });

    const claimOf = (id: string, by = 'worker-1'): ImportClaim => ({ shop, import: id, by });
    const claimed = (id: string, now: number, by?: string) =>
      queries.claimImport(db, claimOf(id, by), { now, leaseMs, origin: 'feed' });
    const held = (id: string, now: number, by?: string): Promise<ImportPlace> =>
      claimed(id, now, by).then((place) => {
        if (typeof place === 'string') throw new Error(`not claimed: ${place}`);
        return place;
      });

    /** The steps that write, as the import's job takes them. */
    async function imported(id: string, { offers, gone = [], now = 5 }: Feed): Promise<void> {
      const tellsNew = await queries.hasProducts(db, shop);
      const claim = claimOf(id);
      const place = await held(id, now);
      await queries.switchOffers(db, claim, { part: part(offers), tellsNew, now, place });
      await queries.switchGone(db, claim, { ids: gone, now, place });
      await queries.switchLists(db, shop, {
        categories: [{ id: 'c1', name: 'Tents', parentId: null }],
        collections: [],
      });
      await queries.endImport(db, claim, { state: 'done', now, sums: { offers: offers.length } });
    }
    const catalogue = async () =>
      (await queries.listProducts(db, shop, list)).rows.map((row) => [row.id, row.price?.minor, row.inStock]);
    const history = () =>
      db
        .select({ product: productHistory.product, until: productHistory.until, price: productHistory.priceMinor })
        .from(productHistory);
    const facts = () =>
      db
        .select({
          product: productFacts.product,
          kind: productFacts.kind,
          was: productFacts.wasMinor,
          at: productFacts.at,
        })
        .from(productFacts);
    const one = async (id: string): Promise<FeedImport | null> => queries.importById(db, shop, id);

    it('puts a feed into the catalogue: what is new, what is different, what is gone', async () => {
      await imported('i1', { offers: [offer('a'), offer('b'), offer('c')] });
      const second = [offer('a'), offer('b', { priceMinor: 999, hash: 'b-2' }), offer('d')];
      await imported('i2', { offers: second, gone: ['c'], now: 9 });
      expect(await catalogue()).toEqual([
        ['a', 1_999, true],
        ['b', 999, true],
        ['c', 1_999, false],
        ['d', 1_999, true],
      ]);
      expect((await queries.listProducts(db, shop, list)).rows.map(({ category }) => category)).toContain('Tents');
      expect((await queries.listProducts(db, other, list)).total).toBe(0);
      expect(await queries.productCounts(db, shop)).toEqual({ all: 4, inStock: 3 });
    });

    it('knows offers again, whatever their ids are made of', async () => {
      const ids = ['1', '01', 'a"b', 'a\\b', '__proto__', 'Палатка 5', '👟', "o'hara", '$.x', 'a\u0001b', 'x'];
      const offers = ids.map((id) => offer(id, { hash: 'same' }));
      await imported('i1', { offers: offers.slice(0, -1) });
      expect(await queries.offersUnlike(db, shop, offers)).toEqual([{ id: 'x', known: null }]);
      const others = offers.slice(0, -1).map((one) => ({ ...one, hash: 'other' }));
      expect((await queries.offersUnlike(db, shop, others)).map(({ id }) => id).sort()).toEqual(
        ids.slice(0, -1).sort(),
      );
      expect(await queries.offersUnlike(db, other, offers)).toHaveLength(ids.length);
    });

    it('keeps whatever a hash is made of as a text among others', async () => {
      const hashes = ['a"b', '"],["', '\\', "o'hara", ');--', '\u0001', ''];
      const offers = hashes.map((hash, at) => offer(`p${at}`, { hash }));
      await imported('i1', { offers });
      const rows = await db.select({ hash: products.hash }).from(products).orderBy(products.id);
      expect(rows.map(({ hash }) => hash)).toEqual(hashes);
      expect(await queries.offersUnlike(db, shop, offers)).toEqual([]);
    });

    it('notes how it was, and what is worth a letter, once', async () => {
      await imported('i1', { offers: [offer('a'), offer('b', { inStock: false }), offer('c')] });
      expect([await history(), await facts()]).toEqual([[], []]);
      const second = [
        offer('a', { priceMinor: 999, hash: 'a-2' }),
        offer('b', { hash: 'b-2' }),
        offer('c', { name: 'Other words', hash: 'c-2' }),
        offer('d'),
      ];
      for (const id of ['i2', 'i3']) await imported(id, { offers: second, now: 9 });
      expect(await history()).toEqual([
        { product: 'a', until: 9, price: 1_999 },
        { product: 'b', until: 9, price: 1_999 },
      ]);
      expect((await facts()).map(({ product, kind, was }) => [product, kind, was]).sort()).toEqual([
        ['a', 'price-drop', 1_999],
        ['b', 'back-in-stock', 1_999],
        ['d', 'new', null],
      ]);
    });

    it.each([
      ['in another currency', { currency: 'JPY' }, { priceMinor: 100, currency: 'EUR' }],
      ['to none', { priceMinor: 100 }, { priceMinor: null }],
      ['from none', { priceMinor: null }, { priceMinor: 100 }],
      ['to a higher one', { priceMinor: 100 }, { priceMinor: 101 }],
    ])('tells of no cheaper price where it goes %s, and notes how it was', async (_how, before, after) => {
      await imported('i1', { offers: [offer('a', before)] });
      await imported('i2', { offers: [offer('a', { ...after, hash: 'a-2' })], now: 9 });
      expect([await facts(), (await history()).length]).toEqual([[], 1]);
    });

    it('leaves alone what the merchant and time have said of a product', async () => {
      await imported('i1', { offers: [offer('a'), offer('b')], now: 5 });
      await db.update(products).set({ wish: 'boost', pictureState: 'gone', pictureAt: 6 });
      const moved = { picture: 'https://shop.example/new.png', hash: 'b-2' };
      await imported('i2', { offers: [offer('a', { name: 'Renamed', hash: 'a-2' }), offer('b', moved)], now: 9 });
      const rows = await db.select().from(products).orderBy(products.id);
      expect(rows.map(({ wish, firstAt, changedAt }) => [wish, firstAt, changedAt])).toEqual([
        ['boost', 5, 9],
        ['boost', 5, 9],
      ]);
      expect(rows.map(({ pictureState, pictureAt }) => [pictureState, pictureAt])).toEqual([
        ['gone', 6],
        [null, null],
      ]);
    });

    it('sells out only what a feed had brought, and takes what it names over', async () => {
      await queries.putOffers(db, shop, [offer('pushed'), offer('both')], 3);
      await imported('i1', { offers: [offer('both', { hash: 'both-2' }), offer('fed')] });
      const named = await queries.inStockAfter(db, shop, { after: '', limit: 9, of: 'feed' });
      expect(named.map(({ id }) => id)).toEqual(['both', 'fed']);
      await imported('i2', { offers: [], gone: ['pushed', 'both', 'fed'], now: 9 });
      expect(await catalogue()).toEqual([
        ['both', 1_999, false],
        ['fed', 1_999, false],
        ['pushed', 1_999, true],
      ]);
      expect((await history()).map(({ product }) => product).sort()).toEqual(['both', 'fed']);
    });

    it('belongs to one worker at a time, until it lets go or is not heard of', async () => {
      expect(await claimed('i1', 10)).toMatchObject({ step: 'fetching', by: 'worker-1', until: 110, tries: 1 });
      expect(await claimed('i1', 50, 'worker-2')).toBe('busy');
      expect(await claimed('i1', 110, 'worker-2')).toMatchObject({ by: 'worker-2', tries: 2 });
      const place = await held('i2', 10);
      await queries.moveImport(db, claimOf('i2'), { place: { ...place, until: 0, tries: 0, step: 'reading' } });
      expect(await claimed('i2', 11, 'worker-2')).toMatchObject({ step: 'reading', by: 'worker-2', tries: 1 });
    });

    it('writes nothing for a worker who has lost it', async () => {
      await imported('i0', { offers: [offer('a')], now: 5 });
      const place = await held('i1', 10);
      await claimed('i1', 500, 'worker-2');
      const lost = claimOf('i1');
      const at = { now: 501, place };
      const problems: FeedProblem[] = [{ kind: 'x', line: 1, column: 1, offer: null, message: 'x', sample: '' }];
      const answers = [
        (
          await queries.switchOffers(db, lost, {
            ...at,
            part: part([offer('a', { hash: 'a-2', priceMinor: 1 }), offer('b')]),
            tellsNew: true,
          })
        ).held,
        (await queries.switchGone(db, lost, { ...at, ids: ['a'] })).held,
        await queries.moveImport(db, lost, { place }),
        await queries.noteReading(db, lost, { place, sums: { offers: 9 }, problems }),
        await queries.noteComparison(db, lost, { ...at, sums: {}, state: 'waiting' }),
        await queries.endImport(db, lost, { state: 'failed', now: 501, sums: {}, problems }),
      ];
      expect(answers).toEqual([false, false, false, false, false, false]);
      expect(await catalogue()).toEqual([['a', 1_999, true]]);
      expect([await history(), await facts(), await queries.problemsOfImport(db, shop, 'i1', 9)]).toEqual([[], [], []]);
      expect(await one('i1')).toMatchObject({ state: 'running', offers: 0 });
    });

    it('waits for a word, goes on when it comes, and makes way for a newer one', async () => {
      const waiting = async (id: string) => {
        const place = { ...(await held(id, 10)), by: null, until: 0 };
        await queries.noteComparison(db, claimOf(id), { place, sums: { message: 'why' }, state: 'waiting', now: 11 });
      };
      await waiting('i1');
      expect(await claimed('i1', 900)).toBe('waiting');
      await waiting('i2');
      expect(await one('i1')).toMatchObject({
        state: 'stopped',
        endedAt: 11,
        message: expect.stringContaining('newer'),
      });
      expect(await queries.confirmImport(db, other, 'i2')).toBe(false);
      expect(await queries.stopImport(db, other, 'i2', 20)).toBe(false);
      expect(await queries.confirmImport(db, shop, 'i1')).toBe(false);
      expect(await queries.confirmImport(db, shop, 'i2')).toBe(true);
      expect(await claimed('i2', 12)).toMatchObject({ by: 'worker-1' });
      expect(await queries.stopImport(db, shop, 'i2', 20)).toBe(false);
      await waiting('i3');
      expect(await queries.stopImport(db, shop, 'i3', 20)).toBe(true);
      expect(await one('i3')).toMatchObject({ state: 'stopped', endedAt: 20 });
      expect(await claimed('i3', 900)).toBe('stopped');
    });

    it('tells how far it is while it runs, and its problems by line', async () => {
      const place = await held('i1', 10);
      const problem = { kind: 'truncated', column: 2, offer: null, message: 'it ends here', sample: '<offer' };
      const problems = [9, 4].map((line) => ({ ...problem, line }));
      const sums = { offers: 3, problems: 2, problemKinds: '{"truncated":2}', format: 'yml' };
      const next: ImportPlace = { ...place, step: 'comparing', done: 3, of: 7 };
      for (let round = 0; round < 2; round += 1)
        await queries.noteReading(db, claimOf('i1'), { place: next, sums, problems });
      expect(await one('i1')).toMatchObject({
        state: 'running',
        offers: 3,
        format: 'yml',
        progress: { step: 'comparing', done: 3, of: 7 },
      });
      expect((await queries.problemsOfImport(db, shop, 'i1', 9)).map(({ line }) => line)).toEqual([4, 9]);
      expect(await queries.problemsOfImport(db, other, 'i1', 9)).toEqual([]);
      await queries.endImport(db, claimOf('i1'), { state: 'failed', now: 30, sums: { message: 'cut' } });
      expect(await one('i1')).toMatchObject({ state: 'failed', message: 'cut', endedAt: 30, progress: null });
      expect(await queries.importById(db, other, 'i1')).toBeNull();
    });

    it('remembers what the server said of the feed that the catalogue is made of, and of no other file', async () => {
      const said = { url: 'https://shop.example/f', etag: '"1"', lastModified: null };
      const validators = { ...said, currency: 'EUR', digest: null, at: 1 };
      const ended = async (id: string, now: number, origin: FeedImport['origin'], state: 'done' | 'failed') => {
        await queries.claimImport(db, claimOf(id), { now, leaseMs, origin });
        const sums = origin === 'feed' ? { validators: JSON.stringify(validators) } : {};
        await queries.endImport(db, claimOf(id), { state, now, sums });
      };
      await ended('i1', 10, 'feed', 'failed');
      expect(await queries.lastValidators(db, shop)).toBeNull();
      await ended('i2', 20, 'feed', 'done');
      await ended('i3', 30, 'upload', 'failed');
      expect(await queries.lastValidators(db, shop)).toEqual(validators);
      await ended('i4', 40, 'upload', 'done');
      expect(await queries.lastValidators(db, shop)).toBeNull();
    });

    it('names the imports that came to their end and are not among the newest', async () => {
      for (const [at, id] of ['i1', 'i2', 'i3', 'i4'].entries()) {
        await claimed(id, at * 1_000);
        if (id !== 'i2') await queries.endImport(db, claimOf(id), { state: 'done', now: at * 1_000, sums: {} });
      }
      expect(await queries.endedImports(db, shop, ['i1', 'i2', 'i3', 'i4', 'never'], 1)).toEqual(['i1', 'i3']);
      expect(await queries.endedImports(db, other, ['i1'], 1)).toEqual([]);
    });

    it('replaces categories and collections, and keeps them where a feed has none', async () => {
      const categories = ['c1', 'c2'].map((id) => ({ id, name: `Category ${id}`, parentId: null, url: null }));
      const collections = ['k1', 'k2'].map((id) => ({ id, name: `List ${id}`, url: null }));
      const names = async (table: string) =>
        (await db.select({ id: sql<string>`id` }).from(sql.raw(table)).where(sql`shop = ${shop}`)).map(({ id }) => id);
      const both = async () => [await names('categories'), await names('collections')];
      await queries.switchLists(db, shop, { categories, collections });
      await queries.switchLists(db, other, { categories, collections });
      await queries.switchLists(db, shop, { categories: [], collections: [] });
      expect(await both()).toEqual([
        ['c1', 'c2'],
        ['k1', 'k2'],
      ]);
      const renamed = collections.slice(0, 1).map((one) => ({ ...one, name: 'Renamed' }));
      await queries.switchLists(db, shop, { categories: categories.slice(1), collections: renamed });
      expect(await both()).toEqual([['c2'], ['k1']]);
    });

    it('forgets facts of a month ago, and only those', async () => {
      await imported('i1', { offers: [offer('z')] });
      for (const [at, id] of ['a', 'b', 'c'].entries())
        await imported(`n${at}`, { offers: [offer(id)], now: at * 1_000 + 50 });
      await queries.dropOldFacts(db, other, 9_000);
      await queries.dropOldFacts(db, shop, 2_050);
      expect((await facts()).map(({ product, kind }) => [product, kind])).toEqual([['c', 'new']]);
    });

    it('takes what a shop’s system sends as news only once there was a catalogue for a day', async () => {
      const day = 86_400_000;
      await queries.putOffers(db, shop, [offer('a')], 1);
      await queries.notePush(db, shop, { now: 1, offers: 1, added: 1, changed: 0, gone: 0, bytes: 1, problems: [] });
      await queries.putOffers(db, shop, [offer('b')], day);
      expect(await facts()).toEqual([]);
      await queries.putOffers(db, shop, [offer('c')], day + 2);
      await queries.setStock(db, shop, ['a'], { inStock: false, now: day + 3 });
      await queries.setStock(db, shop, ['a', 'b'], { inStock: true, now: day + 4 });
      expect((await facts()).map(({ product, kind }) => [product, kind])).toEqual([
        ['c', 'new'],
        ['a', 'back-in-stock'],
      ]);
      expect((await history()).map(({ product, until }) => [product, until])).toEqual([
        ['a', day + 3],
        ['a', day + 4],
      ]);
    });
  });
}
