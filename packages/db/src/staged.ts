// How offers are written: what was, goes to the history; what scenarios want to hear, to the facts; and the rows that are
// different, to the catalogue. Feeds and pushes share it. All of it is SQL over the rows as they are at that moment: the same
// statements run twice write nothing the second time.
import type { ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Database, Statement } from './database.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { productFacts, productHistory, products } from './schema.ts';

/** An offer on its way into the catalogue. Prices are minor units of `currency`. */
export interface StagedOffer {
  id: string;
  groupId: string | null;
  name: string;
  url: string | null;
  picture: string | null;
  pictures: readonly string[];
  priceMinor: number | null;
  oldPriceMinor: number | null;
  currency: string;
  brand: string | null;
  category: string | null;
  categoryIds: readonly string[];
  inStock: boolean;
  description: string | null;
  ignored: boolean;
  attributes: Record<string, unknown>;
  /** Of all of the above: equal hashes, equal offers. */
  hash: string;
}

export interface Writing {
  now: number;
  origin: 'feed' | 'api';
  import: string | null;
  /** Whether a product that was not there is told as a new one: not where the whole catalogue is new. */
  tellsNew: SQL | boolean;
  /** Nothing is written where this does not hold. */
  while: SQL;
}

const written = [
  'name',
  'groupId',
  'url',
  'picture',
  'pictures',
  'priceMinor',
  'oldPriceMinor',
  'currency',
  'brand',
  'category',
  'categoryIds',
  'inStock',
  'description',
  'attributes',
  'ignored',
  'hash',
  'search',
  'origin',
  'changedAt',
] as const;

/** An offer that the catalogue has in another form, or not at all: then `known` is null. */
export interface UnlikeOffer {
  id: string;
  known: { priceMinor: number | null; currency: string } | null;
}

/** Those of these offers that are not in the catalogue as they are here. */
export async function offersUnlike(
  db: Database,
  shop: ShopId,
  offers: readonly Pick<StagedOffer, 'id' | 'hash'>[],
): Promise<UnlikeOffer[]> {
  const pairs = JSON.stringify(offers.map(({ id, hash }) => [id, hash]));
  const id = sql<string>`n.value->>0`;
  const rows = await db
    .select({ id, row: products.row, priceMinor: products.priceMinor, currency: products.currency })
    .from(sql`json_each(${pairs}) as n`)
    .leftJoin(products, and(eq(products.shop, shop), eq(products.id, id)))
    .where(sql`${products.row} is null or ${products.hash} <> n.value->>1`);
  return rows.map(({ id: named, row, priceMinor, currency }) => ({
    id: named,
    known: row === null ? null : { priceMinor, currency: currency ?? '' },
  }));
}

/** Writes offers that are not in the catalogue as they are here; the others are left alone. Ids must differ. */
export function offerStatements(
  db: Database,
  shop: ShopId,
  offers: readonly StagedOffer[],
  writing: Writing,
): Statement[] {
  if (offers.length === 0) return [];
  const { now, origin } = writing;
  const rows = offers.map((offer) => ({
    ...offer,
    shop,
    pictures: JSON.stringify(offer.pictures),
    categoryIds: JSON.stringify(offer.categoryIds),
    attributes: JSON.stringify(offer.attributes),
    search: searchText(offer),
    origin,
    firstAt: now,
    changedAt: now,
  }));
  const samePicture = (column: typeof products.pictureState | typeof products.pictureAt) =>
    sql`case when ${products.picture} is ${excluded(products.picture)} then ${column} end`;
  const set = {
    ...Object.fromEntries(written.map((key) => [key, excluded(products[key])])),
    pictureState: samePicture(products.pictureState),
    pictureAt: samePicture(products.pictureAt),
  };
  const short = offers.map(({ id, priceMinor, currency, inStock }) => [id, priceMinor, currency, inStock ? 1 : 0]);
  return [
    ...newsStatements(db, shop, sql`json_each(${JSON.stringify(short)})`, writing),
    ...chunksOf(rows).map((chunk) =>
      insertRows(db, products, chunk, writing.while).onConflictDoUpdate({
        target: [products.shop, products.id],
        set,
        setWhere: sql`${products.hash} <> ${excluded(products.hash)}`,
      }),
    ),
  ];
}

/** How it was until now, and what is worth a letter. Runs before the rows are written. */
function newsStatements(db: Database, shop: ShopId, list: SQL, writing: Omit<Writing, 'origin'>) {
  const { now, tellsNew } = writing;
  const [price, currency, inStock] = [sql`n.value->>1`, sql`n.value->>2`, sql`n.value->>3`];
  const there = sql`${products.shop} = ${shop} and ${products.id} = n.value->>0`;
  const told = typeof tellsNew === 'boolean' ? sql.raw(tellsNew ? '1' : '0') : tellsNew;
  const history = sql`select ${shop}, ${products.id}, ${now}, ${products.priceMinor}, ${products.currency}, ${products.inStock}
    from ${list} n cross join ${products} on ${there}
    where (${products.priceMinor} is not ${price} or ${products.currency} <> ${currency} or ${products.inStock} <> ${inStock})
      and ${writing.while}`;
  const facts = sql`select null, ${shop}, n.value->>0, kinds.value, ${now}, ${price},
      case when kinds.value <> 'new' then ${products.priceMinor} end, ${currency}, ${writing.import}
    from ${list} n left join ${products} on ${there}
      cross join json_each('["back-in-stock","price-drop","new"]') kinds
    where case kinds.value
        when 'back-in-stock' then ${products.inStock} = 0 and ${inStock} = 1
        when 'price-drop' then ${products.currency} = ${currency} and ${price} < ${products.priceMinor}
        else ${products.row} is null and ${told} end
      and ${writing.while}`;
  return [
    db.insert(productHistory).select(history).onConflictDoNothing(),
    db.insert(productFacts).select(facts),
  ] as const;
}

/** Sells these products out, or brings them back; `of`: only products that came from there. The last statement counts them. */
export function stockStatements(
  db: Database,
  shop: ShopId,
  ids: readonly string[],
  to: { inStock: boolean; now: number; of?: 'feed'; while: SQL; import: string | null },
) {
  const { inStock, now } = to;
  const known = sql`(select json_array(${products.id}, ${products.priceMinor}, ${products.currency}, ${inStock ? 1 : 0}) as value
    from ${products} where ${products.shop} = ${shop} and ${products.id} in ${among(ids)}${to.of ? sql` and ${products.origin} = ${to.of}` : sql``})`;
  const writing = { now, import: to.import, tellsNew: false, while: to.while };
  const named = and(eq(products.shop, shop), inArray(products.id, among(ids)), ne(products.inStock, inStock));
  return [
    ...newsStatements(db, shop, known, writing),
    db
      .update(products)
      // Without its hash the product is written again by whoever says next how it is.
      .set({ inStock, hash: '', changedAt: now })
      .where(and(named, to.of ? eq(products.origin, to.of) : undefined, to.while))
      .returning({ id: products.id }),
  ] as const;
}

/** What a search looks through. */
function searchText({ name, brand, id }: StagedOffer): string {
  return `${name} ${brand ?? ''} ${id}`.toLowerCase();
}
