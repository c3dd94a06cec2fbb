// Letters that are planned and have not left: whom to ask again when a merchant wants changed settings applied at once.
import type { PersonId, ShopId } from '@winback/domain';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { letters } from './schema.ts';

/** People for whom a letter waits, each once, by their ids; `next` null: there are no more. */
export async function peopleWaiting(
  db: Database,
  shop: ShopId,
  { after, limit }: { after: string; limit: number },
): Promise<{ people: PersonId[]; next: string | null }> {
  const rows = await db
    .selectDistinct({ person: letters.subscriber })
    .from(letters)
    .where(and(eq(letters.shop, shop), eq(letters.state, 'waiting'), gt(letters.subscriber, after)))
    .orderBy(asc(letters.subscriber))
    .limit(limit);
  const people = rows.map(({ person }) => person as PersonId);
  return { people, next: people.length < limit ? null : (people.at(-1) ?? null) };
}

export async function countWaiting(db: Database, shop: ShopId): Promise<number> {
  const [row] = await db
    .select({ people: sql<number>`count(distinct ${letters.subscriber})` })
    .from(letters)
    .where(and(eq(letters.shop, shop), eq(letters.state, 'waiting')));
  return row?.people ?? 0;
}
