// The names of Segment's e-commerce spec (v2), and what each is called here. Product ids are `product_id`; where a shop sends
// none, its `sku`.
import type { Heard } from './heard.ts';
import { amountOf, fieldsOf, idOf, textOf } from './readings.ts';

type Properties = Record<string, unknown>;

interface Line {
  product: string;
  quantity: number;
  price?: number;
}

const readers: Readonly<Record<string, (properties: Properties) => Heard[]>> = {
  'product viewed': (properties) => withProduct(properties, ({ product }) => ({ type: 'view', product })),
  'product list viewed': ({ category, list_id: list }) => {
    const id = textOf(category) ?? idOf(list);
    return [id ? event({ type: 'category', category: id }) : refused('category', 'name the category, or list_id')];
  },
  'products searched': ({ query }) => [
    textOf(query)
      ? event({ type: 'search', query: String(query).trim().slice(0, 256) })
      : refused('query', 'the query is empty'),
  ],
  'product added': (properties) => withProduct(properties, (line) => ({ type: 'cart', change: 'add', items: [line] })),
  'product removed': (properties) =>
    withProduct(properties, (line) => ({ type: 'cart', change: 'remove', items: [line] })),
  'cart viewed': wholeCart,
  'checkout started': wholeCart,
  'product added to wishlist': (properties) =>
    withProduct(properties, ({ product }) => ({ type: 'wish', change: 'add', products: [product] })),
  'product removed from wishlist': (properties) =>
    withProduct(properties, ({ product }) => ({ type: 'wish', change: 'remove', products: [product] })),
  'order completed': (properties) => {
    const order = idOf(properties['order_id']);
    if (!order) return [refused('order_id', 'an order has its number, order_id')];
    const items = linesIn(properties);
    if (items.length === 0) return [refused('products', 'an order has at least one product with its product_id')];
    const total = amountOf(properties['total']) ?? amountOf(properties['revenue']) ?? amountOf(properties['value']);
    return [event({ type: 'purchase', order, items, ...(total === undefined ? {} : { total }) })];
  },
  'order cancelled': cancelled,
};

/** An event of the house, still without its person, time and id. */
export function event(item: Record<string, unknown>): Heard {
  return { kind: 'event', item };
}

/** The event that a track call of the spec means; null: the name is not of the spec, or means nothing of its own here. */
export function eventOfTrack(name: string, properties: Properties): Heard[] | null {
  const key = name.trim().toLowerCase().replace(/\s+/g, ' ');
  // Products beside a refund say that only these came back (spec, Order Refunded): the order stands.
  if (key === 'order refunded') return linesIn(properties).length === 0 ? cancelled(properties) : null;
  return Object.hasOwn(readers, key) ? (readers[key]?.(properties) ?? null) : null;
}

function refused(field: string, message: string): Heard {
  return { kind: 'refused', path: `properties.${field}`, message };
}

function withProduct(properties: Properties, item: (line: Line) => Record<string, unknown>): Heard[] {
  const line = lineOf(properties);
  return [line ? event(item(line)) : refused('product_id', 'name the product by its id in your feed, product_id')];
}

function wholeCart(properties: Properties): Heard[] {
  const items = linesIn(properties);
  const empty = Array.isArray(properties['products']) && properties['products'].length === 0;
  return [
    items.length > 0 || empty
      ? event({ type: 'cart', change: 'full', items })
      : refused('products', 'list what is in the cart, each product with its product_id'),
  ];
}

function cancelled(properties: Properties): Heard[] {
  const order = idOf(properties['order_id']);
  if (!order) return [refused('order_id', 'an order has its number, order_id')];
  const word = { order, status: 'cancelled', at: 0, placedAt: 0, email: textOf(properties['email']) ?? null } as const;
  return [
    { kind: 'order', word: { ...word, items: linesIn(properties), total: amountOf(properties['total']) ?? null } },
  ];
}

function linesIn({ products }: Properties): Line[] {
  return Array.isArray(products) ? products.flatMap((one: unknown) => lineOf(one) ?? []).slice(0, 100) : [];
}

function lineOf(value: unknown): Line | null {
  const of = fieldsOf(value);
  const product = idOf(of['product_id']) ?? idOf(of['productId']) ?? idOf(of['sku']);
  if (!product) return null;
  const quantity = amountOf(of['quantity']) ?? 1;
  const price = amountOf(of['price']);
  return { product, quantity: Math.max(1, Math.round(quantity)), ...(price === undefined ? {} : { price }) };
}
