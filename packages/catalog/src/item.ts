// An offer that came without a file: its fields as texts, by our own names, under the same rules.
import type { Currency, Result } from '@winback/domain';
import type { Draft } from './draft.ts';
import { emptyDraft } from './draft.ts';
import { Market } from './market.ts';
import type { Complaint } from './notes.ts';
import type { ReadOffer } from './offer-of.ts';
import { offerOf } from './offer-of.ts';

/** Reads fields; `currency` is the shop's, `now` tells which promotions hold. What is left out is as if the file said nothing. */
export function offerOfFields(
  fields: Partial<Draft>,
  of: { currency: Currency; now: number },
): Result<ReadOffer, Complaint> {
  return offerOf({ ...emptyDraft, ...fields }, new Market(of.currency, of.now), []);
}
