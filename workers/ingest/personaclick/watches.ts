// Who waits for a product to come back or to cost less: the four calls of the original, and its two questions.
import type { ProductId } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { answered, succeeded } from './answers.ts';
import type { WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import { priceIn, productOf } from './items.ts';
import type { Params } from './params.ts';
import { isRecord, listIn, textIn, unwrapped } from './params.ts';
import { timelineBehind } from './person.ts';
import { tell } from './push.ts';
import type { Draft } from './spoken.ts';
import { namedIn, whoIn } from './who.ts';

type WaitsFor = 'back-in-stock' | 'price-drop';

export const watches = new Hono<WireEnv>()
  .post('/subscriptions/subscribe_for_product_price', (c) => changed(c, 'add', 'price-drop'))
  .post('/subscriptions/unsubscribe_from_product_price', (c) => changed(c, 'remove', 'price-drop'))
  .post('/subscriptions/subscribe_for_product_available', (c) => changed(c, 'add', 'back-in-stock'))
  .post('/subscriptions/unsubscribe_from_product_available', (c) => changed(c, 'remove', 'back-in-stock'))
  .on(['GET', 'POST'], ['/products/check_product_available_subscription'], (c) => asked(c, 'back-in-stock'))
  .on(['GET', 'POST'], ['/products/check_price_drop_subscription'], (c) => asked(c, 'price-drop'));

async function changed(c: WireContext, change: 'add' | 'remove', waitsFor: WaitsFor): Promise<Response> {
  const call = await callOf(c);
  const who = await namedIn(c, call);
  const products = productsIn(call.params);
  if (change === 'add' && products.length === 0) throw new HTTPException(422, { message: 'Item is not specified' });
  const price = priceIn(call.params, 'price');
  const isOld = call.params['did'] === undefined && call.params['ssid'] !== undefined;
  if (change === 'add' && waitsFor === 'price-drop' && price === null && !isOld)
    throw new HTTPException(422, { message: 'Price is not valid' });
  const properties = propertiesIn(call.params);
  const watch: Draft = {
    type: 'watch',
    change,
    waitsFor,
    products,
    ...(change === 'add' && price !== null ? { price } : {}),
    ...(change === 'add' && properties ? { properties } : {}),
    ...(who.email && change === 'add' ? { email: who.email } : {}),
  };
  await tell(c, call, who, [watch]);
  return succeeded(c);
}

async function asked(c: WireContext, waitsFor: WaitsFor): Promise<Response> {
  const call = await callOf(c);
  const products = productsIn(call.params);
  const timeline = await timelineBehind(c.env, call.shop, await whoIn(c, call));
  const waits = (timeline?.entries ?? []).some(
    (entry) => entry.kind === 'watch' && entry.waitsFor === waitsFor && products.some((one) => one === entry.product),
  );
  return answered(c, waits);
}

/** `item_id`, `item`, `item_ids`: one, a list, a text with commas. None at all is all of them, for who waits no longer. */
function productsIn(params: Params): ProductId[] {
  const named = ['item_ids', 'item_id', 'item'].map((name) => listIn(params, name)).find((list) => list !== null);
  return (named ?? []).flatMap((id) => productOf(id) ?? []).slice(0, 100);
}

function propertiesIn(params: Params): Record<string, string> | null {
  const properties = unwrapped(params['properties']);
  if (!isRecord(properties)) return null;
  const texts = Object.keys(properties).flatMap((name) => {
    const text = textIn(properties, name);
    return text === null || name.length > 64 ? [] : [[name, text.slice(0, 200)] as const];
  });
  return texts.length > 0 ? Object.fromEntries(texts) : null;
}
