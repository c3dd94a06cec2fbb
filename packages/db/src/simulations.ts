// Settings that are tried on the past. Of a shop one runs at a time; where it is stands in its row as one JSON value, and nothing
// is written for somebody whose claim is gone. What the place says is the business of who works on it.
import type { ScenarioCode, ShopId, simulationStates } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { insertRows } from './rows.ts';
import { simulations } from './schema.ts';

export type SimulationState = (typeof simulationStates)[number];

export interface StoredSimulation {
  id: string;
  scenario: ScenarioCode;
  /** JSON, as it was given. */
  settings: string;
  state: SimulationState;
  place: string | null;
  result: string | null;
  message: string | null;
  startedAt: number;
  endedAt: number | null;
}

/** Whoever is at work on one. */
export interface SimulationClaim {
  shop: ShopId;
  simulation: string;
  by: string;
}

const keptMs = 30 * 86_400_000;

/** Begins to try settings, or tries them again. False: one runs in this shop, this or another. */
export async function startSimulation(
  db: Database,
  shop: ShopId,
  of: { id: string; scenario: ScenarioCode; settings: string; now: number },
): Promise<boolean> {
  const { id, scenario, settings, now } = of;
  const row = { shop, id, scenario, settings, state: 'running', startedAt: now };
  const isFree = sql`not exists (select 1 from ${simulations} where ${simulations.shop} = ${shop} and ${simulations.state} = 'running')`;
  const [, rows] = await db.batch([
    db.delete(simulations).where(and(eq(simulations.shop, shop), lt(simulations.endedAt, now - keptMs))),
    insertRows(db, simulations, [row], isFree)
      .onConflictDoUpdate({
        target: [simulations.shop, simulations.id],
        set: { state: 'running', place: null, message: null, startedAt: now, endedAt: null },
      })
      .returning({ id: simulations.id }),
  ]);
  return rows.length > 0;
}

/** Takes it up where it stopped. `busy`: somebody else is at it. `over`: it has ended, or nobody knows it. */
export async function claimSimulation(
  db: Database,
  { shop, simulation, by }: SimulationClaim,
  { now, leaseMs }: { now: number; leaseMs: number },
): Promise<StoredSimulation | 'busy' | 'over'> {
  const one = and(eq(simulations.shop, shop), eq(simulations.id, simulation));
  const known = sql`coalesce(${simulations.place}, '{}')`;
  const [claimed] = await db
    .update(simulations)
    .set({ place: sql`json_set(${known}, '$.by', ${by}, '$.until', ${now + leaseMs})` })
    .where(and(one, eq(simulations.state, 'running'), sql`coalesce(${known} ->> '$.until', 0) <= ${now}`))
    .returning();
  if (claimed) return stored(claimed);
  const [row] = await db.select({ state: simulations.state }).from(simulations).where(one).limit(1);
  return row?.state === 'running' ? 'busy' : 'over';
}

/** Whether nobody was heard of for so long that its message may be lost: true once in that time, for who sends it again. */
export async function isLost(
  db: Database,
  shop: ShopId,
  { id, now, lostMs }: { id: string; now: number; lostMs: number },
): Promise<boolean> {
  const known = sql`coalesce(${simulations.place}, '{}')`;
  const heardAt = sql`coalesce(${known} ->> '$.until', ${simulations.startedAt})`;
  const one = and(eq(simulations.shop, shop), eq(simulations.id, id), eq(simulations.state, 'running'));
  const rows = await db
    .update(simulations)
    .set({ place: sql`json_set(${known}, '$.until', ${now})` })
    .where(and(one, sql`${heardAt} <= ${now - lostMs}`))
    .returning({ id: simulations.id });
  return rows.length > 0;
}

/** Moves it on. False: the claim is gone, and nothing was written. */
export async function moveSimulation(db: Database, claim: SimulationClaim, place: string): Promise<boolean> {
  const rows = await db.update(simulations).set({ place }).where(heldBy(claim)).returning({ id: simulations.id });
  return rows.length > 0;
}

/** Ends it with what it came to, or with why it failed. False: the claim is gone. */
export async function endSimulation(
  db: Database,
  claim: SimulationClaim,
  end: { state: 'done' | 'failed'; result?: string; message?: string; now: number },
): Promise<boolean> {
  const { state, result, message = null, now } = end;
  const rows = await db
    .update(simulations)
    .set({ state, message, endedAt: now, place: null, ...(result === undefined ? {} : { result }) })
    .where(heldBy(claim))
    .returning({ id: simulations.id });
  return rows.length > 0;
}

/** The merchant's word: whatever runs in the shop is stopped. */
export async function stopSimulations(db: Database, shop: ShopId, now: number): Promise<void> {
  await db
    .update(simulations)
    .set({ state: 'stopped', endedAt: now, place: null })
    .where(and(eq(simulations.shop, shop), eq(simulations.state, 'running')));
}

export async function simulationById(db: Database, shop: ShopId, id: string): Promise<StoredSimulation | null> {
  return firstOf(db, and(eq(simulations.shop, shop), eq(simulations.id, id)));
}

/** The one that runs in this shop; null: none does. */
export async function runningSimulation(db: Database, shop: ShopId): Promise<StoredSimulation | null> {
  return firstOf(db, and(eq(simulations.shop, shop), eq(simulations.state, 'running')));
}

/** All that was tried goes, for somebody who was in it is being forgotten; one that runs ends. */
export async function forgetSimulations(db: Database, shop: ShopId): Promise<void> {
  await db.delete(simulations).where(eq(simulations.shop, shop));
}

function heldBy({ shop, simulation, by }: SimulationClaim): SQL | undefined {
  const running = and(eq(simulations.shop, shop), eq(simulations.id, simulation), eq(simulations.state, 'running'));
  return and(running, sql`${simulations.place} ->> '$.by' = ${by}`);
}

async function firstOf(db: Database, where: SQL | undefined): Promise<StoredSimulation | null> {
  const [row] = await db.select().from(simulations).where(where).limit(1);
  return row ? stored(row) : null;
}

function stored({ shop: _shop, ...row }: typeof simulations.$inferSelect): StoredSimulation {
  return { ...row, scenario: row.scenario as ScenarioCode, state: row.state as SimulationState };
}
