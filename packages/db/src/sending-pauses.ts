// A shop whose letters wait until its merchant has looked why so many came back.
import type { ShopId } from '@winback/domain';
import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Database } from './database.ts';
import { sendingPauses } from './schema.ts';

export interface SendingPause {
  /** Null: letters go. */
  pausedAt: number | null;
  because: 'bounces' | 'complaints' | null;
  words: string | null;
  /** What came back before is forgiven; null: it never stood still. */
  resumedAt: number | null;
}

export async function sendingPause(db: Database, shop: ShopId): Promise<SendingPause> {
  const [row] = await db.select().from(sendingPauses).where(eq(sendingPauses.shop, shop)).limit(1);
  if (!row) return { pausedAt: null, because: null, words: null, resumedAt: null };
  const because = row.because === 'bounces' || row.because === 'complaints' ? row.because : null;
  return { pausedAt: row.pausedAt, because, words: row.words, resumedAt: row.resumedAt };
}

/** Lets letters wait. One pause that is on keeps its reason. True: it is news. */
export async function pauseSending(
  db: Database,
  shop: ShopId,
  { because, words, now }: { because: 'bounces' | 'complaints'; words: string; now: number },
): Promise<boolean> {
  const rows = await db
    .insert(sendingPauses)
    .values({ shop, because, words, pausedAt: now, resumedAt: null })
    .onConflictDoUpdate({
      target: sendingPauses.shop,
      set: { because, words, pausedAt: now },
      setWhere: isNull(sendingPauses.pausedAt),
    })
    .returning({ shop: sendingPauses.shop });
  return rows.length > 0;
}

/** Letters go again, and what came back before counts no more. */
export async function resumeSending(db: Database, shop: ShopId, now: number): Promise<void> {
  await db
    .update(sendingPauses)
    .set({ pausedAt: null, resumedAt: now })
    .where(and(eq(sendingPauses.shop, shop), isNotNull(sendingPauses.pausedAt)));
}
