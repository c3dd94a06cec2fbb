// What is known of the person: who they are, what they agreed to, and whether they were asked to confirm it. One request is open at
// a time; its occasion is one letter.
import type { Consent, PersonId } from '@winback/domain';
import { confirmationLastsMs } from '@winback/domain';
import type { VisitorState } from './state.ts';

export interface Ask {
  /** The id of the event that asked: the occasion's name. */
  id: string;
  at: number;
  /** Where it was said, for the letter. */
  source: string;
}

/** A request with what became of it. `confirmed`: its owner agreed, by whatever way. `refused`: they said no. */
export interface AskState extends Ask {
  end?: { because: 'confirmed' | 'refused'; at: number };
}

/** The consent as the database has it now, and what was asked along with it. */
export interface HeardConsent {
  person: { id: PersonId; consent: Consent };
  ask?: Ask;
}

/**
 * The state of a visitor whose subscriber, or whose consent, became known. Word travels by several ways: that somebody has not
 * agreed yet never takes the place of their own yes or no.
 */
export function withPerson(state: VisitorState, person: { id: PersonId; consent: Consent }): VisitorState {
  const known = state.person?.id === person.id ? state.person : null;
  const isOlder = known !== null && rank[person.consent] < rank[known.consent];
  return isOlder || known?.consent === person.consent ? state : { ...state, person };
}

const rank: Record<Consent, number> = { none: 0, pending: 1, subscribed: 2, unsubscribed: 2 };

/** The name of a request's occasion in the ledger. */
export function askSlot(ask: string): string {
  return `double_opt_in:${ask}`;
}

/** Whether the request still waits for an answer. */
function isOpen(asked: AskState | null, now: number): asked is AskState {
  return asked !== null && asked.end === undefined && now < asked.at + confirmationLastsMs;
}

/**
 * The state after the person's consent was heard. A yes or a no ends an open request; a new request takes the place of one that
 * is over, and an open one stays: its letter is on the way.
 */
export function consentHeard(state: VisitorState, { person, ask }: HeardConsent, now: number): VisitorState {
  const next = withPerson(state, person);
  const { asked } = next;
  if (ask === undefined) return { ...next, asked: answered(asked, person.consent, now) };
  if (next.person?.consent === 'subscribed' || isOpen(asked, now)) return next;
  return { ...next, asked: { id: ask.id, at: Math.min(ask.at, now), source: ask.source } };
}

function answered(asked: AskState | null, consent: Consent, now: number): AskState | null {
  if (asked === null || asked.end || consent === 'none' || consent === 'pending') return asked;
  return { ...asked, end: { because: consent === 'subscribed' ? 'confirmed' : 'refused', at: now } };
}
