// The Visitor's SQLite: one memory row, the outbox, the ledger. Rows in, values out; no decisions.
import { upgraded } from '@winback/engine/triggers';
import type { OutboxRow } from '../messages.ts';
import { said } from '../said.ts';
import { marksWith } from './known-events.ts';
import type { LetterRow } from './letter-row.ts';
import type { Memory } from './memory.ts';
import { newMemory } from './memory.ts';
import { ledgerSteps, schemaSteps } from './schema-steps.ts';

/** What becomes a row of the outbox. Steps of letters do not: the ledger's rows have them. */
export type OutboxBody = OutboxRow extends infer Row
  ? Row extends { kind: 'beacon' | 'profile' | 'kept' | 'brought' | 'answered' }
    ? Omit<Row, 'seq' | 'at'>
    : never
  : never;

const keepMs = 2 * 86_400_000;
const keepServerMs = 32 * 86_400_000;

export class VisitorStorage {
  readonly #sql: SqlStorage;
  #schema = 0;
  #ledger = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The tables are gone: the next row makes them anew. */
  forget(): void {
    this.#schema = 0;
    this.#ledger = 0;
  }

  /** The memory as it was last written; a new one for an object that nobody has met. */
  load(): Memory {
    const text = this.#memoryText();
    if (text === null) return newMemory();
    const memory = JSON.parse(text) as Omit<Memory, 'marks'> & Partial<Pick<Memory, 'marks'>>;
    this.#schema = memory.schema;
    this.#ledger = memory.ledger;
    // Written before there were marks: made from the outbox once, and kept with the next row.
    const { marks = this.marks() } = memory;
    return { ...newMemory(), ...memory, marks, state: upgraded(memory.state) };
  }

  save(memory: Memory): Memory {
    this.#raise();
    const next = { ...memory, schema: this.#schema, ledger: this.#ledger, behind: 0 };
    this.#sql.exec(
      'INSERT INTO memory (key, value) VALUES (1, ?1) ON CONFLICT DO UPDATE SET value = ?1',
      JSON.stringify(next),
    );
    return next;
  }

  append(seq: number, at: number, body: OutboxBody): void {
    this.#raise();
    this.#sql.exec('INSERT INTO outbox (seq, at, body) VALUES (?1, ?2, ?3)', seq, at, JSON.stringify(body));
  }

  /** Rows after `seq`, oldest first. */
  *outboxAfter(seq: number): Generator<OutboxRow> {
    if (this.#schema === 0) return;
    for (const row of this.#sql.exec<{ seq: number; at: number; body: string }>(
      'SELECT seq, at, body FROM outbox WHERE seq > ?1 ORDER BY seq',
      seq,
    ))
      yield { ...(JSON.parse(row.body) as OutboxRow), seq: row.seq, at: row.at };
  }

  /** The ids of events taken lately, and when. Looks at every row. */
  eventIds(): Map<string, number> {
    if (this.#schema === 0) return new Map();
    const ids = this.#sql.exec<{ id: string; at: number }>(
      `SELECT event.value->>'id' AS id, outbox.at FROM outbox, json_each(outbox.body, '$.events') AS event`,
    );
    return new Map([...ids].map(({ id, at }) => [id, at]));
  }

  /** Their marks, as the memory keeps them. */
  marks(): string | null {
    return marksWith('', [...this.eventIds().keys()]);
  }

  /**
   * Beacons stay two days so that a repeated one is known, and what the shop's server told stays as long as the oldest
   * event that it may tell of; the rest goes once the books have it. Answers whether anything went.
   */
  prune(confirmed: number, now: number): boolean {
    const gone = this.#sql.exec(
      `DELETE FROM outbox WHERE seq <= ?1 AND at < ?2 AND (at < ?3 OR body->>'$.visit.by' IS NOT 'server')`,
      confirmed,
      now - keepMs,
      now - keepServerMs,
    );
    return gone.rowsWritten > 0;
  }

  letters(): LetterRow[] {
    if (this.#ledger === 0) return [];
    return this.#sql
      .exec<{ body: string }>('SELECT body FROM letters')
      .toArray()
      .map((row) => JSON.parse(row.body) as LetterRow);
  }

  putLetter(row: LetterRow): void {
    for (const step of ledgerSteps.slice(this.#ledger)) this.#sql.exec(step);
    this.#ledger = ledgerSteps.length;
    this.#sql.exec(
      'INSERT INTO letters (slot, body) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET body = ?2',
      row.slot,
      JSON.stringify(row),
    );
  }

  /** The memory's row; null: there is none. Whether there is a table is not asked before: most objects have one. */
  #memoryText(): string | null {
    try {
      return this.#sql.exec<{ value: string }>('SELECT value FROM memory').toArray()[0]?.value ?? null;
    } catch (error) {
      if (said(error).startsWith('no such table: memory')) return null;
      throw error;
    }
  }

  #raise(): void {
    if (this.#schema === schemaSteps.length) return;
    for (const step of schemaSteps.slice(this.#schema)) this.#sql.exec(step);
    this.#schema = schemaSteps.length;
  }
}
