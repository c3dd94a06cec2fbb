// How many letters a second a provider takes, learnt from what it took and what it said was too much. A provider with a limit takes as
// much as that, however much more it is offered: that is the rate. Where offering less means that it takes less, it was not
// the rate that it minded, and nothing is gained by being slow.

export interface Learning {
  /** What was taken and refused since `from`. */
  from: number;
  taken: number;
  refused: number;
  /** The window before: the rate that was offered, and how many a second were taken. */
  before: { offered: number; took: number } | null;
  /** Until when being slower is known not to help. */
  stubbornUntil: number;
  /** When it last said that it was too much, and when the limit was last raised because nothing was said for a while. */
  slowedAt: number;
  raisedAt: number;
}

const leastPerSecond = 1;
const firstGuess = 10;
/** Past this a limit is no news: the queue brings no more. */
const unlimitedFrom = 400;
const windowMs = 2_000;
const fewest = 5;
const raiseEveryMs = 20_000;
const stubbornMs = 60_000;

export function newLearning(now: number): Learning {
  return { from: now, taken: 0, refused: 0, before: null, stubbornUntil: 0, slowedAt: 0, raisedAt: 0 };
}

/** A first guess, after the first complaint: what it took at once, it takes in a second. */
export function firstRate(taken: number): number {
  return Math.max(firstGuess, taken);
}

export function noted(learning: Learning, of: { taken: number; refused: number; now: number }): Learning {
  const { taken, refused, now } = of;
  const slowedAt = refused > 0 ? now : learning.slowedAt;
  return { ...learning, taken: learning.taken + taken, refused: learning.refused + refused, slowedAt };
}

/** The rate after a window, where one is full. */
export function learnt(offered: number, learning: Learning, now: number): { perSecond: number; learning: Learning } {
  const { from, taken, refused, before, stubbornUntil } = learning;
  if (now - from < windowMs || taken + refused < fewest) return { perSecond: offered, learning };
  const took = (taken * 1_000) / (now - from);
  const tried = ((taken + refused) * 1_000) / (now - from);
  const next = { ...learning, from: now, taken: 0, refused: 0, before: { offered, took } };
  // Where fewer came than might have gone, the rate was not what it minded: nothing is learnt.
  if (tried < offered * 0.6) return { perSecond: offered, learning: { ...next, before } };
  if (refused / (taken + refused) <= 0.05) return { perSecond: offered, learning: next };
  const isSlower = before !== null && offered < before.offered * 0.9;
  if (before && isSlower && took < before.took * 0.85)
    return { perSecond: before.offered, learning: { ...next, stubbornUntil: now + stubbornMs } };
  if (stubbornUntil > now && taken > refused / 3) return { perSecond: offered * 1.1, learning: next };
  return { perSecond: Math.max(leastPerSecond, Math.min(offered, took * 1.1)), learning: next };
}

/** Half as fast again for each while in which nothing was said; null: there is no limit any more. */
export function raisedRate(
  perSecond: number,
  learning: Learning,
  now: number,
): { perSecond: number | null; learning: Learning } {
  const quietSince = Math.max(learning.slowedAt, learning.raisedAt);
  const steps = Math.floor((now - quietSince) / raiseEveryMs);
  if (steps <= 0) return { perSecond, learning };
  const next = perSecond * 1.5 ** Math.min(steps, 20);
  return { perSecond: next > unlimitedFrom ? null : next, learning: { ...learning, raisedAt: now } };
}
