// What the catalogue tells of products that somebody wants: those that they asked to hear of, and, where a price fell, those in
// their cart or on their wish list. Facts are gathered into one alert of each kind until its letter is under way; what comes then
// begins the next. Whether a product is wanted still is asked of the state each time: buying it ends it.
import type { Money } from '@winback/domain';
import { isLower, moneyFrom } from '@winback/domain';
import type { VisitorState } from './state.ts';

export type AlertKind = 'back-in-stock' | 'price-drop';

/** Something that happened to a product. Each is told once; a later one has a higher id. Prices in minor units of `currency`. */
export interface ProductFact {
  id: number;
  kind: AlertKind;
  product: string;
  at: number;
  priceMinor: number | null;
  wasMinor: number | null;
  currency: string;
}

/** How somebody wants a product. Who watches it asked to be told; a cart and a wish list ask nothing. */
type WantedBy = 'watch' | 'cart' | 'wish';

interface AlertItem {
  product: string;
  at: number;
  by: WantedBy;
  since: number;
  /** The price that it is compared with: when they began to wait, or before the drop. Null where it is not about a price. */
  from: Money | null;
}

interface Alert {
  /** The id of the fact that began it: the occasion's name. */
  id: number;
  kind: AlertKind;
  startedAt: number;
  changedAt: number;
  /** Grows with every fact that joins. */
  rev: number;
  /** Newest first, each product once. */
  items: AlertItem[];
}

export interface Alerts {
  /** The highest id of a fact that was told. */
  upto: number;
  open: Alert[];
}

export const noAlerts: Alerts = { upto: 0, open: [] };

const keep = { items: 10, open: 4 } as const;
const dayMs = 86_400_000;
/** Nobody waits longer than six months: the original's figure. */
export const wantedForMs = 183 * dayMs;
/** Longer than any scenario's window. */
const forgottenAfterMs = 62 * dayMs;

const scenarioOf = {
  'back-in-stock': 'product_available',
  'price-drop': 'product_price_decrease',
} as const satisfies Record<AlertKind, string>;

/** The name of an alert's occasion in the ledger. A fact is about one product: its id names both. */
export function alertSlot({ kind, id }: Pick<Alert, 'kind' | 'id'>): string {
  return `${scenarioOf[kind]}:${id}`;
}

export interface Telling {
  now: number;
  /** The shop's: prices at which people began to wait are in it. */
  currency: string;
  /** A price that fell by less is not told. */
  leastDropPercent: number;
  /** Slots whose letter is with the mail server: nothing joins them. */
  underWay: ReadonlySet<string>;
}

/** The state after the catalogue told something. A fact that was told before changes nothing. */
export function factsTold(state: VisitorState, facts: readonly ProductFact[], by: Telling): VisitorState {
  const { alerts } = state;
  const fresh = facts.filter(({ id }) => id > alerts.upto).toSorted((a, b) => a.id - b.id);
  const last = fresh.at(-1);
  if (!last) return state;
  const kept = alerts.open.filter(({ changedAt }) => changedAt > by.now - forgottenAfterMs);
  const open = fresh.reduce((sum, fact) => {
    const item = itemOf(state, fact, by);
    return item ? joined(sum, fact, item, by.underWay) : sum;
  }, kept);
  return { ...state, alerts: { upto: last.id, open: newestOf(open) } };
}

/** Whether this person wants the product in the way that a fact is about. Where not, nobody needs to tell them. */
export function isWanted(state: VisitorState, { kind, product }: Pick<ProductFact, 'kind' | 'product'>, now: number) {
  return wantsOf(state, kind, product).some(({ since }) => since > now - wantedForMs);
}

/** What is still wanted of an alert. */
export function livingItems(state: VisitorState, { kind, items }: Alert): AlertItem[] {
  return items.filter(({ product, by, at }) =>
    // Who asks for a cheaper product again, after the price fell, wants it cheaper still.
    wantsOf(state, kind, product).some((want) => want.by === by && (kind === 'back-in-stock' || want.since <= at)),
  );
}

/** When the newest product of an alert was bought; null: none was since they wanted it. */
export function boughtAt({ orders }: VisitorState, { items }: Alert): number | null {
  const buying = orders.filter(({ at, products }) =>
    items.some((item) => at >= item.since && products.some((product) => product === item.product)),
  );
  return buying.length === 0 ? null : Math.max(...buying.map(({ at }) => at));
}

/** Only these products stand in the letter that goes out: the others stay wanted, and a later fact tells of them. */
export function alertShows(state: VisitorState, slot: string, products: readonly string[]): VisitorState {
  const shown = new Set(products);
  const open = state.alerts.open.map((alert) =>
    alertSlot(alert) === slot ? { ...alert, items: alert.items.filter(({ product }) => shown.has(product)) } : alert,
  );
  return state.alerts.open.some((alert) => alertSlot(alert) === slot)
    ? { ...state, alerts: { ...state.alerts, open } }
    : state;
}

/** What a letter told: nobody waits for it any more. Null: the letter was about something else. */
export function alertAnswered(
  state: VisitorState,
  slot: string,
): { state: VisitorState; told: { waitsFor: AlertKind; products: string[] } } | null {
  const alert = state.alerts.open.find((one) => alertSlot(one) === slot);
  if (!alert) return null;
  const { kind: waitsFor } = alert;
  const products = alert.items.map(({ product }) => product);
  const told = new Set(products);
  const watches = state.watches.filter((watch) => watch.waitsFor !== waitsFor || !told.has(watch.product));
  return { state: { ...state, watches }, told: { waitsFor, products } };
}

/** A person's alerts with those that a browser brings; a product that both tell of is the person's own. */
export function joinedAlerts(home: Alerts, device: Alerts): Alerts {
  const known = new Set(home.open.map(alertSlot));
  const own = new Set(home.open.flatMap(({ kind, items }) => items.map(({ product }) => `${kind} ${product}`)));
  const arriving = device.open
    .filter((alert) => !known.has(alertSlot(alert)))
    .map((alert) => ({ ...alert, items: alert.items.filter(({ product }) => !own.has(`${alert.kind} ${product}`)) }))
    .filter(({ items }) => items.length > 0);
  if (arriving.length === 0 && device.upto <= home.upto) return home;
  return { upto: Math.max(home.upto, device.upto), open: newestOf([...home.open, ...arriving]) };
}

/** Without those that the ledger has settled. */
export function withoutAnswered(alerts: Alerts, slots: ReadonlySet<string>): Alerts {
  const open = alerts.open.filter((alert) => !slots.has(alertSlot(alert)));
  return open.length === alerts.open.length ? alerts : { ...alerts, open };
}

interface Want {
  by: WantedBy;
  since: number;
  /** In major units of the shop's currency, as they saw it; null: nobody knows. */
  price: number | null;
}

/** How a product is wanted, what was asked for first. What was bought since is not. */
function wantsOf({ watches, cart, wishes, orders }: VisitorState, kind: AlertKind, product: string): Want[] {
  const watch = watches.find((one) => one.waitsFor === kind && one.product === product);
  const line = cart?.lines.find((one) => one.product === product);
  const wish = wishes.find((one) => one.product === product);
  const kept: (Want | false | undefined | null)[] = [
    cart && line && { by: 'cart', since: cart.startedAt, price: line.price },
    wish && { by: 'wish', since: wish.at, price: null },
  ];
  const asked: Want | undefined = watch && { by: 'watch', since: watch.at, price: watch.price };
  const wants = kind === 'price-drop' ? [asked, ...kept] : [asked];
  const isBought = (since: number) => orders.some(({ at, products }) => at >= since && products.includes(product));
  return wants.filter((want): want is Want => Boolean(want)).filter(({ since }) => !isBought(since));
}

/** What a fact means to this person; null: nothing. */
function itemOf(
  state: VisitorState,
  fact: ProductFact,
  { now, currency, leastDropPercent }: Telling,
): AlertItem | null {
  const { kind, product, at, priceMinor, wasMinor } = fact;
  const want = wantsOf(state, kind, product).find(({ since }) => since <= at && since > now - wantedForMs);
  if (!want) return null;
  const item = { product, at, by: want.by, since: want.since };
  if (kind === 'back-in-stock') return { ...item, from: null };
  if (priceMinor === null) return null;
  const before = wasMinor === null ? null : { minor: wasMinor, currency: fact.currency };
  const from = want.price !== null && fact.currency === currency ? moneyFrom(want.price, currency) : before;
  const price = { minor: priceMinor, currency: fact.currency };
  return from && isLower(price, from, leastDropPercent) ? { ...item, from } : null;
}

function joined(
  open: readonly Alert[],
  { id, kind, at }: ProductFact,
  item: AlertItem,
  underWay: ReadonlySet<string>,
): Alert[] {
  const known = open.find((alert) => alert.kind === kind && !underWay.has(alertSlot(alert)));
  if (!known) return [...open, { id, kind, startedAt: at, changedAt: at, rev: 1, items: [item] }];
  const items = [item, ...known.items.filter(({ product }) => product !== item.product)].slice(0, keep.items);
  const next = { ...known, changedAt: Math.max(at, known.changedAt), rev: known.rev + 1, items };
  return open.map((alert) => (alert === known ? next : alert));
}

function newestOf(open: readonly Alert[]): Alert[] {
  return open.toSorted((a, b) => b.changedAt - a.changedAt || b.id - a.id).slice(0, keep.open);
}
