// Settings are tried on a shop's past, in steps that anybody can take up: how much lies there, the events by person into parts, and
// then part by part the same decisions as ever by a clock of their own. Nothing of it writes a letter.
import type { SimulationClaim, StoredSimulation } from '@winback/db';
import { claimSimulation, endSimulation, shopById } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import { assertNever, newToken } from '@winback/domain';
import type { TriggerSettings } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { said } from '../said.ts';
import type { StoredResult } from '../simulation.ts';
import { dropFolder, placeSchema, simulatedMs, simulationFolder } from '../simulation.ts';
import { listPast, readOrders, readPast, readWatches } from './simulate-gather.ts';
import { noSums, replayPart } from './simulate-part.ts';
import { SimulationLost, SimulationRun } from './simulate-run.ts';

const dayMs = 86_400_000;
/** One that breaks off so often at the same place will not get past it. */
const mostTries = 5;
const busyAgainSeconds = 60;
/** What a step may ask of the bindings. */
const requestsOfStep = { listing: 3, reading: 220, orders: 80, watches: 80, replaying: 200 } as const;

/** Takes a simulation as far as one run of a consumer goes. Throws only where trying again may help. */
export async function simulate(env: Env, shop: ShopId, simulation: string): Promise<void> {
  const claim = { shop, simulation, by: newToken() };
  const now = Date.now();
  const db = databaseOf(env);
  const stored = await claimSimulation(db, claim, { now, leaseMs: settingsOf(env).LEASE_MS });
  if (stored === 'over') return dropFolder(env.LAKE, simulationFolder(shop, simulation));
  // Whoever holds it may have died: this message lives on until it has ended.
  if (stored === 'busy') return sendOn(env, shop, simulation, { delaySeconds: busyAgainSeconds });
  const record = await shopById(db, shop);
  if (!record) return;
  const run = begun(env, claim, stored, { shopSettings: record.settings, now });
  try {
    if (await stepsOf(run)) return dropFolder(env.LAKE, simulationFolder(shop, simulation));
    await run.release();
  } catch (error) {
    if (error instanceof SimulationLost) return dropFolder(env.LAKE, simulationFolder(shop, simulation));
    await run.release().catch((again: unknown) => console.error('a simulation was not let go', { error: said(again) }));
    throw error;
  }
  return sendOn(env, shop, simulation);
}

async function sendOn(env: Env, shop: ShopId, simulation: string, options?: QueueSendOptions): Promise<void> {
  await env.JOBS.send({ kind: 'simulate', shop, simulation }, options);
}

function begun(
  env: Env,
  claim: SimulationClaim,
  stored: StoredSimulation,
  { shopSettings, now }: { shopSettings: ShopSettings; now: number },
): SimulationRun {
  const settings: TriggerSettings = JSON.parse(stored.settings);
  const place = placeSchema.parse(JSON.parse(stored.place ?? '{}'));
  const countFrom = now - simulatedMs;
  const span = place.span ?? { from: countFrom - warmUpMs(settings), countFrom, until: now };
  return new SimulationRun(env, claim, { stored, settings, shopSettings, place: { ...place, span } });
}

/** What began before is lived through first, uncounted: a month of silence has to begin somewhere. */
function warmUpMs({ scenarios }: TriggerSettings): number {
  return dayMs + Math.max(...Object.values(scenarios).map(({ on, windowMs }) => (on ? windowMs : 0)));
}

/** True: it has ended. False: another run goes on. */
async function stepsOf(run: SimulationRun): Promise<boolean> {
  const { tries } = run.place;
  if (tries >= mostTries) return ended(run, `it broke off ${mostTries} times while ${run.place.step}`);
  await run.move({ tries: tries + 1 });
  for (let isFirst = true; ; isFirst = false) {
    const { step, part, parts } = run.place;
    if (step === 'replaying' && part >= parts) return ended(run, null);
    if (!isFirst && !run.hasRoomFor(requestsOfStep[step])) return false;
    await takeStep(run);
  }
}

async function takeStep(run: SimulationRun): Promise<void> {
  const { step } = run.place;
  switch (step) {
    case 'listing':
      return listPast(run);
    case 'reading':
      return readPast(run);
    case 'orders':
      return readOrders(run);
    case 'watches':
      return readWatches(run);
    case 'replaying':
      return replayPart(run);
    default:
      return assertNever(step);
  }
}

/** `why` null: it came to its end. */
async function ended(run: SimulationRun, why: string | null): Promise<boolean> {
  const { countFrom, until } = run.span;
  const { sums, share, firstAt } = run.place;
  const now = Date.now();
  const from = Math.max(countFrom, firstAt ?? countFrom);
  const result: StoredResult = { ...(sums ?? noSums), from, until, share };
  const end =
    why === null
      ? { state: 'done' as const, result: JSON.stringify(result), now }
      : { state: 'failed' as const, message: why, now };
  if (!(await endSimulation(databaseOf(run.env), run.claim, end))) throw new SimulationLost();
  return true;
}
