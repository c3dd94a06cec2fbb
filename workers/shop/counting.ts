// What a Visitor's outbox rows add to the Shop's counters. Pure: rows in, increments out.
import type { BeaconEvent, EventType } from '@winback/domain';
import type { OutboxRow } from '../messages.ts';
import { revenueMinor } from '../order-value.ts';
import { productIdsOf } from '../product-ids.ts';
import type { OrderNews, OrderTurn } from './order-book.ts';

const hourMs = 3_600_000;
const quarterMs = 900_000;

/** The start of the hour in which a moment lies. */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs) * hourMs;
}

/** How often a product was looked at, named in a cart and ordered. */
export interface ProductFigures {
  views: number;
  carts: number;
  buys: number;
}

export interface Increments {
  rollups: { metric: string; hour: number; n: number }[];
  lights: { type: EventType; n: number; lastAt: number }[];
  products: { id: string; views: number; buys: number }[];
  /** The same by quarters of an hour. */
  quarters: ({ quarter: number; id: string } & ProductFigures)[];
  /** Unordered pairs with `a` < `b`. */
  pairs: { a: string; b: string; views: number; buys: number }[];
  /** Products that events named and the catalogue does not know, newest last. */
  strangers: string[];
}

/** Sums by key, so that a batch of any size touches each row once. */
class Tally {
  readonly rollups = new Map<string, { metric: string; hour: number; n: number }>();
  readonly lights = new Map<EventType, { type: EventType; n: number; lastAt: number }>();
  readonly products = new Map<string, { id: string; views: number; buys: number }>();
  readonly quarters = new Map<string, Increments['quarters'][number]>();
  readonly pairs = new Map<string, { a: string; b: string; views: number; buys: number }>();
  readonly strangers = new Set<string>();

  /** An event that names products which the catalogue does not know. */
  stranger(products: readonly string[], at: number): void {
    this.add('unknown-product', at, 1);
    for (const product of products) {
      this.strangers.delete(product);
      this.strangers.add(product);
    }
  }

  add(metric: string, at: number, n: number): void {
    const hour = hourOf(at);
    const known = this.rollups.get(`${metric} ${hour}`);
    this.rollups.set(`${metric} ${hour}`, { metric, hour, n: n + (known?.n ?? 0) });
  }

  light(type: EventType, at: number): void {
    const known = this.lights.get(type);
    this.lights.set(type, { type, n: 1 + (known?.n ?? 0), lastAt: Math.max(at, known?.lastAt ?? 0) });
  }

  product(id: string, at: number, more: Partial<ProductFigures>): void {
    const { views = 0, carts = 0, buys = 0 } = more;
    if (views + buys > 0) {
      const known = this.products.get(id);
      this.products.set(id, { id, views: views + (known?.views ?? 0), buys: buys + (known?.buys ?? 0) });
    }
    const quarter = Math.floor(at / quarterMs) * quarterMs;
    const key = `${quarter} ${id}`;
    const before = this.quarters.get(key) ?? { quarter, id, views: 0, carts: 0, buys: 0 };
    const { views: seen, carts: laid, buys: bought } = before;
    this.quarters.set(key, { quarter, id, views: seen + views, carts: laid + carts, buys: bought + buys });
  }

  pair(one: string, other: string, more: { views: number; buys: number }): void {
    if (one === other) return;
    const [a, b] = one < other ? [one, other] : [other, one];
    const key = `${a} ${b}`;
    const known = this.pairs.get(key);
    this.pairs.set(key, { a, b, views: more.views + (known?.views ?? 0), buys: more.buys + (known?.buys ?? 0) });
  }
}

/**
 * Adds up rows. Each order is reported once to `report`, which knows those of other devices and those that are cancelled.
 * Revenue is in minor units of `currency`: the order's total, or the sum of its lines where no total was sent.
 */
export function incrementsOf(rows: readonly OutboxRow[], by: Counting): Increments {
  const tally = new Tally();
  for (const row of rows) {
    if (row.kind === 'letter') tally.add(`letter:${row.fact.state}`, row.fact.at, 1);
    if (row.kind !== 'beacon') continue;
    for (const event of row.events)
      countEvent(tally, event, { ...by, at: row.at, seenWith: row.seenWith[event.id] ?? [] });
  }
  return totalOf(tally);
}

/** What orders that enter or leave the figures add to them. What was bought with what was bought all the same. */
export function incrementsOfTurns(turns: readonly OrderTurn[]): Increments {
  const tally = new Tally();
  for (const turn of turns) countTurn(tally, turn);
  return totalOf(tally);
}

function totalOf(tally: Tally): Increments {
  return {
    rollups: [...tally.rollups.values()],
    lights: [...tally.lights.values()],
    products: [...tally.products.values()],
    quarters: [...tally.quarters.values()],
    pairs: [...tally.pairs.values()],
    strangers: [...tally.strangers],
  };
}

export interface Counting {
  currency: string;
  report: (order: { id: string; at: number; minor: number }) => OrderNews;
  /** Products that the catalogue does not know. */
  unknown: ReadonlySet<string>;
}

interface Context extends Counting {
  at: number;
  seenWith: readonly string[];
}

function countEvent(tally: Tally, event: BeaconEvent, context: Context): void {
  tally.light(event.type, context.at);
  const strange = productIdsOf(event).filter((product) => context.unknown.has(product));
  if (strange.length > 0) tally.stranger(strange, context.at);
  if (event.type === 'view') {
    tally.add('view', event.at, 1);
    tally.product(event.product, event.at, { views: 1 });
    for (const other of context.seenWith) tally.pair(event.product, other, { views: 1, buys: 0 });
  }
  if (event.type === 'cart') countCart(tally, event);
  if (event.type === 'purchase') countOrder(tally, event, context);
}

function countCart(tally: Tally, event: Extract<BeaconEvent, { type: 'cart' }>): void {
  tally.add('cart', event.at, 1);
  if (event.change === 'remove') return;
  for (const product of new Set(event.items.map((item) => item.product)))
    tally.product(product, event.at, { carts: 1 });
}

function countOrder(tally: Tally, event: Extract<BeaconEvent, { type: 'purchase' }>, context: Context): void {
  const minor = revenueMinor(event, context.currency);
  const news = context.report({ id: event.order, at: event.at, minor });
  if (news === 'known') return;
  if (news === 'first') countTurn(tally, { at: event.at, minor, sign: 1 });
  const products = [...new Set(event.items.map((item) => item.product))];
  for (const [at, product] of products.entries()) {
    tally.product(product, event.at, { buys: 1 });
    for (const other of products.slice(at + 1)) tally.pair(product, other, { views: 0, buys: 1 });
  }
}

function countTurn(tally: Tally, { at, minor, sign }: OrderTurn): void {
  tally.add('order', at, sign);
  tally.add('revenue', at, sign * minor);
}
