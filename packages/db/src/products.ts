import type { Money, ProductFlaw, ProductRow, ShopId } from '@winback/domain';
import { productFlaws, productWishes } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { isIgnored } from './product-filter.ts';
import { matchOf } from './product-words.ts';
import { among } from './rows.ts';
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

/**
 * The shop of a product that is found by its row. The sign keeps SQLite from going through all products of the shop instead
 * (https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_).
 */
export function inRows(shop: ShopId): SQL {
  return sql`+${products.shop} = ${shop}`;
}

/** The products in these rows, in the same order. */
export async function productsByRow(db: Database, shop: ShopId, rows: readonly number[]): Promise<Product[]> {
  if (rows.length === 0) return [];
  const found = await selectProducts(db).where(
    and(inRows(shop), sql`${products.row} in (select value from json_each(${JSON.stringify(rows)}))`),
  );
  const byRow = new Map(found.map((row) => [row.product.row, productOf(row)]));
  return rows.flatMap((row) => byRow.get(row) ?? []);
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
 * What sells and is looked at most, of what can be bought, shown and recommended; a shop without history gets its catalogue's first. Of all
 * categories, unless some are named by their ids.
 */
export async function popularProducts(
  db: Database,
  shop: ShopId,
  limit: number,
  of: readonly string[] = [],
): Promise<Product[]> {
  const inThem = of.length > 0 ? inArray(products.category, among(of)) : undefined;
  const showable = and(
    eq(products.inStock, true),
    sql`${products.letterReason} is null`,
    sql`not ${isIgnored}`,
    inThem,
  );
  const wanted = await db
    .select(shown)
    .from(demand)
    .innerJoin(products, and(eq(products.shop, demand.shop), eq(products.id, demand.product)))
    .leftJoin(categories, and(eq(categories.shop, products.shop), eq(categories.id, products.category)))
    .where(and(eq(demand.shop, shop), showable))
    .orderBy(desc(sql`${demand.buys} * 20 + ${demand.views}`), asc(demand.product))
    .limit(limit);
  const others = wanted.length < limit ? await firstShowable(db, shop, limit * 2, of) : [];
  const all = new Map([...wanted.map(productOf), ...others].map((product) => [product.id, product]));
  return [...all.values()].slice(0, limit);
}

async function firstShowable(db: Database, shop: ShopId, limit: number, of: readonly string[]): Promise<Product[]> {
  const match = matchOf(shop, { stock: 'in', letters: 'ready' }, of.length > 0 ? of : null);
  const rows = await db
    .select({ row: sql<number>`rowid` })
    .from(sql`product_words`)
    .where(sql`product_words match ${match}`)
    .orderBy(sql`rowid`)
    .limit(limit);
  const found = await productsByRow(
    db,
    shop,
    rows.map(({ row }) => row),
  );
  return found.filter(isShowable);
}

/** What the merchant wants sooner than others, of what can be bought and shown. Of all categories, unless some are named. */
export async function boostedProducts(
  db: Database,
  shop: ShopId,
  limit: number,
  of: readonly string[] = [],
): Promise<Product[]> {
  const inThem = of.length > 0 ? inArray(products.category, among(of)) : undefined;
  const rows = await selectProducts(db)
    .where(
      and(
        eq(products.shop, shop),
        // In the words of the index of wishes, or SQLite does not see that it may use it.
        sql`("wish" is not null or "ignored" = 1)`,
        eq(products.wish, 'boost'),
        eq(products.inStock, true),
        sql`${products.letterReason} is null`,
        inThem,
      ),
    )
    .limit(limit);
  return rows.map(productOf);
}

/** How many products a shop has, and how many of them can be bought now. */
export async function productCounts(db: Database, shop: ShopId): Promise<{ all: number; inStock: number }> {
  const [row] = await db
    .select({ all: sql<number>`count(*)`, inStock: sql<number>`coalesce(sum(${products.inStock}), 0)` })
    .from(products)
    .where(eq(products.shop, shop));
  return { all: row?.all ?? 0, inStock: row?.inStock ?? 0 };
}

export function selectProducts(db: Database) {
  return db
    .select(shown)
    .from(products)
    .leftJoin(categories, and(eq(categories.shop, products.shop), eq(categories.id, products.category)))
    .$dynamic();
}

export function productOf({
  product,
  category,
}: {
  product: typeof products.$inferSelect;
  category: string | null;
}): Product {
  const { id, name, url, picture, priceMinor, oldPriceMinor, currency, brand, inStock, changedAt, ignored } = product;
  const wish = productWishes.find((one) => one === product.wish) ?? null;
  const reason = productFlaws.find((one) => one === product.letterReason);
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
    notForLetters: reason === undefined ? null : reasonWords[reason],
    changedAt,
    ignored: wish === null ? ignored : wish === 'ignore',
    wish,
  };
}

/** Why a product cannot stand in a letter, as it goes on after its name. */
const reasonWords: Record<ProductFlaw, string> = {
  address: 'it has no address',
  picture: 'it has no picture',
  gone: 'its picture cannot be loaded',
  price: 'it has no price',
  category: 'it has no category',
};

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
