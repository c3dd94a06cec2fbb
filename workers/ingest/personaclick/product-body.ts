// A product in the original's words.
import type { Product } from '@winback/db';
import type { Money } from '@winback/domain';
import { formatMoney, majorOf } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import type { Params } from './params.ts';
import { numberIn } from './params.ts';

export interface ShownAs {
  language: string;
  /** Marks its link, so that a click is known to have come by it; null: it is not recommended by us. */
  via: { by: string; code: string } | null;
}

const pictureSizes = [120, 140, 160, 180, 200, 220, 310, 520] as const;

/** Every field that the SDKs read. There is one picture: it stands for each size. */
export function productBody(product: Product, { language, via }: ShownAs) {
  const { id, name, picture, brand, price, oldPrice, category, categoryId, inStock } = product;
  const url = via && product.url !== null ? markedUrl(product.url, via) : product.url;
  const categories = categoryId === null ? [] : [{ id: categoryId, name: category ?? categoryId }];
  return {
    id,
    uniqid: id,
    name,
    url,
    brand,
    picture,
    image_url: picture,
    image_url_resized: Object.fromEntries([...pictureSizes, 'original'].map((size) => [String(size), picture])),
    category_ids: categories.map((one) => one.id),
    categories,
    ...pricesOf(price, oldPrice, language),
    currency: price?.currency ?? null,
    is_available: inStock,
    params: [],
  };
}

const withoutPrice = {
  price: null,
  price_full: null,
  price_formatted: null,
  price_full_formatted: null,
  oldprice: 0,
  oldprice_formatted: null,
  discount_percent: 0,
};

function pricesOf(price: Money | null, old: Money | null, language: string) {
  if (price === null) return withoutPrice;
  const discount = old && old.minor > price.minor ? Math.floor(((old.minor - price.minor) / old.minor) * 100) : 0;
  return {
    price: majorOf(price),
    price_full: majorOf(price),
    price_formatted: formatMoney(price, language),
    price_full_formatted: formatMoney(price, language),
    oldprice: old ? majorOf(old) : 0,
    oldprice_formatted: old ? formatMoney(old, language) : null,
    discount_percent: discount,
  };
}

function markedUrl(text: string, { by, code }: { by: string; code: string }): string {
  const url = URL.parse(text);
  if (!url) return text;
  url.searchParams.set('recommended_by', by);
  url.searchParams.set('recommended_code', code);
  return url.href;
}

export function limitIn(params: Params, usual: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(numberIn(params, 'limit') ?? usual)));
}

export function notFound(what: string): never {
  throw new HTTPException(404, { message: `${what} is not found` });
}
