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
  { rev, subject, shows, settings }: ClaimInput,
  by: { state: VisitorState; ledger: readonly LedgerEntry[]; now: number; leaseMs: number },
): Decided | { kind: 'compose-again' } {
  const { state, ledger, now, leaseMs } = by;
  const verdict = mayGo({ state, ledger, settings, now, letter: entryOf(row) });
  if (!verdict.go) return { kind: 'decided', row: heldBack(row, verdict, now), state, answer: { kind: 'leave' } };
  if (aboutOf(state, row)?.rev !== rev) return { kind: 'compose-again' };
  return {
    kind: 'decided',
    row: sending(row, subject, now, leaseMs),
    state: alertShows(state, row.slot, shows),
    answer: { kind: 'go', attempt: row.attempts + 1 },
  };
}
