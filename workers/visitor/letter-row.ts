// One letter in the Visitor's ledger and every way it may move. Pure: a transition answers the next row, whose last step
// is the fact that goes to the books. A letter that was handed over is never handed over again.
import type { LetterFact, LetterReason, LetterState, ScenarioCode } from '@winback/domain';
import type { Verdict } from '@winback/engine/triggers';
import type { DeferInput, Settlement } from './answers.ts';

/** A step as the ledger keeps it; `seq`: its number among the outbox's rows. Older steps have none: they are rows there. */
export type LetterStep = LetterFact & { seq?: number };

export interface LetterRow {
  id: string;
  slot: string;
  scenario: ScenarioCode;
  state: LetterState;
  plannedAt: number;
  /** When the state was reached. */
  at: number;
  /** While waiting: when the queue is told again. While sending: when the provider's answer counts as lost. */
  dueAt: number | null;
  /** While waiting for another try: no attempt before this, however often the queue is told. */
  notBefore: number | null;
  attempts: number;
  /** Attempts of which the provider said nothing about the letter: they are no tries. Absent: none. */
  putOff?: number;
  subject: string | null;
  /** When its reader first clicked in it; absent: nobody did. */
  answeredAt?: number;
  steps: LetterStep[];
  /** The revision of what it is about, whose conditions were not met when it was last asked about. */
  unmet?: number | null;
}

const maxAttempts = 5;
const firstRetryMs = 15_000;

interface Change {
  state: LetterState;
  reason: LetterReason | null;
  sentence: string;
  at: number;
  dueAt: number | null;
  notBefore?: number;
}

function moved(row: LetterRow, change: Change): LetterRow {
  const { state, reason, sentence, at, dueAt, notBefore = null } = change;
  const fact: LetterFact = {
    letter: row.id,
    slot: row.slot,
    scenario: row.scenario,
    state,
    reason,
    sentence,
    plannedAt: row.plannedAt,
    at,
    subject: row.subject,
    rev: (row.steps.at(-1)?.rev ?? 0) + 1,
  };
  return { ...row, state, at, dueAt, notBefore, steps: [...row.steps, fact].slice(-40) };
}

/** A new row: planned (`waiting`; the queue is told now, and again at `dueAt`), or closed unplanned (`suppressed`). */
export function newLetter(
  letter: { id: string; slot: string; scenario: ScenarioCode },
  first: {
    state: 'waiting' | 'suppressed';
    reason: LetterReason | null;
    sentence: string;
    now: number;
    dueAt: number | null;
  },
): LetterRow {
  const { now, state, reason, sentence, dueAt } = first;
  const blank = {
    ...letter,
    state,
    plannedAt: now,
    at: now,
    dueAt: null,
    notBefore: null,
    attempts: 0,
    subject: null,
    steps: [],
  };
  return moved(blank, { state, reason, sentence, at: now, dueAt });
}

/** The row with its newest step numbered. */
export function numbered(row: LetterRow, seq: number): LetterRow {
  return { ...row, steps: row.steps.map((step, at) => (at === row.steps.length - 1 ? { ...step, seq } : step)) };
}

/** A step as the books and the API have it. */
export function factOf({ seq: _seq, ...fact }: LetterStep): LetterFact {
  return fact;
}

/** Nothing more can happen to it. */
export function isClosed({ state }: Pick<LetterRow, 'state'>): boolean {
  return state !== 'waiting' && state !== 'sending';
}

export function suppressed(row: LetterRow, reason: LetterReason, sentence: string, now: number): LetterRow {
  return moved(row, { state: 'suppressed', reason, sentence, at: now, dueAt: null });
}

/**
 * It may not go now. `wait`: the queue is told again at `until`; the same reason twice is one step, so that a long wait
 * stays one line. `never`: it is closed.
 */
export function heldBack(row: LetterRow, verdict: Exclude<Verdict, { go: true }>, now: number): LetterRow {
  const { reason, sentence } = verdict;
  if (verdict.verdict === 'never') return suppressed(row, verdict.reason, sentence, now);
  const last = row.steps.at(-1);
  // What conditions ask for may have changed: then it is told anew.
  const isSame = last?.reason === reason && (reason !== 'conditions' || last.sentence === sentence);
  if (last?.state === 'waiting' && isSame) return { ...row, dueAt: verdict.until };
  return moved(row, { state: 'waiting', reason, sentence, at: now, dueAt: verdict.until });
}

/** The provider takes no more before `until`: nothing was tried. The same wait again is no step. */
export function deferred(row: LetterRow, { until, because }: DeferInput, now: number): LetterRow {
  const last = row.steps.at(-1);
  if (last?.state === 'waiting' && last.reason === 'provider-busy') return { ...row, dueAt: until, notBefore: until };
  return busy(row, { because, until }, now);
}

/** Handed over: from now on only an answer, or the lack of one, moves it. */
export function sending(row: LetterRow, subject: string, now: number, leaseMs: number): LetterRow {
  const next = { ...row, subject, attempts: row.attempts + 1 };
  return moved(next, {
    state: 'sending',
    reason: null,
    sentence: next.attempts === 1 ? 'Handed to the mail server.' : `Handed to the mail server, try ${next.attempts}.`,
    at: now,
    dueAt: now + leaseMs,
  });
}

/** Whether a settlement still changes the row: its attempt is out, or `sent` comes after all, or it never went out. */
export function isAwaited(
  row: LetterRow,
  { attempt, settlement }: { attempt: number; settlement: Settlement },
): boolean {
  if (row.state === 'waiting') return settlement.kind === 'suppressed' || settlement.kind === 'held';
  if (row.attempts !== attempt) return false;
  return row.state === 'sending' || (row.state === 'unknown' && settlement.kind === 'sent');
}

/** What the attempt came to. `chance` in [0, 1) spreads retries. */
export function settled(row: LetterRow, settlement: Settlement, now: number, chance: number): LetterRow {
  switch (settlement.kind) {
    case 'sent':
      return moved(row, { state: 'sent', reason: null, sentence: `Sent: ${occasionOf(row)}.`, at: now, dueAt: null });
    case 'suppressed':
      return suppressed(row, settlement.reason, settlement.sentence, now);
    case 'unknown':
      return answerLost(row, now);
    case 'held': {
      const { until, reason, sentence } = settlement;
      return heldBack(row, { go: false, verdict: 'wait', until, reason, sentence }, now);
    }
    case 'refused':
      if (settlement.permanent)
        return failed(row, 'provider-refused', `Failed: the mail server refused it (${settlement.answer}).`, now);
      return retriedOrFailed(row, 'provider-refused', `the mail server put it off (${settlement.answer})`, now, chance);
    case 'later':
    case 'rejects-us':
      return letBe({ ...row, putOff: (row.putOff ?? 0) + 1 }, settlement, now, chance);
    case 'unreachable':
      return retriedOrFailed(row, 'provider-unreachable', 'the mail server could not be reached', now, chance);
  }
}

/** A mail system, or its reader, told of it: whatever became of the mail server's answer, it left. `null`: that is known already. */
export function heardOf(row: LetterRow, of: 'left' | 'clicked', at: number, now: number): LetterRow | null {
  const answered = of === 'clicked' && row.answeredAt === undefined ? { ...row, answeredAt: at } : row;
  if (row.state !== 'unknown') return answered === row ? null : answered;
  const how = of === 'clicked' ? 'its reader clicked in it' : 'a mail system told of it';
  return moved(answered, { state: 'sent', reason: null, sentence: `Sent after all: ${how}.`, at: now, dueAt: null });
}

/** Nobody knows whether the mail server took it. It is not sent again: two letters are worse than one doubt. */
export function answerLost(row: LetterRow, now: number): LetterRow {
  const sentence = 'Unknown: the mail server’s answer was lost, so the letter is not sent again.';
  return moved(row, { state: 'unknown', reason: 'answer-lost', sentence, at: now, dueAt: null });
}

function failed(row: LetterRow, reason: LetterReason, sentence: string, now: number): LetterRow {
  return moved(row, { state: 'failed', reason, sentence, at: now, dueAt: null });
}

function retriedOrFailed(
  row: LetterRow,
  reason: LetterReason,
  because: string,
  now: number,
  chance: number,
): LetterRow {
  const tries = row.attempts - (row.putOff ?? 0);
  if (tries >= maxAttempts) return failed(row, reason, `Failed after ${tries} tries: ${because}.`, now);
  const dueAt = now + Math.round(firstRetryMs * 2 ** (tries - 1) * (0.5 + chance / 2));
  const sentence = `Waiting for another try: ${because}.`;
  return moved(row, { state: 'waiting', reason, sentence, at: now, dueAt, notBefore: dueAt });
}

function busy(row: LetterRow, { because, until }: { because: string; until: number }, now: number): LetterRow {
  const sentence = `Waiting: the provider takes no more for now (${because}).`;
  return moved(row, { state: 'waiting', reason: 'provider-busy', sentence, at: now, dueAt: until, notBefore: until });
}

function letBe(
  row: LetterRow,
  { kind, afterMs, because }: Extract<Settlement, { kind: 'later' | 'rejects-us' }>,
  now: number,
  chance: number,
): LetterRow {
  const until = now + Math.round(afterMs * (1 + chance / 4));
  if (kind === 'later') return busy(row, { because, until }, now);
  const sentence = `Waiting: the provider refuses the shop’s account (${because}).`;
  const reason = 'provider-rejects-us';
  return moved(row, { state: 'waiting', reason, sentence, at: now, dueAt: until, notBefore: until });
}

/** Why the letter was planned, as its first step says it. */
function occasionOf(row: LetterRow): string {
  const planned = /^Planned: (.*)\.$/.exec(row.steps[0]?.sentence ?? '');
  return planned?.[1] ?? 'the mail server took it';
}
