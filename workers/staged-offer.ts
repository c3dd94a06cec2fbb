// An offer as the catalogue stores it, with the hash by which an unchanged one is known: the same, whoever brings it.
import type { Offer } from '@winback/catalog';
import type { StagedOffer } from '@winback/db';
import type { Money } from '@winback/domain';

/** An offer that can be shown and sold. */
export type SellableOffer = Offer & { url: string; price: Money };

/** The offer, where it has an address and a price; null: it has not, and a problem of its source says so. */
export function sellable(offer: Offer): SellableOffer | null {
  const { url, price } = offer;
  return url === null || price === null ? null : { ...offer, url, price };
}

export async function stagedOf(offer: SellableOffer): Promise<StagedOffer> {
  const { id, name, url, pictures, price, oldPrice, brand, categoryIds, inStock, description } = offer;
  const fields = { id, name, url, picture: pictures[0] ?? null, brand, inStock, description };
  const staged = {
    ...fields,
    category: categoryIds[0] ?? null,
    priceMinor: price.minor,
    oldPriceMinor: oldPrice?.minor ?? null,
    currency: price.currency,
  };
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(staged)));
  const hash = [...new Uint8Array(digest).subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { ...staged, hash };
}
