// What the catalogue tells of products that were waited for here.
import { usualLeastDropPercent } from '@winback/domain';
import type { LedgerEntry, ProductFact, TriggerSettings, VisitorState } from '@winback/engine/triggers';
import { factsTold, isWanted } from '@winback/engine/triggers';
import type { Memory } from './memory.ts';

/** What happened to products that this Visitor said to wait for. `currency`: the shop's. */
export interface ToldInput {
  name: string;
  facts: readonly ProductFact[];
  currency: string;
}

/** `idle`: facts about products that nobody waits for here (any more). */
export type ToldAnswer = { kind: 'told'; idle: number[] } | { kind: 'moved'; home: string };

/** Whether any of it concerns somebody here. */
export function concerns({ home, state }: Memory, { facts }: ToldInput, now: number): boolean {
  return home === null && facts.some((fact) => isWanted(state, fact, now));
}

/** The state with what was told. A letter that is with the mail server is left as it is. */
export function stateTold(
  { state }: Memory,
  { facts, currency }: ToldInput,
  by: { ledger: readonly LedgerEntry[]; settings: TriggerSettings; now: number },
): VisitorState {
  const underWay = new Set(by.ledger.flatMap((entry) => (entry.state === 'sending' ? [entry.slot] : [])));
  const { leastDropPercent = usualLeastDropPercent } = by.settings.scenarios.product_price_decrease;
  return factsTold(state, facts, { now: by.now, currency, leastDropPercent, underWay });
}

/** Who was not met, waits for nothing. */
export function toldAnswer({ home, state }: Memory, facts: readonly ProductFact[], now: number): ToldAnswer {
  if (home !== null) return { kind: 'moved', home };
  return { kind: 'told', idle: facts.filter((fact) => !isWanted(state, fact, now)).map(({ id }) => id) };
}
