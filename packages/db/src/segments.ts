// Lists of people that the shop's systems keep. A list comes to be when somebody is first put into it.
import type { PersonId, ShopId } from '@winback/domain';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among, chunksOf, insertRows } from './rows.ts';
import { segmentMembers, segments, subscribers } from './schema.ts';

/** Puts people of this shop into a segment; who is in it stays in it since then. */
export async function addToSegment(
  db: Database,
  shop: ShopId,
  segment: number,
  of: { people: readonly PersonId[]; now: number },
): Promise<void> {
  await db
    .insert(segments)
    .values({ shop, id: segment, name: `Segment ${segment}`, createdAt: of.now })
    .onConflictDoNothing();
  const known = await membersOf(db, shop, of.people);
  for (const chunk of chunksOf(known.map((subscriber) => ({ shop, segment, subscriber, at: of.now }))))
    await insertRows(db, segmentMembers, chunk).onConflictDoNothing();
}

async function membersOf(db: Database, shop: ShopId, people: readonly PersonId[]): Promise<string[]> {
  const rows = await db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), sql`${subscribers.id} in ${among(people)}`));
  return rows.map((row) => row.id);
}

/** Taking out somebody who is not in it is done already. */
export async function takeFromSegment(db: Database, shop: ShopId, segment: number, person: PersonId): Promise<void> {
  await db
    .delete(segmentMembers)
    .where(
      and(eq(segmentMembers.shop, shop), eq(segmentMembers.segment, segment), eq(segmentMembers.subscriber, person)),
    );
}

/** The segments that a person is in, by number. */
export async function segmentsOf(db: Database, shop: ShopId, person: PersonId): Promise<number[]> {
  const rows = await db
    .select({ segment: segmentMembers.segment })
    .from(segmentMembers)
    .where(and(eq(segmentMembers.shop, shop), eq(segmentMembers.subscriber, person)))
    .orderBy(asc(segmentMembers.segment));
  return rows.map((row) => row.segment);
}

/** By number, with how many people are in each. At most 500. */
export async function listSegments(
  db: Database,
  shop: ShopId,
): Promise<{ id: number; name: string; people: number }[]> {
  return db
    .select({
      id: segments.id,
      name: segments.name,
      people: sql<number>`(select count(*) from ${segmentMembers} where segment_members.shop = ${shop} and segment_members.segment = segments.id)`,
    })
    .from(segments)
    .where(eq(segments.shop, shop))
    .orderBy(asc(segments.id))
    .limit(500);
}
