// What the page of one product shows, beside what its row says.
import type { CartLine, Money, ProductAttributes, ProductFlaw, ShopId } from '@winback/domain';
import { productAttributesSchema, productFlaws } from '@winback/domain';
import { and, asc, count, desc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { placeNames } from './places.ts';
import { groupMatch } from './product-words.ts';
import type { Product } from './products.ts';
import { productOf, productsByRow, selectProducts } from './products.ts';
import { demand, orderProducts, orders, productHistory, products, subscribers, watches } from './schema.ts';
import type { WaitsFor } from './watches.ts';

const historyShown = 200;

export interface ProductStory {
  product: Product;
  /** What keeps it from letters. */
  flaw: ProductFlaw | null;
  pictures: string[];
  pictureState: string | null;
  pictureAt: number | null;
  description: string | null;
  categoryIds: string[];
  attributes: ProductAttributes;
  group: string | null;
  origin: string;
  firstAt: number;
  ignoredByFeed: boolean;
  /** Since the shop began; null: it is not among the most wanted. */
  ever: { views: number; buys: number } | null;
  /** How it was until a moment, oldest first. */
  history: { until: number; price: Money | null; inStock: boolean }[];
}

type Located = ProductAttributes['locations'][number];

function named(place: Located, name: string | undefined): Located {
  return name === undefined ? place : { ...place, name };
}

/** Null: the catalogue does not know it. */
export async function productStory(db: Database, shop: ShopId, id: string): Promise<ProductStory | null> {
  const [rows, history, [ever]] = await Promise.all([
    selectProducts(db).where(and(eq(products.shop, shop), eq(products.id, id))),
    db
      .select()
      .from(productHistory)
      .where(and(eq(productHistory.shop, shop), eq(productHistory.product, id)))
      .orderBy(desc(productHistory.until))
      .limit(historyShown),
    db
      .select({ views: demand.views, buys: demand.buys })
      .from(demand)
      .where(and(eq(demand.shop, shop), eq(demand.product, id))),
  ]);
  const [found] = rows;
  if (!found) return null;
  const { product } = found;
  const attributes = productAttributesSchema.parse(JSON.parse(product.attributes));
  const names = await placeNames(
    db,
    shop,
    attributes.locations.map((place) => place.id),
  );
  return {
    product: productOf(found),
    flaw: productFlaws.find((one) => one === product.letterReason) ?? null,
    pictures: listIn(product.pictures),
    pictureState: product.pictureSeen === product.picture ? product.pictureState : null,
    pictureAt: product.pictureSeen === product.picture ? product.pictureAt : null,
    description: product.description,
    categoryIds: listIn(product.categoryIds),
    attributes: { ...attributes, locations: attributes.locations.map((place) => named(place, names.get(place.id))) },
    group: product.groupId,
    origin: product.origin,
    firstAt: product.firstAt,
    ignoredByFeed: product.ignored,
    ever: ever ?? null,
    history: history
      .map(({ until, priceMinor, currency, inStock }) => ({
        until,
        price: priceMinor === null ? null : { minor: priceMinor, currency },
        inStock,
      }))
      .reverse(),
  };
}

function listIn(json: string): string[] {
  const read: unknown = JSON.parse(json);
  return Array.isArray(read) ? read.filter((one) => typeof one === 'string') : [];
}

/** Other products of its group. */
export async function variantsOf(
  db: Database,
  shop: ShopId,
  of: { group: string; id: string; limit: number },
): Promise<Product[]> {
  const rows = await db
    .select({ row: sql<number>`rowid` })
    .from(sql`product_words`)
    .where(sql`product_words match ${groupMatch(shop, of.group)}`)
    .orderBy(sql`rowid`)
    .limit(of.limit + 1);
  const found = await productsByRow(
    db,
    shop,
    rows.map(({ row }) => row),
  );
  return found.filter(({ id }) => id !== of.id).slice(0, of.limit);
}

export interface OrderWith {
  id: string;
  at: number;
  total: Money;
  /** Pieces of the product. */
  quantity: number;
  person: { id: string; email: string } | null;
}

/** The last orders with a product, the newest first; the shop's second number of an order is not a second order. */
export async function ordersWith(db: Database, shop: ShopId, product: string, limit: number): Promise<OrderWith[]> {
  const rows = await db
    .select({ order: orders, person: subscribers.id, email: subscribers.email })
    .from(orderProducts)
    .innerJoin(orders, and(eq(orders.shop, orderProducts.shop), eq(orders.id, orderProducts.order)))
    .leftJoin(subscribers, and(eq(subscribers.shop, orders.shop), eq(subscribers.id, orders.subscriber)))
    .where(
      and(
        eq(orderProducts.shop, shop),
        eq(orderProducts.product, product),
        sql`not (${orders.origin} = 'server' and ${orders.twin} is not null)`,
      ),
    )
    .orderBy(desc(orderProducts.at), desc(orderProducts.order))
    .limit(limit);
  return rows.map(({ order, person, email }) => ({
    id: order.id,
    at: order.at,
    total: { minor: order.totalMinor, currency: order.currency },
    quantity: (JSON.parse(order.items) as CartLine[])
      .filter((line) => line.product === product)
      .reduce((sum, line) => sum + line.quantity, 0),
    person: person !== null && email !== null ? { id: person, email } : null,
  }));
}

export interface WatchersOf {
  backInStock: number;
  priceDrop: number;
  /** Those who wait longest. */
  people: { person: { id: string; email: string } | null; waitsFor: WaitsFor; at: number }[];
}

export async function watchersOf(db: Database, shop: ShopId, product: string, limit: number): Promise<WatchersOf> {
  const mine = and(eq(watches.shop, shop), eq(watches.product, product));
  const [counts, rows] = await Promise.all([
    db.select({ waitsFor: watches.waitsFor, n: count() }).from(watches).where(mine).groupBy(watches.waitsFor),
    db
      .select({ waitsFor: watches.waitsFor, at: watches.at, person: subscribers.id, email: subscribers.email })
      .from(watches)
      .leftJoin(subscribers, and(eq(subscribers.shop, watches.shop), eq(subscribers.id, watches.subscriber)))
      .where(mine)
      .orderBy(asc(watches.at))
      .limit(limit),
  ]);
  const of = (kind: WaitsFor) => counts.find(({ waitsFor }) => waitsFor === kind)?.n ?? 0;
  return {
    backInStock: of('back-in-stock'),
    priceDrop: of('price-drop'),
    people: rows.map(({ waitsFor, at, person, email }) => ({
      person: person !== null && email !== null ? { id: person, email } : null,
      waitsFor: waitsFor as WaitsFor,
      at,
    })),
  };
}
