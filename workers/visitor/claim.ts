// Whether a composed letter may be handed over, and what that makes of its row.
import type { LedgerEntry, VisitorState } from '@winback/engine/triggers';
import { aboutOf, alertShows, mayGo } from '@winback/engine/triggers';
import type { Claim, ClaimInput } from './answers.ts';
import { entryOf } from './ledger.ts';
import type { LetterRow } from './letter-row.ts';
import { heldBack, sending } from './letter-row.ts';

interface Decided {
  kind: 'decided';
  row: LetterRow;
  /** With the products that the letter shows: of the others it does not tell. */
  state: VisitorState;
  answer: Claim;
}

/** What became of what the letter was written from may ask for another one. */
export function claimOf(
  row: LetterRow,
  { rev, subject, shows, settings, facts = null, consent }: ClaimInput,
  by: { state: VisitorState; ledger: readonly LedgerEntry[]; now: number; leaseMs: number },
): Decided | { kind: 'compose-again' } {
  const { state, ledger, now, leaseMs } = by;
  const verdict = mayGo({ state: withConsent(state, consent), ledger, settings, now, letter: entryOf(row), facts });
  const isStale = aboutOf(state, row)?.rev !== rev;
  // Facts of what it was about say nothing of what it is about now.
  if (isStale && (verdict.go || verdict.reason === 'conditions')) return { kind: 'compose-again' };
  if (!verdict.go) {
    const unmet = verdict.reason === 'conditions' ? rev : null;
    return { kind: 'decided', row: { ...heldBack(row, verdict, now), unmet }, state, answer: { kind: 'leave' } };
  }
  return {
    kind: 'decided',
    row: { ...sending(row, subject, now, leaseMs), unmet: null },
    state: alertShows(state, row.slot, shows),
    answer: { kind: 'go', attempt: row.attempts + 1 },
  };
}

/** Consent that the database has not got is none, though a beacon told it here. */
function withConsent(state: VisitorState, consent: ClaimInput['consent']): VisitorState {
  if (state.person === null || consent === undefined || consent === state.person.consent) return state;
  return { ...state, person: { ...state.person, consent } };
}
