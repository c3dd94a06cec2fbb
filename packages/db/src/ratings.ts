import type { PersonId, ProductId, ShopId } from '@winback/domain';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { insertRows } from './rows.ts';
import { ratings, subscribers } from './schema.ts';

export interface Rating {
  person: PersonId;
  product: ProductId;
  /** 1 to 5. */
  stars: number;
  letter: string;
  at: number;
}

/** Writes what somebody thinks of a product, in the place of what they said before. The same again changes nothing. */
export async function putRating(db: Database, shop: ShopId, { person, ...rating }: Rating): Promise<void> {
  await insertRows(db, ratings, [{ shop, subscriber: person, ...rating }]).onConflictDoUpdate({
    target: [ratings.shop, ratings.subscriber, ratings.product],
    set: { stars: sql`excluded.stars`, letter: sql`excluded.letter`, at: sql`excluded.at` },
    setWhere: sql`${ratings.stars} <> excluded.stars`,
  });
}

/** The stars that a person gave a product; null: none. */
export async function starsOf(
  db: Database,
  shop: ShopId,
  of: { person: PersonId; product: ProductId },
): Promise<number | null> {
  const [row] = await db
    .select({ stars: ratings.stars })
    .from(ratings)
    .where(and(eq(ratings.shop, shop), eq(ratings.subscriber, of.person), eq(ratings.product, of.product)));
  return row?.stars ?? null;
}

export interface RatingsOf {
  /** How many gave one star, two, and so on to five. */
  counts: number[];
  /** The newest. */
  people: { person: { id: string; email: string } | null; stars: number; at: number }[];
}

/** What people think of a product. */
export async function ratingsOf(db: Database, shop: ShopId, product: string, limit: number): Promise<RatingsOf> {
  const mine = and(eq(ratings.shop, shop), eq(ratings.product, product));
  const [counted, rows] = await Promise.all([
    db.select({ stars: ratings.stars, n: sql<number>`count(*)` }).from(ratings).where(mine).groupBy(ratings.stars),
    db
      .select({ stars: ratings.stars, at: ratings.at, person: subscribers.id, email: subscribers.email })
      .from(ratings)
      .leftJoin(subscribers, and(eq(subscribers.shop, ratings.shop), eq(subscribers.id, ratings.subscriber)))
      .where(mine)
      .orderBy(desc(ratings.at), ratings.subscriber)
      .limit(limit),
  ]);
  return {
    counts: [1, 2, 3, 4, 5].map((stars) => counted.find((row) => row.stars === stars)?.n ?? 0),
    people: rows.map(({ person, email, stars, at }) => ({
      person: person !== null && email !== null ? { id: person, email } : null,
      stars,
      at,
    })),
  };
}

/** What a person thinks of what they bought, newest first. */
export async function ratingsBy(
  db: Database,
  shop: ShopId,
  person: PersonId,
): Promise<{ product: string; stars: number; at: number }[]> {
  return db
    .select({ product: ratings.product, stars: ratings.stars, at: ratings.at })
    .from(ratings)
    .where(and(eq(ratings.shop, shop), eq(ratings.subscriber, person)))
    .orderBy(desc(ratings.at), ratings.product)
    .limit(200);
}
