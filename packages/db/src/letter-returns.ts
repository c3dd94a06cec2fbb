// What mail systems told of letters, and how a shop's sending fares by it.
import type { MailReport, PersonId, ReturnKind, ShopId } from '@winback/domain';
import { bounceKindSchema, returnKindSchema } from '@winback/domain';
import { and, desc, eq, gte, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among } from './rows.ts';
import { letterReturns, letters, subscribers } from './schema.ts';

/** A letter that mail systems tell of. */
export interface ReportedLetter {
  shop: ShopId;
  person: PersonId;
  /** Null: the person is forgotten. */
  email: string | null;
  scenario: string;
  state: string;
  plannedAt: number;
}

/** Whose letter an id is: mail that comes back knows nothing but the id. */
export async function reportedLetter(db: Database, letter: string): Promise<ReportedLetter | null> {
  const { shop, subscriber, scenario, state, plannedAt } = letters;
  const [row] = await db
    .select({ shop, person: subscriber, scenario, state, plannedAt, email: subscribers.email })
    .from(letters)
    .leftJoin(subscribers, eq(subscribers.id, letters.subscriber))
    .where(eq(letters.id, letter))
    .limit(1);
  return row ? { ...row, shop: row.shop as ShopId, person: row.person as PersonId } : null;
}

/** Notes what a mail system told. True: it is news; the same again changes nothing. */
export async function putReturn(
  db: Database,
  shop: ShopId,
  { letter, source, report }: { letter: string; source: string; report: MailReport },
): Promise<boolean> {
  const { what, kind, words, at } = report;
  const rows = await db
    .insert(letterReturns)
    .values({ ...{ shop, letter, what, kind, words, source, at } })
    .onConflictDoNothing()
    .returning({ letter: letterReturns.letter });
  return rows.length > 0;
}

export interface LetterReturn {
  letter: string;
  what: ReturnKind;
  kind: MailReport['kind'];
  words: string;
  at: number;
}

/** What was told of these letters, the newest first. */
export async function returnsOf(db: Database, shop: ShopId, ids: readonly string[]): Promise<LetterReturn[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select()
    .from(letterReturns)
    .where(and(eq(letterReturns.shop, shop), inArray(letterReturns.letter, among(ids))))
    .orderBy(desc(letterReturns.at));
  return rows.map(returnOf);
}

/** The newest bounces of a person's letters since the last one that arrived, or in which they clicked; newest first. */
export async function bouncesInARow(db: Database, shop: ShopId, person: PersonId): Promise<LetterReturn[]> {
  const theirs = and(eq(letters.shop, shop), eq(letters.subscriber, person));
  const lastClick = sql`coalesce((select max(${letters.clickedAt}) from ${letters} where ${theirs}), 0)`;
  const rows = await db
    .select({ told: letterReturns })
    .from(letterReturns)
    .innerJoin(letters, and(eq(letters.id, letterReturns.letter), theirs))
    .where(and(inArray(letterReturns.what, ['bounced', 'delivered']), sql`${letterReturns.at} > ${lastClick}`))
    .orderBy(desc(letterReturns.at))
    .limit(50);
  const arrived = rows.findIndex(({ told }) => told.what === 'delivered');
  return rows.slice(0, arrived < 0 ? rows.length : arrived).map(({ told }) => returnOf(told));
}

/** How many letters left since a moment, how many of them came back for good or for policy, and how many were complained about. */
export async function sendingFigures(
  db: Database,
  shop: ShopId,
  since: number,
): Promise<{ sent: number; bounced: number; complained: number }> {
  const countOf = (what: ReturnKind) =>
    db
      .select({ count: sql<number>`count(*)` })
      .from(letterReturns)
      .where(
        and(
          eq(letterReturns.shop, shop),
          eq(letterReturns.what, what),
          gte(letterReturns.at, since),
          what === 'bounced' ? sql`${letterReturns.kind} <> 'soft'` : undefined,
        ),
      );
  const [sent, bounced, complained] = await db.batch([
    db
      .select({ count: sql<number>`count(*)` })
      .from(letters)
      .where(and(eq(letters.shop, shop), inArray(letters.state, ['sent', 'unknown']), gte(letters.plannedAt, since))),
    countOf('bounced'),
    countOf('complained'),
  ]);
  return { sent: sent[0]?.count ?? 0, bounced: bounced[0]?.count ?? 0, complained: complained[0]?.count ?? 0 };
}

function returnOf({ letter, what, kind, words, at }: typeof letterReturns.$inferSelect): LetterReturn {
  return {
    letter,
    words,
    at,
    what: returnKindSchema.parse(what),
    kind: bounceKindSchema.nullable().catch(null).parse(kind),
  };
}
