// What a list of products can be cut by, found as one types: a shop may have thousands of brands.
import type { ProductFacetQuery, ProductFacets, ShopId } from '@winback/domain';
import { eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { categories, products } from './schema.ts';

const shown = 50;
/** More brands, and more categories, are not gone through. */
const most = 20_000;
/** A path longer than this goes in a circle. */
const deepest = 20;

export async function productFacets(
  db: Database,
  shop: ShopId,
  { kind, q, id }: ProductFacetQuery,
): Promise<ProductFacets> {
  if (id !== undefined) {
    const path = kind === 'brand' ? [id] : (await categoryPaths(db, shop)).get(id);
    return { values: path ? [{ id, path }] : [], more: false };
  }
  const words = (q ?? '').split(/\s+/).map(folded).filter(Boolean);
  const all = kind === 'brand' ? await brandsOf(db, shop) : [...(await categoryPaths(db, shop))];
  const found = all
    .map(([one, path]) => ({ id: one, path }))
    .filter(({ path }) => words.every((word) => folded(path.join(' ')).includes(word)))
    .sort((one, other) => one.path.join('\n').localeCompare(other.path.join('\n')));
  return { values: found.slice(0, shown), more: found.length > shown };
}

function folded(text: string): string {
  return text.toLowerCase().replaceAll('ё', 'е');
}

/** Each brand once: the index is entered anew behind each of them, whatever stands between. */
async function brandsOf(db: Database, shop: ShopId): Promise<[string, string[]][]> {
  const rows = await db.select({ brand: sql<string>`each.brand` }).from(
    sql`(with recursive next(brand) as (
        select min(brand) from ${products} where shop = ${shop} and brand is not null
        union all
        select (select min(p.brand) from ${products} as p where p.shop = ${shop} and p.brand > next.brand) from next
          where next.brand is not null
      ) select brand from next where brand is not null limit ${most}) as each`,
  );
  return rows.map(({ brand }) => [brand, [brand]]);
}

/** The names from the top down to each category. */
export async function categoryPaths(db: Database, shop: ShopId): Promise<Map<string, string[]>> {
  const rows = await db
    .select({ id: categories.id, name: categories.name, parentId: categories.parentId })
    .from(categories)
    .where(eq(categories.shop, shop))
    .limit(most);
  const known = new Map(rows.map((row) => [row.id, row]));
  return new Map(rows.map((row) => [row.id, pathOf(row, known)]));
}

interface Category {
  id: string;
  name: string;
  parentId: string | null;
}

function pathOf(category: Category, known: ReadonlyMap<string, Category>): string[] {
  const passed = new Set<string>();
  const path: string[] = [];
  let one: Category | undefined = category;
  while (one && !passed.has(one.id) && path.length < deepest) {
    passed.add(one.id);
    path.unshift(one.name);
    one = one.parentId === null ? undefined : known.get(one.parentId);
  }
  return path;
}
