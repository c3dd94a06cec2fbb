// What became of the occasions of all scenarios, in one look.
import type { LetterState, ShopId } from '@winback/domain';
import { letterStateSchema } from '@winback/domain';
import { and, eq, gte, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { letters } from './schema.ts';

export interface ScenarioCount {
  scenario: string;
  state: LetterState;
  reason: string | null;
  count: number;
  /** Of these, letters in which a person clicked; machines are not counted. */
  clicked: number;
}

/** Occasions since a moment by scenario, state and reason. */
export async function scenarioCounts(db: Database, shop: ShopId, since: number): Promise<ScenarioCount[]> {
  const rows = await db
    .select({
      ...{ scenario: letters.scenario, state: letters.state, reason: letters.reason },
      count: sql<number>`count(*)`,
      clicked: sql<number>`sum(${letters.clickedAt} is not null)`,
    })
    .from(letters)
    .where(and(eq(letters.shop, shop), gte(letters.plannedAt, since)))
    .groupBy(letters.scenario, letters.state, letters.reason);
  return rows.map((row) => ({ ...row, state: letterStateSchema.parse(row.state) }));
}
