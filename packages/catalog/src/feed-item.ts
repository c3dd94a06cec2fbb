import type { FeedProblem, Money } from '@winback/domain';
import type { Extras } from './extras.ts';
import type { Niche } from './niche.ts';

/** A property that the shop named itself: `Colour: red`, `Weight: 12 kg`. */
export interface Param {
  name: string;
  value: string;
  unit: string | null;
}

/** What an offer costs, or how many there are, in one place of the shop. */
export interface OfferAtLocation {
  id: string;
  price: Money | null;
  oldPrice: Money | null;
  stock: number | null;
  /** How much the shop wants it shown there, 0 to 100. */
  weight?: number;
}

/** One thing a shop sells, as its feed says. What letters need and the feed does not have is null, and a problem says so. */
export interface Offer {
  id: string;
  /** Variants of one product (sizes, colours) share it. */
  groupId: string | null;
  name: string;
  url: string | null;
  /** Absolute addresses, the main one first. */
  pictures: string[];
  /** What a buyer pays today: a promotional price that holds at the time of reading counts. */
  price: Money | null;
  /** The price before a discount; always higher than `price`. */
  oldPrice: Money | null;
  brand: string | null;
  model: string | null;
  vendorCode: string | null;
  barcode: string | null;
  categoryIds: string[];
  /** Lists that the shop keeps by hand: `Summer`, `For beginners`. */
  collectionIds: string[];
  inStock: boolean;
  /** Pieces that are left, where the feed says so. */
  stock: number | null;
  /** Plain text; markup is taken out. */
  description: string | null;
  params: Param[];
  tags: string[];
  country: string | null;
  /** Which ways of delivery the feed says yes or no to: `delivery`, `pickup`, `store`. */
  delivery: Partial<Record<'delivery' | 'pickup' | 'store', boolean>>;
  rating: number | null;
  isNew: boolean;
  /** The shop asks not to recommend it. */
  ignored: boolean;
  /** Bought again and again, as coffee or cat food: what the reminder to buy again asks for. */
  periodic: boolean;
  /** Months (1 to 12) in which it sells. */
  seasonality: number[];
  accessoryIds: string[];
  locations: OfferAtLocation[];
  /** What the REES46 extensions say about it, by section. */
  niche: Niche;
  extras: Extras;
}

export interface FeedCategory {
  id: string;
  name: string;
  parentId: string | null;
  url: string | null;
}

/** A list of products that the shop keeps by hand. */
export interface FeedCollection {
  id: string;
  name: string;
  url: string | null;
}

export type FeedFormat =
  | 'yml'
  | 'hotline'
  | 'dataset'
  | 'kaspi'
  | 'xml'
  | 'google-rss'
  | 'google-atom'
  | 'google-table'
  | 'shopify-table'
  | 'woocommerce-table'
  | 'json'
  | 'json-lines';

/** What the file holds, counted as it is written: also what could not be taken. */
export interface FeedCounts {
  offers: number;
  categories: number;
  collections: number;
  params: number;
  pictures: number;
  /** Offers that cannot be bought now. */
  unavailable: number;
  /** Offers with the id of an earlier one. */
  duplicates: number;
  /** Different ids of categories that offers name and the feed does not have. */
  unknownCategories: number;
  /** Different ids that categories name as their parent and the feed does not have. */
  missingParents: number;
}

/** The last item of a feed that was read to its end. */
export interface Verdict {
  format: FeedFormat;
  /** As the Encoding standard calls it: `utf-8`, `windows-1251`. */
  encoding: string;
  archive: 'gzip' | 'zip' | 'zlib' | null;
  found: FeedCounts;
  /** What was handed out. */
  taken: { offers: number; categories: number; collections: number; problems: number };
}

/** What a feed consists of, in its own order. A problem says what was left out, or what is odd about what was not. */
export type FeedItem =
  | { kind: 'category'; category: FeedCategory }
  | { kind: 'collection'; collection: FeedCollection }
  | { kind: 'offer'; offer: Offer }
  | { kind: 'problem'; problem: FeedProblem }
  | { kind: 'verdict'; verdict: Verdict };

export type RefusalReason =
  | 'empty'
  | 'web-page'
  | 'not-a-feed'
  | 'no-offers'
  | 'truncated'
  | 'too-deep'
  | 'endless-token'
  | 'too-large'
  | 'bomb'
  | 'broken-archive'
  | 'no-feed-in-archive'
  | 'unsupported-compression'
  | 'unsupported-encoding';

/** Thrown where a file is no feed, or ends too early: nothing of it may go live. The message says what is wrong and where. */
export class FeedRefused extends Error {
  readonly problem: FeedProblem;

  constructor(problem: FeedProblem, options?: ErrorOptions) {
    super(
      problem.line > 0 ? `line ${problem.line}, column ${problem.column}: ${problem.message}` : problem.message,
      options,
    );
    this.problem = problem;
  }
}

/** A refusal of the file as a whole; `place` where one can be named. */
export function refusalOf(
  kind: RefusalReason,
  message: string,
  place: { line?: number; column?: number; sample?: string; cause?: unknown } = {},
): FeedRefused {
  const { line = 0, column = 0, sample = '', cause } = place;
  return new FeedRefused({ kind, line, column, offer: null, message, sample: sample.slice(0, 200) }, { cause });
}
