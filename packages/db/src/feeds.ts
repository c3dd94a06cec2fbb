// Imports of a feed as a merchant sees them, and what is asked of the catalogue on their way.
import type { FeedImport, FeedProblem, ShopId } from '@winback/domain';
import { feedImportSchema } from '@winback/domain';
import { and, asc, desc, eq, gt, inArray, isNotNull, lte, ne, or } from 'drizzle-orm';
import type { Database } from './database.ts';
import { placeOf } from './import-place.ts';
import { among, chunksOf, insertRows } from './rows.ts';
import { feedImports, feedProblems, productFacts, products } from './schema.ts';
import type { OfferContent } from './staged.ts';

/** What an unchanged feed is known by: what its server said (RFC 9110 §13), and what it was. */
export interface Validators {
  url: string;
  etag: string | null;
  lastModified: string | null;
  /** The shop's currency: in another one the same file means other prices. */
  currency: string;
  /** SHA-256 of the file; null: it was not computed. */
  digest: string | null;
  /** When the file was fetched. */
  at: number;
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

/** Products that can be bought now, a page by id; `of`: only those that came from there. */
export async function inStockAfter(
  db: Database,
  shop: ShopId,
  page: { after: string; limit: number; of?: 'feed' },
): Promise<{ id: string; name: string }[]> {
  return db
    .select({ id: products.id, name: products.name })
    .from(products)
    .where(
      and(
        eq(products.shop, shop),
        eq(products.inStock, true),
        page.of ? eq(products.origin, page.of) : undefined,
        gt(products.id, page.after),
      ),
    )
    .orderBy(asc(products.id))
    .limit(page.limit);
}

/** Products that can be bought now and that are not named. */
export async function missingFrom(
  db: Database,
  shop: ShopId,
  named: ReadonlySet<string>,
): Promise<{ missing: string[]; inStock: number }> {
  const missing: string[] = [];
  let inStock = 0;
  for (let after = ''; ; ) {
    const rows = await inStockAfter(db, shop, { after, limit: 5_000 });
    inStock += rows.length;
    missing.push(...rows.map((row) => row.id).filter((id) => !named.has(id)));
    const last = rows.at(-1);
    if (rows.length < 5_000 || !last) return { missing, inStock };
    after = last.id;
  }
}

/** The products with these ids as they were last written. */
export async function offersById(db: Database, shop: ShopId, ids: readonly string[]): Promise<OfferContent[]> {
  const rows = await db
    .select()
    .from(products)
    .where(and(eq(products.shop, shop), inArray(products.id, among(ids))));
  return rows.map((row) => ({
    ...row,
    pictures: JSON.parse(row.pictures) as string[],
    categoryIds: JSON.parse(row.categoryIds) as string[],
    attributes: JSON.parse(row.attributes) as Record<string, unknown>,
  }));
}

/** Newest first. */
export async function lastImports(db: Database, shop: ShopId, limit: number): Promise<FeedImport[]> {
  const rows = await db
    .select()
    .from(feedImports)
    .where(eq(feedImports.shop, shop))
    .orderBy(desc(feedImports.startedAt), desc(feedImports.id))
    .limit(limit);
  return rows.map(importOf);
}

export async function importById(db: Database, shop: ShopId, id: string): Promise<FeedImport | null> {
  const [row] = await db
    .select()
    .from(feedImports)
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id)));
  return row ? importOf(row) : null;
}

function importOf(row: typeof feedImports.$inferSelect): FeedImport {
  const place = row.state === 'running' && row.place !== null ? placeOf(row.place) : null;
  return feedImportSchema.parse({ ...row, progress: place && { step: place.step, done: place.done, of: place.of } });
}

/** Those of these imports that came to their end, without the newest `kept` ones. */
export async function endedImports(
  db: Database,
  shop: ShopId,
  ids: readonly string[],
  kept: number,
): Promise<string[]> {
  const newest = await db
    .select({ id: feedImports.id })
    .from(feedImports)
    .where(and(eq(feedImports.shop, shop), ne(feedImports.origin, 'api')))
    .orderBy(desc(feedImports.startedAt), desc(feedImports.id))
    .limit(kept);
  const others = ids.filter((id) => !newest.some((one) => one.id === id));
  const rows = await db
    .select({ id: feedImports.id })
    .from(feedImports)
    .where(and(eq(feedImports.shop, shop), inArray(feedImports.id, among(others)), isNotNull(feedImports.endedAt)));
  return rows.map(({ id }) => id);
}

const factsAtOnce = 10_000;
const mostDrops = 20;

/** Facts from before a moment are forgotten, the oldest first: they are written in the order of time. */
export async function dropOldFacts(db: Database, shop: ShopId, before: number): Promise<void> {
  const ofShop = eq(productFacts.shop, shop);
  for (let round = 0; round < mostDrops; round += 1) {
    const page = db.select({ id: productFacts.id, at: productFacts.at }).from(productFacts).where(ofShop);
    const rows = await page.orderBy(asc(productFacts.id)).limit(factsAtOnce);
    const old = rows.filter(({ at }) => at < before);
    const last = old.at(-1);
    if (!last) return;
    await db.delete(productFacts).where(and(ofShop, lte(productFacts.id, last.id)));
    if (old.length < factsAtOnce) return;
  }
}

/** What the server said of the feed that the catalogue is made of; null where a file of another origin came after it. */
export async function lastValidators(db: Database, shop: ShopId): Promise<Validators | null> {
  const [row] = await db
    .select({ validators: feedImports.validators })
    .from(feedImports)
    .where(
      and(
        eq(feedImports.shop, shop),
        ne(feedImports.origin, 'api'),
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
