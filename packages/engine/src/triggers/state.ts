// What a visitor did, as far as decisions and the timeline need it. A reducer: events in, state out, nothing is changed in
// place. Older facts never undo newer ones, so that beacons may come late and in any order.
import type { BeaconEvent, Consent, PersonId } from '@winback/domain';
import { trafficDefaults } from '@winback/domain';
import type { Alerts } from './alerts.ts';
import { joinedAlerts, noAlerts, withoutAnswered } from './alerts.ts';
import type { Interests } from './interests.ts';
import { interestShown, interestsEnded, joinedInterests, noInterests, withoutSettled } from './interests.ts';
import { keep, latest, newest, profileAfter, unique, watchesAfter, wishesAfter } from './lists.ts';
import type { AskState } from './person.ts';
import { askSlot } from './person.ts';
import type { FirstSource, Place, Session, Visit } from './session.ts';
import { firstSourceAfter, joinedFirstSource, laterSession, placeAfter, sessionAfter } from './session.ts';
import type { Supplies } from './supplies.ts';
import { noSupplies, withoutTold } from './supplies.ts';

export interface CartLine {
  product: string;
  quantity: number;
  /** As the storefront said it, in major units of the shop's currency. */
  price: number | null;
}

export interface Cart {
  /** The id of the event that began this cart: the occasion's name. */
  id: string;
  startedAt: number;
  changedAt: number;
  /** Grows with every change; a letter composed for another revision is stale. */
  rev: number;
  lines: CartLine[];
}

/** A cart that came to its end, kept until the ledger knows. */
interface EndedCart {
  id: string;
  because: 'bought' | 'cart-emptied' | 'replaced';
  at: number;
  products: number;
}

export interface VisitorState {
  v: 1;
  person: { id: PersonId; consent: Consent } | null;
  /** The last request to confirm, until its letter is settled. */
  asked: AskState | null;
  /** When the earliest event happened that is known of; null: there was none. 0: before this was noted. */
  firstAt: number | null;
  session: Session | null;
  /** What led here first, of all that was told. */
  firstSource: FirstSource | null;
  place: Place | null;
  cart: Cart | null;
  ended: EndedCart[];
  /** What was looked at, browsed or searched for and left. */
  interests: Interests;
  /** What the catalogue told of products that the person wants. */
  alerts: Alerts;
  views: { product: string; at: number }[];
  categories: { category: string; at: number }[];
  searches: { query: string; at: number }[];
  wishes: { product: string; at: number }[];
  /** Products whose return or lower price the person waits for. */
  watches: { product: string; waitsFor: 'back-in-stock' | 'price-drop'; price: number | null; at: number }[];
  orders: OrderPlaced[];
  /** What they buy again and again, and when it runs out. */
  supplies: Supplies;
  /** The cart's changes for the timeline. */
  changes: { at: number; change: 'full' | 'add' | 'remove' | 'emptied'; product: string | null; quantity: number }[];
  identified: { at: number; source: string }[];
  /** What the shop told of the person, kept until their home has passed it on. */
  profile: Record<string, unknown> | null;
}

/** A beacon of which nothing else is known. */
const plainVisit: Visit = { idleMs: trafficDefaults.sessionIdleMs };

export function newVisitorState(): VisitorState {
  return {
    v: 1,
    person: null,
    asked: null,
    firstAt: null,
    session: null,
    firstSource: null,
    place: null,
    cart: null,
    ended: [],
    interests: noInterests,
    alerts: noAlerts,
    views: [],
    categories: [],
    searches: [],
    wishes: [],
    watches: [],
    orders: [],
    supplies: noSupplies,
    changes: [],
    identified: [],
    profile: null,
  };
}

/** A state that an earlier version wrote, with what it did not know yet. */
export function upgraded(state: VisitorState): VisitorState {
  const unnoted: Pick<VisitorState, 'firstAt'> = { firstAt: 0 };
  return { ...newVisitorState(), ...unnoted, ...state };
}

/**
 * The state after an event. `now` is the server's clock, in milliseconds; an event from the future counts as of now. Where the
 * shopper allows counting only, the session goes on and nothing else is remembered.
 */
export function record(state: VisitorState, event: BeaconEvent, now: number, visit: Visit = plainVisit): VisitorState {
  const at = Math.min(event.at, now);
  const session = visit.by === 'server' ? state.session : sessionAfter(state.session, at, visit);
  const firstAt = Math.min(at, state.firstAt ?? at);
  if (visit.allowed === 'analytics') return { ...state, firstAt, session };
  const firstSource = firstSourceAfter(state, visit, at);
  const beside = { ordersAt: state.orders.map((order) => order.at), cartAt: state.cart?.changedAt ?? null };
  const interests = interestShown(state.interests, event, at, beside);
  const next = { ...state, firstAt, session, firstSource, interests, place: placeAfter(state.place, visit) };
  switch (event.type) {
    case 'view':
      return { ...next, views: newest([{ product: event.product, at }, ...state.views], keep.views) };
    case 'category':
      return { ...next, categories: newest([{ category: event.category, at }, ...state.categories], keep.categories) };
    case 'search':
      return {
        ...next,
        searches: newest([{ query: event.query.slice(0, 100), at }, ...state.searches], keep.searches),
      };
    case 'wish':
      return { ...next, wishes: wishesAfter(state.wishes, event, at) };
    case 'cart':
      return cartChanged(next, event, at);
    case 'purchase':
      return orderPlaced(next, { id: event.order, at, products: event.items.map((item) => item.product) });
    case 'identify':
      return { ...next, identified: newest([{ at, source: event.source }, ...state.identified], keep.identified) };
    case 'watch':
      return { ...next, watches: watchesAfter(state.watches, event, at) };
    case 'profile':
      // At home the books have it from the event; a browser that nobody has named keeps it for the day it is named.
      return state.person ? next : { ...next, profile: profileAfter(state.profile, event.fields) };
    case 'custom':
      return next;
  }
}

/**
 * The home's state after a device's moved in. Lists are joined by time, the newer cart stays, orders of either side end
 * the other's cart. Absorbing the same device twice is the same as once.
 */
export function absorb(home: VisitorState, device: VisitorState, now: number): VisitorState {
  const orders = newest(
    unique([...device.orders, ...home.orders], (one) => one.id),
    keep.orders,
  );
  // Orders end what either side had before the sides are compared: a bought cart takes nobody's place.
  const [own, theirs] = [boughtBy(home, orders, now), boughtBy(device, orders, now)];
  const gone = new Set([...own.ended, ...theirs.ended].map((one) => one.id));
  const arriving = theirs.cart && !gone.has(theirs.cart.id) ? theirs.cart : null;
  const { cart, replaced } = joinedCarts(own.cart, arriving);
  return {
    ...home,
    firstAt: earlier(home.firstAt, device.firstAt),
    session: laterSession(home.session, device.session),
    firstSource: joinedFirstSource(home, device),
    place: device.place ?? home.place,
    cart,
    ended: newest(
      unique([...own.ended, ...theirs.ended, ...replaced], (one) => one.id),
      keep.ended,
    ),
    views: newest(
      unique([...home.views, ...device.views], (one) => `${one.product} ${one.at}`),
      keep.views,
    ),
    categories: newest(
      unique([...home.categories, ...device.categories], (one) => `${one.category} ${one.at}`),
      keep.categories,
    ),
    searches: newest(
      unique([...home.searches, ...device.searches], (one) => `${one.query} ${one.at}`),
      keep.searches,
    ),
    wishes: newest(
      latest([...home.wishes, ...device.wishes], (one) => one.product),
      keep.wishes,
    ),
    watches: newest(
      latest([...home.watches, ...device.watches], (one) => `${one.waitsFor} ${one.product}`),
      keep.watches,
    ),
    changes: newest(
      unique([...home.changes, ...device.changes], (one) => `${one.at} ${one.change} ${one.product}`),
      keep.changes,
    ),
    identified: newest(
      unique([...home.identified, ...device.identified], (one) => `${one.at}`),
      keep.identified,
    ),
    orders,
    alerts: joinedAlerts(home.alerts, device.alerts),
    interests: joinedInterests(
      arriving ? interestsEnded(own.interests, 'in-cart', arriving.changedAt, home.person !== null) : own.interests,
      device.interests,
      { ordersAt: orders.map((order) => order.at), cartAt: cart?.changedAt ?? null },
    ),
  };
}

/** The state after orders that may be older than what it knows. */
function boughtBy(state: VisitorState, orders: readonly OrderPlaced[], now: number): VisitorState {
  const { cart, person } = state;
  const buying = orders.find((order) => cart !== null && cart.startedAt <= order.at);
  const interests = orders.reduce((sum, { at }) => interestsEnded(sum, 'bought', at, person !== null), state.interests);
  const next = { ...state, interests };
  return buying ? ended(next, 'bought', Math.min(buying.at, now)) : next;
}

/** An order as decisions see it. */
export interface OrderPlaced {
  id: string;
  at: number;
  products: string[];
}

type CartEvent = Extract<BeaconEvent, { type: 'cart' }>;

function cartChanged(state: VisitorState, event: CartEvent, at: number): VisitorState {
  const lastOrder = Math.max(0, ...state.orders.map((order) => order.at));
  const lastChange = state.changes[0]?.at ?? 0;
  const stale =
    at < lastOrder || (event.change === 'full' && at < lastChange) || (state.cart === null && at < lastChange);
  if (stale) return state;
  const lines = linesAfter(state.cart?.lines ?? [], event);
  const [first] = event.items;
  const change: VisitorState['changes'][number]['change'] = lines.length === 0 ? 'emptied' : event.change;
  const changes = newest(
    [{ at, change, product: first?.product ?? null, quantity: first?.quantity ?? 0 }, ...state.changes],
    keep.changes,
  );
  if (lines.length === 0) return state.cart === null ? state : { ...ended(state, 'cart-emptied', at), changes };
  if (sameLines(lines, state.cart?.lines)) return state;
  const cart = state.cart
    ? { ...state.cart, changedAt: Math.max(at, state.cart.changedAt), rev: state.cart.rev + 1, lines }
    : { id: event.id, startedAt: at, changedAt: at, rev: 1, lines };
  const interests =
    event.change === 'remove' ? state.interests : interestsEnded(state.interests, 'in-cart', at, state.person !== null);
  return { ...state, cart, changes, interests };
}

function linesAfter(lines: readonly CartLine[], event: CartEvent): CartLine[] {
  const named = event.items.map((item) => ({
    product: item.product,
    quantity: item.quantity,
    price: item.price ?? null,
  }));
  if (event.change === 'full') return summed(named).slice(0, keep.lines);
  const sign = event.change === 'add' ? 1 : -1;
  // A removal takes the whole line: storefronts name the product, seldom how many of it go.
  if (sign < 0) return lines.filter((line) => !named.some((item) => item.product === line.product));
  return summed([...lines, ...named]).slice(0, keep.lines);
}

function summed(lines: readonly CartLine[]): CartLine[] {
  const byProduct = new Map<string, CartLine>();
  for (const line of lines) {
    const known = byProduct.get(line.product);
    byProduct.set(line.product, {
      ...line,
      price: line.price ?? known?.price ?? null,
      quantity: line.quantity + (known?.quantity ?? 0),
    });
  }
  return [...byProduct.values()];
}

/** In any sequence: storefronts sort their carts as they like. */
function sameLines(one: readonly CartLine[], other: readonly CartLine[] = []): boolean {
  const sorted = (lines: readonly CartLine[]) => lines.toSorted((a, b) => (a.product < b.product ? -1 : 1));
  return one.length === other.length && JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** An order ends the cart it came from. A cart that began after the order stays: it is another one. */
export function orderPlaced(state: VisitorState, order: OrderPlaced): VisitorState {
  if (state.orders.some((known) => known.id === order.id)) return state;
  const orders = newest(
    [{ ...order, products: order.products.slice(0, keep.orderProducts) }, ...state.orders],
    keep.orders,
  );
  const next = {
    ...state,
    orders,
    interests: interestsEnded(state.interests, 'bought', order.at, state.person !== null),
  };
  return state.cart && state.cart.startedAt <= order.at ? ended(next, 'bought', order.at) : next;
}

function ended(state: VisitorState, because: EndedCart['because'], at: number): VisitorState {
  if (!state.cart) return state;
  const end = { id: state.cart.id, because, at, products: state.cart.lines.length };
  return { ...state, cart: null, ended: newest([end, ...state.ended], keep.ended) };
}

/** Two devices' carts: the one that was changed last is the person's; the other's occasion ends. */
function joinedCarts(home: Cart | null, device: Cart | null): { cart: Cart | null; replaced: EndedCart[] } {
  if (!home || !device) return { cart: home ?? device, replaced: [] };
  if (home.id === device.id) return { cart: home.rev >= device.rev ? home : device, replaced: [] };
  const [cart, other] = device.changedAt >= home.changedAt ? [device, home] : [home, device];
  return { cart, replaced: [{ id: other.id, because: 'replaced', at: cart.changedAt, products: other.lines.length }] };
}

/** The state without the ended carts, interests, alerts, supplies and requests that the ledger knows: their occasions are closed and told. */
export function withoutClosed(state: VisitorState, slots: ReadonlySet<string>): VisitorState {
  const ended = state.ended.filter((cart) => !slots.has(cartSlot(cart.id)));
  const asked = state.asked && slots.has(askSlot(state.asked.id)) ? null : state.asked;
  const interests = withoutSettled(state.interests, slots);
  const alerts = withoutAnswered(state.alerts, slots);
  const supplies = withoutTold(state, slots);
  const isSame =
    asked === state.asked &&
    interests === state.interests &&
    alerts === state.alerts &&
    supplies === state.supplies &&
    ended.length === state.ended.length;
  return isSame ? state : { ...state, ended, asked, interests, alerts, supplies };
}

/** The name of a cart's occasion in the ledger. */
export function cartSlot(cart: string): string {
  return `abandoned_cart:${cart}`;
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
