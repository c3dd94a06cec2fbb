// What a simulation counts: in all, and for each scenario.
import type { LetterReason, ScenarioCode } from '@winback/domain';
import { byScenario } from '@winback/domain';

/** What the settings would have come to for one scenario. */
export interface ScenarioTotals {
  /** Occasions that came to a letter or to a reason, or whose letter waits still. */
  occasions: number;
  letters: number;
  /** People who got one. */
  reached: number;
  /** The squares of everybody's letters, summed: from them comes the margin where only a share of the people was looked at. */
  squares: number;
  blocked: Partial<Record<LetterReason, number>>;
  /** Occasions that had to wait for a letter of another scenario, by that other one. */
  behind: Partial<Record<ScenarioCode, number>>;
}

export interface SimulationTotals {
  events: number;
  /** Times that somebody was looked at. */
  decisions: number;
  people: number;
  /** People who got a letter. */
  reached: number;
  letters: Record<ScenarioCode, number>;
  /** Occasions that came to a letter or to a reason. */
  occasions: Record<ScenarioCode, number>;
  blocked: Partial<Record<LetterReason, number>>;
  /** Occasions that had to wait for another letter of the same person. */
  collisions: number;
  scenarios: Record<ScenarioCode, ScenarioTotals>;
}

/** Nothing of a scenario yet. */
export function noScenarioTotals(): ScenarioTotals {
  return { occasions: 0, letters: 0, reached: 0, squares: 0, blocked: {}, behind: {} };
}

/** Both together, where they are of different people. */
export function addedTotals(one: ScenarioTotals, other: ScenarioTotals): ScenarioTotals {
  return {
    occasions: one.occasions + other.occasions,
    letters: one.letters + other.letters,
    reached: one.reached + other.reached,
    squares: one.squares + other.squares,
    blocked: summed(one.blocked, other.blocked),
    behind: summed(one.behind, other.behind),
  };
}

/**
 * How far the letters of everybody may lie from `letters / share`, with 95 %: people were chosen by chance, each with all of
 * their letters (Bernoulli sampling, the Horvitz-Thompson estimator).
 */
export function marginOf({ squares }: Pick<ScenarioTotals, 'squares'>, share: number): number {
  return share >= 1 ? 0 : Math.ceil((1.96 * Math.sqrt((1 - share) * squares)) / share);
}

export class Tally {
  readonly totals: Omit<SimulationTotals, 'people'> = {
    events: 0,
    decisions: 0,
    reached: 0,
    letters: byScenario(() => 0),
    occasions: byScenario(() => 0),
    blocked: {},
    collisions: 0,
    scenarios: byScenario(noScenarioTotals),
  };

  occasion(scenario: ScenarioCode): void {
    this.totals.occasions[scenario] += 1;
    this.totals.scenarios[scenario].occasions += 1;
  }

  /** `before`: how many letters of the scenario the person had; `isFirst`: they had none of any. */
  letter(scenario: ScenarioCode, { before, isFirst }: { before: number; isFirst: boolean }): void {
    const one = this.totals.scenarios[scenario];
    this.totals.letters[scenario] += 1;
    this.totals.reached += isFirst ? 1 : 0;
    one.letters += 1;
    one.reached += before === 0 ? 1 : 0;
    one.squares += 2 * before + 1;
  }

  blocked(scenario: ScenarioCode, reason: LetterReason): void {
    const { blocked } = this.totals.scenarios[scenario];
    this.totals.blocked[reason] = (this.totals.blocked[reason] ?? 0) + 1;
    blocked[reason] = (blocked[reason] ?? 0) + 1;
  }

  /** `winner` null: nobody knows which one went first. */
  behind(scenario: ScenarioCode, winner: ScenarioCode | null): void {
    const { behind } = this.totals.scenarios[scenario];
    this.totals.collisions += 1;
    if (winner !== null) behind[winner] = (behind[winner] ?? 0) + 1;
  }
}

function summed<Key extends string>(
  one: Partial<Record<Key, number>>,
  other: Partial<Record<Key, number>>,
): Partial<Record<Key, number>> {
  const sum = { ...one };
  for (const key in other) sum[key] = (sum[key] ?? 0) + (other[key] ?? 0);
  return sum;
}
