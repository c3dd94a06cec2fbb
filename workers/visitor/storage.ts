// The Visitor's SQLite: one memory row, the outbox, the ledger. Rows in, values out; no decisions.
import { upgraded } from '@winback/engine/triggers';
import type { OutboxRow } from '../messages.ts';
import type { LetterRow } from './letter-row.ts';
import type { Memory } from './memory.ts';
import { newMemory } from './memory.ts';
import { ledgerSteps, schemaSteps } from './schema-steps.ts';

export type OutboxBody = OutboxRow extends infer Row
  ? Row extends { seq: number; at: number }
    ? Omit<Row, 'seq' | 'at'>
    : never
  : never;

/** How much of the outbox goes in one message: the queue takes 128 KB. */
export const flushBytes = 90_000;
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
    const known = this.#sql
      .exec<{ found: number }>(`SELECT count(*) AS found FROM sqlite_master WHERE name = 'memory'`)
      .one();
    if (known.found === 0) return newMemory();
    const row = this.#sql.exec<{ value: string }>('SELECT value FROM memory').toArray()[0];
    if (!row) return newMemory();
    const memory = JSON.parse(row.value) as Memory;
    this.#schema = memory.schema;
    this.#ledger = memory.ledger;
    return { ...newMemory(), ...memory, state: upgraded(memory.state) };
  }

  save(memory: Memory): Memory {
    this.#raise();
    const next = { ...memory, schema: this.#schema, ledger: this.#ledger };
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

  /** Rows after `seq`, oldest first, until their text passes `maxBytes`; at least one if there is one. */
  outboxAfter(seq: number, maxBytes: number): OutboxRow[] {
    if (this.#schema === 0) return [];
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const row of this.#sql.exec<{ seq: number; at: number; body: string }>(
      'SELECT seq, at, body FROM outbox WHERE seq > ?1 ORDER BY seq',
      seq,
    )) {
      bytes += row.body.length * 2;
      if (rows.length > 0 && bytes > maxBytes) break;
      rows.push({ ...(JSON.parse(row.body) as OutboxBody), seq: row.seq, at: row.at });
    }
    return rows;
  }

  /** The ids of events taken lately, and when: a beacon that comes again is known by them. */
  eventIds(): Map<string, number> {
    if (this.#schema === 0) return new Map();
    const ids = this.#sql.exec<{ id: string; at: number }>(
      `SELECT event.value->>'id' AS id, outbox.at FROM outbox, json_each(outbox.body, '$.events') AS event`,
    );
    return new Map([...ids].map(({ id, at }) => [id, at]));
  }

  /**
   * Beacons stay two days so that a repeated one is known, and what the shop's server told stays as long as the oldest
   * event that it may tell of; the rest goes once the books have it.
   */
  prune(confirmed: number, now: number): void {
    this.#sql.exec(
      `DELETE FROM outbox WHERE seq <= ?1 AND at < ?2 AND (at < ?3 OR body->>'$.visit.by' IS NOT 'server')`,
      confirmed,
      now - keepMs,
      now - keepServerMs,
    );
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

  #raise(): void {
    if (this.#schema === schemaSteps.length) return;
    for (const step of schemaSteps.slice(this.#schema)) this.#sql.exec(step);
    this.#schema = schemaSteps.length;
  }
}
