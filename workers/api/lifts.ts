// What the letters of scenarios brought, as far as it is measured. Looking asks for the measuring of days that have become ripe.
import type { LiftGroup } from '@winback/db';
import { askForLift, liftGroups, liftMeasuredUpTo, liftOutcomeMs, liftSpanMs } from '@winback/db';
import type { ScenarioCode, ScenarioNumbers, ShopId, ShopSettings } from '@winback/domain';
import { scenarioIn } from '@winback/domain';
import type { Group } from '@winback/engine/lift';
import { liftOf } from '@winback/engine/lift';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

const dayMs = 86_400_000;
const askEveryMs = 10 * 60_000;

export interface Measured {
  groups: LiftGroup[];
  from: number;
  until: number;
}

/** Both sides of every scenario, of people whose week is over. */
export async function measuredLift(env: Env, shop: ShopId, now: number): Promise<Measured> {
  const db = databaseOf(env);
  const ripe = Math.floor((now - liftOutcomeMs) / dayMs) * dayMs;
  const upTo = await liftMeasuredUpTo(db, shop);
  const until = upTo === 0 ? ripe : Math.min(ripe, upTo);
  const from = until - liftSpanMs;
  const groups = await liftGroups(db, shop, { from, until });
  if (upTo < ripe && (await askForLift(db, shop, { now, everyMs: askEveryMs })))
    await env.JOBS.send({ kind: 'measure-lift', shop });
  return { groups, from, until };
}

/** One scenario's lift, or why there is none. */
export function liftOfScenario(
  code: ScenarioCode,
  settings: ShopSettings,
  { groups, from, until }: Measured,
): Pick<ScenarioNumbers, 'lift' | 'liftMissing'> {
  if (code === 'double_opt_in') return missing('nobody is held out, for whoever asks for this letter gets it');
  const written = sideOf(groups, code, false);
  const heldOut = sideOf(groups, code, true);
  const lift = liftOf(written, heldOut);
  if (lift) {
    const { rate, spent, isSure } = lift;
    const people = ({ people, buyers }: Group) => ({ people, buyers });
    return {
      lift: { written: people(written), heldOut: people(heldOut), rate, spent, isSure, from, until },
      liftMissing: null,
    };
  }
  const share = scenarioIn(settings, code).holdOutPercent ?? 0;
  if (share === 0) return missing('nobody is held out');
  if (written.people + heldOut.people === 0)
    return missing('not measured yet: people count a week after their first occasion');
  return missing(`too few people yet: ${written.people} written to, ${heldOut.people} held out`);
}

function missing(words: string) {
  return { lift: null, liftMissing: words };
}

function sideOf(groups: readonly LiftGroup[], code: ScenarioCode, heldOut: boolean): Group {
  const side = groups.find((group) => group.scenario === code && group.heldOut === heldOut);
  return side ?? { people: 0, buyers: 0, spent: 0, spentSquares: 0 };
}
