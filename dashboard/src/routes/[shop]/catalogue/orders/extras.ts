// What the shop said of an order or a line besides, in words: ours where we have some, the shop's own otherwise.

const names: Readonly<Record<string, string>> = {
  promo_code: 'Promo code',
  delivery_type: 'Delivery',
  delivery_address: 'Delivered to',
  delivery_price: 'Delivery price',
  delivery_date: 'Delivery day',
  delivery_time: 'Delivery time',
  payment_type: 'Payment',
  paid_cash: 'Paid in money',
  paid_bonuses: 'Paid in bonuses',
  discount: 'Discount',
  tax_free: 'Tax free',
  channel: 'Channel',
  offline: 'In a store',
  location_id: 'Store',
  gift_package: 'Gift wrapping',
  comment: 'Comment',
  line_id: 'Line',
  size: 'Size',
  color: 'Colour',
  original_price: 'Price before',
  status: 'Status',
  cancel_reason: 'Cancelled because',
  barcode: 'Barcode',
};

/** Each in a line; what stands in `custom` stands for itself. */
export function shownExtras({ custom, ...extras }: Record<string, unknown>): { name: string; words: string }[] {
  const own = typeof custom === 'object' && custom !== null ? Object.entries(custom) : [];
  const said = Object.entries(extras).map(([name, value]) => ({ name: names[name] ?? name, words: wordsOf(value) }));
  return [...said, ...own.map(([name, value]) => ({ name: `${name} (own field)`, words: wordsOf(value) }))];
}

function wordsOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
