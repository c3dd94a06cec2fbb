// What was turned away, in the Shop's SQLite: in all, by the hour for a month, and the last of each kind of event.
import type { EventType } from '@winback/domain';
import { visitorNameParts } from '@winback/domain';
import type { DropNote, RefusedEvent } from './answers.ts';
import { hourOf } from './counting.ts';

/** A month of days, and the day that has begun. */
const keptMs = 31 * 86_400_000;

export class DropBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(drop: DropNote): void {
    const problems = JSON.stringify(drop.problems);
    this.#sql.exec(
      `INSERT INTO drops (reason, n, last_at, sample, problems) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET n = n + ?2, last_at = ?3, sample = ?4, problems = ?5`,
      drop.reason,
      drop.count,
      drop.at,
      drop.sample,
      problems,
    );
    this.#sql.exec(
      'INSERT INTO drop_hours (reason, hour, n) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET n = n + ?3',
      drop.reason,
      hourOf(drop.at),
      drop.count,
    );
    if (!drop.type) return;
    this.#sql.exec(
      `INSERT INTO refused_events (type, at, reason, sample, problems) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET at = ?2, reason = ?3, sample = ?4, problems = ?5`,
      drop.type,
      drop.at,
      drop.reason,
      drop.sample,
      problems,
    );
  }

  /** Since the shop began. */
  totals(): DropNote[] {
    return this.#sql
      .exec<{ reason: string; n: number; last_at: number; sample: string; problems: string }>(
        'SELECT * FROM drops ORDER BY last_at DESC',
      )
      .toArray()
      .map((row) => ({
        reason: row.reason as DropNote['reason'],
        count: row.n,
        at: row.last_at,
        sample: row.sample,
        problems: JSON.parse(row.problems) as DropNote['problems'],
      }));
  }

  /** By hour and reason, from the hour of `since` on. */
  hours(since: number): { reason: DropNote['reason']; hour: number; count: number }[] {
    return this.#sql
      .exec<{ reason: string; hour: number; n: number }>(
        'SELECT reason, hour, n FROM drop_hours WHERE hour >= ?1',
        hourOf(since),
      )
      .toArray()
      .map((row) => ({ reason: row.reason as DropNote['reason'], hour: row.hour, count: row.n }));
  }

  refusedEvents(): RefusedEvent[] {
    return this.#sql
      .exec<{ type: string; at: number; reason: string; sample: string; problems: string }>(
        'SELECT * FROM refused_events',
      )
      .toArray()
      .map((row) => ({
        type: row.type as EventType,
        at: row.at,
        reason: row.reason as DropNote['reason'],
        sample: row.sample,
        problems: JSON.parse(row.problems) as DropNote['problems'],
      }));
  }

  /** Of Visitors who are being forgotten no quotation stays; that something was turned away does. */
  forgetQuotes(visitors: readonly string[]): void {
    const ids = JSON.stringify(visitors.map((visitor) => visitorNameParts(visitor).id));
    for (const table of ['drops', 'refused_events'])
      this.#sql.exec(
        `UPDATE ${table} SET sample = '', problems = '[]' WHERE EXISTS (SELECT 1 FROM json_each(?1) WHERE instr(sample, value) > 0)`,
        ids,
      );
  }

  forgetOld(now: number): void {
    this.#sql.exec('DELETE FROM drop_hours WHERE hour < ?1', now - keptMs);
  }
}
