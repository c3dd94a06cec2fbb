// Winback's custom pixel for Shopify: Settings, Customer events, Add custom pixel; paste all of this, write your two values,
// save, connect. Runs in Shopify's sandbox, so it needs nothing but `analytics`, `browser`, `init`, `api` and `fetch`.
// Sends what shoppers allow: with marketing all of it, with analytics only what is counted, with neither nothing.
const address = 'https://mail.your-shop.example';
const shop = 'your-shop';

const storeKey = `winback.${shop}`;
const keptEvents = 50;
const sentAtOnce = 20;

let allowed = init.customerPrivacy ?? {};
if (typeof api === 'object' && api?.customerPrivacy)
  api.customerPrivacy.subscribe('visitorConsentCollected', (event) => {
    allowed = event.customerPrivacy ?? {};
  });

function consent() {
  if (allowed.marketingAllowed) return 'marketing';
  return allowed.analyticsProcessingAllowed ? 'analytics' : null;
}

/** Numbers, where Shopify writes `gid://shopify/Product/1`. */
function idOf(value) {
  const id = String(value ?? '')
    .split('/')
    .pop()
    .split('?')[0];
  return id === '' ? null : id;
}

/** Prices are sent in the shop's own currency only: a converted price is not what the shop earns. */
function amountOf(money) {
  const own = init.data?.shop?.paymentSettings?.currencyCode;
  if (money?.amount === undefined || (own && money.currencyCode && money.currencyCode !== own)) return undefined;
  return Number(money.amount);
}

function lineOf(product, quantity, price) {
  const id = idOf(product?.id);
  const amount = amountOf(price);
  if (id === null) return [];
  return [{ product: id, quantity: Math.max(1, quantity ?? 1), ...(amount === undefined ? {} : { price: amount }) }];
}

function cartLines(cart) {
  return (cart?.lines ?? []).flatMap(({ merchandise, quantity }) =>
    lineOf(merchandise?.product, quantity, merchandise?.price),
  );
}

function checkoutLines(checkout) {
  return (checkout?.lineItems ?? []).flatMap(({ variant, quantity }) =>
    lineOf(variant?.product, quantity, variant?.price),
  );
}

function oneLine(cartLine, change) {
  const items = cartLine ? cartLines({ lines: [cartLine] }) : [];
  return items.length > 0 ? [{ type: 'cart', change, items }] : [];
}

function whoBuys(checkout) {
  if (!checkout?.email) return [];
  const agreed = checkout.buyerAcceptsEmailMarketing === true;
  return [{ type: 'identify', email: checkout.email, consent: agreed, source: 'checkout' }];
}

/** The order; in another currency than the shop's only that the cart is empty: the webhook tells the order in the shop's own. */
function orderOf(checkout) {
  const order = idOf(checkout?.order?.id);
  const items = checkoutLines(checkout);
  const total = amountOf(checkout?.totalPrice);
  if (order === null || items.length === 0) return [];
  if (total === undefined) return [{ type: 'cart', change: 'full', items: [] }];
  return [{ type: 'purchase', order, items, total, ...(checkout.email ? { email: checkout.email } : {}) }];
}

/** Shopify's standard events, and what each is called here. */
const readers = {
  product_viewed: ({ productVariant }) =>
    lineOf(productVariant?.product, 1).map(({ product }) => ({ type: 'view', product })),
  collection_viewed: ({ collection }) =>
    idOf(collection?.id) ? [{ type: 'category', category: idOf(collection.id) }] : [],
  search_submitted: ({ searchResult }) =>
    searchResult?.query?.trim() ? [{ type: 'search', query: searchResult.query.trim().slice(0, 256) }] : [],
  product_added_to_cart: ({ cartLine }) => oneLine(cartLine, 'add'),
  product_removed_from_cart: ({ cartLine }) => oneLine(cartLine, 'remove'),
  cart_viewed: ({ cart }) => [{ type: 'cart', change: 'full', items: cartLines(cart) }],
  checkout_started: ({ checkout }) => [
    { type: 'cart', change: 'full', items: checkoutLines(checkout) },
    ...whoBuys(checkout),
  ],
  checkout_contact_info_submitted: ({ checkout }) => whoBuys(checkout),
  checkout_completed: ({ checkout }) => [...whoBuys(checkout), ...orderOf(checkout)],
};

async function load(name) {
  try {
    return await browser.localStorage.getItem(`${storeKey}.${name}`);
  } catch {
    return null; // blocked: what is not kept is not sent again
  }
}

async function save(name, value) {
  try {
    await browser.localStorage.setItem(`${storeKey}.${name}`, value);
  } catch {
    // blocked or full
  }
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36).padStart(2, '0')).join('');
}

let visitor = null;

/** This browser's id: kept, or Shopify's own for it, or new. */
async function visitorId(clientId) {
  const kept = visitor ?? (await load('visitor'));
  if (/^[\w-]{4,64}$/.test(kept ?? '')) visitor = kept;
  else {
    visitor = /^[\w-]{4,64}$/.test(clientId ?? '') ? clientId : newId();
    await save('visitor', visitor);
  }
  return visitor;
}

async function waiting() {
  try {
    const kept = JSON.parse((await load('queue')) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // somebody else wrote there
  }
}

async function post(events, level, clientId) {
  const body = JSON.stringify({ shop, visitor: await visitorId(clientId), sentAt: Date.now(), consent: level, events });
  const answer = await fetch(`${address}/e`, { method: 'POST', body, keepalive: true }).catch(() => null);
  return answer !== null && answer.status < 500 && answer.status !== 429;
}

async function send(event, level) {
  const { location, referrer } = event.context?.document ?? {};
  const page = {
    ...(location?.href ? { url: location.href.slice(0, 2048) } : {}),
    ...(referrer ? { referrer: referrer.slice(0, 2048) } : {}),
  };
  const id = /^[\w-]{8,60}$/.test(event.id ?? '') ? event.id : newId();
  const at = Number(new Date(event.timestamp)) || Date.now();
  const fresh = readers[event.name](event.data ?? {}).map((one, index) => ({
    ...page,
    ...one,
    id: `${id}-${index}`,
    at,
  }));
  const events = [...(await waiting()), ...fresh].slice(-keptEvents);
  // Kept before it is sent: a page that closes now is made up for by the next one, with the same ids.
  await save('queue', JSON.stringify(events));
  while (events.length > 0) {
    if (!(await post(events.slice(0, sentAtOnce), level, event.clientId))) return;
    events.splice(0, sentAtOnce);
    await save('queue', JSON.stringify(events));
  }
}

/** One after the other: the kept events are read and written in turns. */
let turn = Promise.resolve();
for (const name of Object.keys(readers))
  analytics.subscribe(name, (event) => {
    const level = consent();
    if (level !== null) turn = turn.then(() => send(event, level)).catch(() => undefined);
  });
