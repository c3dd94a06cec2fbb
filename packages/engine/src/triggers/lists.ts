// Short lists of a visitor's state: newest first, each thing once, never longer than a decision needs.
import type { BeaconEvent } from '@winback/domain';
import type { VisitorState } from './state.ts';

export const keep = {
  views: 20,
  categories: 10,
  searches: 10,
  wishes: 50,
  watches: 50,
  orders: 20,
  changes: 20,
  identified: 5,
  ended: 10,
  lines: 100,
  orderProducts: 20,
  profileBytes: 8_000,
} as const;

export function wishesAfter(
  wishes: VisitorState['wishes'],
  { change, products }: Extract<BeaconEvent, { type: 'wish' }>,
  at: number,
): VisitorState['wishes'] {
  const others =
    change === 'full' ? [] : wishes.filter((wish) => !products.some((product) => product === wish.product));
  if (change === 'remove') return others;
  return newest([...products.map((product) => ({ product, at })), ...others], keep.wishes);
}

export function profileAfter(
  profile: VisitorState['profile'],
  fields: Record<string, unknown>,
): Record<string, unknown> {
  const both = { ...profile, ...fields };
  return JSON.stringify(both).length <= keep.profileBytes ? both : fields;
}

export function watchesAfter(
  watches: VisitorState['watches'],
  { change, waitsFor, products, price }: Extract<BeaconEvent, { type: 'watch' }>,
  at: number,
): VisitorState['watches'] {
  const named = (product: string) => products.some((one) => one === product);
  const all = change === 'remove' && products.length === 0;
  const others = watches.filter((watch) => watch.waitsFor !== waitsFor || !(all || named(watch.product)));
  if (change === 'remove') return others;
  return newest(
    [...products.map((product) => ({ product, waitsFor, price: price ?? null, at })), ...others],
    keep.watches,
  );
}

export function newest<Entry extends { at: number }>(entries: readonly Entry[], limit: number): Entry[] {
  return [...entries].sort((a, b) => b.at - a.at).slice(0, limit);
}

export function unique<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  return [...new Map(entries.map((entry) => [keyOf(entry), entry] as const)).values()];
}

/** Of entries with the same key, the one that came last in time. */
export function latest<Entry extends { at: number }>(
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string,
): Entry[] {
  return unique(
    entries.toSorted((a, b) => a.at - b.at),
    keyOf,
  );
}
