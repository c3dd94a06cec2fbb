// Recommendations: a bare list for clients before 2018, an object with a drawn block for those after.
import type { Product } from '@winback/db';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { answered } from './answers.ts';
import { blockOf, blockTitle } from './block.ts';
import type { WireCall, WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import { damBrowser } from './dam.ts';
import { isIssued } from './did.ts';
import type { Params } from './params.ts';
import { flagIn, isRecord, listIn, textIn } from './params.ts';
import { limitIn, productBody } from './product-body.ts';
import type { Ask, RecommenderType } from './recommenders.ts';
import { recommended, recommenderTypes } from './recommenders.ts';
import { judged } from './take.ts';
import { visitorOfDid } from './who.ts';

const usualLimit = 20;
const mostAsked = 50;

export const recommend = new Hono<WireEnv>()
  .on(['GET', 'POST'], ['/recommend'], async (c) => {
    const call = await callOf(c);
    const ask = await askOf(c, call, typeIn(call.params));
    const products = pickedBy(call.params, await recommended(c.env, ask)).slice(
      0,
      limitIn(call.params, usualLimit, mostAsked),
    );
    return answered(c, listed(products, call, { by: ask.type, code: '' }));
  })
  .on(['GET', 'POST'], ['/recommend/:code'], async (c) => {
    const call = await callOf(c);
    const ask = await askOf(c, call, 'dynamic');
    const products = pickedBy(call.params, await recommended(c.env, ask)).slice(
      0,
      limitIn(call.params, usualLimit, mostAsked),
    );
    const via = { by: 'dynamic', code: c.req.param('code') };
    const { language } = call.settings;
    return answered(c, {
      id: 0,
      link: '',
      title: blockTitle(language),
      html: String(
        await blockOf(
          products.map((product) => productBody(product, { language, via })),
          language,
        ),
      ),
      recommends: listed(products, call, via),
    });
  });

/** Ids, or whole products where `extended` is said. */
function listed(products: readonly Product[], { params, settings }: WireCall, via: { by: string; code: string }) {
  if (flagIn(params, 'extended') !== true) return products.map(({ id }) => id);
  return products.map((product) => productBody(product, { language: settings.language, via }));
}

function typeIn(params: Params): RecommenderType {
  const said = textIn(params, 'recommender_type');
  const type = recommenderTypes.find((one) => one === said);
  if (!type) throw new HTTPException(422, { message: 'Recommender type is not valid' });
  if (type === 'search' && textIn(params, 'search_query') === null)
    throw new HTTPException(422, { message: 'Search query is not valid' });
  return type;
}

async function askOf(c: WireContext, call: WireCall, type: RecommenderType): Promise<Ask> {
  const { shop, params } = call;
  const visitor = judged(c, call) ? null : await pastOf(c.env, shop, params);
  damBrowser(c, call, visitor);
  // Filters come after: more is asked than will be shown.
  const filters = ['brands', 'exclude_brands', 'discount'].some((name) => params[name] !== undefined);
  const limit = limitIn(params, usualLimit, mostAsked);
  return {
    shop,
    type,
    visitor,
    item: textIn(params, 'item') ?? textIn(params, 'item_id'),
    cart: cartIn(params),
    categories: [...(listIn(params, 'category') ?? []), ...(listIn(params, 'categories') ?? [])],
    query: textIn(params, 'search_query'),
    exclude: listIn(params, 'exclude') ?? [],
    limit: filters ? mostAsked : limit,
  };
}

/** A browser that nobody knows, or one whose shopper allows nothing personal, gets what everybody gets. */
async function pastOf(env: WireEnv['Bindings'], shop: Ask['shop'], params: Params): Promise<Ask['visitor']> {
  const consent = textIn(params, 'consent');
  if (consent === 'functional' || consent === 'none') return null;
  const did = textIn(params, 'did');
  if (did !== null) return (await isIssued(env, shop, did)) ? visitorOfDid(did) : null;
  const ssid = textIn(params, 'ssid');
  return ssid !== null && /^[A-Za-z0-9_-]{4,60}$/.test(ssid) ? visitorOfDid(ssid) : null;
}

/** `cart=1,2`, `cart_item_id[]=1`, `cart[0][id]=1`. */
function cartIn(params: Params): string[] {
  const cart = params['cart'];
  const objects = Array.isArray(cart) ? cart.filter(isRecord).flatMap((line) => textIn(line, 'id') ?? []) : [];
  return objects.length > 0 ? objects : (listIn(params, 'cart_item_id') ?? listIn(params, 'cart') ?? []);
}

function pickedBy(params: Params, products: readonly Product[]): Product[] {
  const wanted = lowered(listIn(params, 'brands'));
  const unwanted = lowered(listIn(params, 'exclude_brands'));
  const discounted = flagIn(params, 'discount') === true;
  return products.filter(({ brand, price, oldPrice }) => {
    const name = brand?.toLowerCase() ?? '';
    if (wanted.length > 0 && !wanted.includes(name)) return false;
    if (unwanted.includes(name)) return false;
    return !discounted || (oldPrice !== null && price !== null && oldPrice.minor > price.minor);
  });
}

function lowered(names: string[] | null): string[] {
  return (names ?? []).map((name) => name.toLowerCase());
}
