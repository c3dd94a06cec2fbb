// Orders of the shop's system: today's sync, the exports and statuses of the older plugins, and what people bought.
import type { KnownOrder, ServerOrder } from '@winback/db';
import { ordersOfPerson, productsById, setStock, syncOrders } from '@winback/db';
import type { Extras } from '@winback/domain';
import { majorOf, moneyFrom } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { databaseOf } from '../../../env.ts';
import { answered, succeeded } from '../answers.ts';
import type { WireCall, WireContext, WireEnv } from '../call.ts';
import { callOf, secretCallOf } from '../call.ts';
import { listIn } from '../params.ts';
import { productBody } from '../product-body.ts';
import type { RefusedItem } from './batch.ts';
import { lastOfEach, readEach, reportOf } from './batch.ts';
import { buyersOf } from './buyers.ts';
import type { ImportCall } from './import-call.ts';
import type { Imported } from './importing.ts';
import { importing } from './importing.ts';
import { noteItems } from './note-items.ts';
import type { OrderItem } from './order-item.ts';
import { orderItemOf } from './order-item.ts';
import { personIn } from './person-in.ts';
import { tellOrdersLater } from './tell-later.ts';
import { momentIn, momentWords } from './wire-time.ts';

const mostOrders = 5_000;
const mostDisabled = 200_000;
const mostShown = 200;

export const orders = new Hono<WireEnv>()
  .on(['POST'], ['/sync/orders', '/import/orders', '/import/sync_orders'], (c) =>
    importing(c, (call) => takeOrders(c, call)),
  )
  .post('/import/disable', (c) => importing(c, (call) => disable(c, call)))
  .get('/orders/last_for_user', async (c) => {
    const call = await callOf(c);
    const person = await personIn(c, call);
    const [last] = person ? await ordersOfPerson(databaseOf(c.env), call.shop, person, { since: 0, limit: 1 }) : [];
    const products = await productsOf(c, call, last ? [last] : []);
    return answered(c, last ? last.items.flatMap((line) => products.get(line.product) ?? []) : []);
  })
  .get('/orders/by_user', async (c) => {
    const call = await secretCallOf(c);
    const person = await personIn(c, call);
    if (!person) throw new HTTPException(404, { message: 'Client not found' });
    const since = momentIn(call.params, 'date_from') ?? 0;
    const list = await ordersOfPerson(databaseOf(c.env), call.shop, person, { since, limit: mostShown });
    const products = await productsOf(c, call, list);
    return succeeded(c, { data: { orders: list.map((order) => shownOrder(order, products)) } });
  });

async function disable(c: WireContext, { shop, params, now, whole }: ImportCall): Promise<Imported> {
  if (Array.isArray(params['item_ids']) || params['item_ids'] === undefined) whole('item_ids', mostDisabled);
  const ids = listIn(params, 'item_ids');
  if (!ids) throw new HTTPException(422, { message: 'item_ids is not specified' });
  await setStock(databaseOf(c.env), shop, ids, { inStock: false, now });
  return { answer: succeeded(c), accepted: ids.length, refused: [] };
}

async function takeOrders(c: WireContext, call: ImportCall): Promise<Imported> {
  let accepted = 0;
  const refused: RefusedItem[] = [];
  for await (const { from, items } of call.batches('orders', mostOrders)) {
    const read = readEach(items, (item) => orderItemOf(item, call.now), from);
    await storeOrders(
      c.env,
      call,
      lastOfEach(read.good, (item) => item.order),
    );
    accepted += read.good.length;
    refused.push(...read.refused);
  }
  noteItems(c, call, 'orders', refused);
  return { answer: succeeded(c, reportOf(accepted, refused)), accepted, refused };
}

async function storeOrders(env: WireEnv['Bindings'], call: WireCall, list: readonly OrderItem[]): Promise<void> {
  const { shop, now } = call;
  const buyerOf = await buyersOf(env, shop, list, now);
  const told = list.map((item) => ({ ...serverOrderOf(item, call), person: buyerOf(item) }));
  await syncOrders(databaseOf(env), shop, told, now);
  await tellOrdersLater(
    env,
    shop,
    list.map((item) => item.order),
  );
}

/** Lines without a total add up to one; a total that nobody said of an order without lines is nothing. */
function serverOrderOf(item: OrderItem, { settings }: WireCall): Omit<ServerOrder, 'person'> {
  const { order, at, total, lines, status, statusWord, extras } = item;
  const { currency } = settings;
  const sum = lines.reduce((minor, line) => minor + moneyFrom(line.price ?? 0, currency).minor * line.quantity, 0);
  const worth = total === null ? { minor: sum, currency } : moneyFrom(total, currency);
  return { order, at, total: worth, items: lines, status, statusWord, extras };
}

async function productsOf(
  c: WireContext,
  { shop, settings }: WireCall,
  list: readonly KnownOrder[],
): Promise<ReadonlyMap<string, object>> {
  const ids = new Set(list.flatMap((order) => order.items.map((line) => line.product)));
  const products = await productsById(databaseOf(c.env), shop, [...ids]);
  const { language } = settings;
  return new Map(products.map((product) => [product.id, productBody(product, { language, via: null })]));
}

const internalStatus = { created: 0, completed: 1, cancelled: 2 } as const;

function shownOrder(order: KnownOrder, products: ReadonlyMap<string, object>): object {
  const { id, at, total, status, statusWord, items, extras } = order;
  return {
    ...extrasOf(extras),
    _id: id,
    id,
    date: momentWords(at),
    value: majorOf(total),
    internal_status: internalStatus[status ?? 'created'],
    order_status: { name: statusWord ?? status ?? 'created' },
    items: items.map(({ product, quantity, price, extras: said = {} }) => ({
      amount: quantity,
      price: price ?? null,
      ...lineExtrasOf(said),
      item: products.get(product) ?? { id: product, uniqid: product },
    })),
  };
}

/** Our words in the wire's. */
function extrasOf({ promo_code, delivery_price, paid_cash, paid_bonuses, discount, ...rest }: Extras): object {
  return {
    ...rest,
    promocode: promo_code ?? null,
    delivery_value: delivery_price ?? null,
    cash_value: paid_cash ?? null,
    bonuses_value: paid_bonuses ?? null,
    discount_value: discount ?? null,
  };
}

function lineExtrasOf({ size, color, ...rest }: Extras): object {
  return {
    ...rest,
    ...(size === undefined ? {} : { fashion_size: size }),
    ...(color === undefined ? {} : { fashion_color: color }),
  };
}
