import type { ShopId } from '@winback/domain';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { letters } from './schema.ts';

/** `seen`: somebody tells of the letter, and nothing that is kept. */
export type Touch = 'opened' | 'clicked' | 'seen';

/**
 * Notes what was done with a letter that left, once: the first time counts. Who clicked has opened. False: this shop has sent no
 * such letter.
 */
export async function touchLetter(
  db: Database,
  shop: ShopId,
  letter: string,
  { touch, now }: { touch: Touch; now: number },
): Promise<boolean> {
  const left = and(
    eq(letters.shop, shop),
    eq(letters.id, letter),
    // An answer of the mail server that was lost may well have been a yes.
    inArray(letters.state, ['sending', 'sent', 'unknown']),
  );
  const [known] = await db.select({ id: letters.id }).from(letters).where(left).limit(1);
  if (!known || touch === 'seen') return known !== undefined;
  await db
    .update(letters)
    .set({
      openedAt: sql`coalesce(${letters.openedAt}, ${now})`,
      ...(touch === 'clicked' ? { clickedAt: sql`coalesce(${letters.clickedAt}, ${now})` } : {}),
    })
    .where(and(left, sql`(${letters.openedAt} is null or (${touch} = 'clicked' and ${letters.clickedAt} is null))`));
  return true;
}
