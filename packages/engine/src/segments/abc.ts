// ABC: buyers by the money they spent in a window that the shop chooses (60 days where it chooses none).

/** A: the first 15 % of buyers by money, B: the next 35 %, C: the rest. */
export type AbcSegment = 'A' | 'B' | 'C';

export interface Spender {
  shopper: string;
  /** All that they spent in the window, in minor units of one currency. */
  minor: number;
}

const untilA = 0.15;
const untilB = 0.5;

/**
 * The buyers of a window by falling money, each with their segment. A segment begins where the one before has its whole share, so
 * that 357 + 831 + 1,187 of 2,375 are A, B and C, and a shop's only buyer is an A. Equal money: by id, for segments that are the
 * same every night.
 */
export function abcOf<S extends Spender>(spenders: readonly S[]): (S & { segment: AbcSegment })[] {
  const sorted = spenders.toSorted((a, b) => b.minor - a.minor || (a.shopper < b.shopper ? -1 : 1));
  return sorted.map((spender, before) => ({ ...spender, segment: segmentAt(before / sorted.length) }));
}

/** `before`: the share of buyers who spent more. */
function segmentAt(before: number): AbcSegment {
  if (before < untilA) return 'A';
  return before < untilB ? 'B' : 'C';
}
