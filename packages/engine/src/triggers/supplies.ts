// What a person buys again and again, and when it runs out, as the shop's books last worked it out. Products that run out about
// the same day are one letter. Whether one was bought since is asked of the state each time; what a letter told of is told once
// for each purchase.
import type { Supply } from '../replenish/index.ts';
import type { OrderPlaced, VisitorState } from './state.ts';

/** `name`: as the catalogue had it, for the sentence. */
export interface NamedSupply extends Supply {
  name: string;
}

/** A purchase whose running out was told, or will never be. */
interface ToldSupply {
  product: string;
  last: number;
}

export interface Supplies {
  /** Grows with every change of `list`. */
  rev: number;
  /** By when they run out. */
  list: NamedSupply[];
  told: ToldSupply[];
}

type Stocked = Pick<VisitorState, 'supplies' | 'orders'>;

export const noSupplies: Supplies = { rev: 0, list: [], told: [] };

const keep = { list: 20, told: 40 } as const;
const dayMs = 86_400_000;
/** What runs out so soon after another stands in its letter. */
const togetherMs = 4 * dayMs;
/** Two ways to tell of an order differ by seconds: a browser's clock, and the shop's. */
const sameOrderMs = 3_600_000;

/** The name of an occasion in the ledger: the purchase that runs out. */
export function supplySlot({ product, last }: ToldSupply): string {
  return `low_on_supply:${last}:${product}`;
}

/**
 * The state after the books said what runs out when, in the place of what they said before. The same again changes nothing.
 * `settled`: slots of the ledger that are done with; a purchase that has one is not spoken of again, nor does it take others along.
 */
export function suppliesTold(
  state: VisitorState,
  list: readonly NamedSupply[],
  settled: ReadonlySet<string>,
): VisitorState {
  const { supplies } = state;
  const told = new Set([...supplies.told.map(supplySlot), ...settled]);
  const next = list
    .filter((supply) => !told.has(supplySlot(supply)))
    .toSorted(byEnd)
    .slice(0, keep.list);
  if (JSON.stringify(next) === JSON.stringify(supplies.list)) return state;
  return { ...state, supplies: { ...supplies, rev: supplies.rev + 1, list: next } };
}

/** Those that nobody bought since, without what these slots have told of. */
export function livingSupplies(state: Stocked, settled: ReadonlySet<string>): NamedSupply[] {
  return withoutTold(state, settled).list.filter((supply) => boughtSince(state.orders, supply) === null);
}

/** When it was ordered after the purchase that runs out; null: it was not. */
export function boughtSince(orders: readonly OrderPlaced[], { product, last }: ToldSupply): number | null {
  const since = orders.filter(({ at, products }) => at > last + sameOrderMs && products.includes(product));
  return since.length === 0 ? null : Math.min(...since.map(({ at }) => at));
}

/** The product of a slot, and what runs out with it or did before. Empty: it is not in the list. */
export function togetherWith(list: readonly NamedSupply[], slot: string): NamedSupply[] {
  const first = list.find((supply) => supplySlot(supply) === slot);
  if (!first) return [];
  const others = list.filter((one) => one !== first && one.runsOutAt <= first.runsOutAt + togetherMs);
  return [first, ...others];
}

/** Each product that a letter is about, those that run out together counted once: what has a letter, then by when it runs out. */
export function headsOf(list: readonly NamedSupply[], planned: ReadonlySet<string>): NamedSupply[] {
  const heads: NamedSupply[] = [];
  const withLetter = list.filter((supply) => planned.has(supplySlot(supply)));
  for (const supply of [...withLetter, ...list.toSorted(byEnd)])
    if (!heads.some(({ runsOutAt }) => supply.runsOutAt <= runsOutAt + togetherMs)) heads.push(supply);
  return heads;
}

/**
 * Without what these slots, settled for good, were about: those purchases are told. Where the first of them was bought, the letter
 * ended for its sake alone, and the others still run out.
 */
export function withoutTold({ supplies, orders }: Stocked, slots: ReadonlySet<string>): Supplies {
  const { rev, list, told } = supplies;
  const settled = list.filter((supply) => slots.has(supplySlot(supply)));
  if (settled.length === 0) return supplies;
  const living = list.filter((supply) => boughtSince(orders, supply) === null);
  const gone = new Set(settled.flatMap((supply) => [supply, ...togetherWith(living, supplySlot(supply))]));
  const tellings = [...gone].map(({ product, last }) => ({ product, last }));
  return {
    rev: rev + 1,
    list: list.filter((supply) => !gone.has(supply)),
    told: [...tellings, ...told].slice(0, keep.told),
  };
}

function byEnd(one: Supply, other: Supply): number {
  return one.runsOutAt - other.runsOutAt || (one.product < other.product ? -1 : 1);
}
