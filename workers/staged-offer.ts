// An offer as the catalogue stores it, with the hash by which an unchanged one is known: the same, whoever brings it.
import type { Offer } from '@winback/catalog';
import type { StagedOffer } from '@winback/db';

export async function stagedOf(offer: Offer): Promise<StagedOffer> {
  const { id, name, url, picture, price, oldPrice, brand, categoryIds, inStock, description } = offer;
  const fields = { id, name, url, picture, brand, inStock, description, category: categoryIds[0] ?? null };
  const staged = {
    ...fields,
    priceMinor: price.minor,
    oldPriceMinor: oldPrice?.minor ?? null,
    currency: price.currency,
  };
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(staged)));
  const hash = [...new Uint8Array(digest).subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { ...staged, hash };
}
