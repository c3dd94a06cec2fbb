// People who are being forgotten, and what the tables know of them.
import type { ErasureProgress, PersonId, ShopId } from '@winback/domain';
import { erasureProgressSchema } from '@winback/domain';
import { and, eq, inArray, lte, or, sql } from 'drizzle-orm';
import { arrivalsOfErased } from './attribution.ts';
import type { Database } from './database.ts';
import { among } from './rows.ts';
import {
  confirmationAsks as asks,
  consentLog,
  devices,
  erasures,
  letterArrivals,
  letterReturns,
  letters,
  letterTouches,
  letterWishes,
  orders,
  parkedJobs,
  ratings,
  segmentMembers,
  subscribers,
  suppressions,
  watches,
} from './schema.ts';
import { addressDigest } from './suppressions.ts';

export interface StoredErasure {
  /** The person. The id is nobody's afterwards. */
  id: PersonId;
  /** Names of the Visitors that go; none once it has ended. */
  visitors: string[];
  progress: ErasureProgress;
  startedAt: number;
  endedAt: number | null;
}

/** Stands where a person's id stood: figures stay, nobody is behind them. */
export const erasedPerson = 'erased' as PersonId;

/** An order's lines without what was said of each besides: it may say whose it was. */
const bareLines = sql`(select json_group_array(json_remove(value, '$.extras')) from json_each(${orders.items}))`;

/** Begins to forget a person; one that has begun goes on as it was. */
export async function beginErasure(
  db: Database,
  shop: ShopId,
  { id, visitors, progress, startedAt }: Omit<StoredErasure, 'endedAt'>,
): Promise<void> {
  await db
    .insert(erasures)
    .values({ shop, id, visitors: JSON.stringify(visitors), cursor: JSON.stringify(progress), startedAt })
    .onConflictDoNothing();
}

export async function erasureById(db: Database, shop: ShopId, id: string): Promise<StoredErasure | null> {
  const [row] = await db
    .select()
    .from(erasures)
    .where(and(eq(erasures.shop, shop), eq(erasures.id, id)))
    .limit(1);
  if (!row) return null;
  return {
    id: row.id as PersonId,
    visitors: JSON.parse(row.visitors) as string[],
    progress: erasureProgressSchema.parse(JSON.parse(row.cursor ?? '{}')),
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}

/** How far it is, and more Visitors that were found on the way. */
export async function moveErasure(
  db: Database,
  shop: ShopId,
  id: PersonId,
  { progress, visitors }: { progress: ErasureProgress; visitors?: readonly string[] },
): Promise<void> {
  await db
    .update(erasures)
    .set({ cursor: JSON.stringify(progress), ...(visitors ? { visitors: JSON.stringify(visitors) } : {}) })
    .where(and(eq(erasures.shop, shop), eq(erasures.id, id)));
}

/** Nothing is left but the id and the two moments, which prove that it was done. */
export async function endErasure(db: Database, shop: ShopId, id: PersonId, now: number): Promise<void> {
  await db
    .update(erasures)
    .set({ visitors: '[]', endedAt: now })
    .where(and(eq(erasures.shop, shop), eq(erasures.id, id)));
}

/**
 * Takes a person out of every table, all at once. Orders and letters keep their figures and lose whose they were. Of the address
 * a digest stays among the suppressions, so that no list brings it back. What a browser told after `before` is a new visitor's.
 */
export async function forgetPerson(
  db: Database,
  shop: ShopId,
  person: PersonId,
  { visitors, before, now }: { visitors: readonly string[]; before: number; now: number },
): Promise<void> {
  const [known] = await db
    .select({ email: subscribers.email })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)))
    .limit(1);
  const theirs = among(visitors);
  const deletions = [
    db.delete(asks).where(and(eq(asks.shop, shop), eq(asks.subscriber, person))),
    db.delete(consentLog).where(and(eq(consentLog.shop, shop), eq(consentLog.subscriber, person))),
    db.delete(letterWishes).where(and(eq(letterWishes.shop, shop), eq(letterWishes.subscriber, person))),
    db.delete(devices).where(and(eq(devices.shop, shop), eq(devices.subscriber, person))),
    db
      .delete(watches)
      .where(
        and(
          eq(watches.shop, shop),
          or(eq(watches.subscriber, person), and(inArray(watches.visitor, theirs), lte(watches.at, before))),
        ),
      ),
    db.delete(ratings).where(and(eq(ratings.shop, shop), eq(ratings.subscriber, person))),
    db.delete(letterArrivals).where(arrivalsOfErased(shop, { person, visitors, before })),
    db.delete(segmentMembers).where(and(eq(segmentMembers.shop, shop), eq(segmentMembers.subscriber, person))),
    db
      .delete(parkedJobs)
      .where(and(eq(parkedJobs.shop, shop), sql`json_extract(${parkedJobs.body}, '$.visitor') in ${theirs}`)),
  ] as const;
  await db.batch([
    ...deletions,
    db
      .update(orders)
      .set({ subscriber: erasedPerson, visitor: erasedPerson, extras: '{}', items: bareLines })
      .where(
        and(
          eq(orders.shop, shop),
          or(eq(orders.subscriber, person), and(inArray(orders.visitor, theirs), lte(orders.at, before))),
        ),
      ),
    db
      .update(letterTouches)
      .set({ network: null })
      .where(and(eq(letterTouches.shop, shop), inArray(letterTouches.letter, lettersOf(db, shop, person)))),
    // Mail systems quote the address in what they say.
    db
      .update(letterReturns)
      .set({ words: '' })
      .where(and(eq(letterReturns.shop, shop), inArray(letterReturns.letter, lettersOf(db, shop, person)))),
    db
      .update(letters)
      .set({ subscriber: erasedPerson, subject: null })
      .where(and(eq(letters.shop, shop), eq(letters.subscriber, person))),
    ...(known ? await suppressedOnly(db, shop, known.email, now) : []),
    db.delete(subscribers).where(and(eq(subscribers.shop, shop), eq(subscribers.id, person))),
  ]);
}

function lettersOf(db: Database, shop: ShopId, person: PersonId) {
  return db
    .select({ id: letters.id })
    .from(letters)
    .where(and(eq(letters.shop, shop), eq(letters.subscriber, person)));
}

/** The address leaves the suppressions, its digest comes. */
async function suppressedOnly(db: Database, shop: ShopId, email: string, now: number) {
  const digest = await addressDigest(shop, email);
  return [
    db.delete(suppressions).where(and(eq(suppressions.shop, shop), eq(suppressions.email, email))),
    db.insert(suppressions).values({ shop, email: digest, reason: 'erased', at: now }).onConflictDoNothing(),
  ] as const;
}
