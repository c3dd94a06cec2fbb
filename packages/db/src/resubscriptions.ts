// Somebody who left comes back by the link of a letter that they have: their own act, as a confirmation is.
import type { Consent, PersonId, ShopId } from '@winback/domain';
import { consentSchema } from '@winback/domain';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { consentLog, subscribers } from './schema.ts';

/** Once more is once. Answers the consent as it is then; null: there is no such person. Kinds of letters that were refused come again. */
export async function resubscribe(
  db: Database,
  shop: ShopId,
  person: PersonId,
  by: { source: string; ip: string | null; wording: string; now: number },
): Promise<Consent | null> {
  const { source, ip, wording, now } = by;
  const theirs = and(eq(subscribers.shop, shop), eq(subscribers.id, person));
  const away = sql`${theirs} and ${subscribers.consent} = 'unsubscribed'`;
  const [, , rows] = await db.batch([
    db
      .insert(consentLog)
      .select(
        sql`select null, ${shop}, ${subscribers.id}, 'subscribed', ${source}, ${now}, ${ip}, null, 'confirmed', ${wording} from ${subscribers} where ${away}`,
      ),
    db
      .update(subscribers)
      .set({
        consent: 'subscribed',
        changedAt: now,
        kinds: sql`json_remove(${subscribers.kinds}, '$.bulk', '$.chain')`,
      })
      .where(away),
    db.select({ consent: subscribers.consent }).from(subscribers).where(theirs),
  ]);
  const [row] = rows;
  return row ? consentSchema.parse(row.consent) : null;
}
