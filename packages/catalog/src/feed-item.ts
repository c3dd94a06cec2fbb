import type { FeedProblem, Money } from '@winback/domain';

/** One thing a shop sells, as its feed says. */
export interface Offer {
  id: string;
  name: string;
  url: string;
  picture: string | null;
  price: Money;
  /** The price before a discount; always higher than `price`. */
  oldPrice: Money | null;
  brand: string | null;
  categoryIds: string[];
  inStock: boolean;
  description: string | null;
}

export interface FeedCategory {
  id: string;
  name: string;
  parentId: string | null;
}

/** What a feed consists of, in its own order. A problem says what was left out, or what is odd about what was not. */
export type FeedItem =
  | { kind: 'category'; category: FeedCategory }
  | { kind: 'offer'; offer: Offer }
  | { kind: 'problem'; problem: FeedProblem };

/** Thrown where a file is no feed, or ends too early: nothing of it may go live. The message says what is wrong and where. */
export class FeedRefused extends Error {
  readonly problem: FeedProblem;

  constructor(problem: FeedProblem) {
    super(problem.line > 0 ? `line ${problem.line}, column ${problem.column}: ${problem.message}` : problem.message);
    this.problem = problem;
  }
}
