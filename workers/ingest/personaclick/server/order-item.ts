// One order of the shop's system: today's (`/sync/orders`), the export of 2013 (`/import/orders`), a bare status
// (`/import/sync_orders`, CS-Cart). They differ in names and in what they leave out.
import type { EmailAddress, Extras, OrderId, OrderLine, OrderStatus, Result } from '@winback/domain';
import { beaconLimits, ok, orderIdSchema, parseEmailAddress, productIdSchema, refuse } from '@winback/domain';
import { lineExtrasIn, orderExtrasIn } from '../order-extras.ts';
import type { Params } from '../params.ts';
import { isRecord, numberIn, textIn, unwrapped } from '../params.ts';

export interface OrderItem {
  order: OrderId;
  /** Null: not said. */
  at: number | null;
  /** In major units; null: not said. */
  total: number | null;
  lines: OrderLine[];
  extras: Extras;
  status: OrderStatus | null;
  statusWord: string | null;
  email: EmailAddress | null;
  externalId: string | null;
  phone: string | null;
}

/** Words for a status, of the wire and of the systems that speak it. Any other word is an order that was created. */
const words: Readonly<Record<Exclude<OrderStatus, 'created'>, ReadonlySet<string>>> = {
  completed: new Set(['1', 'completed', 'complete', 'delivered', 'done', 'finished', 'f', 'success', 'fulfilled']),
  cancelled: new Set([
    ...['2', 'cancelled', 'canceled', 'cancel', 'declined', 'failed', 'rejected', 'voided', 'void'],
    ...['refunded', 'returned', 'closed'],
  ]),
};

const dayMs = 86_400_000;
const earliest = Date.UTC(2000, 0, 1);
const maxLines = 500;

/** An order, or why it cannot be one. `now` bounds its date. */
export function orderItemOf(item: unknown, now: number): Result<OrderItem, string> {
  if (!isRecord(item)) return refuse('this is not an object');
  const id = orderIdSchema.safeParse(item['id']);
  if (!id.success) return refuse(`id: ${id.error.issues[0]?.message ?? 'it is not an order’s number'}`);
  const at = dateIn(item['date'] ?? item['created_at'], now);
  if (!at.ok) return at;
  const total = totalIn(item);
  if (!total.ok) return total;
  const statusWord = textIn(item, 'status')?.slice(0, 64) ?? null;
  const email = textIn(item, 'email') ?? textIn(item, 'user_email');
  return ok({
    order: id.data,
    at: at.value,
    total: total.value,
    lines: linesIn(item),
    extras: orderExtrasIn(item),
    status: statusWord === null ? null : statusOf(statusWord),
    statusWord,
    email: email === null ? null : parseEmailAddress(email),
    externalId: (textIn(item, 'external_id') ?? textIn(item, 'user_id'))?.slice(0, 128) ?? null,
    phone: textIn(item, 'phone')?.slice(0, 32) ?? null,
  });
}

function statusOf(word: string): OrderStatus {
  const plain = word.trim().toLowerCase();
  if (words.completed.has(plain)) return 'completed';
  return words.cancelled.has(plain) ? 'cancelled' : 'created';
}

/** Unix seconds, or `2026-09-01 10:00:00` as Magento's database has it: in UTC. A date that is none must not become today's. */
function dateIn(value: unknown, now: number): Result<number | null, string> {
  if (value === undefined || value === null || value === '') return ok(null);
  const at = /^\d{1,13}$/.test(String(value)) ? secondsOrMs(Number(value)) : sqlDateOf(String(value));
  if (at === null || at < earliest || at > now + dayMs)
    return refuse('date: write seconds since 1970, or 2026-09-01 10:00:00 in UTC, not in the future');
  return ok(Math.min(at, now));
}

function secondsOrMs(number: number): number {
  return number > 100_000_000_000 ? number : number * 1_000;
}

function sqlDateOf(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text.trim(),
  );
  if (!match) return null;
  const at = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  return Number.isNaN(at) ? null : at;
}

function totalIn(item: Params): Result<number | null, string> {
  const value = unwrapped(item['value']);
  const fields = isRecord(value) ? value : { total: value ?? item['order_price'] };
  if (textIn(fields, 'total') === null) return ok(null);
  const total = numberIn(fields, 'total');
  if (total === null || total < 0 || total > beaconLimits.priceMax)
    return refuse('value.total: this is no price that can be');
  return ok(total);
}

/** What is wrong with one line leaves it out, or its price. */
function linesIn(item: Params): OrderLine[] {
  const items = unwrapped(item['items']);
  const list = Array.isArray(items) ? items : isRecord(items) ? Object.values(items) : [];
  return list.slice(0, maxLines).flatMap((one: unknown): OrderLine[] => {
    if (!isRecord(one)) return [];
    const product = productIdSchema.safeParse(one['id']);
    if (!product.success) return [];
    const price = numberIn(one, 'price');
    const quantity = numberIn(one, 'quantity') ?? numberIn(one, 'amount') ?? 1;
    const good = price !== null && price >= 0 && price <= beaconLimits.priceMax;
    const pieces = Math.min(beaconLimits.quantityMax, Math.max(1, Math.round(quantity)));
    const extras = lineExtrasIn(one);
    const said = Object.keys(extras).length > 0 ? { extras } : {};
    return [{ product: product.data, quantity: pieces, ...(good ? { price } : {}), ...said }];
  });
}
