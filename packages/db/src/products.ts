import type { Money, ProductQuery, ProductRow, ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, asc, desc, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm';
import { pageFrom, placeOf } from './cursor.ts';
import type { Database } from './database.ts';
import { among, containing } from './rows.ts';
import { categories, demand, products } from './schema.ts';

/** A product as pages and letters show it. */
export type Product = ProductRow;

const shown = { product: products, category: categories.name };

/** The products with these ids, in no particular order; ids that the catalogue does not know are left out. */
export async function productsById(db: Database, shop: ShopId, ids: readonly string[]): Promise<Product[]> {
  if (ids.length === 0) return [];
  const rows = await selectProducts(db).where(and(eq(products.shop, shop), inArray(products.id, among(ids))));
  return rows.map(productOf);
}

/** Which of these ids the catalogue does not know; none where the shop has no catalogue yet. */
export async function unknownProducts(db: Database, shop: ShopId, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const named = sql<string>`named.value`;
  const rows = await db
    .select({ id: named })
    .from(sql`json_each(${JSON.stringify(ids)}) as named`)
    .where(
      sql`exists (select 1 from ${products} where ${products.shop} = ${shop})
        and not exists (select 1 from ${products} where ${products.shop} = ${shop} and ${products.id} = ${named})`,
    );
  return rows.map(({ id }) => id);
}

/** By name; `q` is a part of the name, the brand or the id. */
export async function listProducts(
  db: Database,
  shop: ShopId,
  query: ProductQuery,
): Promise<{ rows: Product[]; total: number; next: string | null }> {
  const where = and(eq(products.shop, shop), ...filtersOf(query));
  const place = placeOf(query.cursor);
  const after = place
    ? or(gt(products.name, String(place.value)), and(eq(products.name, String(place.value)), gt(products.id, place.id)))
    : undefined;
  const [total, rows] = await Promise.all([
    db.$count(products, where),
    selectProducts(db)
      .where(and(where, after))
      .orderBy(asc(products.name), asc(products.id))
      .limit(query.limit + 1),
  ]);
  const page = pageFrom(rows, query.limit, ({ product }) => ({ value: product.name, id: product.id }));
  return { rows: page.rows.map(productOf), total, next: page.next };
}

export async function listCategories(db: Database, shop: ShopId): Promise<{ id: string; name: string }[]> {
  return db
    .select({ id: categories.id, name: categories.name })
    .from(categories)
    .where(eq(categories.shop, shop))
    .orderBy(asc(categories.name))
    .limit(500);
}

/**
 * What sells and is looked at most, in stock and with a picture; a shop without history gets its catalogue's first. Of all
 * categories, unless some are named by their ids.
 */
export async function popularProducts(
  db: Database,
  shop: ShopId,
  limit: number,
  of: readonly string[] = [],
): Promise<Product[]> {
  const inThem = of.length > 0 ? inArray(products.category, among(of)) : undefined;
  const showable = and(eq(products.inStock, true), isNotNull(products.picture), inThem);
  const wanted = await db
    .select(shown)
    .from(demand)
    .innerJoin(products, and(eq(products.shop, demand.shop), eq(products.id, demand.product)))
    .leftJoin(categories, and(eq(categories.shop, products.shop), eq(categories.id, products.category)))
    .where(and(eq(demand.shop, shop), showable))
    .orderBy(desc(sql`${demand.buys} * 20 + ${demand.views}`), asc(demand.product))
    .limit(limit);
  const others =
    wanted.length < limit
      ? await selectProducts(db)
          .where(and(eq(products.shop, shop), showable))
          .orderBy(asc(products.hash))
          .limit(limit * 2)
      : [];
  const all = new Map([...wanted, ...others].map((row) => [row.product.id, row]));
  return [...all.values()].slice(0, limit).map(productOf);
}

/** How many products a shop has, and how many of them can be bought now. */
export async function productCounts(db: Database, shop: ShopId): Promise<{ all: number; inStock: number }> {
  const [row] = await db
    .select({ all: sql<number>`count(*)`, inStock: sql<number>`coalesce(sum(${products.inStock}), 0)` })
    .from(products)
    .where(eq(products.shop, shop));
  return { all: row?.all ?? 0, inStock: row?.inStock ?? 0 };
}

function selectProducts(db: Database) {
  return db
    .select(shown)
    .from(products)
    .leftJoin(categories, and(eq(categories.shop, products.shop), eq(categories.id, products.category)))
    .$dynamic();
}

function filtersOf(query: ProductQuery): SQL[] {
  const words = query.q?.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8) ?? [];
  return [
    ...words.map((word) => containing(products.search, word)),
    ...(query.category ? [eq(products.category, query.category)] : []),
    ...(query.stock ? [eq(products.inStock, query.stock === 'in')] : []),
  ];
}

function productOf({ product, category }: { product: typeof products.$inferSelect; category: string | null }): Product {
  const { id, name, url, picture, priceMinor, oldPriceMinor, currency, brand, inStock, changedAt, ignored } = product;
  const wish = product.wish === 'ignore' || product.wish === 'boost' ? product.wish : null;
  return {
    id,
    name,
    url,
    picture,
    price: priceMinor === null ? null : { minor: priceMinor, currency },
    oldPrice: oldPriceMinor === null ? null : { minor: oldPriceMinor, currency },
    brand,
    category: category ?? product.category,
    categoryId: product.category,
    inStock,
    notForLetters: notForLetters(product),
    changedAt,
    ignored: wish === null ? ignored : wish === 'ignore',
    wish,
  };
}

function notForLetters(product: typeof products.$inferSelect): string | null {
  if (product.url === null) return 'it has no address';
  if (product.picture === null) return 'it has no picture';
  if (product.pictureState === 'gone') return 'its picture cannot be loaded';
  if ((product.priceMinor ?? 0) <= 0) return 'it has no price';
  if (product.category === null) return 'it has no category';
  return null;
}

/** A product with what a line of a letter cannot do without: an address and a price. */
export type SellableProduct = Product & { url: string; price: Money };

export function isSellable(product: Product): product is SellableProduct {
  return product.url !== null && product.price !== null;
}

/** A product that can be recommended: it can be bought, and a letter can show it. */
export type ShowableProduct = Product & { url: string; picture: string; price: Money };

export function isShowable(product: Product): product is ShowableProduct {
  return product.inStock && !product.ignored && product.notForLetters === null;
}
