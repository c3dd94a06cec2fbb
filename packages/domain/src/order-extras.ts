// What a shop says of an order and its lines besides what every order has: a promo code, delivery, payment, a size. Kept as it
// was said, shown to the merchant, and never asked for by a decision.
import { smallRecord } from './small-record.ts';

/** Characters of JSON, of an order and of each of its lines: an order of a hundred lines still fits a queue's message. */
export const extrasLimits = { order: 4_000, line: 200 } as const;

/** What it says of the order. Names that the dashboard has words for: `promo_code`, `delivery_type`, `payment_type` and so on. */
export const orderExtrasSchema = smallRecord(extrasLimits.order);
/** What it says of one line: `line_id`, `size`, `original_price` and so on. */
export const lineExtrasSchema = smallRecord(extrasLimits.line);
export type Extras = Record<string, unknown>;

/** Those of an order's that may say who bought: they are not kept of a shopper who allows counting only. */
const naming: ReadonlySet<string> = new Set(['delivery_address', 'comment', 'custom']);

/** The extras without what may name a person. */
export function namelessExtras(extras: Extras): Extras {
  return Object.fromEntries(Object.entries(extras).filter(([name]) => !naming.has(name)));
}
