// The Shop's SQLite: counters that count each outbox row once, and what the dashboard asks of them. No decisions.
import type { EventType } from '@winback/domain';
import { eventTypes } from '@winback/domain';
import { rowsAfterErasure } from '../erased-rows.ts';
import type { EventsMessage, OutboxRow } from '../messages.ts';
import type { Counted, HourFigures, OrderState, ShopFigures, Strangers } from './answers.ts';
import type { Increments, ProductFigures } from './counting.ts';
import { hourOf, incrementsOf, incrementsOfTurns } from './counting.ts';
import { OrderBook } from './order-book.ts';
import { shopSchemaSteps } from './schema-steps.ts';

const hourMs = 3_600_000;
const quarterMs = 900_000;
const keepQuartersMs = 2 * 86_400_000;
const forgetCountedMs = 30 * 86_400_000;
/** Queues keep a message two weeks at most; parked ones of the erased are deleted. */
const forgetErasedMs = 60 * 86_400_000;
const strangersKept = 20;

export class ShopStorage {
  readonly #sql: SqlStorage;
  readonly #orders: OrderBook;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#orders = new OrderBook(sql);
    this.#sql.exec('CREATE TABLE IF NOT EXISTS schema_steps (n INTEGER PRIMARY KEY)');
    const done = this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM schema_steps').one().n;
    for (const [at, step] of shopSchemaSteps.entries()) {
      if (at < done) continue;
      this.#sql.exec(step);
      this.#sql.exec('INSERT INTO schema_steps (n) VALUES (?1)', at);
    }
  }

  read<Value>(key: string): Value | null {
    const row = this.#sql.exec<{ value: string }>('SELECT value FROM memory WHERE key = ?1', key).toArray()[0];
    return row ? (JSON.parse(row.value) as Value) : null;
  }

  write(key: string, value: unknown): void {
    this.#sql.exec(
      'INSERT INTO memory (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2',
      key,
      JSON.stringify(value),
    );
  }

  /**
   * Adds messages to the counters. Rows at or below a Visitor's watermark were counted before and are passed over, so a
   * message may come any number of times. Answers how far each Visitor is counted now.
   */
  count(
    messages: readonly EventsMessage[],
    by: { currency: string; unknown: readonly string[] },
    now: number,
  ): Counted[] {
    const counted = new Map<string, number>();
    const fresh: OutboxRow[] = [];
    const erased = this.#erasedAmong(messages.map(({ visitor }) => visitor));
    for (const message of messages) {
      const { visitor } = message;
      const before = counted.get(visitor) ?? this.#countedUpto(visitor);
      const more = rowsAfterErasure(message, erased.get(visitor)).filter((row) => row.seq > before);
      fresh.push(...more);
      counted.set(visitor, Math.max(before, ...more.map((row) => row.seq)));
    }
    const marks = [...counted].map(([visitor, upto]) => ({ visitor, upto }));
    const answer = marks.map((mark) => {
      const erasedAt = erased.get(mark.visitor);
      return erasedAt === undefined ? mark : { ...mark, erasedAt };
    });
    if (fresh.length === 0) return answer;
    const report: Parameters<typeof incrementsOf>[1]['report'] = (order) => this.#orders.report(order);
    const more = incrementsOf(fresh, { currency: by.currency, unknown: new Set(by.unknown), report });
    this.#add(more);
    if (more.strangers.length > 0) this.#noteStrangers(more.strangers, now);
    this.#sql.exec(
      `INSERT INTO counted (visitor, upto, at) SELECT value->>'visitor', value->>'upto', ?2 FROM json_each(?1) WHERE 1
       ON CONFLICT DO UPDATE SET upto = excluded.upto, at = excluded.at WHERE upto < excluded.upto`,
      JSON.stringify(marks),
      now,
    );
    return answer;
  }

  /** A cancelled order leaves the figures of the hour in which it was placed, and comes back when it stands again. */
  tellOrders(orders: readonly OrderState[], now: number): void {
    this.#add(incrementsOfTurns(this.#orders.tell(orders, now)));
  }

  forgetOldOrders(now: number): void {
    this.#orders.forgetOld(now);
  }

  figures(now: number, dayStart: number): ShopFigures {
    const first = hourOf(now) - 23 * hourMs;
    const from = Math.min(first, hourOf(dayStart));
    const rows = this.#sql
      .exec<{ metric: string; hour: number; n: number }>(
        'SELECT metric, hour, n FROM rollups WHERE hour >= ?1 AND metric IN (?2, ?3, ?4, ?5, ?6)',
        from,
        ...metrics,
      )
      .toArray();
    const at = (hour: number, metric: string) => rows.find((row) => row.hour === hour && row.metric === metric)?.n ?? 0;
    const since = (metric: string) =>
      rows.filter((row) => row.metric === metric && row.hour >= dayStart).reduce((sum, row) => sum + row.n, 0);
    const hours = Array.from({ length: 24 }, (_, index): HourFigures => {
      const hour = first + index * hourMs;
      return {
        at: hour,
        views: at(hour, 'view'),
        carts: at(hour, 'cart'),
        orders: at(hour, 'order'),
        revenueMinor: at(hour, 'revenue'),
        letters: at(hour, 'letter:sent'),
      };
    });
    const today = {
      views: since('view'),
      carts: since('cart'),
      orders: since('order'),
      revenueMinor: since('revenue'),
      lettersSent: since('letter:sent'),
    };
    return { events: this.#lights(), hours, today };
  }

  /** Events since a moment that named products which the catalogue did not know, and the newest of those products. */
  strangers(since: number): Strangers | null {
    const events = this.#sql
      .exec<{ n: number }>(
        `SELECT coalesce(sum(n), 0) AS n FROM rollups WHERE metric = 'unknown-product' AND hour >= ?1`,
        hourOf(since),
      )
      .one().n;
    const known = this.read<Omit<Strangers, 'events'>>('strangers');
    return known === null || events === 0 ? null : { events, ...known };
  }

  /** The strongest pairs of the shop and how often each product of them was seen and bought, for the recommendations. */
  together(limit: number): { pairs: Increments['pairs']; products: Increments['products'] } {
    const pairs = this.#sql
      .exec<Increments['pairs'][number]>(
        'SELECT a, b, views, buys FROM pairs ORDER BY buys DESC, views DESC LIMIT ?1',
        limit,
      )
      .toArray();
    const products = this.#sql
      .exec<Increments['products'][number]>(
        'SELECT id, views, buys FROM products ORDER BY buys DESC, views DESC LIMIT ?1',
        limit,
      )
      .toArray();
    return { pairs, products };
  }

  /** What happened to one product since a moment, to the quarter of an hour; kept for two days. */
  product(id: string, since: number): ProductFigures {
    return this.#sql
      .exec<{ views: number; carts: number; buys: number }>(
        `SELECT coalesce(sum(views), 0) AS views, coalesce(sum(carts), 0) AS carts, coalesce(sum(buys), 0) AS buys
         FROM product_quarters WHERE id = ?1 AND quarter > ?2`,
        id,
        since - quarterMs,
      )
      .one();
  }

  /** Products that were bought since a moment, in the most orders first; to the quarter of an hour, for two days back. */
  bought(since: number, limit: number): string[] {
    const rows = this.#sql.exec<{ id: string }>(
      `SELECT id FROM product_quarters WHERE buys > 0 AND quarter > ?1
       GROUP BY id ORDER BY sum(buys) DESC, max(quarter) DESC, id LIMIT ?2`,
      since - quarterMs,
      limit,
    );
    return [...rows].map(({ id }) => id);
  }

  forgetOldQuarters(now: number): void {
    this.#sql.exec('DELETE FROM product_quarters WHERE quarter < ?1', now - keepQuartersMs);
  }

  /** Watermarks of Visitors that sent nothing for a month: no message of theirs is still on its way. */
  forgetOldVisitors(now: number): void {
    this.#sql.exec('DELETE FROM counted WHERE at < ?1', now - forgetCountedMs);
    this.#sql.exec('DELETE FROM erased WHERE at < ?1', now - forgetErasedMs);
  }

  /** These Visitors begin anew, or not again: their numbers up to now are forgotten, once for each erasure. */
  noteErased(visitors: readonly string[], at: number): void {
    const known = this.#erasedAmong(visitors);
    const news = JSON.stringify(visitors.filter((visitor) => (known.get(visitor) ?? 0) < at));
    this.#sql.exec('DELETE FROM counted WHERE visitor IN (SELECT value FROM json_each(?1))', news);
    this.#sql.exec(
      'INSERT INTO erased (visitor, at) SELECT value, ?2 FROM json_each(?1) WHERE 1 ON CONFLICT DO UPDATE SET at = excluded.at',
      news,
      at,
    );
  }

  #erasedAmong(visitors: readonly string[]): Map<string, number> {
    const rows = this.#sql.exec<{ visitor: string; at: number }>(
      'SELECT visitor, at FROM erased WHERE visitor IN (SELECT value FROM json_each(?1))',
      JSON.stringify(visitors),
    );
    return new Map([...rows].map(({ visitor, at }) => [visitor, at]));
  }

  #noteStrangers(products: readonly string[], now: number): void {
    const before = this.read<Omit<Strangers, 'events'>>('strangers')?.products ?? [];
    const both = new Set([...[...products].reverse(), ...before]);
    this.write('strangers', { products: [...both].slice(0, strangersKept), lastAt: now });
  }

  #countedUpto(visitor: string): number {
    return (
      this.#sql.exec<{ upto: number }>('SELECT upto FROM counted WHERE visitor = ?1', visitor).toArray()[0]?.upto ?? 0
    );
  }

  #add(more: Increments): void {
    this.#each(
      `INSERT INTO rollups (metric, hour, n) SELECT value->>'metric', value->>'hour', value->>'n' FROM json_each(?1) WHERE 1
       ON CONFLICT DO UPDATE SET n = n + excluded.n`,
      more.rollups,
    );
    this.#each(
      `INSERT INTO lights (type, n, last_at) SELECT value->>'type', value->>'n', value->>'lastAt' FROM json_each(?1) WHERE 1
       ON CONFLICT DO UPDATE SET n = n + excluded.n, last_at = max(last_at, excluded.last_at)`,
      more.lights,
    );
    this.#each(
      `INSERT INTO products (id, views, buys) SELECT value->>'id', value->>'views', value->>'buys' FROM json_each(?1) WHERE 1
       ON CONFLICT DO UPDATE SET views = views + excluded.views, buys = buys + excluded.buys`,
      more.products,
    );
    this.#each(
      `INSERT INTO product_quarters (quarter, id, views, carts, buys)
       SELECT value->>'quarter', value->>'id', value->>'views', value->>'carts', value->>'buys' FROM json_each(?1) WHERE 1
       ON CONFLICT DO UPDATE SET views = views + excluded.views, carts = carts + excluded.carts, buys = buys + excluded.buys`,
      more.quarters,
    );
    this.#each(
      `INSERT INTO pairs (a, b, views, buys) SELECT value->>'a', value->>'b', value->>'views', value->>'buys' FROM json_each(?1) WHERE 1
       ON CONFLICT DO UPDATE SET views = views + excluded.views, buys = buys + excluded.buys`,
      more.pairs,
    );
  }

  #each(statement: string, rows: readonly unknown[]): void {
    if (rows.length > 0) this.#sql.exec(statement, JSON.stringify(rows));
  }

  #lights(): ShopFigures['events'] {
    const rows = this.#sql
      .exec<{ type: string; n: number; last_at: number }>('SELECT type, n, last_at FROM lights')
      .toArray();
    const light = (type: EventType) => {
      const row = rows.find((candidate) => candidate.type === type);
      return { count: row?.n ?? 0, lastAt: row?.last_at ?? null };
    };
    return Object.fromEntries(eventTypes.map((type) => [type, light(type)])) as ShopFigures['events'];
  }
}

const metrics = ['view', 'cart', 'order', 'revenue', 'letter:sent'] as const;
