import type { ShopId } from '@winback/domain';
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { among } from './rows.ts';
import { categories, products } from './schema.ts';

/** A catalogue is not deeper than this, whatever circle its categories make. */
const deepest = 20;

/** The categories of products with those above them; a product that the catalogue does not know, or without any, has none. */
export async function categoriesAbove(
  db: Database,
  shop: ShopId,
  of: { products?: readonly string[]; categories?: readonly string[] },
): Promise<string[][]> {
  const own = sql`
    select products.id as product, named.value as category, 1 as depth from ${products}, json_each(products.category_ids) as named
      where products.shop = ${shop} and products.id in ${among(of.products ?? [])}
    union all
    select each.value, each.value, 1 from json_each(${JSON.stringify(of.categories ?? [])}) as each`;
  const rows = await db.select({ product: sql<string>`above.product`, category: sql<string>`above.category` }).from(
    sql`(with recursive up(product, category, depth) as (
          select * from (${own})
          union
          select up.product, categories.parent_id, up.depth + 1 from up
            join ${categories} on categories.shop = ${shop} and categories.id = up.category
            where categories.parent_id is not null and up.depth < ${deepest}
        ) select distinct product, category from up) as above`,
  );
  return [...Map.groupBy(rows, ({ product }) => product).values()].map((list) => list.map(({ category }) => category));
}
