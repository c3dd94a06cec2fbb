// An offer that came without a file: an item of an API, under the same rules as an offer of a feed.
import type { Currency, Result } from '@winback/domain';
import { refuse } from '@winback/domain';
import { draftOfItem } from './json/take-item.ts';
import { Market } from './market.ts';
import type { Complaint } from './notes.ts';
import type { ReadOffer } from './offer-of.ts';
import { offerOf } from './offer-of.ts';

/**
 * Reads an item by the words of the import API; `currency` is the shop's, `now` tells which promotions hold. Categories are
 * those that it names by their ids: one that is written out (`Clothing > Shirts`) is the path as its id.
 */
export function offerOfItem(item: unknown, of: { currency: Currency; now: number }): Result<ReadOffer, Complaint> {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return refuse({ kind: 'no-object', message: 'this is not an object', sample: '' });
  const draft = draftOfItem(item);
  return offerOf(draft, new Market(of.currency, of.now), draft.categoryIds.length > 0 ? [] : draft.categoryPaths);
}
