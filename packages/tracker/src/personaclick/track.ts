// The events of `track`, as the wire says them.
import { blockOfPage } from './browser.ts';
import type { Fields } from './wire.ts';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const item = (value: unknown): Fields => (isFields(value) ? value : { id: value });
const items = (value: unknown): Fields[] => (Array.isArray(value) ? value : [value]).map(item);
let isFirst = true;

/** A product, and what led to it: what the page says, or what its address says of the first product it shows. */
function view(data: unknown): Fields {
  const { recommended_by, recommended_code, ...product } = item(data);
  const led = isFirst ? blockOfPage() : {};
  isFirst = false;
  return { items: [product], ...led, ...(recommended_by ? { recommended_by, recommended_code } : {}) };
}

/** One or an object is one more; a list is all that there is, none empties it. */
function whole(data: unknown, flag: 'full_cart' | 'full_wish'): Fields {
  if (!Array.isArray(data)) {
    const { recommended_by, recommended_code, ...product } = item(data);
    return { items: [product], ...(recommended_by ? { recommended_by, recommended_code } : {}) };
  }
  return { items: items(data), [flag]: true };
}

function purchase(data: unknown): Fields {
  const { products, order, ...rest } = item(data);
  return { ...rest, items: items(products ?? []), order_id: order ?? rest['order_id'] };
}

function search(data: unknown): Fields {
  if (!isFields(data)) return { search_query: data };
  const { query, results, ...rest } = data;
  return { ...rest, search_query: query, results: Array.isArray(results) ? results.join() : results };
}

const readers: Record<string, (data: unknown) => Fields> = {
  view,
  category: (data) =>
    isFields(data) ? { ...data, category_id: data['id'] ?? data['category_id'] } : { category_id: data },
  cart: (data) => whole(data, 'full_cart'),
  remove_from_cart: (data) => ({ items: items(data) }),
  wish: (data) => whole(data, 'full_wish'),
  remove_wish: (data) => ({ items: items(data) }),
  purchase,
  search,
};

/** Where an event goes, and what it says. An event that nobody knows is the shop's own. */
export function told(event: string, data: unknown): { path: string; fields: Fields } {
  const read = Object.keys(readers).includes(event) ? readers[event] : undefined;
  if (read) return { path: '/push', fields: { event, ...read(data) } };
  return { path: '/push/custom', fields: { event, ...(isFields(data) ? data : {}) } };
}
