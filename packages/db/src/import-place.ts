// How far an import is: one JSON value in its row.
import type { FeedImport } from '@winback/domain';

/** What the reading of a feed laid down for the steps after it. */
interface ReadFeed {
  /** Where it lies. */
  folder: string;
  /** Parts of offers that are different from the catalogue. */
  parts: number;
  /** Parts of ids of products that the feed does not name any more. */
  goneParts: number;
  /** Offers of the feed that the catalogue knew. */
  known: number;
  /** The shop had no product: nothing is news. */
  wasEmpty: boolean;
}

export interface ImportPlace {
  step: NonNullable<FeedImport['progress']>['step'];
  done: number;
  of: number | null;
  /** Who is at it, and until when they are waited for. */
  by: string | null;
  until: number;
  /** How often it was begun here and came no further. */
  tries: number;
  /** Null: it was not read yet. */
  read: ReadFeed | null;
  /** The next part, of offers and then of what is gone. */
  next: number;
}

/** How far an import is, from its row. */
export function placeOf(text: string): ImportPlace {
  return JSON.parse(text) as ImportPlace;
}
