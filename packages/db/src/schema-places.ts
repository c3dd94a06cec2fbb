// Places that a shop sells in, and what lies in its collections.
import { primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { shop } from './schema-shops.ts';

/** Cities and stores, as the shop's system names them. What a product costs in one stands with the product, by the id. */
export const places = sqliteTable(
  'places',
  {
    shop: shop(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** `city`, `store`…, as the shop says it. */
    type: text('type'),
    parentId: text('parent_id'),
  },
  (table) => [primaryKey({ columns: [table.shop, table.id] })],
);

/** Which products lie in a collection. Kept by triggers on `products` (migration `places`), never written from here. */
export const productCollections = sqliteTable(
  'product_collections',
  { shop: shop(), collection: text('collection').notNull(), product: text('product').notNull() },
  (table) => [primaryKey({ columns: [table.shop, table.collection, table.product] })],
);
