// The fields of one <offer> to an offer, or to the reason why it cannot be one.
import type { Currency, Money, Result } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import type { Offer } from './feed-item.ts';
import { readPrice } from './price.ts';

/** An offer as it stands in the file. */
export interface RawOffer {
  attributes: Record<string, string>;
  /** The texts of its child elements, by name in lower case, in their order. */
  fields: Map<string, string[]>;
}

export interface Complaint {
  kind: string;
  message: string;
  sample: string;
}

export interface ReadOffer {
  offer: Offer;
  /** What is odd about it, though it can be sold. */
  complaints: Complaint[];
}

/** Reads an offer. `currency` is the shop's: an offer in another one is refused, prices are not guessed. */
export function offerOf(raw: RawOffer, currency: Currency): Result<ReadOffer, Complaint> {
  const first = (field: string) => raw.fields.get(field)?.find((text) => text !== '') ?? null;
  const id = raw.attributes['id']?.trim() ?? '';
  if (id === '')
    return refuse({
      kind: 'no-id',
      message: 'this offer has no id and is left out: add id="…"',
      sample: first('name') ?? '',
    });
  if (id.length > 255)
    return refuse({ kind: 'no-id', message: 'this id is longer than 255 characters', sample: id.slice(0, 60) });
  const name = first('name') ?? modelName(first('typeprefix'), first('vendor'), first('model'));
  if (name === null)
    return refuse({ kind: 'no-name', message: 'this offer has no name and is left out: add <name>', sample: id });
  const url = first('url');
  if (url === null || !isWebAddress(url))
    return refuse({
      kind: 'bad-url',
      message: 'this offer has no address that starts with https:// and is left out: add <url>',
      sample: url ?? name,
    });
  const price = priceOf(first, currency);
  if (!price.ok) return refuse(price.because);
  const old = oldPriceOf(first('oldprice'), price.value, currency);
  const picture = pictureOf(raw.fields.get('picture') ?? []);
  return ok({
    offer: {
      id,
      name: name.slice(0, 500),
      url,
      picture: picture.address,
      price: price.value,
      oldPrice: old.price,
      brand: first('vendor')?.slice(0, 200) ?? null,
      categoryIds: raw.fields.get('categoryid')?.filter(Boolean) ?? [],
      inStock: !/^(false|0|no)$/i.test(raw.attributes['available']?.trim() ?? 'true'),
      description: first('description')?.slice(0, 2_000) ?? null,
    },
    complaints: [...old.complaints, ...picture.complaints],
  });
}

function modelName(...parts: (string | null)[]): string | null {
  const name = parts.filter(Boolean).join(' ');
  return name === '' ? null : name;
}

function priceOf(first: (field: string) => string | null, currency: Currency): Result<Money, Complaint> {
  const text = first('price');
  if (text === null)
    return refuse({
      kind: 'no-price',
      message: 'this offer has no price and is left out: add <price>',
      sample: first('name') ?? '',
    });
  const named = (first('currencyid') ?? currency).toUpperCase().replace(/^RUR$/, 'RUB');
  if (named !== currency)
    return refuse({
      kind: 'other-currency',
      message: `this price is in ${named.slice(0, 8)}, the shop sells in ${currency}`,
      sample: text,
    });
  const price = readPrice(text, currency);
  return price.ok
    ? price
    : refuse({ kind: 'bad-price', message: `${price.because}, the offer is left out`, sample: text });
}

function oldPriceOf(
  text: string | null,
  price: Money,
  currency: Currency,
): { price: Money | null; complaints: Complaint[] } {
  if (text === null) return { price: null, complaints: [] };
  const old = readPrice(text, currency);
  if (old.ok && old.value.minor > price.minor) return { price: old.value, complaints: [] };
  const message = old.ok
    ? 'the old price is not higher than the price and is not shown'
    : `${old.because}: the old price is not shown`;
  return { price: null, complaints: [{ kind: 'bad-old-price', message, sample: text }] };
}

function pictureOf(addresses: readonly string[]): { address: string | null; complaints: Complaint[] } {
  const address = addresses.find(isWebAddress) ?? null;
  if (address !== null) return { address, complaints: [] };
  const message = 'this offer has no picture: it is imported, but letters leave it out';
  return { address: null, complaints: [{ kind: 'no-picture', message, sample: addresses[0] ?? '' }] };
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text) && text.length <= 2_048;
}
