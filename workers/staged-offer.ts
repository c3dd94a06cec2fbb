// An offer as the catalogue stores it, with the hash by which an unchanged one is known: the same, whoever brings it.
import type { Offer } from '@winback/catalog';
import type { StagedOffer } from '@winback/db';
import type { Currency } from '@winback/domain';

/** @param currency the shop's, for an offer without a price */
export async function stagedOf(offer: Offer, currency: Currency): Promise<StagedOffer> {
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
  const staged = {
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
    attributes: rest,
  };
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(staged)));
  const hash = [...new Uint8Array(digest).subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { ...staged, hash };
}
