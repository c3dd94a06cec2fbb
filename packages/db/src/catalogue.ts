// Products and categories that a shop's system writes directly, without a feed. Only what is different is written.
import type { FeedProblem, ShopId } from '@winback/domain';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { noteProblems } from './feeds.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { categories, feedImports, products } from './schema.ts';
import type { StagedOffer } from './staged.ts';
import { offerStatements, offersUnlike, partOf, rowText, stockStatements } from './staged.ts';

export interface CategoryRow {
  id: string;
  name: string;
  parentId: string | null;
  url?: string | null;
}

const dayMs = 86_400_000;
const always = sql`true`;

/** Adds products, or changes those that are there in another form. Ids must differ within the list. */
export async function putOffers(
  db: Database,
  shop: ShopId,
  offers: readonly StagedOffer[],
  now: number,
): Promise<{ added: number; changed: number }> {
  const unlike = new Map((await offersUnlike(db, shop, offers)).map(({ id, known }) => [id, known]));
  const news = offers.filter(({ id }) => unlike.has(id));
  // A shop's system may send its first catalogue in many calls: nothing of that is news.
  const tellsNew = sql`exists (select 1 from ${feedImports} where ${feedImports.shop} = ${shop}
    and ${feedImports.startedAt} < ${now - dayMs})`;
  const part = partOf(
    news.map((offer) => ({ hash: offer.hash, row: rowText(offer) })),
    news,
  );
  await runAll(db, offerStatements(db, shop, part, { now, origin: 'api', import: null, tellsNew, while: always }));
  const changed = news.filter(({ id }) => unlike.get(id)).length;
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
    const [, , rows] = await db.batch(stockStatements(db, shop, chunk, { ...to, import: null, while: always }));
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

/** Adds categories or renames and moves them; `whole`: those that are not named are gone. Writes only what is different. */
export async function putCategories(
  db: Database,
  shop: ShopId,
  list: readonly CategoryRow[],
  extent: 'whole' | 'part',
): Promise<void> {
  const rows = list.map(({ url = null, ...one }) => ({ ...one, url, shop }));
  const names = new Set(list.map(({ id }) => id));
  const known = extent === 'whole' ? await categoryIds(db, shop) : [];
  await runAll(db, [
    ...chunksOf(rows).map((chunk) =>
      insertRows(db, categories, chunk).onConflictDoUpdate({
        target: [categories.shop, categories.id],
        set: {
          name: excluded(categories.name),
          parentId: excluded(categories.parentId),
          url: excluded(categories.url),
        },
        setWhere: sql`(${categories.name}, ${categories.parentId}, ${categories.url})
          is not (excluded.name, excluded.parent_id, excluded.url)`,
      }),
    ),
    ...chunksOf(known.filter((id) => !names.has(id))).map((gone) =>
      db.delete(categories).where(and(eq(categories.shop, shop), inArray(categories.id, among(gone)))),
    ),
  ]);
}

async function categoryIds(db: Database, shop: ShopId): Promise<string[]> {
  const rows = await db.select({ id: categories.id }).from(categories).where(eq(categories.shop, shop));
  return rows.map(({ id }) => id);
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
