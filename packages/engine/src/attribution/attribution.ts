// Which letter an order is counted for: the last one by which the buyer came before they bought, within a week. That an order is
// counted for a letter does not say that it would not have come without; what letters bring is the hold-out's to say.

/** Last touch within seven days: the original's figure. */
export const attributionWindowMs = 7 * 86_400_000;

/** Somebody came to the shop by a letter. */
export interface Arrival {
  letter: string;
  scenario: string;
  at: number;
  /** Who came: the person the letter was to, and the browser. Either may be the buyer's. */
  person: string | null;
  visitor: string;
}

export interface Bought {
  order: string;
  at: number;
  person: string | null;
  visitor: string;
}

export interface Attributed {
  order: string;
  letter: string;
  scenario: string;
  arrivedAt: number;
}

/** The orders that are counted for a letter. The newest arrival counts; of those of one moment, the letter that is last by name. */
export function attributed(
  orders: readonly Bought[],
  arrivals: readonly Arrival[],
  windowMs = attributionWindowMs,
): Attributed[] {
  const newest = arrivals.toSorted((a, b) => b.at - a.at || (a.letter < b.letter ? 1 : -1));
  return orders.flatMap((order) => {
    const last = newest.find(
      (arrival) => arrival.at <= order.at && arrival.at > order.at - windowMs && isOf(order, arrival),
    );
    return last ? [{ order: order.order, letter: last.letter, scenario: last.scenario, arrivedAt: last.at }] : [];
  });
}

function isOf(order: Bought, arrival: Arrival): boolean {
  return (
    (order.person !== null && order.person === arrival.person) ||
    (order.visitor !== '' && order.visitor === arrival.visitor)
  );
}
