// Which scenario goes first where several would write to one person: the merchant's table, or what letters brought lately.
import type { ScenarioCode, ScenarioWorths, VoiceSettings } from '@winback/domain';
import { leastWeighed } from '@winback/domain';
import { scenarioRow, scenarioTable } from './scenarios.ts';

/** The original's order. */
export const usualOrder: readonly ScenarioCode[] = scenarioTable
  .toSorted((a, b) => b.priority - a.priority)
  .map(({ code }) => code);

/** Every scenario once, the most important first. One that the merchant's table does not name stands behind its usual neighbour. */
export function orderOf(named: readonly ScenarioCode[] = []): ScenarioCode[] {
  return usualOrder.reduce<ScenarioCode[]>(
    (order, code, at) => {
      if (order.includes(code)) return order;
      const before = usualOrder[at - 1];
      return order.toSpliced(before === undefined ? 0 : order.indexOf(before) + 1, 0, code);
    },
    [...new Set(named)],
  );
}

/**
 * The order that counts. By worth, those of which enough letters went out share their places anew: what brought the most per letter
 * takes the first of them. Equal worth leaves the table's order.
 */
export function precedenceOf({ order, precedence }: VoiceSettings, worths: ScenarioWorths): ScenarioCode[] {
  const table = orderOf(order);
  if (precedence !== 'worth') return table;
  const perLetter = new Map(
    table.flatMap((code) => {
      const worth = worths[code];
      const isWeighed = worth !== undefined && worth.letters >= leastWeighed && competes(code);
      return isWeighed ? [[code, worth.revenueMinor / worth.letters] as const] : [];
    }),
  );
  const ranked = [...perLetter.keys()].toSorted((a, b) => (perLetter.get(b) ?? 0) - (perLetter.get(a) ?? 0));
  let next = 0;
  return table.map((code) => (perLetter.has(code) ? (ranked[next++] ?? code) : code));
}

/** Whether a scenario waits for others, and they for it. */
export function competes(code: ScenarioCode): boolean {
  return scenarioRow(code).exempt !== 'all';
}
