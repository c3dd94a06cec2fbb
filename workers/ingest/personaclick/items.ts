// The products that an event names, in the forms of all clients: `items` of objects or of plain ids, and the parallel lists
// of 2013 to 2018 (`item_id[0]`, `price[0]`, `amount[0]`). What is wrong with one item drops the item or its field, never the call.
import type { CartLine, OrderLine, ProductId } from '@winback/domain';
import { beaconLimits, productIdSchema } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import { lineExtrasIn } from './order-extras.ts';
import type { Params } from './params.ts';
import { isRecord, listIn, numberIn, unwrapped } from './params.ts';

const quantityMax = 1_000;

/** The lines named; null: the call has no word of items, or an empty one. Throws 422 where none of those named has a good id. */
export function linesIn(params: Params): CartLine[] | null {
  return readLines(params, lineOf);
}

/** The lines of an order, with what is said of each besides. Throws as {@link someLinesIn}. */
export function orderLinesIn(params: Params): OrderLine[] {
  const lines = readLines(params, orderLineOf);
  if (!lines) throw new HTTPException(422, { message: 'Items are not specified' });
  return lines;
}

function readLines<Line>(params: Params, read: (item: unknown) => Line | null): Line[] | null {
  const given = itemsOf(params);
  if (given.length === 0) return null;
  const lines = given.flatMap((item) => read(item) ?? []).slice(0, beaconLimits.items);
  if (lines.length === 0) throw new HTTPException(422, { message: 'Items are not valid' });
  return lines;
}

/** As {@link linesIn}, where the event makes no sense without. */
export function someLinesIn(params: Params): CartLine[] {
  const lines = linesIn(params);
  if (!lines) throw new HTTPException(422, { message: 'Items are not specified' });
  return lines;
}

/** A product's id; null: no client means a product by this. */
export function productOf(value: unknown): ProductId | null {
  const read = productIdSchema.safeParse(value);
  return read.success && !/[\\\p{Cc}]/u.test(read.data) ? read.data : null;
}

function itemsOf(params: Params): unknown[] {
  const items = unwrapped(params['items']);
  if (Array.isArray(items)) return items;
  if (typeof items === 'string' || typeof items === 'number') return listIn(params, 'items') ?? [];
  return isRecord(items) ? [items] : parallelItems(params);
}

function parallelItems(params: Params): Params[] {
  const [ids, amounts, prices] = ['item_id', 'amount', 'price'].map((name) => placesIn(params[name]));
  return (ids ?? []).map((id, at) => ({ id, amount: amounts?.[at], price: prices?.[at] }));
}

/** A list with every value in its place. */
function placesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function lineOf(item: unknown): CartLine | null {
  const fields = isRecord(item) ? item : { id: item };
  const product = productOf(fields['id']);
  if (product === null) return null;
  const price = priceIn(fields, 'price');
  return { product, quantity: quantityIn(fields), ...(price === null ? {} : { price }) };
}

function orderLineOf(item: unknown): OrderLine | null {
  const line = lineOf(item);
  const extras = isRecord(item) ? lineExtrasIn(item) : {};
  return line && Object.keys(extras).length > 0 ? { ...line, extras } : line;
}

function quantityIn(fields: Params): number {
  const said = numberIn(fields, 'quantity') ?? numberIn(fields, 'amount') ?? 1;
  return Math.min(quantityMax, Math.max(1, Math.round(said)));
}

/** A price in major units; null: none, or none that can be. */
export function priceIn(fields: Params, name: string): number | null {
  const price = numberIn(fields, name);
  return price !== null && price >= 0 && price <= beaconLimits.priceMax ? price : null;
}
