// What the list of products is cut by, in the address of its page and in the API's words.
import type { ProductFilter, ProductSort } from '@winback/domain';
import { minorDigits } from '@winback/domain';

export const filterNames = ['category', 'brand', 'stock', 'letters', 'wish', 'priceFrom', 'priceTo'] as const;
type FilterName = (typeof filterNames)[number];
const asked = ['q', 'sort', 'cursor', ...filterNames] as const;

/** The address of the same list with something changed; a change of what is shown begins at the first page. */
export function changed(search: string, change: Partial<Record<(typeof asked)[number], string | null>>): string {
  const query = new URLSearchParams(search);
  query.delete('cursor');
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  return `?${query}`;
}

/** What the API is asked: what else stands in the address is not its business. */
export function questionOf(search: Pick<URLSearchParams, 'get'>): string {
  const query = new URLSearchParams();
  for (const name of asked) {
    const value = search.get(name);
    if (value) query.set(name, value);
  }
  return String(query);
}

/** The same as a body: `all that match`. */
export function filterOf(search: Pick<URLSearchParams, 'get'>): ProductFilter {
  const values = ['q' as const, ...filterNames].flatMap((name) => {
    const value = search.get(name);
    return value ? [[name, name.startsWith('price') ? Number(value) : value]] : [];
  });
  return Object.fromEntries(values) as ProductFilter;
}

export function activeIn(search: Pick<URLSearchParams, 'get'>): FilterName[] {
  return filterNames.filter((name) => search.get(name));
}

/** As a merchant types a price, `12.50`, and as the API wants it; empty: no limit. */
export function minorFrom(typed: string, currency: string): string {
  const amount = Number(typed.replace(',', '.'));
  return typed.trim() === '' || !Number.isFinite(amount) || amount < 0
    ? ''
    : String(Math.round(amount * 10 ** minorDigits(currency)));
}
export function typedFrom(minor: string | null, currency: string): string {
  return minor ? String(Number(minor) / 10 ** minorDigits(currency)) : '';
}

export const stockWords = { in: 'In stock', out: 'Sold out' } as const;
export const letterWords = {
  ready: 'Can stand in a letter',
  not: 'Cannot',
  address: 'Cannot: no address',
  picture: 'Cannot: no picture',
  gone: 'Cannot: picture is gone',
  price: 'Cannot: no price',
  category: 'Cannot: no category',
} as const;
export const wishWords = { ignored: 'Never recommended', boosted: 'Boosted' } as const;
export const sortWords: Record<ProductSort, string> = {
  name: 'By name',
  newest: 'Newest first',
  price: 'Cheapest first',
  '-price': 'Dearest first',
  popular: 'Wanted most',
};
