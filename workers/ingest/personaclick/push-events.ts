// `POST /push`: which of our events each event of the original is. A table of readers; what they refuse is 422.
import type { OrderId } from '@winback/domain';
import { categoryIdSchema, orderIdSchema } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import { linesIn, orderLinesIn, priceIn, someLinesIn } from './items.ts';
import { orderExtrasIn } from './order-extras.ts';
import type { Params } from './params.ts';
import { flagIn, textIn } from './params.ts';
import { numberlessOrder } from './repetition.ts';
import type { Draft } from './spoken.ts';
import type { Names } from './who.ts';

export interface Push {
  params: Params;
  names: Names;
  speaker: string;
  now: number;
}

type Reader = (push: Push) => Draft[];

const readers: Readonly<Record<string, Reader>> = {
  view: ({ params }) => someLinesIn(params).map(({ product }) => ({ type: 'view', product })),
  category: ({ params }) => [{ type: 'category', category: categoryIn(params) }],
  search: ({ params }) => [{ type: 'search', query: queryIn(params) }],
  cart: ({ params }) => [cartIn(params)],
  remove_from_cart: ({ params }) => [{ type: 'cart', change: 'remove', items: someLinesIn(params) }],
  wish: ({ params }) => [wishIn(params)],
  remove_wish: ({ params }) => [{ type: 'wish', change: 'remove', products: productsIn(params) }],
  purchase: (push) => [purchaseIn(push)],
};

/** Events of the original's other products, which are taken with thanks and counted. */
const others: ReadonlySet<string> = new Set(['banner_view', 'banner_click', 'recone_view', 'recone_click', 'rate']);

/** The events that a push says; null: it belongs to a product that we do not make. Throws 422 for what is no event. */
export function eventsIn(push: Push): Draft[] | null {
  const event = push.params['event'];
  if (typeof event !== 'string' || event === '') throw new HTTPException(422, { message: 'Event is not specified' });
  if (others.has(event)) return null;
  const read = Object.hasOwn(readers, event) ? readers[event] : undefined;
  if (!read) throw new HTTPException(422, { message: 'Event is not known' });
  return read(push);
}

function categoryIn(params: Params) {
  const read = categoryIdSchema.safeParse(params['category_id']);
  if (!read.success) throw new HTTPException(422, { message: 'Category is not valid' });
  return read.data;
}

function queryIn(params: Params): string {
  const query = textIn(params, 'search_query');
  if (query === null) throw new HTTPException(422, { message: 'Search query is not valid' });
  return query.slice(0, 256);
}

/** `full_cart` with no items empties the cart, whether `items` is an empty list or is not there at all. */
function cartIn(params: Params): Draft {
  if (flagIn(params, 'full_cart') === true) return { type: 'cart', change: 'full', items: linesIn(params) ?? [] };
  return { type: 'cart', change: 'add', items: someLinesIn(params) };
}

function wishIn(params: Params): Draft {
  if (flagIn(params, 'full_wish') !== true) return { type: 'wish', change: 'add', products: productsIn(params) };
  return { type: 'wish', change: 'full', products: (linesIn(params) ?? []).map(({ product }) => product) };
}

function productsIn(params: Params) {
  return someLinesIn(params).map(({ product }) => product);
}

function purchaseIn(push: Push): Draft {
  const { params, names } = push;
  const items = orderLinesIn(params);
  const extras = orderExtrasIn(params);
  const total = priceIn(params, 'order_price');
  return {
    type: 'purchase',
    order: orderIn(push),
    items,
    ...(total === null ? {} : { total }),
    ...(names.email === null ? {} : { email: names.email }),
    ...(Object.keys(extras).length > 0 ? { extras } : {}),
  };
}

/** Who sends no number says one order: the same lines within the window are the same order. */
function orderIn({ params, speaker, now }: Push): OrderId {
  const number = textIn(params, 'order_id');
  const read = orderIdSchema.safeParse(number ?? numberlessOrder(speaker, params['items'], now).id);
  if (!read.success) throw new HTTPException(422, { message: 'Order ID is not valid' });
  return read.data;
}
