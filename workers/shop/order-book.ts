// The orders that the figures hold, in the Shop's SQLite. Visitors report an order, the shop's system says whether it stands: either
// may come first, again, and late. An order is in the figures while it was reported and is not cancelled.
import type { OrderState } from './answers.ts';

/** Events are taken for thirty days: what was placed before will not be reported any more. */
const reportedWithinMs = 32 * 86_400_000;

/** `first`: nobody reported it before. `cancelled`: the same, and the shop's system has cancelled it already. */
export type OrderNews = 'first' | 'cancelled' | 'known';

/** An order that enters the figures (`sign` 1) or leaves them (-1), with what it brought, at the time it was placed. */
export interface OrderTurn {
  at: number;
  minor: number;
  sign: 1 | -1;
}

interface Kept extends Record<string, SqlStorageValue> {
  at: number;
  minor: number | null;
  reported: number;
  cancelled: number;
  told_at: number;
}

export class OrderBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** A Visitor reports an order. */
  report({ id, at, minor }: { id: string; at: number; minor: number }): OrderNews {
    const known = this.#kept(id);
    if (known?.reported) return 'known';
    this.#sql.exec(
      `INSERT INTO orders (id, at, minor) VALUES (?1, ?2, ?3)
       ON CONFLICT DO UPDATE SET at = excluded.at, minor = excluded.minor, reported = 1`,
      id,
      at,
      minor,
    );
    return known?.cancelled ? 'cancelled' : 'first';
  }

  /** The shop's system says how orders stand. Answers those that enter or leave the figures by it. */
  tell(orders: readonly OrderState[], now: number): OrderTurn[] {
    return orders.flatMap((order) => this.#tellOne(order, now));
  }

  /** Orders that nobody reported and nobody can report any more. */
  forgetOld(now: number): void {
    this.#sql.exec('DELETE FROM orders WHERE reported = 0 AND at < ?1', now - reportedWithinMs);
  }

  #tellOne({ id, at, minor, cancelled, statusAt }: OrderState, now: number): OrderTurn[] {
    const known = this.#kept(id);
    if (!known) {
      if (at >= now - reportedWithinMs)
        this.#sql.exec(
          'INSERT INTO orders (id, at, reported, cancelled, told_at) VALUES (?1, ?2, 0, ?3, ?4)',
          id,
          at,
          cancelled ? 1 : 0,
          statusAt,
        );
      return [];
    }
    const isSame = (known.cancelled === 1) === cancelled;
    if (statusAt < known.told_at || (isSame && statusAt === known.told_at)) return [];
    this.#sql.exec('UPDATE orders SET cancelled = ?2, told_at = ?3 WHERE id = ?1', id, cancelled ? 1 : 0, statusAt);
    if (isSame || !known.reported) return [];
    return [{ at: known.at, minor: known.minor ?? minor, sign: cancelled ? -1 : 1 }];
  }

  #kept(id: string): Kept | undefined {
    return this.#sql
      .exec<Kept>('SELECT at, minor, reported, cancelled, told_at FROM orders WHERE id = ?1', id)
      .toArray()[0];
  }
}
