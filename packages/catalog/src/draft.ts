// An offer as it stands in the file, whatever the format: texts that nobody has judged yet.
import type { SaidExtras } from './extras.ts';
import type { Param } from './feed-item.ts';
import type { Niche } from './niche.ts';

export interface DraftLocation {
  id: string;
  price: string | null;
  oldPrice: string | null;
  stock: string | null;
  weight: string | null;
}

export interface Draft {
  id: string | null;
  groupId: string | null;
  name: string | null;
  url: string | null;
  pictures: string[];
  price: string | null;
  /** A promotional price; it counts while `saleDates` (an ISO 8601 interval) hold. */
  sale: string | null;
  saleDates: string | null;
  oldPrice: string | null;
  /** As written; null means the feed's. */
  currency: string | null;
  brand: string | null;
  model: string | null;
  vendorCode: string | null;
  barcode: string | null;
  /** Ids of the feed's own categories. */
  categoryIds: string[];
  /** Categories that are written out: `Clothing > Shirts`. */
  categoryPaths: string[];
  collectionIds: string[];
  available: string | null;
  stock: string | null;
  description: string | null;
  params: Param[];
  tags: string[];
  country: string | null;
  delivery: { delivery: string | null; pickup: string | null; store: string | null };
  rating: string | null;
  isNew: string | null;
  ignored: string | null;
  seasonality: string[];
  accessoryIds: string[];
  locations: DraftLocation[];
  niche: Niche;
  extras: SaidExtras;
  /** Fields that stand more than once where one is meant. */
  repeated: string[];
}

export const emptyDraft: Draft = {
  id: null,
  groupId: null,
  name: null,
  url: null,
  pictures: [],
  price: null,
  sale: null,
  saleDates: null,
  oldPrice: null,
  currency: null,
  brand: null,
  model: null,
  vendorCode: null,
  barcode: null,
  categoryIds: [],
  categoryPaths: [],
  collectionIds: [],
  available: null,
  stock: null,
  description: null,
  params: [],
  tags: [],
  country: null,
  delivery: { delivery: null, pickup: null, store: null },
  rating: null,
  isNew: null,
  ignored: null,
  seasonality: [],
  accessoryIds: [],
  locations: [],
  niche: {},
  extras: {},
  repeated: [],
};
