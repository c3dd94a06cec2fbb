// An import on its way, step by step. Where it is stands in its row as one JSON value and moves together with what was
// written; whoever is at work on it has claimed it for a while, and nothing is written for somebody whose claim is gone.
import type { FeedImport, FeedProblem, ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, ne, sql } from 'drizzle-orm';
import type { CategoryRow } from './catalogue.ts';
import { putCategories } from './catalogue.ts';
import type { CollectionRow } from './collections.ts';
import { putCollections } from './collections.ts';
import type { Database, Statement } from './database.ts';
import type { ImportPlace } from './import-place.ts';
import { placeOf } from './import-place.ts';
import { chunksOf, insertRows } from './rows.ts';
import { feedImports, feedProblems, products } from './schema.ts';
import type { OfferPart } from './staged.ts';
import { offerStatements, stockStatements } from './staged.ts';

/** Whoever is at work on an import. */
export interface ImportClaim {
  shop: ShopId;
  import: string;
  by: string;
}

/** Sums of an import, and how it ended. */
export type ImportSums = Partial<
  Pick<
    typeof feedImports.$inferInsert,
    'offers' | 'added' | 'changed' | 'repriced' | 'gone' | 'problems' | 'problemKinds' | 'bytes' | 'format' | 'message'
  >
> & { validators?: string | null };

const start: ImportPlace = { step: 'fetching', done: 0, of: null, by: null, until: 0, tries: 0, read: null, next: 0 };

/**
 * Begins an import, or takes it up where it stopped. `busy`: somebody else is at it. Otherwise how it ended, or that it waits
 * for the merchant.
 */
export async function claimImport(
  db: Database,
  claim: ImportClaim,
  at: { now: number; leaseMs: number; origin: FeedImport['origin'] },
): Promise<ImportPlace | 'busy' | Exclude<FeedImport['state'], 'queued' | 'running'>> {
  const { shop, import: id, by } = claim;
  const { now, leaseMs, origin } = at;
  const text = JSON.stringify(start);
  const known = sql`coalesce(${feedImports.place}, ${text})`;
  const one = and(eq(feedImports.shop, shop), eq(feedImports.id, id));
  const [, [claimed], [row]] = await db.batch([
    db
      .insert(feedImports)
      .values({ id, shop, startedAt: now, state: 'running', origin, place: text })
      .onConflictDoNothing(),
    db
      .update(feedImports)
      .set({
        place: sql`json_set(${known}, '$.by', ${by}, '$.until', ${now + leaseMs}, '$.tries', ${known} ->> '$.tries' + 1)`,
      })
      .where(and(one, eq(feedImports.state, 'running'), sql`${known} ->> '$.until' <= ${now}`))
      .returning({ place: feedImports.place }),
    db.select({ state: feedImports.state }).from(feedImports).where(one),
  ]);
  if (claimed?.place) return placeOf(claimed.place);
  const state = row?.state as FeedImport['state'] | undefined;
  return state === undefined || state === 'queued' || state === 'running' ? 'busy' : state;
}

/** Moves an import on. False: the claim is gone, and nothing was written. */
export async function moveImport(
  db: Database,
  claim: ImportClaim,
  to: { place: ImportPlace; sums?: ImportSums; state?: 'running' | 'waiting' },
): Promise<boolean> {
  return (await moveStatement(db, claim, to)).length > 0;
}

/** Ends an import, well or badly, with the problems that are shown. False: the claim is gone. */
export async function endImport(
  db: Database,
  claim: ImportClaim,
  end: { state: 'done' | 'unchanged' | 'failed'; now: number; sums: ImportSums; problems?: readonly FeedProblem[] },
): Promise<boolean> {
  const statement = db
    .update(feedImports)
    .set({ ...end.sums, state: end.state, endedAt: end.now, place: null })
    .where(heldBy(claim))
    .returning({ id: feedImports.id });
  return runLast(db, problemStatements(db, claim, end.problems), statement);
}

/** A feed was read: its sums, samples of its problems, and the way to the next step. False: the claim is gone. */
export async function noteReading(
  db: Database,
  claim: ImportClaim,
  of: { place: ImportPlace; sums: ImportSums; problems: readonly FeedProblem[] },
): Promise<boolean> {
  return runLast(db, problemStatements(db, claim, of.problems), moveStatement(db, claim, of));
}

/** What was compared: the import goes on, or waits. One that waited before it is stopped: this one takes its place. */
export async function noteComparison(
  db: Database,
  claim: ImportClaim,
  of: { place: ImportPlace; sums: ImportSums; state: 'running' | 'waiting'; now: number },
): Promise<boolean> {
  const { shop, import: id } = claim;
  const others = and(eq(feedImports.shop, shop), eq(feedImports.state, 'waiting'), ne(feedImports.id, id));
  const message = 'not imported: it waited for a word, and a newer import took its place';
  const stopped = db
    .update(feedImports)
    .set({ state: 'stopped', endedAt: of.now, message, place: null })
    .where(and(others, stillHeld(claim)));
  return runLast(db, [stopped], moveStatement(db, claim, of));
}

/** Puts a part of a feed's offers into the catalogue and moves the import on, both or neither. */
export async function switchOffers(
  db: Database,
  claim: ImportClaim,
  of: { part: OfferPart; tellsNew: boolean; now: number; place: ImportPlace },
): Promise<{ held: boolean; statements: number }> {
  const { now, tellsNew, place } = of;
  const writing = { now, origin: 'feed', import: claim.import, tellsNew, while: stillHeld(claim) } as const;
  const statements = offerStatements(db, claim.shop, of.part, writing);
  const held = await runLast(db, statements, moveStatement(db, claim, { place }));
  return { held, statements: statements.length + 1 };
}

/** Takes products of the feed that it does not name any more out of stock, and moves the import on. */
export async function switchGone(
  db: Database,
  claim: ImportClaim,
  of: { ids: readonly string[]; now: number; place: ImportPlace },
): Promise<{ held: boolean; statements: number }> {
  const to = { inStock: false, now: of.now, of: 'feed', import: claim.import, while: stillHeld(claim) } as const;
  const statements = stockStatements(db, claim.shop, of.ids, to);
  const held = await runLast(db, statements, moveStatement(db, claim, { place: of.place }));
  return { held, statements: statements.length + 1 };
}

/** The feed's categories and collections in place of those that were. A feed that names none leaves them as they are. */
export async function switchLists(
  db: Database,
  shop: ShopId,
  lists: { categories: readonly CategoryRow[]; collections: readonly CollectionRow[] },
): Promise<void> {
  if (lists.categories.length > 0) await putCategories(db, shop, lists.categories, 'whole');
  if (lists.collections.length > 0) await putCollections(db, shop, lists.collections);
}

/** Whether the shop has any product. */
export async function hasProducts(db: Database, shop: ShopId): Promise<boolean> {
  const rows = await db.select({ row: products.row }).from(products).where(eq(products.shop, shop)).limit(1);
  return rows.length > 0;
}

/** The merchant's word: the import goes on. False: it does not wait. */
export async function confirmImport(db: Database, shop: ShopId, id: string): Promise<boolean> {
  const rows = await db
    .update(feedImports)
    .set({ state: 'running', message: null })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id), eq(feedImports.state, 'waiting')))
    .returning({ id: feedImports.id });
  return rows.length > 0;
}

/** The merchant's word: the import ends, and the catalogue stays as it is. False: it does not wait. */
export async function stopImport(db: Database, shop: ShopId, id: string, now: number): Promise<boolean> {
  const rows = await db
    .update(feedImports)
    .set({ state: 'stopped', endedAt: now, place: null, message: 'not imported: you stopped it' })
    .where(and(eq(feedImports.shop, shop), eq(feedImports.id, id), eq(feedImports.state, 'waiting')))
    .returning({ id: feedImports.id });
  return rows.length > 0;
}

function heldBy({ shop, import: id, by }: ImportClaim): SQL | undefined {
  const running = and(eq(feedImports.shop, shop), eq(feedImports.id, id), eq(feedImports.state, 'running'));
  return and(running, sql`${feedImports.place} ->> '$.by' = ${by}`);
}

function stillHeld(claim: ImportClaim): SQL {
  return sql`exists (select 1 from ${feedImports} where ${heldBy(claim)})`;
}

function moveStatement(
  db: Database,
  claim: ImportClaim,
  to: { place: ImportPlace; sums?: ImportSums; state?: 'running' | 'waiting' },
) {
  return db
    .update(feedImports)
    .set({ ...to.sums, ...(to.state ? { state: to.state } : {}), place: JSON.stringify(to.place) })
    .where(heldBy(claim))
    .returning({ id: feedImports.id });
}

function problemStatements(
  db: Database,
  claim: ImportClaim,
  problems: readonly FeedProblem[] | undefined,
): Statement[] {
  if (!problems) return [];
  const { shop, import: id } = claim;
  const held = stillHeld(claim);
  return [
    db.delete(feedProblems).where(and(eq(feedProblems.shop, shop), eq(feedProblems.import, id), held)),
    ...chunksOf(problems.map((problem) => ({ ...problem, shop, import: id }))).map((chunk) =>
      insertRows(db, feedProblems, chunk, held),
    ),
  ];
}

/** All or none; whether the last one, which asks for the claim, found its row. */
async function runLast(
  db: Database,
  statements: readonly Statement[],
  last: ReturnType<typeof moveStatement>,
): Promise<boolean> {
  const [first, ...rest] = [...statements, last];
  const answers = await db.batch([first ?? last, ...rest]);
  const rows: unknown = answers.at(-1);
  return Array.isArray(rows) && rows.length > 0;
}
