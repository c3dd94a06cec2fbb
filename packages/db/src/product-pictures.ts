// Whether the pictures of products can be loaded. Only of products that nothing else keeps from letters.
import type { ShopId } from '@winback/domain';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { picturedMatch } from './product-words.ts';
import { products } from './schema.ts';

const hourMs = 3_600_000;
/** What was there is looked for again after a month; what failed sooner. */
const againMs = { there: 30 * 24 * hourMs, gone: 7 * 24 * hourMs, unsure: 6 * hourMs } as const;
/** So many products are gone through for one answer. */
const step = 5_000;

export type PictureState = keyof typeof againMs;

export interface DuePicture {
  id: string;
  picture: string;
  /** What came of looking for this same picture before. */
  state: PictureState | null;
}

/** Pictures that are due, from a row on. `after`: where to go on; null: the catalogue ends here. */
export async function duePictures(
  db: Database,
  shop: ShopId,
  of: { after: number; now: number; limit: number },
): Promise<{ due: DuePicture[]; after: number | null }> {
  const found = sql`(select rowid as hit from product_words where product_words match ${picturedMatch(shop)} and rowid > ${of.after} order by rowid limit ${step}) as found`;
  const isSame = sql`${products.pictureSeen} is ${products.picture}`;
  const { there, gone, unsure } = againMs;
  const wait = sql`case ${products.pictureState} when 'there' then ${there} when 'gone' then ${gone} else ${unsure} end`;
  const isDue = sql`(not ${isSame} or ${products.pictureAt} is null or ${products.pictureAt} + ${wait} <= ${of.now})`;
  const rows = await db
    .select({
      row: sql<number>`${products.row}`,
      id: sql<string>`${products.id}`,
      picture: sql<string>`${products.picture}`,
      state: sql<PictureState | null>`case when ${isSame} then ${products.pictureState} end`,
    })
    .from(sql`${found} cross join ${products} on ${products.row} = found.hit`)
    .where(and(eq(products.shop, shop), isDue))
    .limit(of.limit);
  const due = rows.map(({ id, picture, state }) => ({ id, picture, state }));
  const last = rows.at(-1);
  if (last && rows.length === of.limit) return { due, after: last.row };
  const [end] = await db.select({ n: sql<number>`count(*)`, row: sql<number>`max(hit)` }).from(found);
  return { due, after: end && end.n === step ? end.row : null };
}

/** What came of looking. A picture that the product has no more says nothing. */
export async function notePictures(
  db: Database,
  shop: ShopId,
  seen: readonly { id: string; picture: string; state: PictureState }[],
  now: number,
): Promise<void> {
  if (seen.length === 0) return;
  const rows = JSON.stringify(seen.map(({ id, picture, state }) => [id, picture, state]));
  const told = sql`(select value->>2 from json_each(${rows}) where value->>0 = ${products.id} and value->>1 = ${products.picture})`;
  await db
    .update(products)
    .set({ pictureState: told, pictureSeen: sql`${products.picture}`, pictureAt: now })
    .where(
      and(
        eq(products.shop, shop),
        sql`(${products.id}, ${products.picture}) in (select value->>0, value->>1 from json_each(${rows}))`,
      ),
    );
}
