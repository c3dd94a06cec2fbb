// The letters of one person: what the engine decided becomes rows; the queue is told; what nobody settled is looked at.
// A row carries its steps with their numbers in the outbox, so that a step is one row and not two.
import type { LedgerEntry, Step } from '@winback/engine/triggers';
import type { OutboxRow } from '../messages.ts';
import type { LetterRow } from './letter-row.ts';
import { answerLost, factOf, isClosed, newLetter, numbered, suppressed } from './letter-row.ts';
import type { VisitorStorage } from './storage.ts';

/** Gives a row's new step its number in the outbox. */
export type NumberStep = (row: LetterRow) => number;

export class Ledger {
  readonly #storage: VisitorStorage;
  readonly #number: NumberStep;
  #rows: Map<string, LetterRow> | null = null;

  constructor(storage: VisitorStorage, number: NumberStep) {
    this.#storage = storage;
    this.#number = number;
  }

  /** The table is gone. */
  forget(): void {
    this.#rows = null;
  }

  rows(): LetterRow[] {
    return [...this.#loaded().values()];
  }

  entries(): LedgerEntry[] {
    return this.rows().map(entryOf);
  }

  byId(id: string): LetterRow | null {
    return this.rows().find((row) => row.id === id) ?? null;
  }

  /** Writes a row; its newest step goes to the books unless nothing but the time of the next look changed. */
  put(row: LetterRow): void {
    const known = this.#loaded().get(row.slot);
    const isNews = row.steps.at(-1)?.rev !== known?.steps.at(-1)?.rev;
    const written = isNews ? numbered(row, this.#number(row)) : row;
    this.#storage.putLetter(written);
    this.#loaded().set(row.slot, written);
  }

  /** Steps with a number after `seq`, as rows of the outbox, in order. */
  stepsAfter(seq: number): OutboxRow[] {
    const steps = this.rows().flatMap((row) => row.steps);
    return steps
      .flatMap((step) =>
        step.seq !== undefined && step.seq > seq
          ? [{ seq: step.seq, kind: 'letter' as const, at: step.at, fact: factOf(step) }]
          : [],
      )
      .sort((a, b) => a.seq - b.seq);
  }

  /** The highest number of a step; 0: none has one. */
  lastSeq(): number {
    return Math.max(0, ...this.rows().map((row) => row.steps.at(-1)?.seq ?? 0));
  }

  /** Does what the engine decided. Answers the letters that the queue has to hear of. */
  apply(steps: readonly Step[], by: { now: number; newId: () => string; leaseMs: number }): LetterRow[] {
    const { now, newId, leaseMs } = by;
    const planned: LetterRow[] = [];
    for (const step of steps) {
      const known = this.#loaded().get(step.slot);
      const { slot, scenario, sentence } = step;
      if (step.kind === 'plan') {
        if (known) continue; // one letter for a slot, ever
        const row = newLetter(
          { id: newId(), slot, scenario },
          { state: 'waiting', reason: null, sentence, now, dueAt: now + leaseMs },
        );
        this.put(row);
        planned.push(row);
      } else if (!known) {
        this.put(
          newLetter(
            { id: newId(), slot, scenario },
            { state: 'suppressed', reason: step.reason, sentence, now, dueAt: null },
          ),
        );
      } else if (known.state === 'waiting') {
        this.put(suppressed(known, step.reason, sentence, now));
      }
    }
    return planned;
  }

  /** Letters are looked at sooner than they would be. */
  lookSooner(looks: readonly { slot: string; at: number }[]): void {
    for (const { slot, at } of looks) {
      const row = this.#loaded().get(slot);
      if (row?.state === 'waiting') this.put({ ...row, dueAt: at });
    }
  }

  /**
   * Letters whose time has come: those `waiting` are told to the queue again, those handed over count as unknown. `which` waiting:
   * those that wait, and not for another try, are due whatever their time. `isFree`: one counts as unknown now, so that another
   * occasion of the person need not wait for it any more.
   */
  sweep(now: number, leaseMs: number, which: 'due' | 'waiting' = 'due'): { waiting: LetterRow[]; isFree: boolean } {
    const isAsked = (row: LetterRow) =>
      which === 'waiting' && row.state === 'waiting' && (row.notBefore ?? 0) <= now && row.dueAt !== null;
    const due = this.rows().filter((row) => isAsked(row) || (row.dueAt !== null && row.dueAt <= now));
    for (const row of due) this.put(row.state === 'sending' ? answerLost(row, now) : { ...row, dueAt: now + leaseMs });
    const waiting = due.filter((row) => row.state === 'waiting');
    return { waiting, isFree: waiting.length < due.length };
  }

  /** Occasions that are settled for good. */
  finishedSlots(): Set<string> {
    return new Set(this.rows().flatMap((row) => (isClosed(row) ? [row.slot] : [])));
  }

  /** When the next letter wants to be looked at. */
  nextDue(): number | null {
    const times = this.rows().flatMap((row) => row.dueAt ?? []);
    return times.length === 0 ? null : Math.min(...times);
  }

  #loaded(): Map<string, LetterRow> {
    this.#rows ??= new Map(this.#storage.letters().map((row) => [row.slot, row]));
    return this.#rows;
  }
}

export function entryOf(row: LetterRow): LedgerEntry {
  return {
    letter: row.id,
    slot: row.slot,
    scenario: row.scenario,
    state: row.state,
    plannedAt: row.plannedAt,
    at: row.at,
    dueAt: row.dueAt,
    unmet: row.unmet ?? null,
    ...(row.answeredAt === undefined ? {} : { answeredAt: row.answeredAt }),
  };
}
