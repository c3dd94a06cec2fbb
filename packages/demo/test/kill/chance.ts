// Chance that can be had again: the seed is printed, and `SEED=n` repeats a run's choices (not its timing).

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `from` to `upto`, both included. */
  between(from: number, upto: number): number;
  pick<Value>(list: readonly [Value, ...Value[]]): Value;
  shuffled<Value>(list: readonly Value[]): Value[];
}

/** mulberry32: 32 bits of state are plenty for choosing where to kill. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, upto: number) => from + Math.floor(next() * (upto - from + 1));
  return {
    next,
    between,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    shuffled: (list) =>
      list
        .map((value) => ({ value, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ value }) => value),
  };
}

export function seedOf(env: NodeJS.ProcessEnv): number {
  return Number(env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
}
