// What somebody did, as a sentence of a timeline.
import type { Product } from '@winback/db';
import { listCategories, productsById } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { VisitorEntry } from '../visitor/answers.ts';

export interface Names {
  products: ReadonlyMap<string, Product>;
  categories: ReadonlyMap<string, string>;
}

/** Names of products that are mentioned, and of all categories. */
export async function namesFor(env: Env, shop: ShopId, ids: readonly string[]): Promise<Names> {
  const db = databaseOf(env);
  const [categories, products] = await Promise.all([
    listCategories(db, shop),
    productsById(db, shop, [...new Set(ids)]),
  ]);
  return {
    products: new Map(products.map((product) => [product.id, product])),
    categories: new Map(categories.map(({ id, name }) => [id, name])),
  };
}

export function productWords(id: string, { products }: Pick<Names, 'products'>): string {
  return products.get(id)?.name ?? `product ${id}`;
}

export function wordsOf(entry: VisitorEntry, { products, categories }: Names): string {
  const product = entry.product === undefined ? 'a product' : productWords(entry.product, { products });
  const times = (entry.quantity ?? 1) > 1 ? `, ${entry.quantity} of it` : '';
  switch (entry.kind) {
    case 'view':
      return `Looked at ${product}`;
    case 'category':
      return `Looked at ${categories.get(entry.category ?? '') ?? `category ${entry.category}`}`;
    case 'search':
      return `Searched for “${entry.query}”`;
    case 'wish':
      return `Wishes for ${product}`;
    case 'watch':
      return `Waits for ${product} to ${entry.waitsFor === 'price-drop' ? 'cost less' : 'come back'}`;
    case 'purchase':
      return `Bought, order ${entry.order}`;
    case 'identify':
      return `Left the address (${entry.source})`;
    case 'cart':
      return {
        full: `Changed the cart: ${product}${times}`,
        add: `Put into the cart: ${product}${times}`,
        remove: `Took out of the cart: ${product}`,
        emptied: 'Emptied the cart',
      }[entry.change ?? 'full'];
    case 'letter':
    case 'consent':
    case 'rating':
      return entry.sentence ?? '';
  }
}
