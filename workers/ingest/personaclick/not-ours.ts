// Calls of the original's other products: stories, loyalty, search, push messages, reviews. Each gets an empty body of the
// right shape, so that no client breaks, and is counted, so that the merchant sees what they gave up.
import { Hono } from 'hono';
import { answered } from './answers.ts';
import type { WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import { textIn } from './params.ts';
import { noteOf } from './take.ts';

const success = { status: 'success' };
const noSearch = {
  products: [],
  products_total: 0,
  categories: [],
  queries: [],
  collections: [],
  locations: [],
  filters: {},
  price_range: { min: 0, max: 0 },
  brands: [],
  clarification: false,
  requests_count: 0,
  html: '',
};

/** Paths and what their empty answer is; the first that fits counts. */
const empties: readonly (readonly [string, unknown])[] = [
  ['/search/blank', { last_queries: [], suggests: [], products: [], products_total: 0 }],
  ['/search/no_result_queries', []],
  ['/stories/:code', { id: 0, settings: {}, stories: [] }],
  ['/stories', { id: 0, settings: {}, stories: [] }],
  ['/slider/:code', { slides: [] }],
  ['/sliders/:code', { slides: [] }],
  ['/nps/categories', []],
  ['/nps/channels', []],
  ['/nps/reviews', []],
  ['/nps/create', success],
  ['/mobile_push_tokens', success],
  ['/mobile_push_tokens/:what', success],
  ['/web_push_tokens', success],
  ['/web_push_subscriptions', success],
  ['/web_push_subscriptions/:what', success],
  ['/loyalty/:what', { status: 'success', payload: {} }],
  ['/loyalty/:what/:more', { status: 'success', payload: {} }],
  ['/reputation/:what', { html: '', reviews: [] }],
  ['/promocodes/:what', { promocode: null }],
  ['/predict/probability-to-purchase', { probability: null, client_id: null }],
  ['/notifications', { messages: [] }],
  ['/notifications/:what', { status: 'success', payload: { counters: { sent: 0, opened: 0 } } }],
  // No letter is sent by this call, and nothing may say that one was.
  ['/transact', { success: false, payload: { message: 'Letters are not sent by this call here' } }],
];

export const notOurs = empties
  .reduce(
    (app, [path, body]) =>
      app.on(
        ['GET', 'POST'],
        [path],
        only((c) => answered(c, body)),
      ),
    new Hono<WireEnv>(),
  )
  .on(
    ['GET', 'POST'],
    ['/search'],
    only((c, query) => answered(c, { search_query: query, ...noSearch })),
  );

/** Counted where the call names a shop; without one it may be a page of the dashboard's. */
function only(answer: (c: WireContext, query: string) => Response) {
  return async (c: WireContext, next: () => Promise<void>) => {
    if (c.req.method === 'GET' && c.req.query('shop_id') === undefined) return next();
    const call = await callOf(c);
    noteOf(c, call, 'not-ours');
    return answer(c, textIn(call.params, 'search_query') ?? '');
  };
}
