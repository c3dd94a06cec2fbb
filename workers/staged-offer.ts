// An offer as the catalogue stores it, with the hash by which an unchanged one is known: the same, whoever brings it.
import type { Offer } from '@winback/catalog';
import type { OfferContent, StagedOffer } from '@winback/db';
import { rowText } from '@winback/db';
import type { Currency } from '@winback/domain';
import { fingerprintOf } from './fingerprint.ts';

/** @param currency the shop's, for an offer without a price */
export function stagedOf(offer: Offer, currency: Currency): StagedOffer & { row: string } {
  const content = contentOf(offer, currency);
  const row = rowText(content);
  return { ...content, row, hash: fingerprintOf(row).toString(36) };
}

function contentOf(offer: Offer, currency: Currency): OfferContent {
  const {
    id,
    groupId,
    name,
    url,
    pictures,
    price,
    oldPrice,
    brand,
    categoryIds,
    inStock,
    description,
    ignored,
    ...rest
  } = offer;
  return {
    id,
    groupId,
    name,
    url,
    picture: pictures[0] ?? null,
    pictures,
    brand,
    inStock,
    description,
    category: categoryIds[0] ?? null,
    categoryIds,
    priceMinor: price?.minor ?? null,
    oldPriceMinor: oldPrice?.minor ?? null,
    currency: price?.currency ?? currency,
    ignored,
    attributes: saidIn({ ...rest, collectionIds: [] }),
  };
}

/** What says nothing is left out: it is what `ProductAttributes` has unless it is told, and half of a row otherwise. */
function saidIn(attributes: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => !saysNothing(value)));
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
