// What letters bring: people who were written to against people who were held out, by chance and for the same occasion. Counts
// are of people, each once. All margins are of 95 %.

const z = 1.959_964;

/** People of one side, and what they did in the time after their occasion. */
export interface Group {
  people: number;
  buyers: number;
  /** What each person spent, summed, and the sum of its squares; minor units. Who bought nothing spent nothing. */
  spent: number;
  spentSquares: number;
}

export interface Interval {
  low: number;
  value: number;
  high: number;
}

export interface Lift {
  /** The share of buyers among the written, less that among the held out. */
  rate: Interval;
  /** What one written person spent more, minor units. */
  spentEach: Interval;
  /** The same for all who were written to. */
  spent: Interval;
  /** The margin of what they spent does not hold zero. */
  isSure: boolean;
}

/** Null: one of the sides has nobody, or too few to tell how far people differ. */
export function liftOf(written: Group, heldOut: Group): Lift | null {
  if (written.people < 2 || heldOut.people < 2) return null;
  const spentEach = differenceOfMeans(written, heldOut);
  const spent = {
    low: spentEach.low * written.people,
    value: spentEach.value * written.people,
    high: spentEach.high * written.people,
  };
  const isSure = spent.low > 0 || spent.high < 0;
  return { rate: differenceOfRates(written, heldOut), spentEach, spent, isSure };
}

/**
 * The difference of two shares by Newcombe's hybrid score interval (method 10 in: Interval estimation for the difference between
 * independent proportions, Statistics in Medicine 17, 1998). It holds for small groups and for shares near zero.
 */
export function differenceOfRates(
  one: Pick<Group, 'people' | 'buyers'>,
  other: Pick<Group, 'people' | 'buyers'>,
): Interval {
  const [a, b] = [wilson(one), wilson(other)];
  const value = a.value - b.value;
  return {
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    value,
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}

/** What several scenarios brought together: each holds out people of its own, so their errors are independent. */
export function summedEffects(effects: readonly Interval[]): Interval {
  const value = effects.reduce((sum, one) => sum + one.value, 0);
  const margin = Math.hypot(...effects.map((one) => (one.high - one.low) / 2));
  return { low: value - margin, value, high: value + margin };
}

/** Wilson's score interval of a share. */
function wilson({ people, buyers }: Pick<Group, 'people' | 'buyers'>): Interval {
  const value = buyers / people;
  const weight = 1 + z ** 2 / people;
  const middle = (value + z ** 2 / (2 * people)) / weight;
  const half = (z * Math.sqrt((value * (1 - value)) / people + z ** 2 / (4 * people ** 2))) / weight;
  return { low: Math.max(0, middle - half), value, high: Math.min(1, middle + half) };
}

/**
 * Normal approximation (Welch). A few people of whom nobody bought look as if people never differed: each side is taken to differ
 * by as much as both together do, at least. Good from some hundred people on, rough and rather too wide for a few.
 */
function differenceOfMeans(one: Group, other: Group): Interval {
  const value = one.spent / one.people - other.spent / other.people;
  const least = variance({
    people: one.people + other.people,
    spent: one.spent + other.spent,
    spentSquares: one.spentSquares + other.spentSquares,
  });
  const ofMean = (group: Group) => Math.max(variance(group), least) / group.people;
  const half = z * Math.sqrt(ofMean(one) + ofMean(other));
  return { low: value - half, value, high: value + half };
}

function variance({ people, spent, spentSquares }: Omit<Group, 'buyers'>): number {
  return Math.max(0, spentSquares - spent ** 2 / people) / (people - 1);
}
