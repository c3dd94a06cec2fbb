// The catalogue as a list: searched, cut and sorted, a page at a time, however many products a shop has. A question is answered
// from its smallest side: the few that the index of words finds are sorted; so are the few within a span of prices; of many, the
// order that was asked for is walked along its index until the page is full. Many that were found by a word come newest first:
// that is the order of the index of words, and asking it of each product in another order costs too much.
import type { ProductPage, ProductQuery, ProductSort, ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, sql } from 'drizzle-orm';
import { pageFrom, placeOf } from './cursor.ts';
import type { Database } from './database.ts';
import type { Asked } from './product-filter.ts';
import { amongWords, askedOf, wordsFound } from './product-filter.ts';
import type { Zone, ZonePlace } from './product-orders.ts';
import { behind, inZone, ordering, placeIn, placeText, zonesFrom } from './product-orders.ts';
import { productsByRow } from './products.ts';
import { demand, products } from './schema.ts';

/** How much one page may cost, in rows. */
export interface Measures {
  /** So many are sorted. */
  sortable: number;
  /** Counted up to here; more are "more". */
  counted: number;
  /** So much of an index is walked at once: of products, of the words, of what is wanted (the Shop publishes less). */
  step: { products: number; words: number; demand: number };
  /** So much is walked for one page. */
  walked: number;
}
const usual: Measures = {
  sortable: 5_000,
  counted: 10_000,
  step: { products: 2_000, words: 5_000, demand: 10_000 },
  walked: 20_000,
};

type Question = Asked & { measures: Measures };

interface Found extends ZonePlace {
  row: number;
  zone: Zone;
}

/** `words`: from the few that the index of words finds. `columns`: from the few of a price or a wish. `walk`: along the order. */
type Way = 'words' | 'columns' | 'walk';

/** A page of the products that a query finds; `q`: parts of words of the name, the brand, the id or a code. */
export async function listProducts(
  db: Database,
  shop: ShopId,
  query: ProductQuery,
  measures: Measures = usual,
): Promise<ProductPage> {
  const sort = query.sort ?? 'name';
  const asked: Question = { ...(await askedOf(db, shop, query)), measures };
  if (asked.match === null) return { rows: [], total: 0, more: false, next: null, sort };
  const { way, total, more } = await measured(db, asked);
  const start = placeOf(query.cursor);
  const from = start === null ? null : placeIn(String(start.value), start.id);
  const sorted = way === 'walk' && asked.words !== null ? 'newest' : sort;
  const inOrder = await pageAlong(db, asked, { way, sort: sorted, from, limit: query.limit + 1 });
  const newest = { way, sort: 'newest', from: null, limit: query.limit + 1 } as const;
  const { found, rest } = inOrder ?? (await pageAlong(db, asked, newest)) ?? { found: [], rest: null };
  const page = pageFrom(found, query.limit, cursorPlace);
  const rows = await productsByRow(
    db,
    shop,
    page.rows.map(({ row }) => row),
  );
  return {
    rows,
    total,
    more,
    next: rest === null ? page.next : pageFrom([rest, rest], 1, cursorPlace).next,
    sort: inOrder === null || from?.zone === 'newest' ? 'newest' : sorted,
  };
}

function cursorPlace({ zone, key, id }: Found) {
  return { value: placeText(zone, key), id };
}

async function countOf(db: Database, rows: SQL): Promise<number> {
  const [counts] = await db.select({ n: sql<number>`count(*)` }).from(sql`(${rows}) as counted`);
  return counts?.n ?? 0;
}

/** How much is found, and from which side it is cheapest. */
async function measured(db: Database, asked: Question): Promise<{ way: Way; total: number; more: boolean }> {
  const { shop, narrow, columns, measures } = asked;
  const { sortable, counted } = measures;
  const upto = (n: number) => ({ total: Math.min(n, counted), more: n > counted });
  const most = counted + 1;
  const words = narrow ? await countOf(db, wordsFound(asked, { limit: most })) : Number.POSITIVE_INFINITY;
  const within = (limit: number) =>
    sql`select 1 from ${fewByWords(asked, limit)} where ${and(eq(products.shop, shop), columns)}`;
  if (words <= sortable)
    return { way: 'words', total: columns ? await countOf(db, within(sortable)) : words, more: false };
  if (narrow && !columns) return { way: 'walk', ...upto(words) };
  const mine = and(eq(products.shop, shop), columns);
  const n = await countOf(db, sql`select 1 from ${products} where ${mine} limit ${most}`);
  if (!columns || (n > sortable && !narrow)) return { way: 'walk', ...upto(n) };
  if (n > sortable) return { way: 'walk', total: await countOf(db, within(counted)), more: true };
  const both = sql`select 1 from ${products} where ${and(mine, asked.facets, amongWords(asked))}`;
  return { way: 'columns', total: narrow ? await countOf(db, both) : n, more: false };
}

/** Cross joins are made in the order in which they are written: https://sqlite.org/optoverview.html#manual_control_of_query_plans_using_cross_join */
function fewByWords(asked: Question, limit: number): SQL {
  return sql`(${wordsFound(asked, { limit })}) as few cross join ${products} on ${products.row} = few.hit`;
}

interface Along {
  way: Way;
  sort: ProductSort;
  from: ReturnType<typeof placeIn>;
  limit: number;
}

/** The page's rows. `rest`: it is not full, and the list goes on behind this place. Null: its order finds no first page soon enough. */
async function pageAlong(
  db: Database,
  asked: Question,
  { way, sort, from, limit }: Along,
): Promise<{ found: Found[]; rest: Found | null } | null> {
  const found: Found[] = [];
  let left = asked.measures.walked;
  for (const zone of zonesFrom(sort, from?.zone ?? null)) {
    let place = from?.zone === zone.name ? from.place : null;
    while (found.length < limit) {
      const piece = await pieceOf(db, asked, { way, zone, place, limit: limit - found.length });
      found.push(...piece.found);
      if (piece.upto === null) break;
      if (from === null && zone.along === 'products') return null;
      left -= asked.measures.step[zone.along];
      if (left <= 0) return { found, rest: piece.upto };
      place = piece.upto;
    }
  }
  return { found, rest: null };
}

interface PieceAsk {
  way: Way;
  zone: Zone;
  place: ZonePlace | null;
  limit: number;
}

/** `upto`: it is less than was asked for, and the zone goes on behind this place. */
async function pieceOf(db: Database, asked: Question, ask: PieceAsk): Promise<{ found: Found[]; upto: Found | null }> {
  if (ask.way !== 'walk') return { found: await few(db, asked, ask), upto: null };
  const { zone, limit } = ask;
  const walked = walkedThrough(asked, ask);
  const rows = await db
    .select(fieldsOf(sql`products.key`))
    .from(walked)
    .where(and(asked.columns, zone.along === 'words' ? zone.only : asked.facets))
    .limit(limit);
  const found = rows.map((row) => ({ ...row, zone }));
  if (found.length === limit) return { found, upto: null };
  const [last] = await db
    .select({ ...fieldsOf(sql`products.key`), n: sql<number>`count(*) over ()` })
    .from(walked)
    .orderBy(...ordering({ ...zone, key: sql`products.key` }, 'backwards'))
    .limit(1);
  const { n, ...upto } = last ?? { n: 0, row: 0, key: '', id: '' };
  return { found, upto: n < asked.measures.step[zone.along] ? null : { ...upto, zone } };
}

/** A step of a zone, as a table that goes by the name of `products`; SQLite reads it no further than it must. */
function walkedThrough(asked: Question, { zone, place }: PieceAsk): SQL {
  const { shop, columns, facets } = asked;
  const step = asked.measures.step[zone.along];
  // Without these the index has all that is read.
  const more = columns || facets || zone.along === 'words' ? sql`, ${sql.join(filtered, sql`, `)}` : sql``;
  const fields = sql`${products.row} as row, ${zone.key} as key, ${products.id} as id${more}`;
  if (zone.along === 'words') {
    const older = place === null ? {} : { before: place.key };
    const few = sql`(${wordsFound(asked, { limit: step, ...older })}) as few cross join ${products} on ${products.row} = few.hit`;
    return sql`(select ${fields} from ${few} where ${eq(products.shop, shop)} limit ${step}) as products`;
  }
  const from = zone.along === 'demand' ? sql`${demand} cross join ${products} on ${ofDemand}` : sql`${products}`;
  return sql`(select ${fields} from ${from} where ${and(inZone(shop, zone), behind(zone, place))} order by ${sql.join(ordering(zone, 'indexed'), sql`, `)} limit ${step}) as products`;
}

/** What the filters look at. */
const filtered = [
  ...[products.shop, products.priceMinor, products.wish, products.ignored, products.inStock, products.brand],
  ...[products.letterReason, products.category, products.categoryIds],
];

const ofDemand = sql`${products.shop} = ${demand.shop} and ${products.id} = ${demand.product}`;

function fieldsOf(key: SQL) {
  return { row: sql<number>`${products.row}`, key: sql<string | number>`${key}`, id: sql<string>`${products.id}` };
}

/** Sorts the few that one side of the question finds. */
async function few(db: Database, asked: Question, { way, zone, place, limit }: PieceAsk): Promise<Found[]> {
  const from = way === 'words' ? fewByWords(asked, asked.measures.sortable) : sql`${products}`;
  const wanted = zone.along === 'demand' ? sql` cross join ${demand} on ${ofDemand}` : sql``;
  const rows = await db
    .select(fieldsOf(zone.key))
    .from(sql`${from}${wanted}`)
    .where(
      and(
        eq(products.shop, asked.shop),
        way === 'columns' ? and(asked.facets, amongWords(asked)) : undefined,
        zone.only,
        asked.columns,
        behind(zone, place),
      ),
    )
    .orderBy(...ordering(zone, 'sorted'))
    .limit(limit);
  return rows.map((row) => ({ ...row, zone }));
}
