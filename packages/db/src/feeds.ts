// Imports of a feed. What an import read is staged beside the catalogue and goes live in one batch at its end: an import
// that fails, however late, has changed no product.
import type { FeedImport, FeedProblem, ShopId } from '@winback/domain';
import { feedImportSchema } from '@winback/domain';
import { and, asc, desc, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { among, chunksOf, excluded, insertRows } from './rows.ts';
import { categories, feedImports, feedProblems, products } from './schema.ts';

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

/** What a feed server said to recognise an unchanged feed by (RFC 9110 §13). */
export interface Validators {
  url: string;
  etag: string | null;
  lastModified: string | null;
}

export interface ImportEnd {
  state: 'done' | 'unchanged' | 'failed';
  now: number;
  offers: number;
  problems: number;
  bytes: number;
  message: string | null;
  validators: Validators | null;
}

/** Begins an import. An import begun before under the same id, and killed, begins again from nothing. */
export async function beginImport(db: Database, shop: ShopId, id: string, now: number): Promise<void> {
  await runAll(db, [
    db.insert(feedImports).values({ id, shop, startedAt: now, state: 'running' }).onConflictDoNothing(),
    db.delete(feedProblems).where(and(eq(feedProblems.shop, shop), eq(feedProblems.import, id))),
  ]);
}

/** Whether an import has come to its end already. */
export async function importEnded(db: Database, shop: ShopId, id: string): Promise<boolean> {
  const [row] = await db
    .select({ state: feedImports.state })
    .from(feedImports)
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id)))
    .limit(1);
  return row !== undefined && row.state !== 'running';
}

/** Keeps problems for the merchant to see; the caller keeps their number within bounds. */
export async function noteProblems(
  db: Database,
  shop: ShopId,
  id: string,
  problems: readonly FeedProblem[],
): Promise<void> {
  for (const chunk of chunksOf(problems.map((problem) => ({ ...problem, shop, import: id }))))
    await insertRows(db, feedProblems, chunk);
}

/** Products that can be bought now and that the feed did not name. */
export async function missingFrom(
  db: Database,
  shop: ShopId,
  seen: ReadonlySet<string>,
): Promise<{ missing: string[]; inStock: number }> {
  const missing: string[] = [];
  let inStock = 0;
  for (let after = ''; ; ) {
    const rows = await db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.shop, shop), eq(products.inStock, true), gt(products.id, after)))
      .orderBy(asc(products.id))
      .limit(5_000);
    inStock += rows.length;
    missing.push(...rows.map((row) => row.id).filter((id) => !seen.has(id)));
    const last = rows.at(-1);
    if (rows.length < 5_000 || !last) return { missing, inStock };
    after = last.id;
  }
}

/** Takes what vanished out of stock, writes the categories and ends the import. */
export async function publishImport(
  db: Database,
  shop: ShopId,
  id: string,
  news: {
    categories: readonly { id: string; name: string; parentId: string | null }[];
    missing: readonly string[];
    end: ImportEnd;
    counts: { added: number; changed: number };
  },
): Promise<{ added: number; changed: number; gone: number }> {
  const counts = { ...news.counts, gone: news.missing.length };
  await runAll(db, [
    ...chunksOf(news.missing).map((chunk) =>
      db
        .update(products)
        .set({ inStock: false, hash: '', changedAt: news.end.now })
        .where(and(eq(products.shop, shop), inArray(products.id, among(chunk)))),
    ),
    ...chunksOf(news.categories.map((category) => ({ ...category, shop }))).map((chunk) =>
      insertRows(db, categories, chunk).onConflictDoUpdate({
        target: [categories.shop, categories.id],
        set: { name: excluded(categories.name), parentId: excluded(categories.parentId) },
        setWhere: sql`${categories.name} <> excluded.name or ${categories.parentId} is not excluded.parent_id`,
      }),
    ),
    endStatement(db, shop, id, { ...news.end, ...counts }),
  ]);
  return counts;
}

/** Ends an import that changes nothing: the feed was the same, or it was not a feed. */
export async function endImport(db: Database, shop: ShopId, id: string, end: ImportEnd): Promise<void> {
  await endStatement(db, shop, id, end);
}

function endStatement(
  db: Database,
  shop: ShopId,
  id: string,
  end: ImportEnd & { added?: number; changed?: number; gone?: number },
) {
  const { now, validators, ...rest } = end;
  return db
    .update(feedImports)
    .set({ ...rest, endedAt: now, validators: validators ? JSON.stringify(validators) : null })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id)));
}

/** Newest first. */
export async function lastImports(db: Database, shop: ShopId, limit: number): Promise<FeedImport[]> {
  const rows = await db
    .select()
    .from(feedImports)
    .where(eq(feedImports.shop, shop))
    .orderBy(desc(feedImports.startedAt), desc(feedImports.id))
    .limit(limit);
  return rows.map((row) => feedImportSchema.parse({ ...row, progress: null }));
}

/** The validators of the last import that was read to its end. */
export async function lastValidators(db: Database, shop: ShopId): Promise<Validators | null> {
  const [row] = await db
    .select({ validators: feedImports.validators })
    .from(feedImports)
    .where(
      and(
        eq(feedImports.shop, shop),
        isNotNull(feedImports.validators),
        or(eq(feedImports.state, 'done'), eq(feedImports.state, 'unchanged')),
      ),
    )
    .orderBy(desc(feedImports.startedAt))
    .limit(1);
  return row?.validators ? (JSON.parse(row.validators) as Validators) : null;
}

export async function problemsOfImport(db: Database, shop: ShopId, id: string, limit: number): Promise<FeedProblem[]> {
  const { kind, line, column, offer, message, sample } = feedProblems;
  return db
    .select({ kind, line, column, offer, message, sample })
    .from(feedProblems)
    .where(and(eq(feedProblems.shop, shop), eq(feedProblems.import, id)))
    .orderBy(asc(feedProblems.line), asc(feedProblems.id))
    .limit(limit);
}

/** What a search looks through. */
export function searchText({ name, brand, id }: StagedOffer): string {
  return `${name} ${brand ?? ''} ${id}`.toLowerCase();
}
