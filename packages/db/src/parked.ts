import type { Parked, ShopId } from '@winback/domain';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { parkedJobs } from './schema.ts';

/** A message that failed at every try and waits for a person. */
export interface ParkedJob {
  id: string;
  queue: string;
  kind: string;
  subject: string;
  attempts: number;
  error: string;
  /** The message itself, JSON. */
  body: string;
  now: number;
}

/** Parks a job; one that is parked already is the same row, with all of its tries. */
export async function park(db: Database, shop: ShopId, { now, ...job }: ParkedJob): Promise<void> {
  await db
    .insert(parkedJobs)
    .values({ ...job, shop, at: now })
    .onConflictDoUpdate({
      target: parkedJobs.id,
      set: { attempts: sql`${parkedJobs.attempts} + excluded.attempts`, error: job.error, body: job.body, at: now },
    });
}

export async function listParked(db: Database, shop: ShopId): Promise<Parked[]> {
  return db
    .select({
      id: parkedJobs.id,
      kind: parkedJobs.kind,
      at: parkedJobs.at,
      attempts: parkedJobs.attempts,
      error: parkedJobs.error,
      subject: parkedJobs.subject,
    })
    .from(parkedJobs)
    .where(eq(parkedJobs.shop, shop))
    .orderBy(desc(parkedJobs.at))
    .limit(200);
}

export async function parkedById(
  db: Database,
  shop: ShopId,
  id: string,
): Promise<{ queue: string; body: string } | null> {
  const [row] = await db
    .select({ queue: parkedJobs.queue, body: parkedJobs.body })
    .from(parkedJobs)
    .where(and(eq(parkedJobs.shop, shop), eq(parkedJobs.id, id)))
    .limit(1);
  return row ?? null;
}

/** Forgets a job, once it is back in its queue. */
export async function unpark(db: Database, shop: ShopId, id: string): Promise<void> {
  await db.delete(parkedJobs).where(and(eq(parkedJobs.shop, shop), eq(parkedJobs.id, id)));
}
