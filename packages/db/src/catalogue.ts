// Products and categories that a shop's system writes directly, without a feed. Only what is different is written.
import type { FeedProblem, ShopId } from '@winback/domain';
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import type { StagedOffer } from './feeds.ts';
import { noteProblems, searchText } from './feeds.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { categories, feedImports, products } from './schema.ts';

export interface CategoryRow {
  id: string;
  name: string;
  parentId: string | null;
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
  'changedAt',
] as const;

/** Adds products, or changes those that are there in another form. Ids must differ within the list. */
export async function putOffers(
  db: Database,
  shop: ShopId,
  offers: readonly StagedOffer[],
  now: number,
): Promise<{ added: number; changed: number }> {
  const ids = offers.map((offer) => offer.id);
  const known = await db
    .select({ id: products.id, hash: products.hash })
    .from(products)
    .where(and(eq(products.shop, shop), inArray(products.id, among(ids))));
  const hashes = new Map(known.map((row) => [row.id, row.hash]));
  const news = offers.filter((offer) => hashes.get(offer.id) !== offer.hash);
  const rows = news.map((offer) => ({
    ...offer,
    shop,
    pictures: JSON.stringify(offer.pictures),
    categoryIds: JSON.stringify(offer.categoryIds),
    attributes: JSON.stringify(offer.attributes),
    search: searchText(offer),
    origin: 'feed',
    firstAt: now,
    changedAt: now,
  }));
  const set = Object.fromEntries(written.map((key) => [key, excluded(products[key])]));
  await runAll(
    db,
    chunksOf(rows).map((chunk) =>
      insertRows(db, products, chunk).onConflictDoUpdate({ target: [products.shop, products.id], set }),
    ),
  );
  const changed = news.filter((offer) => hashes.has(offer.id)).length;
  return { added: news.length - changed, changed };
}

/** Sells these products out, or brings them back. Answers how many that changes; unknown ids are nobody's. */
export async function setStock(
  db: Database,
  shop: ShopId,
  ids: readonly string[],
  to: { inStock: boolean; now: number },
): Promise<number> {
  let changed = 0;
  for (const chunk of chunksOf(ids)) {
    const rows = await db
      .update(products)
      // Without its hash the product is written again by whoever says next how it is.
      .set({ inStock: to.inStock, hash: '', changedAt: to.now })
      .where(and(eq(products.shop, shop), inArray(products.id, among(chunk)), ne(products.inStock, to.inStock)))
      .returning({ id: products.id });
    changed += rows.length;
  }
  return changed;
}

/** Those of these ids that the catalogue knows. */
export async function productsAmong(db: Database, shop: ShopId, ids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (const chunk of chunksOf(ids)) {
    const rows = await db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.shop, shop), inArray(products.id, among(chunk))));
    for (const row of rows) known.add(row.id);
  }
  return known;
}

/** Adds categories or renames and moves them; `whole`: those that are not named are gone. */
export async function putCategories(
  db: Database,
  shop: ShopId,
  list: readonly CategoryRow[],
  extent: 'whole' | 'part',
): Promise<void> {
  const names = among(list.map((one) => one.id));
  const others = and(eq(categories.shop, shop), sql`${categories.id} not in ${names}`);
  await runAll(db, [
    ...chunksOf(list.map((one) => ({ ...one, shop }))).map((chunk) =>
      insertRows(db, categories, chunk).onConflictDoUpdate({
        target: [categories.shop, categories.id],
        set: { name: excluded(categories.name), parentId: excluded(categories.parentId) },
        setWhere: sql`${categories.name} <> excluded.name or ${categories.parentId} is not excluded.parent_id`,
      }),
    ),
    ...(extent === 'whole' ? [db.delete(categories).where(others)] : []),
  ]);
}

export async function dropCategories(db: Database, shop: ShopId, ids: readonly string[]): Promise<void> {
  await db.delete(categories).where(and(eq(categories.shop, shop), inArray(categories.id, among(ids))));
}

export interface PushReport {
  now: number;
  offers: number;
  added: number;
  changed: number;
  gone: number;
  bytes: number;
  problems: readonly FeedProblem[];
}

const hourMs = 3_600_000;
const problemsKept = 200;

/** Adds what came of a call to the hour's report, which stands among the imports of the feed. */
export async function notePush(db: Database, shop: ShopId, report: PushReport): Promise<void> {
  const startedAt = Math.floor(report.now / hourMs) * hourMs;
  const id = `${shop}/api/${new Date(startedAt).toISOString().slice(0, 13)}`;
  const { now, problems, ...sums } = report;
  const plus = (column: 'offers' | 'added' | 'changed' | 'gone' | 'problems' | 'bytes') =>
    sql`${feedImports[column]} + ${excluded(feedImports[column])}`;
  const [row] = await db
    .insert(feedImports)
    .values({ id, shop, startedAt, endedAt: now, state: 'done', origin: 'api', ...sums, problems: problems.length })
    .onConflictDoUpdate({
      target: feedImports.id,
      set: {
        endedAt: now,
        offers: plus('offers'),
        added: plus('added'),
        changed: plus('changed'),
        gone: plus('gone'),
        problems: plus('problems'),
        bytes: plus('bytes'),
      },
    })
    .returning({ problems: feedImports.problems });
  const kept = (row?.problems ?? problems.length) - problems.length;
  await noteProblems(db, shop, id, problems.slice(0, Math.max(0, problemsKept - kept)));
}
