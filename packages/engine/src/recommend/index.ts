// Which products may stand beside the ones a letter is about: what others looked at and bought together with them, then
// what is popular. Pure and deterministic.

/** How strongly `other` belongs to `product`; larger is stronger. */
export interface Neighbour {
  product: string;
  other: string;
  score: number;
}

export interface RecommendInput {
  /** The cart, first line first. */
  cart: readonly string[];
  /** What the person looked at, newest first. */
  views: readonly string[];
  together: readonly Neighbour[];
  /** The shop's most wanted, most wanted first. */
  popular: readonly string[];
  /** What the merchant wants sooner than others. */
  boosted: ReadonlySet<string>;
  /** Never recommended: the cart itself, what was bought, what is sold out. */
  exclude: ReadonlySet<string>;
  limit: number;
}

const cartWeight = 3;
const viewDecay = 0.85;
/** A boosted product counts as twice as near: it passes its like, not everything. */
const boostWeight = 2;

/**
 * Products by falling worth: a neighbour's score times the weight of what it neighbours (a cart line counts as three
 * newest views, each older view 15 % less than the one after it), summed, and doubled where it is boosted; then the popular
 * ones, the boosted among them first. No product twice.
 */
export function recommendFor(input: RecommendInput): string[] {
  const weights = new Map<string, number>();
  for (const [age, product] of [...new Set(input.views)].entries()) weights.set(product, viewDecay ** age);
  for (const product of input.cart) weights.set(product, cartWeight);
  const worth = new Map<string, number>();
  for (const { product, other, score } of input.together) {
    const weight = weights.get(product) ?? 0;
    const boost = input.boosted.has(other) ? boostWeight : 1;
    if (weight > 0 && score > 0) worth.set(other, (worth.get(other) ?? 0) + weight * score * boost);
  }
  const near = [...worth].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([product]) => product);
  const boosted = input.popular.filter((product) => input.boosted.has(product));
  const excluded = new Set([...input.exclude, ...input.cart]);
  return [...new Set([...near, ...boosted, ...input.popular])]
    .filter((product) => !excluded.has(product))
    .slice(0, input.limit);
}

interface Counts {
  views: number;
  buys: number;
}

const shrinkage = 3;
const buyWeight = 4;

/**
 * How strongly two products belong together: cosine similarity of who met them, shrunk for rare pairs,
 * `w · t/√(a·b) · t/(t+3)`, once for views and, weighing four times as much, once for purchases.
 * Shrinkage keeps one curious shopper from making a rule (Bell and Koren, 2007). Zero when they never met.
 */
export function togetherScore(counts: { together: Counts; one: Counts; other: Counts }): number {
  const part = (kind: keyof Counts) => {
    const met = counts.together[kind];
    const scale = Math.sqrt(Math.max(1, counts.one[kind]) * Math.max(1, counts.other[kind]));
    return met === 0 ? 0 : (met / Math.max(scale, met)) * (met / (met + shrinkage));
  };
  return part('views') + buyWeight * part('buys');
}
