// What else PersonaClick's feeds and items say of an offer (its documentation, "offer"): terms, promotions, what is left. Few
// shops say any of it, so only what is said is kept.
import type { Money } from '@winback/domain';
import type { Fields } from './element.ts';
import type { Market } from './market.ts';
import { numberOf } from './niche.ts';

export interface Extras {
  /** How many are left, where the shop does not count them. */
  leftovers?: 'one' | 'few' | 'lot';
  /** What the shop earns on it, in per cent of the price. */
  priceMargin?: number;
  discountPercent?: number;
  promocode?: string;
  priceWithPromocode?: Money;
  merchants?: string[];
  /** Which terms the shop says yes or no to. */
  terms?: Partial<Record<Term, boolean>>;
  brandPicture?: string;
  deeplinks?: { android?: string; ios?: string };
  /** When it came into the shop, in milliseconds. */
  publishedAt?: number;
  /** What the shop itself recommends beside it. */
  recommendedIds?: string[];
  vat?: string;
}

type Term = 'gift' | 'installment' | 'bonusesAccrual' | 'bonusesSpending' | 'discounts';

/** As written, by the words of feed and API in lower case. */
export type SaidExtras = Partial<Record<string, string[]>>;

const longest = 500;
const most = 100;
const terms: readonly [string, Term][] = [
  ['gift', 'gift'],
  ['installment', 'installment'],
  ['bonuses_accrual_allowed', 'bonusesAccrual'],
  ['bonuses_spending_allowed', 'bonusesSpending'],
  ['discounts_allowed', 'discounts'],
];
const words = new Set([
  ...terms.map(([word]) => word),
  'leftovers',
  'price_margin',
  'discount_percent',
  'promocode',
  'price_with_promocode',
  'merchant',
  'brand_picture',
  'deeplink_android',
  'deeplink_ios',
  'date',
  'creation_date',
  'customer_recommendations',
  'vat',
  'tax',
]);

const nothing: SaidExtras = Object.freeze({});

export function saidExtras(offer: Fields): SaidExtras {
  let said: SaidExtras | null = null;
  for (const { key, text } of offer.element.children) if (words.has(key)) said = added(said ?? {}, key, text);
  const { attributes } = offer.element;
  for (const name in attributes) if (words.has(name)) said = added(said ?? {}, name, attributes[name] ?? '');
  const brandPicture = offer.all(['vendor'])[0]?.attributes['picture'];
  return brandPicture === undefined ? (said ?? nothing) : added(said ?? {}, 'brand_picture', brandPicture);
}

function added(said: SaidExtras, word: string, text: string): SaidExtras {
  const value = text.trim().slice(0, longest);
  if (value === '') return said;
  const others = said[word] ?? [];
  if (others.length < most) said[word] = [...others, value];
  return said;
}

/** A value that means nothing is left out. */
export function extrasOf(said: SaidExtras, market: Market, currency: string | null): Extras {
  if (said === nothing) return {};
  const first = (...names: string[]) => names.flatMap((name) => said[name] ?? [])[0];
  const { merchant: merchants, customer_recommendations: recommendedIds } = said;
  const promoPrice = first('price_with_promocode');
  const price = promoPrice === undefined ? null : market.price(promoPrice, currency);
  return withoutGaps({
    leftovers: leftoversOf(first('leftovers')),
    priceMargin: percentOf(first('price_margin')),
    discountPercent: percentOf(first('discount_percent')),
    promocode: first('promocode'),
    priceWithPromocode: price?.ok ? price.value : undefined,
    merchants,
    terms: termsOf(said),
    brandPicture: addressOf(first('brand_picture')),
    deeplinks: deeplinksOf(first('deeplink_android'), first('deeplink_ios')),
    publishedAt: momentOf(first('date', 'creation_date')),
    recommendedIds,
    vat: first('vat', 'tax'),
  });
}

function withoutGaps(extras: { [Name in keyof Extras]: Extras[Name] | undefined }): Extras {
  return Object.fromEntries(Object.entries(extras).filter(([, value]) => value !== undefined));
}

function leftoversOf(text: string | undefined): Extras['leftovers'] {
  const value = text?.toLowerCase();
  return value === 'one' || value === 'few' || value === 'lot' ? value : undefined;
}

function percentOf(text: string | undefined): number | undefined {
  const number = numberOf(text?.replace(/\s*%$/, '') ?? null);
  return number !== null && number >= 0 && number <= 100 ? number : undefined;
}

function termsOf(said: SaidExtras): Extras['terms'] {
  const found = terms.flatMap(([word, term]): [Term, boolean][] => {
    const text = said[word]?.[0];
    return text === undefined ? [] : [[term, !/^(false|0|no|n|нет|ні)$/i.test(text)]];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function addressOf(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

function deeplinksOf(android: string | undefined, ios: string | undefined): Extras['deeplinks'] {
  if (android === undefined && ios === undefined) return undefined;
  return { ...(android === undefined ? {} : { android }), ...(ios === undefined ? {} : { ios }) };
}

/** Seconds or milliseconds since 1970, or a date. */
function momentOf(text: string | undefined): number | undefined {
  const number = numberOf(text ?? null);
  const moment = number === null ? Date.parse(text ?? '') : number < 1e11 ? number * 1_000 : number;
  return Number.isSafeInteger(moment) && moment > 0 ? moment : undefined;
}
