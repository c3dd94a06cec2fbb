// What the list of products promises, asked of every make of database.
import type { OrderId, ProductId, ProductQuery, ProductRow, ShopId } from '@winback/domain';
import { productFlaws, productSorts } from '@winback/domain';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database, StagedOffer } from './index.ts';
import * as queries from './index.ts';
import { listProducts } from './product-list.ts';
import { offer, settings } from './queries.suite.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const categories = [
  { id: 'c1', name: 'Tents', parentId: null },
  { id: 'c2', name: '2 persons', parentId: 'c1' },
  { id: 'c3', name: 'Ring', parentId: 'c4' },
  { id: 'c4', name: 'Round', parentId: 'c3' },
];
/** So little may be sorted, counted and walked that a dozen products are many. */
const tight = { sortable: 2, counted: 4, step: { products: 3, words: 3, demand: 50 }, walked: 6 };
const names = [
  'Палатка «Фьорд» 2',
  'Палатка зелёная',
  'Спальник',
  'Green tents',
  'Tent',
  'Knife AB-12/34',
  'Кофе Ёлка',
];

export function describeProducts(make: string, open: () => Promise<Database>): void {
  describe(`the catalogue on ${make}`, () => {
    let db: Database;
    beforeEach(async () => {
      db = await open();
      for (const tenant of [shop, other]) {
        await queries.putShop(db, tenant, settings, 1);
        await queries.putCategories(db, tenant, categories, 'whole');
      }
    });

    const put = (offers: readonly StagedOffer[], tenant = shop) => queries.putOffers(db, tenant, offers, 1);
    const ids = async (query: Partial<ProductQuery>, tenant = shop) =>
      (await listProducts(db, tenant, { limit: 50, ...query })).rows.map((row) => row.id);

    describe('finds', () => {
      beforeEach(async () => {
        await put([
          offer('id-70044', {
            name: 'Палатка «Фьорд» 2',
            brand: 'Fjord',
            attributes: { vendorCode: 'WB/9981-X', barcode: '4601234567890' },
          }),
          offer('b', { name: 'Палатка Ёлка зелёная', brand: 'Skerry' }),
          offer('c', { name: 'Big tents for families', brand: 'Fjord' }),
          offer('d', { name: 'Tent', brand: 'Skerry', hash: 'd-1' }),
        ]);
        await put([offer('neighbour', { name: 'Палатка чужая' })], other);
      });

      it.each([
        ['палат', ['b', 'id-70044']],
        ['ПАЛАТКИ', ['b', 'id-70044']],
        ['алатк', ['b', 'id-70044']],
        ['елка', ['b']],
        ['ёлк зелен', ['b']],
        ['tent', ['c', 'd']],
        ['tents', ['c', 'd']],
        ['famil', ['c']],
        ['fjord палатка', ['id-70044']],
        ['7004', ['id-70044']],
        ['id-70044', ['id-70044']],
        ['wb/9981', ['id-70044']],
        ['981-x', ['id-70044']],
        ['4601234567890', ['id-70044']],
        ['палатка tent', []],
        ['чужая', []],
        ['%', []],
        ['"', []],
        ['" OR facets : i1', []],
        ['NOT tent AND (', []],
      ])('%j: a part of a word, of an id or of a code', async (q, found) => {
        expect((await ids({ q })).sort()).toEqual([...found].sort());
      });

      it('by the words that a product has now, not by those it had', async () => {
        await put([offer('d', { name: 'Kettle', brand: null, hash: 'd-2' })]);
        expect(await ids({ q: 'tent' })).toEqual(['c']);
        expect(await ids({ q: 'kettle' })).toEqual(['d']);
        expect(await ids({ brand: 'Skerry' })).toEqual(['b']);
        await queries.setStock(db, shop, ['d'], { inStock: false, now: 2 });
        expect(await ids({ q: 'kettle', stock: 'out' })).toEqual(['d']);
        expect(await ids({ q: 'kettle', stock: 'in' })).toEqual([]);
      });
    });

    it('cuts by a category with what lies below it, also where parents go in a circle', async () => {
      await put([
        offer('a', { category: 'c1', categoryIds: ['c1'] }),
        offer('b', { category: 'c2', categoryIds: ['c2', 'c3'] }),
        offer('c', { category: 'c4', categoryIds: ['c4'] }),
      ]);
      expect(await ids({ category: 'c1' })).toEqual(['a', 'b']);
      expect(await ids({ category: 'c2' })).toEqual(['b']);
      expect(await ids({ category: 'c3' })).toEqual(['b', 'c']);
      expect(await ids({ category: 'nowhere' })).toEqual([]);
    });

    it('knows why a product cannot stand in a letter', async () => {
      await put([
        offer('ready'),
        offer('address', { url: null }),
        offer('picture', { picture: null, pictures: [] }),
        offer('price', { priceMinor: null }),
        offer('category', { category: null, categoryIds: [] }),
        offer('gone'),
      ]);
      const looked = { id: 'gone', picture: 'https://shop.example/gone.png' };
      await queries.notePictures(db, shop, [{ ...looked, state: 'gone' }], 5);
      for (const flaw of productFlaws) expect(await ids({ letters: flaw })).toEqual([flaw]);
      expect(await ids({ letters: 'ready' })).toEqual(['ready']);
      expect(await ids({ letters: 'not' })).toHaveLength(5);
      await put([offer('gone', { picture: 'https://shop.example/new.png', hash: 'another' })]);
      expect(await ids({ letters: 'gone' })).toEqual([]);
    });

    it('names what can be chosen, with the way to it, as one types', async () => {
      await put([offer('a', { brand: 'Fjord' }), offer('b', { brand: 'Fjell' }), offer('c', { brand: 'Ёж' })]);
      const facet = async (kind: 'brand' | 'category', q?: string) =>
        (await queries.productFacets(db, shop, { kind, ...(q ? { q } : {}) })).values.map(({ path }) =>
          path.join(' > '),
        );
      expect(await facet('brand')).toEqual(['Fjell', 'Fjord', 'Ёж']);
      expect(await facet('brand', 'jo')).toEqual(['Fjord']);
      expect(await facet('brand', 'ЕЖ')).toEqual(['Ёж']);
      expect(await facet('category', 'pers')).toEqual(['Tents > 2 persons']);
      expect(await queries.productFacets(db, shop, { kind: 'category', id: 'c2' })).toEqual({
        values: [{ id: 'c2', path: ['Tents', '2 persons'] }],
        more: false,
      });
      expect(await facet('category', 'ring')).toEqual(['Ring > Round', 'Round > Ring']);
    });

    describe('takes the merchant’s word', () => {
      beforeEach(async () => {
        await put([offer('a'), offer('b'), offer('c', { brand: 'Skerry' }), offer('d', { ignored: true })]);
        await put([offer('a')], other);
      });

      it('for some products, or for all that are found, and for no neighbour’s', async () => {
        expect(await queries.wishProducts(db, shop, { wish: 'boost', ids: ['a', 'a', 'nobody'] })).toBe(1);
        expect(await queries.wishProducts(db, shop, { wish: 'ignore', query: { brand: 'Fjord' } })).toBe(3);
        expect(await ids({ wish: 'ignored' })).toEqual(['a', 'b', 'd']);
        expect(await queries.wishProducts(db, shop, { wish: null, query: { wish: 'ignored', priceTo: 5_000 } })).toBe(
          3,
        );
        expect(await ids({ wish: 'ignored' })).toEqual(['d']);
        expect(await queries.wishProducts(db, shop, { wish: 'boost', query: {} })).toBe(4);
        expect(await ids({ wish: 'boosted' })).toEqual(['a', 'b', 'c', 'd']);
        expect(await ids({ wish: 'boosted' }, other)).toEqual([]);
      });

      it('over the feed’s, which stays when the merchant’s is taken back', async () => {
        const [before] = await queries.productsById(db, shop, ['d']);
        await queries.wishProducts(db, shop, { wish: 'boost', ids: ['d'] });
        const [after] = await queries.productsById(db, shop, ['d']);
        expect([before, after].map((one) => one?.ignored)).toEqual([true, false]);
        expect((await queries.popularProducts(db, shop, 9)).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'd']);
        await queries.wishProducts(db, shop, { wish: null, ids: ['d'] });
        expect((await queries.popularProducts(db, shop, 9)).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
      });
    });

    it('has the last orders with a product, each once, also after an order was changed', async () => {
      const line = (product: string, quantity = 1) => ({ product: product as ProductId, quantity });
      const order = (id: string, at: number, products: string[]) => ({
        ...{ order: id as OrderId, person: null, visitor: 'v1', at, total: { minor: 900, currency: 'EUR' } },
        ...{ items: products.map((one) => line(one)), origin: 'storefront' as const },
      });
      await queries.putOrders(db, shop, [
        order('o1', 10, ['a', 'b', 'a']),
        order('o2', 20, ['a']),
        order('o3', 30, ['b']),
      ]);
      const told = async (id: string) =>
        (await queries.ordersWith(db, shop, id, 10)).map((one) => [one.id, one.quantity]);
      expect(await told('a')).toEqual([
        ['o2', 1],
        ['o1', 2],
      ]);
      expect(await told('b')).toEqual([
        ['o3', 1],
        ['o1', 1],
      ]);
    });

    it('pages through exactly what is asked for, each product once, in the order that it says', async () => {
      const product = fc.record({
        name: fc.constantFrom(...names),
        brand: fc.constantFrom('Fjord', 'Skerry', null),
        categoryIds: fc.subarray(['c1', 'c2', 'c4']),
        inStock: fc.boolean(),
        priceMinor: fc.constantFrom(null, 100, 200, 300),
        url: fc.constantFrom(null, 'https://shop.example/x'),
        demand: fc.constantFrom(0, 0, 1, 7),
        boosted: fc.boolean(),
      });
      const filter = fc.record(
        {
          q: fc.constantFrom('палат', 'tent', 'зелен', '12', 'fjo'),
          brand: fc.constantFrom('Fjord', 'Skerry'),
          category: fc.constantFrom('c1', 'c2', 'c3'),
          stock: fc.constantFrom('in', 'out'),
          letters: fc.constantFrom('ready', 'not', 'address', 'price'),
          wish: fc.constant('boosted'),
          priceFrom: fc.constantFrom(100, 150),
          priceTo: fc.constantFrom(200, 250),
          sort: fc.constantFrom(...productSorts),
        },
        { requiredKeys: [] },
      ) as fc.Arbitrary<Omit<ProductQuery, 'limit'>>;
      const asks = fc.array(fc.tuple(filter, fc.constantFrom(1, 3, 50), fc.boolean()), { minLength: 6, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(fc.array(product, { maxLength: 14 }), asks, async (made, questions) => {
          db = await open();
          await queries.putShop(db, shop, settings, 1);
          await queries.putCategories(db, shop, categories, 'whole');
          const offers = made.map(({ demand: _demand, boosted: _boosted, ...more }, n) =>
            offer(`p${n}`, { ...more, category: more.categoryIds[0] ?? null }),
          );
          await put(offers);
          const wanted = made.flatMap(({ demand }, n) => (demand > 0 ? [{ id: `p${n}`, views: demand, buys: 0 }] : []));
          await queries.publishTogether(db, shop, { neighbours: [], products: wanted });
          const boosted = made.flatMap((one, n) => (one.boosted ? [`p${n}`] : []));
          if (boosted.length > 0) await queries.wishProducts(db, shop, { wish: 'boost', ids: boosted });
          for (const [asked, limit, isTight] of questions) {
            const all = await pages(db, { ...asked, limit }, isTight);
            const expected = offers.filter((one, n) => isAsked(one, made[n]?.boosted ?? false, asked));
            expect(all.rows.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
            expect(all.total <= expected.length && (all.more || all.total === expected.length)).toBe(true);
            expect(all.rows.map(({ id }) => id)).toEqual(sorted(all.rows, all.sort, made).map(({ id }) => id));
            if (!isTight) expect([all.sort, all.more]).toEqual([asked.sort ?? 'name', false]);
          }
        }),
        { numRuns: 12 },
      );
    }, 60_000);
  });
}

async function pages(db: Database, query: ProductQuery, isTight: boolean) {
  const first = await listProducts(db, shop, query, isTight ? tight : undefined);
  const rows = [...first.rows];
  for (let next = first.next; next !== null; ) {
    const page: typeof first = await listProducts(db, shop, { ...query, cursor: next }, isTight ? tight : undefined);
    expect(page.sort).toBe(first.sort);
    rows.push(...page.rows);
    next = page.next;
  }
  return { rows, total: first.total, more: first.more, sort: first.sort };
}

const below: Record<string, string[]> = { c1: ['c1', 'c2'], c2: ['c2'], c3: ['c3', 'c4'] };

function isAsked(one: StagedOffer, boosted: boolean, asked: Partial<ProductQuery>): boolean {
  const text = `${one.name} ${one.brand ?? ''}`.toLowerCase().replaceAll('ё', 'е');
  const flaw =
    one.url === null ? 'address' : one.priceMinor === null ? 'price' : one.category === null ? 'category' : null;
  const price = one.priceMinor;
  return (
    (asked.q === undefined || text.includes(asked.q)) &&
    (asked.brand === undefined || one.brand === asked.brand) &&
    (asked.category === undefined || one.categoryIds.some((id) => below[asked.category ?? '']?.includes(id))) &&
    (asked.stock === undefined || one.inStock === (asked.stock === 'in')) &&
    (asked.letters === undefined ||
      (asked.letters === 'ready' ? flaw === null : asked.letters === 'not' ? flaw !== null : flaw === asked.letters)) &&
    (asked.wish === undefined || boosted) &&
    (asked.priceFrom === undefined || (price !== null && price >= asked.priceFrom)) &&
    (asked.priceTo === undefined || (price !== null && price <= asked.priceTo))
  );
}

/** The same rows in the order of their keys; equal keys stay as they came. */
function sorted(
  rows: readonly ProductRow[],
  sort: ProductQuery['sort'],
  made: readonly { demand: number }[],
): ProductRow[] {
  const bytes = (text: string) =>
    [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const number = (row: ProductRow) => Number(row.id.slice(1));
  const price = (row: ProductRow, none: number) => row.price?.minor ?? none;
  const demandOf = (row: ProductRow) => made[number(row)]?.demand ?? 0;
  return [...rows].sort((one, other) => {
    if (sort === 'name') return bytes(one.name) < bytes(other.name) ? -1 : one.name === other.name ? 0 : 1;
    if (sort === 'price') return price(one, 1e9) - price(other, 1e9);
    if (sort === '-price') return price(other, -1) - price(one, -1);
    if (sort === 'popular' && demandOf(one) + demandOf(other) > 0) return demandOf(other) - demandOf(one);
    return number(other) - number(one);
  });
}
