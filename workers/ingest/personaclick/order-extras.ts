// What a call of the wire says of an order and its lines besides number, worth and products, in words of ours. The wire says one
// thing in several places: at the order, in `value`, in `payment_structure`.
import type { Extras } from '@winback/domain';
import { extrasLimits } from '@winback/domain';
import type { Params } from './params.ts';
import { isRecord, unwrapped } from './params.ts';

/** Our words, and where each may stand; the first that says something counts. */
const ofOrder: readonly (readonly [string, readonly string[]])[] = [
  ['promo_code', ['promocode', 'promo_code']],
  ['delivery_type', ['delivery_type']],
  ['delivery_address', ['delivery_address']],
  ['delivery_price', ['order_delivery', 'delivery_price', 'value.delivery', 'payment_structure.delivery']],
  ['delivery_date', ['delivery_date']],
  ['delivery_time', ['delivery_time']],
  ['payment_type', ['payment_type']],
  ['paid_cash', ['order_cash', 'payment_structure.cash']],
  ['paid_bonuses', ['order_bonuses', 'payment_structure.bonuses']],
  ['discount', ['order_discount', 'value.discount', 'payment_structure.discount']],
  ['tax_free', ['tax_free']],
  ['channel', ['channel']],
  ['offline', ['offline']],
  ['location_id', ['location_id']],
  ['gift_package', ['gift_package']],
  ['comment', ['comment']],
];
const ofLine: typeof ofOrder = [
  ['line_id', ['line_id']],
  ['size', ['fashion_size', 'size']],
  ['color', ['fashion_color', 'color']],
  ['original_price', ['original_price']],
  ['status', ['status']],
  ['cancel_reason', ['cancel_reason']],
  ['barcode', ['barcode']],
];

const longestText = 500;

/** Of an order; `{}` where nothing is said. What makes it too long is left out, `custom` first. */
export function orderExtrasIn(fields: Params): Extras {
  const banks = Object.keys(fields).filter((name) => /^bank_[a-z0-9_]{1,50}$/.test(name));
  const named = [...ofOrder, ...banks.map((name) => [name, [name]] as const)];
  const custom = unwrapped(fields['custom']);
  const said = [...pairsIn(fields, named), ...(isRecord(custom) ? [['custom', withoutNulls(custom)] as const] : [])];
  return within(said, extrasLimits.order);
}

/** Of a line. */
export function lineExtrasIn(fields: Params): Extras {
  return within(pairsIn(fields, ofLine), extrasLimits.line);
}

function pairsIn(fields: Params, words: typeof ofOrder): (readonly [string, unknown])[] {
  return words.flatMap(([name, places]) => {
    const value = places.map((place) => plainAt(fields, place)).find((one) => one !== null) ?? null;
    return value === null ? [] : [[name, value] as const];
  });
}

/** A text, a number or a flag; null: none of them, or an empty text. */
function plainAt(fields: Params, place: string): string | number | boolean | null {
  const [outer = '', inner] = place.split('.');
  const around = inner === undefined ? fields : unwrapped(fields[outer]);
  const value = isRecord(around) ? around[inner ?? outer] : null;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  const text = typeof value === 'string' ? value.trim().slice(0, longestText) : '';
  return text === '' ? null : text;
}

function within(said: readonly (readonly [string, unknown])[], characters: number): Extras {
  const extras: Extras = {};
  for (const [name, value] of said)
    if (JSON.stringify({ ...extras, [name]: value }).length <= characters) extras[name] = value;
  return extras;
}

/** A name without a value says nothing: to the database it would mean that the name goes. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [[name, withoutNulls(inner)]])),
  );
}
