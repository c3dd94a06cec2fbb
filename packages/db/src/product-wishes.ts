// The merchant's word on products: never recommend them, or sooner than others.
import type { ProductFilter, ProductWish, ShopId } from '@winback/domain';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { askedOf } from './product-filter.ts';
import { inRows } from './products.ts';
import { among } from './rows.ts';
import { products } from './schema.ts';

/** So many rows are written by one statement: a database gives a statement half a minute. */
const pageRows = 20_000;

/** Of some products, or of all that a filter finds. Answers how many have another word now. */
export async function wishProducts(
  db: Database,
  shop: ShopId,
  to: { wish: ProductWish | null; ids?: readonly string[] | undefined; query?: ProductFilter | undefined },
): Promise<number> {
  const isOther = sql`${products.wish} is not ${to.wish}`;
  if (to.ids) {
    const rows = await db
      .update(products)
      .set({ wish: to.wish })
      .where(and(eq(products.shop, shop), inArray(products.id, among(to.ids)), isOther))
      .returning({ row: products.row });
    return rows.length;
  }
  const asked = await askedOf(db, shop, to.query ?? {});
  if (asked.match === null) return 0;
  let changed = 0;
  for (let after = 0; ; ) {
    const found = sql`(select rowid as hit from product_words where product_words match ${asked.match} and rowid > ${after} order by rowid limit ${pageRows}) as found`;
    const [page] = await db.select({ n: sql<number>`count(*)`, upto: sql<number>`coalesce(max(hit), 0)` }).from(found);
    const { n, upto } = page ?? { n: 0, upto: 0 };
    const mine = sql`${products.row} in (select rowid from product_words where product_words match ${asked.match} and rowid > ${after} and rowid <= ${upto})`;
    const rows = await db
      .update(products)
      .set({ wish: to.wish })
      .where(and(inRows(shop), mine, asked.columns, isOther))
      .returning({ row: products.row });
    changed += rows.length;
    if (n < pageRows) return changed;
    after = upto;
  }
}
