// A person of the shop is called otherwise from now on. One address, one id and one phone belong to one person.
import type { Consent, EmailAddress, PersonId, ShopId } from '@winback/domain';
import { consentSchema } from '@winback/domain';
import { and, eq, ne, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { consentLog, subscribers } from './schema.ts';

const of = (shop: ShopId, person: string) => and(eq(subscribers.shop, shop), eq(subscribers.id, person));

/** Moves the shop's own id, or a phone, to a person; whoever had it has none. */
export async function moveName(
  db: Database,
  shop: ShopId,
  person: PersonId,
  { name, to }: { name: 'externalId' | 'phone'; to: string },
): Promise<void> {
  await db.batch([
    db
      .update(subscribers)
      .set({ [name]: null })
      .where(and(eq(subscribers.shop, shop), eq(subscribers[name], to), ne(subscribers.id, person))),
    db
      .update(subscribers)
      .set({ [name]: to })
      .where(of(shop, person)),
  ]);
}

/**
 * Gives a person another address. Whoever had it keeps their history under an address that receives nothing (`.invalid`, RFC
 * 2606), unsubscribed. Where the address itself had unsubscribed, it stays unsubscribed under its new owner.
 */
export async function moveEmail(
  db: Database,
  shop: ShopId,
  person: PersonId,
  { to, now }: { to: EmailAddress; now: number },
): Promise<{ consent: Consent; displaced: PersonId | null }> {
  const [owner] = await db
    .select({ id: subscribers.id, consent: subscribers.consent })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.email, to)));
  const displaced = owner && owner.id !== person ? owner : null;
  const left = displaced?.consent === 'unsubscribed';
  const [, , , , rows] = await db.batch([
    db
      .update(subscribers)
      .set({ email: `moved-${displaced?.id ?? ''}@nobody.invalid`, consent: 'unsubscribed', changedAt: now })
      .where(of(shop, displaced?.id ?? '')),
    db
      .insert(consentLog)
      .select(
        sql`select null, ${shop}, ${subscribers.id}, 'unsubscribed', 'address moved', ${now}, null, null, null, null from ${subscribers} where ${of(shop, displaced?.id ?? '')} or (${of(shop, left ? person : '')} and ${subscribers.consent} <> 'unsubscribed')`,
      ),
    db
      .update(subscribers)
      .set({ email: to, changedAt: now })
      .where(and(of(shop, person), ne(subscribers.email, to))),
    db
      .update(subscribers)
      .set({ consent: 'unsubscribed' })
      .where(of(shop, left ? person : '')),
    db.select({ consent: subscribers.consent }).from(subscribers).where(of(shop, person)),
  ]);
  return {
    consent: consentSchema.parse(rows[0]?.consent ?? 'unsubscribed'),
    displaced: (displaced?.id ?? null) as PersonId | null,
  };
}
