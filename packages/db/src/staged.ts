// How offers are written: what was, goes to the history; what scenarios want to hear, to the facts; and the rows that are
// different, to the catalogue. Feeds and pushes share it. All of it is SQL over the rows as they are at that moment: the same
// statements run twice write nothing the second time.
import type { ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, getTableColumns, inArray, ne, sql } from 'drizzle-orm';
import type { Database, Statement } from './database.ts';
import { among, excluded } from './rows.ts';
import { productFacts, productHistory, products } from './schema.ts';

/** What an offer says, as the catalogue keeps it. Prices are minor units of `currency`. */
export interface OfferContent {
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
}

/** An offer on its way into the catalogue, with a hash of all it says: equal hashes, equal offers. */
export interface StagedOffer extends OfferContent {
  hash: string;
}

/** Offers as the database takes them: texts that nobody need read or write again on their way. */
export interface OfferPart {
  /** What history and facts are made of: JSON of `[id, priceMinor, currency, inStock]` each. */
  short: string;
  /** Rows without what the moment of writing adds, JSON; each fits a parameter. */
  lists: string[];
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

/** The columns of a row that its offer decides, in the order in which they travel, behind the hash. */
const columns = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  groupId: ({ groupId }) => groupId,
  url: ({ url }) => url,
  picture: ({ picture }) => picture,
  pictures: ({ pictures }) => JSON.stringify(pictures),
  priceMinor: ({ priceMinor }) => priceMinor,
  oldPriceMinor: ({ oldPriceMinor }) => oldPriceMinor,
  currency: ({ currency }) => currency,
  brand: ({ brand }) => brand,
  category: ({ category }) => category,
  categoryIds: ({ categoryIds }) => JSON.stringify(categoryIds),
  inStock: ({ inStock }) => (inStock ? 1 : 0),
  description: ({ description }) => description,
  attributes: ({ attributes }) => JSON.stringify(attributes),
  ignored: ({ ignored }) => (ignored ? 1 : 0),
  search: searchText,
} as const satisfies Partial<Record<keyof typeof products.$inferInsert, (offer: OfferContent) => unknown>>;
const valuesOf = Object.values(columns);
const keys: readonly string[] = ['hash', ...Object.keys(columns)];

/** Three bytes a character at most: a list stays well below D1's 2 MB for one value. */
const charsOfList = 400_000;

/** All that an offer says, as a row on its way: JSON. Its hash is made of this text. */
export function rowText(offer: OfferContent): string {
  return JSON.stringify(valuesOf.map((valueIn) => valueIn(offer)));
}

/** `short` of only those offers whose past matters: not where the whole catalogue is new. */
export function partOf(
  offers: readonly { row: string; hash: string }[],
  short: readonly Pick<OfferContent, 'id' | 'priceMinor' | 'currency' | 'inStock'>[],
): OfferPart {
  const lists: string[] = [];
  let pieces: string[] = [];
  let chars = 0;
  const close = () => {
    if (pieces.length > 0) lists.push(`${pieces.join('')}]`);
    pieces = [];
    chars = 0;
  };
  for (const { row, hash } of offers) {
    if (chars > 0 && chars + row.length > charsOfList) close();
    pieces.push(pieces.length === 0 ? '[[' : ',[', JSON.stringify(hash), ',', row.slice(1));
    chars += row.length;
  }
  close();
  const news = short.map(({ id, priceMinor, currency, inStock }) => [id, priceMinor, currency, inStock ? 1 : 0]);
  return { short: JSON.stringify(news), lists };
}

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
  // An object: SQLite takes it apart without reading every pair a second time.
  const hashes = JSON.stringify(Object.fromEntries(offers.map(({ id, hash }) => [id, hash])));
  const id = sql<string>`n.key`;
  const rows = await db
    .select({ id, row: products.row, priceMinor: products.priceMinor, currency: products.currency })
    .from(sql`json_each(${hashes}) as n`)
    .leftJoin(products, and(eq(products.shop, shop), eq(products.id, id)))
    .where(sql`${products.row} is null or ${products.hash} <> n.value`);
  return rows.map(({ id: named, row, priceMinor, currency }) => ({
    id: named,
    known: row === null ? null : { priceMinor, currency: currency ?? '' },
  }));
}

/** Writes offers that are not in the catalogue as they are here; the others are left alone. Ids must differ. */
export function offerStatements(db: Database, shop: ShopId, part: OfferPart, writing: Writing): Statement[] {
  const samePicture = (column: typeof products.pictureState | typeof products.pictureAt) =>
    sql`case when ${products.picture} is ${excluded(products.picture)} then ${column} end`;
  const table = getTableColumns(products);
  const written = Object.entries(table).filter(([key]) => keys.includes(key) && key !== 'id');
  const set = {
    ...Object.fromEntries(written.map(([key, column]) => [key, excluded(column)])),
    origin: excluded(products.origin),
    changedAt: excluded(products.changedAt),
    pictureState: samePicture(products.pictureState),
    pictureAt: samePicture(products.pictureAt),
  };
  const others: Record<string, unknown> = {
    shop,
    origin: writing.origin,
    firstAt: writing.now,
    changedAt: writing.now,
  };
  // What the database computes is not written.
  const own = Object.entries(table).flatMap(([key, column]) => (column.generated === undefined ? key : []));
  const picked = own.map((key) =>
    keys.includes(key) ? sql.raw(`value->>${keys.indexOf(key)}`) : sql`${others[key] ?? null}`,
  );
  const rowsOf = (list: string) =>
    sql`select ${sql.join(picked, sql`, `)} from json_each(${list}) where ${writing.while}`;
  return [
    ...(part.short === '[]' ? [] : newsStatements(db, shop, sql`json_each(${part.short})`, writing)),
    ...part.lists.map((list) =>
      db
        .insert(products)
        .select(rowsOf(list))
        .onConflictDoUpdate({
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
function searchText({ name, brand, id }: OfferContent): string {
  return `${name} ${brand ?? ''} ${id}`.toLowerCase();
}
