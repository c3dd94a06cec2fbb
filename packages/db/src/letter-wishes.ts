// What people wish of the letters they get: which kinds, and how often. Who wants none at all has left, and that is their consent.
import type { PersonId, ShopId } from '@winback/domain';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { letters, letterWishes, subscribers } from './schema.ts';

export interface LetterWishes {
  /** Kinds that were refused or agreed to by name. */
  kinds: Partial<Record<string, boolean>>;
  /** At most so many letters in seven days; null: as the shop has it. */
  perWeek: number | null;
  /** Letters that left, or may have, in the last seven days. */
  lately: number;
}

const weekMs = 7 * 86_400_000;

export async function letterWishesOf(db: Database, shop: ShopId, person: PersonId, now: number): Promise<LetterWishes> {
  const lately = sql<number>`(select count(*) from ${letters} where ${letters.shop} = ${shop} and ${letters.subscriber} = ${person} and ${letters.state} in ('sending', 'sent', 'unknown') and ${letters.plannedAt} > ${now - 2 * weekMs} and ${letters.at} > ${now - weekMs} and ${letters.scenario} <> 'double_opt_in')`;
  const [row] = await db
    .select({ kinds: subscribers.kinds, perWeek: letterWishes.perWeek, lately })
    .from(subscribers)
    .leftJoin(letterWishes, and(eq(letterWishes.shop, shop), eq(letterWishes.subscriber, person)))
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)))
    .limit(1);
  return {
    kinds: JSON.parse(row?.kinds ?? '{}') as Partial<Record<string, boolean>>,
    perWeek: row?.perWeek ?? null,
    lately: row?.lately ?? 0,
  };
}

/** `perWeek` null: as often as the shop has it. */
export async function wishLetters(
  db: Database,
  shop: ShopId,
  person: PersonId,
  { perWeek, now }: { perWeek: number | null; now: number },
): Promise<void> {
  if (perWeek === null) {
    await db.delete(letterWishes).where(and(eq(letterWishes.shop, shop), eq(letterWishes.subscriber, person)));
    return;
  }
  await db
    .insert(letterWishes)
    .values({ shop, subscriber: person, perWeek, changedAt: now })
    .onConflictDoUpdate({
      target: [letterWishes.shop, letterWishes.subscriber],
      set: { perWeek, changedAt: now },
    });
}
