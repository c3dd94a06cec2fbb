// Openings and clicks of letters, as they came, and what people's own did to their letters.
import type { LetterTouch, PersonId, ScenarioCode, ShopId } from '@winback/domain';
import { scenarioCodeSchema, touchVerdictSchema } from '@winback/domain';
import { and, eq, gte, inArray, lte, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { runAll } from './database.ts';
import { among, insertRows } from './rows.ts';
import { letterReturns, letters, letterTouches } from './schema.ts';

/** Notes touches; the same one twice is one. */
export async function putTouches(db: Database, shop: ShopId, touches: readonly LetterTouch[]): Promise<void> {
  if (touches.length === 0) return;
  const rows = touches.map((touch) => ({ ...touch, shop }));
  await insertRows(db, letterTouches, rows).onConflictDoNothing();
}

/** A letter that was touched. */
export interface TouchedLetter {
  letter: string;
  person: PersonId;
  /** When the mail server took it; null: its answer is not known (yet). */
  sentAt: number | null;
  clickedAt: number | null;
  touches: LetterTouch[];
}

/** Letters of the shop with all that touched them; ids that are no letters of it are left out. */
export async function touchedLetters(db: Database, shop: ShopId, ids: readonly string[]): Promise<TouchedLetter[]> {
  const theirs = among([...new Set(ids)]);
  const [known, touches] = await Promise.all([
    db
      .select({
        letter: letters.id,
        person: letters.subscriber,
        state: letters.state,
        at: letters.at,
        clickedAt: letters.clickedAt,
      })
      .from(letters)
      .where(and(eq(letters.shop, shop), inArray(letters.id, theirs))),
    db
      .select()
      .from(letterTouches)
      .where(and(eq(letterTouches.shop, shop), inArray(letterTouches.letter, theirs))),
  ]);
  const byLetter = Map.groupBy(touches.map(touchOf), (touch) => touch.letter);
  return known.map(({ letter, person, state, at, clickedAt }) => ({
    ...{ letter, clickedAt, person: person as PersonId, sentAt: state === 'sent' ? at : null },
    touches: byLetter.get(letter) ?? [],
  }));
}

/** Touches from these places between two moments, of whatever shop: a gateway guards mailboxes, not shops. */
export async function touchesFrom(
  db: Database,
  networks: readonly string[],
  { from, until }: { from: number; until: number },
): Promise<LetterTouch[]> {
  if (networks.length === 0) return [];
  const rows = await db
    .select()
    .from(letterTouches)
    .where(
      and(inArray(letterTouches.network, among(networks)), gte(letterTouches.at, from), lte(letterTouches.at, until)),
    )
    .limit(2_000);
  return rows.map(touchOf);
}

/** Writes verdicts that are others now, and on letters when a person first opened and clicked them. */
export async function judgeTouches(
  db: Database,
  shop: ShopId,
  { changed, letters: ids }: { changed: readonly LetterTouch[]; letters: readonly string[] },
): Promise<void> {
  const json = JSON.stringify(changed.map(({ letter, id, verdict }) => [`${letter} ${id}`, verdict]));
  const key = sql`${letterTouches.letter} || ' ' || ${letterTouches.id}`;
  const firstOf = (kinds: readonly string[]) =>
    sql`(select min(${letterTouches.at}) from ${letterTouches} where ${letterTouches.letter} = ${letters.id} and ${letterTouches.shop} = ${shop} and ${letterTouches.verdict} = 'human' and ${inArray(letterTouches.kind, [...kinds])})`;
  await runAll(db, [
    ...(changed.length === 0
      ? []
      : [
          db
            .update(letterTouches)
            .set({
              verdict: sql`(select told.value->>1 from json_each(${json}) as told where told.value->>0 = ${key})`,
            })
            .where(
              and(
                eq(letterTouches.shop, shop),
                inArray(letterTouches.letter, among(changed.map(({ letter }) => letter))),
                sql`${key} in (select told.value->>0 from json_each(${json}) as told)`,
              ),
            ),
        ]),
    db
      .update(letters)
      .set({
        // Who clicked has opened it.
        openedAt: sql`coalesce(${letters.openedAt}, ${firstOf(['open', 'click'])})`,
        clickedAt: sql`coalesce(${letters.clickedAt}, ${firstOf(['click'])})`,
      })
      .where(and(eq(letters.shop, shop), inArray(letters.id, among(ids)))),
  ]);
}

/** How people answered to the letters of a scenario. Machines stand beside them and are in none of the other figures. */
export interface ScenarioAnswers {
  scenario: ScenarioCode;
  sent: number;
  delivered: number;
  bounced: number;
  complained: number;
  /** Letters that a person opened, and in which a person clicked. */
  opened: number;
  clicked: number;
  /** Clicks of people: one link of a letter counts once a day. */
  clicks: number;
  /** Letters that only machines touched. */
  machinesOnly: number;
}

/** drizzle leaves the table's name out where it selects from one alone, and a subquery would take the column for its own. */
const thisLetter = sql.raw('"letters"."id"');

/** By scenario, of the letters that were planned since a moment and left. */
export async function scenarioAnswers(db: Database, shop: ShopId, since: number): Promise<ScenarioAnswers[]> {
  const told = (what: string) =>
    sql<number>`sum(exists (select 1 from ${letterReturns} where ${letterReturns.letter} = ${thisLetter} and ${letterReturns.what} = ${what}))`;
  const touched = (verdict: 'human' | 'machine') =>
    sql`exists (select 1 from ${letterTouches} where ${letterTouches.letter} = ${thisLetter} and (${letterTouches.verdict} = 'human') = ${verdict === 'human' ? 1 : 0})`;
  const clicks = sql<number>`sum((select count(distinct ${letterTouches.link} || ' ' || (${letterTouches.at} / 86400000)) from ${letterTouches} where ${letterTouches.letter} = ${thisLetter} and ${letterTouches.kind} = 'click' and ${letterTouches.verdict} = 'human'))`;
  const rows = await db
    .select({
      scenario: letters.scenario,
      sent: sql<number>`count(*)`,
      delivered: told('delivered'),
      bounced: told('bounced'),
      complained: told('complained'),
      opened: sql<number>`sum(${letters.openedAt} is not null)`,
      clicked: sql<number>`sum(${letters.clickedAt} is not null)`,
      clicks,
      machinesOnly: sql<number>`sum(${touched('machine')} and not ${touched('human')})`,
    })
    .from(letters)
    .where(and(eq(letters.shop, shop), inArray(letters.state, ['sent', 'unknown']), gte(letters.plannedAt, since)))
    .groupBy(letters.scenario);
  return rows.flatMap((row) => {
    const scenario = scenarioCodeSchema.safeParse(row.scenario);
    return scenario.success ? [{ ...row, scenario: scenario.data }] : [];
  });
}

function touchOf({ shop: _shop, kind, verdict, ...row }: typeof letterTouches.$inferSelect): LetterTouch {
  return { ...row, kind: kind === 'open' ? 'open' : 'click', verdict: touchVerdictSchema.parse(verdict) };
}
