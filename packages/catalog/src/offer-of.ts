// A draft to an offer, or to the reason why it cannot be one. An offer needs an id and a name; what letters need besides is
// asked for by a problem, and is null where it is missing.
import type { Money, Result } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import type { Draft, DraftLocation } from './draft.ts';
import { extrasOf } from './extras.ts';
import type { Offer, OfferAtLocation, Param } from './feed-item.ts';
import type { Market } from './market.ts';
import { isPeriodic, numberOf } from './niche.ts';
import type { Complaint } from './notes.ts';
import { plainLine, plainText } from './plain-text.ts';

export interface ReadOffer {
  offer: Offer;
  /** What is odd about it, though it is taken. */
  complaints: Complaint[];
}

const longest = { id: 255, name: 500, short: 200, description: 2_000, url: 2_048 };
const most = { pictures: 30, params: 200, categories: 50 };

const active = /<(script|iframe|object|embed)\b|\son\w{3,20}\s*=\s*["']|javascript:/i;

/** Reads an offer; category ids are those of the feed, with `pathIds` of the categories that are written out. */
export function offerOf(draft: Draft, market: Market, pathIds: readonly string[]): Result<ReadOffer, Complaint> {
  const id = draft.id?.trim() ?? '';
  const named = plainLine(draft.name ?? '');
  const missing = whatIsMissing(draft, id, named);
  if (missing) return refuse(missing);
  const complaints: Complaint[] = [];
  const complain = (kind: string, message: string, sample: string) => complaints.push({ kind, message, sample });
  complainOfTexts(draft, named, complain);
  const { price, oldPrice } = pricesOf(draft, market, complain);
  const stock = wholeOf(draft.stock);
  return ok({
    offer: {
      id,
      groupId: short(draft.groupId),
      brand: short(draft.brand),
      model: short(draft.model),
      vendorCode: short(draft.vendorCode),
      barcode: short(draft.barcode),
      country: short(draft.country),
      description: descriptionOf(draft.description),
      tags: draft.tags.map((tag) => shortened(tag, longest.short)),
      delivery: deliveryOf(draft.delivery),
      rating: ratingOf(draft.rating),
      isNew: isYes(draft.isNew),
      ignored: isYes(draft.ignored),
      seasonality: monthsOf(draft.seasonality),
      accessoryIds: draft.accessoryIds,
      name: shortened(named, longest.name),
      url: urlOf(draft, complain),
      pictures: picturesOf(draft.pictures, complain),
      price,
      oldPrice,
      categoryIds: categoriesOf(
        pathIds.length === 0 ? draft.categoryIds : [...draft.categoryIds, ...pathIds],
        complain,
      ),
      collectionIds:
        draft.collectionIds.length === 0 ? [] : [...new Set(draft.collectionIds)].slice(0, most.categories),
      inStock: isInStock(draft.available, stock),
      stock,
      params: paramsOf(draft.params, complain),
      locations: draft.locations.map((place) => locationOf(place, draft.currency, market)),
      niche: draft.niche,
      extras: extrasOf(draft.extras, market, draft.currency),
      periodic: isPeriodic(draft.niche),
    },
    complaints,
  });
}

type Complain = (kind: string, message: string, sample: string) => void;

function whatIsMissing({ name, url }: Draft, id: string, named: string): Complaint | null {
  if (id === '') {
    const message = 'this offer has no id and is left out: give it the id that the shop’s pages report';
    return { kind: 'no-id', message, sample: name ?? url ?? '' };
  }
  if (id.length > longest.id)
    return { kind: 'no-id', message: 'this id is longer than 255 characters: the offer is left out', sample: id };
  if (named !== '') return null;
  return { kind: 'no-name', message: 'this offer has no name and is left out: add <name>', sample: id };
}

function complainOfTexts({ description, repeated }: Draft, named: string, complain: Complain): void {
  if (named.length > longest.name)
    complain('long-name', `this name has ${named.length} characters: the first ${longest.name} are kept`, named);
  for (const field of repeated)
    complain('repeated-field', `this offer has more than one <${field}>: the first that is not empty counts`, field);
  const found = description?.includes('<') ? active.exec(description) : null;
  if (found) complain('active-markup', 'the description holds a script or a frame: it is taken out', found[0]);
}

function descriptionOf(said: string | null): string | null {
  const text = said === null ? '' : shortened(plainText(said), longest.description);
  return text === '' ? null : text;
}

function monthsOf(said: readonly string[]): number[] {
  if (said.length === 0) return [];
  return [...new Set(said.map(Number))].filter((month) => Number.isInteger(month) && month >= 1 && month <= 12);
}

function deliveryOf({ delivery, pickup, store }: Draft['delivery']): Offer['delivery'] {
  const ways: Offer['delivery'] = {};
  if (delivery !== null) ways.delivery = isYes(delivery);
  if (pickup !== null) ways.pickup = isYes(pickup);
  if (store !== null) ways.store = isYes(store);
  return ways;
}

/** What is paid today, and what was paid before: a promotional price makes the usual one the old one. */
function pricesOf(draft: Draft, market: Market, complain: Complain): { price: Money | null; oldPrice: Money | null } {
  const usual = usualPrice(draft, market, complain);
  const sale = usual && saleOf(draft, market, complain);
  if (usual && sale && sale.currency === usual.currency && sale.minor < usual.minor)
    return { price: sale, oldPrice: usual };
  return { price: usual, oldPrice: oldPriceOf(draft, usual, market, complain) };
}

function usualPrice(draft: Draft, market: Market, complain: Complain): Money | null {
  if (draft.price === null) {
    complain('no-price', 'this offer has no price: letters leave it out; add <price>', draft.id ?? '');
    return null;
  }
  const price = market.price(draft.price, draft.currency);
  if (!price.ok) {
    complain('bad-price', `${price.because}: letters leave the offer out`, draft.price);
    return null;
  }
  if (price.value.minor === 0) complain('zero-price', 'the price is zero: letters leave the offer out', draft.price);
  return price.value;
}

function saleOf({ sale, saleDates, currency }: Draft, market: Market, complain: Complain): Money | null {
  if (sale === null) return null;
  const holds = saleHolds(saleDates, market.now);
  if (holds === 'ended') {
    const message =
      'the promotion of this offer has ended: the usual price is shown; take the promotion out of the feed';
    complain('past-sale', message, `${sale} until ${saleDates?.split('/')[1] ?? ''}`);
  }
  if (holds !== 'yes') return null;
  const price = market.price(sale, currency);
  if (!price.ok) complain('bad-sale-price', `${price.because}: the usual price is shown`, sale);
  return price.ok && price.value.minor > 0 ? price.value : null;
}

/**
 * An ISO 8601 interval, as Google has it: `2026-11-01T00:00+0200/2026-12-01T00:00+0200`. None holds always; a day alone is whole.
 */
function saleHolds(interval: string | null, now: number): 'yes' | 'ended' | 'not yet' {
  const [from = '', to = ''] = (interval ?? '').split('/').map((moment) => moment.trim());
  const end = Date.parse(/^\d{4}-\d\d-\d\d$/.test(to) ? `${to}T23:59:59.999Z` : colonised(to));
  if (now >= end) return 'ended';
  return now < Date.parse(colonised(from)) ? 'not yet' : 'yes';
}

function colonised(moment: string): string {
  return moment.replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
}

function oldPriceOf(
  { oldPrice, currency }: Draft,
  price: Money | null,
  market: Market,
  complain: Complain,
): Money | null {
  if (oldPrice === null || price === null) return null;
  const old = market.price(oldPrice, currency);
  if (!old.ok) {
    complain('bad-old-price', `${old.because}: the old price is not shown`, oldPrice);
    return null;
  }
  if (old.value.minor > price.minor && old.value.currency === price.currency) return old.value;
  // Many shops write 0 or the same price where there is no discount.
  if (old.value.minor > 0 && old.value.minor < price.minor)
    complain('bad-old-price', 'the old price is lower than the price and is not shown', oldPrice);
  return null;
}

function urlOf({ url, id }: Draft, complain: Complain): string | null {
  if (url !== null && isWebAddress(url)) return url;
  const message = 'this offer has no address that starts with https://: letters leave it out; add <url>';
  complain(url === null ? 'no-url' : 'bad-url', message, url ?? id ?? '');
  return null;
}

/** Formats that mail programs do not show: WebP and AVIF fail in Outlook, the others in most. */
const unshown = /\.(webp|avif|bmp|jfif|tiff?|svg|heic)(\?|#|$)/i;

function picturesOf(said: readonly string[], complain: Complain): string[] {
  const pictures: string[] = [];
  for (const address of said) {
    if (!isWebAddress(address))
      complain('bad-picture', 'this picture has no address that starts with https://: it is left out', address);
    else if (!pictures.includes(address)) pictures.push(address);
    if (pictures.length > most.pictures) break;
  }
  if (pictures.length === 0) complain('no-picture', 'this offer has no picture: letters leave it out', said[0] ?? '');
  const odd = pictures.find((address) => unshown.test(address));
  if (odd !== undefined)
    complain('picture-format', 'not every mail program shows this kind of picture: offer JPEG, PNG or GIF', odd);
  if (pictures.length <= most.pictures) return pictures;
  complain('many-pictures', `this offer has ${said.length} pictures: the first ${most.pictures} are kept`, '');
  return pictures.slice(0, most.pictures);
}

function categoriesOf(said: readonly string[], complain: Complain): string[] {
  const short = said.filter((id) => id.length <= longest.name);
  const ids = short.length > 1 ? [...new Set(short)] : short;
  if (ids.length === 0) complain('no-category', 'this offer is in no category: letters leave it out', '');
  return ids.slice(0, most.categories);
}

function paramsOf(params: readonly Param[], complain: Complain): Param[] {
  if (params.length <= most.params) return [...params];
  complain('many-params', `this offer has ${params.length} params: the first ${most.params} are kept`, '');
  return params.slice(0, most.params);
}

function locationOf(place: DraftLocation, currency: string | null, market: Market): OfferAtLocation {
  const money = (text: string | null) => {
    const price = text === null ? null : market.price(text, currency);
    return price?.ok ? price.value : null;
  };
  const weight = numberOf(place.weight);
  return {
    id: place.id,
    price: money(place.price),
    oldPrice: money(place.oldPrice),
    stock: wholeOf(place.stock),
    ...(weight !== null && weight >= 0 && weight <= 100 ? { weight } : {}),
  };
}

/** Google and Facebook (also as schema.org writes them), Prom's `-`, and words of shops. */
const no =
  /^(https?:\/\/schema\.org\/)?(false|0|no|n|-|out[ _-]?of[ _-]?stock|sold[ _-]?out|discontinued|unavailable|not available|нет( в наличии)?|нема(є)?( в наявності)?|відсутній|agotado|ausverkauft|nicht vorrätig|rupture de stock|épuisé|niedostępny|brak|stokta yok|tükendi)$/i;

/** Pre-orders and back orders can be bought. A feed that says neither yes nor no may count its pieces. */
function isInStock(available: string | null, stock: number | null): boolean {
  const said = available?.trim() ?? '';
  if (said === 'true') return true;
  if (said === '') return stock === null || stock > 0;
  return !no.test(said) && (numberOf(said) ?? 1) > 0;
}

function isYes(said: string | null): boolean {
  return said !== null && /^(1|true|yes|y|да|так)$/i.test(said.trim());
}

function wholeOf(text: string | null): number | null {
  const number = numberOf(text);
  return number === null ? null : Math.max(0, Math.trunc(number));
}

function ratingOf(text: string | null): number | null {
  const rating = numberOf(text);
  return rating !== null && rating >= 0 && rating <= 5 ? rating : null;
}

function short(text: string | null): string | null {
  return text === null ? null : shortened(plainLine(text), longest.short);
}

/** Never cuts an emoji in two. */
function shortened(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** Origins that were found good last: a shop’s pages and pictures have few. */
let goodOrigins: readonly string[] = [];
const mostOrigins = 8;

/** Whatever follows its origin, an address of the web can be read (URL standard: only hosts and ports fail). */
function isWebAddress(text: string): boolean {
  if (text.length > longest.url) return false;
  for (const origin of goodOrigins) if (text.startsWith(origin) && text[origin.length] === '/') return true;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const end = text.indexOf('/', 8);
  if (end > 0) goodOrigins = [text.slice(0, end), ...goodOrigins.slice(0, mostOrigins - 1)];
  return true;
}
