// A client that speaks as PersonaClick's `v3.js` to the page and to the wire, for shops that change one host name. Promises: the
// page never sees an error of ours; nothing is told before `init`, nor where the shopper opted out; what belongs to other
// products calls back with nothing. It does not read addresses from the page's link: anybody could write one there.
import { callBrowser, endSession, keepDid, knownDid, segment, session, source } from './browser.ts';
import { cookie, putCookie, withoutCookies } from './keep.ts';
import { told } from './track.ts';
import { addStyles, drawBlocks, hearAddresses } from './widgets.ts';
import type { Fields } from './wire.ts';
import { ask, callHost, saying, tell, tellWaiting } from './wire.ts';

type Callback = (answer?: unknown) => void;
type Args = unknown[];
interface Api {
  (...call: Args): unknown;
  q?: ArrayLike<unknown>[];
  ours?: true;
}
interface Options extends Fields {
  cookieless?: boolean;
  did?: string;
  api_host?: string;
  consent?: boolean | string;
}

const globals = ['personaclick', 'r46', 'rees46'];
const page = globalThis as unknown as Record<string, Api | undefined>;
const recommenders = 'interesting also_bought popular similar recently_viewed see_also buying_now supply search'.split(
  ' ',
);
const crawlers = /YandexMetrika|Googlebot|bingbot|Screenshot Bot|YandexAntivirus|PEBOT/;

let shop = '';
let did = '';
let consent: string | undefined;
let stream: unknown;
let ready = false;
let waiting: Args[] = [];

const isOut = () =>
  cookie('r46_personalization_opt_out') === 'optout' ||
  cookie('winback_optout') === '1' ||
  crawlers.test(navigator.userAgent);
const mayTell = () => consent !== 'functional' && consent !== 'none' && !isOut();
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** What every call says: the browser only where it may be known. */
function common(): Fields {
  if (!mayTell()) return { shop_id: shop, consent: 'functional' };
  const sid = session();
  return { shop_id: shop, did, sid, seance: sid, segment: segment(), stream, consent };
}

/** Calls back with the answer, or with what went wrong. */
function then(promise: Promise<unknown>, ok?: unknown, failed?: unknown): void {
  promise.then(
    (answer) => typeof ok === 'function' && (ok as Callback)(answer),
    (error: unknown) => typeof failed === 'function' && (failed as Callback)(error),
  );
}

function say(path: string, fields: Fields, ok?: unknown, failed?: unknown): void {
  if (!mayTell()) return;
  then(tell(path, { ...fields, source: source(), referer: location.href.slice(0, 2_048) }), ok, failed);
}

function init([id, from, ok, failed, options, isSpa]: Args): void {
  const { cookieless, did: given, api_host, consent: allows }: Options = fieldsOf(options);
  shop = String(id);
  stream = from;
  if (cookieless) withoutCookies();
  if (api_host) callHost(api_host);
  consent = allows === false ? 'functional' : typeof allows === 'string' ? allows : undefined;
  if (isSpa === true) followHistory();
  then(open(given), ok, failed);
}

async function open(given: string | undefined): Promise<unknown> {
  // Also when consent comes later: what is said meanwhile waits until the browser has its name.
  ready = false;
  saying(common);
  did = given ?? knownDid() ?? '';
  const answer = mayTell() ? await introduce() : {};
  if (typeof answer['did'] === 'string') {
    did = answer['did'];
    keepDid(did);
  }
  if (did && mayTell()) {
    tellWaiting();
    flushServerEvents();
    if (answer['email_collector'] === true) hearAddresses((email) => say('/profile/set', { email }));
  }
  ready = true;
  const calls = waiting;
  waiting = [];
  for (const call of calls) run(call);
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', drawBlocks);
  else drawBlocks();
  return answer;
}

/** Says hello until it is answered. A browser that has a name goes on without, and its words wait where they are kept. */
async function introduce(): Promise<Fields> {
  const fields = { v: 3, referrer: document.referrer, tz: -new Date().getTimezoneOffset() / 60 };
  for (let tries = 1; ; tries += 1) {
    try {
      return fieldsOf(await ask('/init', fields));
    } catch (error) {
      if (did) return {};
      if (tries >= 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * tries));
    }
  }
}

/** What a plugin of the shop left for the next page: `{"cart":[…],"purchase":{…}}`. */
function flushServerEvents(): void {
  const name = 'r46_events_track';
  try {
    for (const [event, data] of Object.entries(fieldsOf(JSON.parse(cookie(name) ?? '{}')))) track([event, data]);
  } catch {
    // it is no JSON: nobody could read it
  }
  putCookie(name, '', 0);
}

let path = location.pathname;
let isFollowing = false;

/** A store of one page begins anew under each path. */
function followHistory(): void {
  if (isFollowing) return;
  isFollowing = true;
  const moved = () => {
    if (path === location.pathname) return;
    path = location.pathname;
    drawBlocks();
  };
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name].bind(history);
    history[name] = (...args) => {
      original(...args);
      moved();
    };
  }
  addEventListener('popstate', moved);
}

function track([event, data, ok, failed]: Args): void {
  const { path: to, fields } = told(String(event), data);
  say(to, fields, ok, failed);
}

function recommend([code, params, ok, failed]: Args): void {
  const [fields, done, error] = typeof params === 'function' ? [{}, params, ok] : [fieldsOf(params), ok, failed];
  const { cart, item, ...rest } = fields;
  const lines = Array.isArray(cart) ? cart.map((line: unknown) => fieldsOf(line)['id'] ?? line) : cart;
  if (!recommenders.includes(String(code)))
    return then(ask(`/recommend/${encodeURIComponent(String(code))}`, { ...fields, cart: lines }), done, error);
  then(ask('/recommend', { ...rest, recommender_type: code, item_id: item, cart_item_id: lines }), done, error);
}

const triggers: Record<string, { subscribe: string; unsubscribe: string; check: string }> = {
  product_available: {
    subscribe: '/subscriptions/subscribe_for_product_available',
    unsubscribe: '/subscriptions/unsubscribe_from_product_available',
    check: '/products/check_product_available_subscription',
  },
  product_price_decrease: {
    subscribe: '/subscriptions/subscribe_for_product_price',
    unsubscribe: '/subscriptions/unsubscribe_from_product_price',
    check: '/products/check_price_drop_subscription',
  },
};

function trigger(what: 'subscribe' | 'unsubscribe' | 'check', [name, params, ok, failed]: Args): void {
  const paths = triggers[String(name)];
  const { item, ...rest } = fieldsOf(params);
  const fields = { ...rest, item_id: item ?? rest['item_id'] };
  if (!paths) return callBack([params, ok]);
  if (what !== 'check') return say(paths[what], fields, ok, failed);
  if (mayTell()) then(ask(paths.check, fields), ok, failed);
}

function profile([what, data, ok, failed]: Args): void {
  if (what === 'set') {
    const { id, ...rest } = fieldsOf(data);
    return say('/profile/set', { ...rest, external_id: id ?? rest['external_id'] }, ok, failed);
  }
  if (mayTell()) then(ask('/profile'), data, ok);
}

function subscription([what, data, ok, failed]: Args): void {
  if (what === 'manage') return say('/subscriptions/manage', fieldsOf(data), ok, failed);
  if (mayTell()) then(ask('/subscriptions/check'), typeof data === 'function' ? data : ok, failed);
}

function segments([what, data, ok, failed]: Args): void {
  if (what === 'get') return then(ask('/segments/get'), data, ok);
  const fields = typeof data === 'object' ? fieldsOf(data) : { segment_id: data };
  say(`/segments/${what === 'remove' ? 'remove' : 'add'}`, fields, ok, failed);
}

function products([what, data, ok, failed]: Args): void {
  if (what === 'counters') return then(ask('/products/counters', { item: data }), ok, failed);
  then(ask('/products', fieldsOf(what)), data, ok);
}

/** The first function among the arguments hears that there is nothing. */
function callBack(args: Args): void {
  const callback = args.find((one) => typeof one === 'function');
  if (callback) (callback as Callback)({});
}

const commands: Record<string, (args: Args) => unknown> = {
  track,
  recommend,
  profile,
  subscription,
  email_subscription: subscription,
  subscribe_trigger: (args) => trigger('subscribe', args),
  unsubscribe_trigger: (args) => trigger('unsubscribe', args),
  check_trigger: (args) => trigger('check', args),
  segment: segments,
  products,
  products_init: drawBlocks,
  dynamic_init: drawBlocks,
  cart: ([, ok, failed]) => then(ask('/products/cart'), ok, failed),
  orders: ([, ok, failed]) => then(ask('/orders/last_for_user'), ok, failed),
  collection: ([id, params, ok, failed]) =>
    then(ask(`/collection/${encodeURIComponent(String(id))}`, fieldsOf(params)), ok, failed),
  search: ([params, ok, failed]) => then(ask('/search', fieldsOf(params)), ok, failed),
  suggest: ([params, ok, failed]) => then(ask('/search', { ...fieldsOf(params), type: 'instant_search' }), ok, failed),
  did: ([ok]) => (typeof ok === 'function' ? (ok as Callback)(did) : did),
  sid: ([ok]) => (typeof ok === 'function' ? (ok as Callback)(session()) : session()),
  abSegment: ([ok]) => (typeof ok === 'function' ? (ok as Callback)(segment()) : segment()),
  reset_session: endSession,
  add_css: () => addStyles(shop),
  /** Ours: what the shopper allows from now on, as `marketing`, `analytics`, `functional` or `none`. */
  consent: ([level]) => {
    const could = mayTell();
    consent = typeof level === 'string' ? level : level === false ? 'functional' : undefined;
    if (!could && mayTell() && ready) void open(undefined).catch(() => undefined);
  },
};

function run([name, ...args]: Args): unknown {
  try {
    if (name === 'init') return init(args);
    if (!ready) return void waiting.push([name, ...args]);
    const command = Object.keys(commands).includes(String(name)) ? commands[String(name)] : undefined;
    return command ? command(args) : callBack(args);
  } catch (error) {
    return console.warn('winback:', error);
  }
}

function start(): void {
  const found = globals.filter((name) => page[name]);
  if (found.some((name) => page[name]?.ours)) return;
  callBrowser(found.includes('personaclick') || found.length === 0 ? 'personaclick' : 'rees46');
  const queues = new Set(found.flatMap((name) => page[name]?.q ?? []));
  const api: Api = (...call) => run(call);
  api.ours = true;
  for (const name of globals) page[name] = api;
  const early = [...queues].map((call) => Array.from(call));
  // `init` may stand anywhere in the queue: the rest waits for it.
  for (const call of early.filter(([name]) => name === 'init')) run(call);
  for (const call of early.filter(([name]) => name !== 'init')) run(call);
}

start();
