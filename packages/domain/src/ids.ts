import { z } from 'zod';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A shop. Public: it stands in the storefront's snippet. */
export type ShopId = Branded<'ShopId'>;
/** A browser as the tracker knows it, before anybody has told us who it is. */
export type VisitorId = Branded<'VisitorId'>;
/** A subscriber: one address in one shop. */
export type PersonId = Branded<'PersonId'>;
/** A letter. Stands in Message-ID and in signed links, so it is unguessable: 26 characters of lower-case base32. */
export type LetterId = Branded<'LetterId'>;
/** A product's id as the shop's feed and beacons write it. */
export type ProductId = Branded<'ProductId'>;
/** A category's id as the shop's feed and beacons write it. */
export type CategoryId = Branded<'CategoryId'>;
/** The shop's own order number. One purchase per shop and number, however often it is posted. */
export type OrderId = Branded<'OrderId'>;

const token = /^[A-Za-z0-9_-]{4,64}$/;
const external = z
  .union([z.string(), z.number().int().nonnegative()], { error: 'an id is a text of 1 to 255 characters' })
  .transform((id) => String(id).trim())
  .pipe(z.string().min(1, 'an id is empty').max(255, 'an id is longer than 255 characters'));

const tokenOf = <Id extends string>(noun: string) =>
  z
    .string({ error: `${noun} is missing or is not a text` })
    .regex(token, `${noun} has 4 to 64 letters, digits, _ or -`)
    .transform((text) => text as Id);
const externalOf = <Id extends string>() => external.transform((text) => text as Id);

export const shopIdSchema = tokenOf<ShopId>('the shop id');
export const visitorIdSchema = tokenOf<VisitorId>('the visitor id');
export const personIdSchema = tokenOf<PersonId>('the subscriber id');
export const letterIdSchema = tokenOf<LetterId>('the letter id');
export const productIdSchema = externalOf<ProductId>();
export const categoryIdSchema = externalOf<CategoryId>();
export const orderIdSchema = externalOf<OrderId>();

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Writes bytes as lower-case base32 (RFC 4648 without padding): mail systems may change case, so ids must not depend on it. */
function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((value >> bits) & 31);
    }
  }
  return bits > 0 ? text + alphabet.charAt((value << (5 - bits)) & 31) : text;
}

/** A new id that nobody can guess: 128 random bits in 26 characters. */
export function newToken(): string {
  return base32(crypto.getRandomValues(new Uint8Array(16)));
}
