import type {
  LetterDetail,
  LetterFact,
  LetterQuery,
  LetterRow,
  LetterState,
  PersonId,
  ScenarioCode,
  ShopId,
} from '@winback/domain';
import { letterReasonSchema, letterStateSchema, letterStates, scenarioNames } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, desc, eq, gte, lt, or, sql } from 'drizzle-orm';
import { pageFrom, placeOf } from './cursor.ts';
import type { Database } from './database.ts';
import { chunksOf, containing, excluded, insertRows } from './rows.ts';
import { letters, subscribers } from './schema.ts';

/** Writes what Visitors say about their letters. A fact that comes again, or after a newer one, changes nothing. */
export async function writeLetterFacts(
  db: Database,
  shop: ShopId,
  facts: readonly (LetterFact & { person: PersonId })[],
): Promise<void> {
  const rows = facts.map(({ letter, person, ...fact }) => ({ ...fact, id: letter, shop, subscriber: person }));
  for (const chunk of chunksOf(rows)) {
    await insertRows(db, letters, chunk).onConflictDoUpdate({
      target: letters.id,
      set: {
        state: excluded(letters.state),
        reason: excluded(letters.reason),
        sentence: excluded(letters.sentence),
        subject: sql`coalesce(${excluded(letters.subject)}, ${letters.subject})`,
        at: excluded(letters.at),
        rev: excluded(letters.rev),
      },
      setWhere: sql`${excluded(letters.rev)} > ${letters.rev} and ${letters.shop} = ${shop}`,
    });
  }
}

const shown = { letter: letters, email: subscribers.email };

/** Newest first; `q` is a part of the address. `counts` are of all letters of the shop, by state. */
export async function listLetters(
  db: Database,
  shop: ShopId,
  query: LetterQuery,
): Promise<{ rows: LetterRow[]; total: number; next: string | null; counts: Record<LetterState, number> }> {
  const where = and(
    eq(letters.shop, shop),
    query.state ? eq(letters.state, query.state) : undefined,
    query.scenario ? eq(letters.scenario, query.scenario) : undefined,
    query.reason ? eq(letters.reason, query.reason) : undefined,
    query.since ? gte(letters.plannedAt, query.since) : undefined,
    query.q ? containing(subscribers.email, query.q) : undefined,
  );
  const place = placeOf(query.cursor);
  const after = place
    ? or(
        lt(letters.plannedAt, Number(place.value)),
        and(eq(letters.plannedAt, Number(place.value)), lt(letters.id, place.id)),
      )
    : undefined;
  const [counted, found, rows] = await Promise.all([
    countsBy(db, shop),
    query.q || query.scenario || query.reason || query.since ? total(db, where) : null,
    selectLetters(db)
      .where(and(where, after))
      .orderBy(desc(letters.plannedAt), desc(letters.id))
      .limit(query.limit + 1),
  ]);
  const page = pageFrom(rows, query.limit, ({ letter }) => ({ value: letter.plannedAt, id: letter.id }));
  const all = query.state ? counted[query.state] : Object.values(counted).reduce((sum, n) => sum + n, 0);
  return { rows: page.rows.map(rowOf), total: found ?? all, next: page.next, counts: counted };
}

export async function letterById(db: Database, shop: ShopId, id: string): Promise<Omit<LetterDetail, 'steps'> | null> {
  const [row] = await selectLetters(db)
    .where(and(eq(letters.shop, shop), eq(letters.id, id)))
    .limit(1);
  return row ? { ...rowOf(row), subject: row.letter.subject } : null;
}

/** Letters of one person, newest first. */
export async function lettersOfPerson(
  db: Database,
  shop: ShopId,
  person: PersonId,
  limit: number,
): Promise<LetterRow[]> {
  const rows = await selectLetters(db)
    .where(and(eq(letters.shop, shop), eq(letters.subscriber, person)))
    .orderBy(desc(letters.plannedAt))
    .limit(limit);
  return rows.map(rowOf);
}

/** Every occasion of a scenario since a moment: by state, and those not sent by reason. */
export async function scenarioBooks(
  db: Database,
  shop: ShopId,
  scenario: ScenarioCode,
  since: number,
): Promise<{ state: LetterState; reason: string | null; count: number }[]> {
  const rows = await db
    .select({ state: letters.state, reason: letters.reason, count: sql<number>`count(*)` })
    .from(letters)
    .where(and(eq(letters.shop, shop), eq(letters.scenario, scenario), gte(letters.plannedAt, since)))
    .groupBy(letters.state, letters.reason)
    .orderBy(desc(sql`count(*)`));
  return rows.map((row) => ({ ...row, state: letterStateSchema.parse(row.state) }));
}

async function countsBy(db: Database, shop: ShopId): Promise<Record<LetterState, number>> {
  const rows = await db
    .select({ state: letters.state, count: sql<number>`count(*)` })
    .from(letters)
    .where(eq(letters.shop, shop))
    .groupBy(letters.state);
  const known = new Map(rows.map((row) => [row.state, row.count]));
  return Object.fromEntries(letterStates.map((state) => [state, known.get(state) ?? 0])) as Record<LetterState, number>;
}

async function total(db: Database, where: SQL | undefined): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)` })
    .from(letters)
    .leftJoin(subscribers, eq(subscribers.id, letters.subscriber))
    .where(where);
  return row?.count ?? 0;
}

function selectLetters(db: Database) {
  return db.select(shown).from(letters).leftJoin(subscribers, eq(subscribers.id, letters.subscriber)).$dynamic();
}

function rowOf({ letter, email }: { letter: typeof letters.$inferSelect; email: string | null }): LetterRow {
  const names: Record<string, string> = scenarioNames;
  return {
    id: letter.id,
    scenario: letter.scenario,
    scenarioName: names[letter.scenario] ?? letter.scenario,
    state: letterStateSchema.parse(letter.state),
    reason: letterReasonSchema.nullable().catch(null).parse(letter.reason),
    sentence: letter.sentence,
    person: email === null ? null : { id: letter.subscriber, email },
    plannedAt: letter.plannedAt,
    at: letter.at,
    arrival: null,
  };
}

/** Whose letter an id is: for mail that comes back, which knows nothing but the id. */
export async function recipientOf(db: Database, letter: string): Promise<{ shop: ShopId; email: string } | null> {
  const [row] = await db
    .select({ shop: letters.shop, email: subscribers.email })
    .from(letters)
    .innerJoin(subscribers, eq(subscribers.id, letters.subscriber))
    .where(eq(letters.id, letter))
    .limit(1);
  return row ? { shop: row.shop as ShopId, email: row.email } : null;
}

/** To whom a letter of this shop was written; null: it has no such letter. */
export async function personOfLetter(db: Database, shop: ShopId, letter: string): Promise<PersonId | null> {
  const [row] = await db
    .select({ subscriber: letters.subscriber })
    .from(letters)
    .where(and(eq(letters.shop, shop), eq(letters.id, letter)))
    .limit(1);
  return row ? (row.subscriber as PersonId) : null;
}
