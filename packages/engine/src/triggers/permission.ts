// May this person be written to: by what they agreed to, and by the law of where they are.
import type { Law, LetterReason, ScenarioCode } from '@winback/domain';
import { lawOf, lawPermits } from '../consent/index.ts';
import type { Situation, TriggerSettings } from './decide.ts';
import { scenarioRow } from './scenarios.ts';
import type { VisitorState } from './state.ts';
import { neverSentence } from './voice.ts';

/** Why nobody of this consent, under the law that counts for them, gets a letter of a scenario; null: they may. */
export function personRefusal({ state, settings, now }: Situation, scenario: ScenarioCode) {
  const { person } = state;
  if (person === null) return 'no-address';
  const refusal = scenarioRow(scenario).refuses(person.consent);
  return refusal === 'no-consent' && isPermitted({ state, settings, now }) ? null : refusal;
}

/** Whether the law that counts for the person lets the shop write to them though they have not agreed. */
export function isPermitted({ state, settings, now }: Pick<Situation, 'state' | 'settings' | 'now'>): boolean {
  const law = theirLaw(state, settings);
  if (law === null || state.person === null) return false;
  const ties = {
    orderedAt: state.orders[0]?.at ?? null,
    inquiredAt: state.watches[0]?.at ?? null,
  };
  return lawPermits(law, state.person.consent, ties, now);
}

/** Null: no law of the person's own is asked. */
function theirLaw({ place }: VisitorState, { law }: TriggerSettings): Law | null {
  return law?.applies === 'person' ? lawOf(place?.country ?? null, law) : null;
}

/** Why it was not sent, as a sentence that names the law where one demands it. */
export function refusalSentence(reason: LetterReason, { state, settings }: Situation): string {
  return neverSentence(reason, theirLaw(state, settings));
}
