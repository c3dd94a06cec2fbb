// What shop systems say of an order besides its number, worth and products, in the names that the dashboard has words for. Where
// somebody lives, and what they wrote to the shop, is not taken over: no letter needs it.
import { amountOf, fieldsOf, textOf } from './readings.ts';

const longestText = 200;

/** Order of Shopify's Admin REST API (`discount_codes`, `shipping_lines`, `payment_gateway_names`, …). Amounts in the shop's currency. */
export function extrasOfShopify(body: Record<string, unknown>): Record<string, unknown> {
  const shipping = listOf(body['shipping_lines']);
  return said({
    promo_code: joined(listOf(body['discount_codes']).map(({ code }) => code)),
    discount: worth(body['total_discounts']),
    delivery_type: joined(shipping.map(({ title }) => title)),
    delivery_price: sumOf(shipping.map(({ price }) => price)),
    payment_type: joined(body['payment_gateway_names']),
    channel: textOf(body['source_name']),
  });
}

/** Order of WooCommerce's REST API (`coupon_lines`, `shipping_lines`, `payment_method_title`, …). */
export function extrasOfWooCommerce(body: Record<string, unknown>): Record<string, unknown> {
  const shipping = listOf(body['shipping_lines']);
  return said({
    promo_code: joined(listOf(body['coupon_lines']).map(({ code }) => code)),
    discount: worth(body['discount_total']),
    delivery_type: joined(shipping.map((line) => line['method_title'])),
    delivery_price: shipping.length > 0 ? amountOf(body['shipping_total']) : undefined,
    payment_type: textOf(body['payment_method_title']),
    channel: textOf(body['created_via']),
  });
}

/** The purchase's field of them; none where nothing is said. */
function said(fields: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(fields).flatMap(([name, value]) => {
    const text = typeof value === 'number' ? value : textOf(value)?.slice(0, longestText);
    return text === undefined ? [] : [[name, text]];
  });
  return kept.length === 0 ? {} : { extras: Object.fromEntries(kept) };
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function joined(values: unknown): string | undefined {
  return Array.isArray(values) ? values.flatMap((value) => textOf(value) ?? []).join(', ') : undefined;
}

function sumOf(values: readonly unknown[]): number | undefined {
  const amounts = values.flatMap((value) => amountOf(value) ?? []);
  return amounts.length === 0 ? undefined : Math.round(amounts.reduce((sum, one) => sum + one, 0) * 100) / 100;
}

/** An amount, where it is one: no discount is not worth a line. */
function worth(value: unknown): number | undefined {
  const amount = amountOf(value);
  return amount === 0 ? undefined : amount;
}
