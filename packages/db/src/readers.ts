import type { Consent, PersonId, ShopId } from '@winback/domain';
import { consentSchema } from '@winback/domain';
import { and, eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { subscribers } from './schema.ts';

/** Whoever a letter is written to, with everything that a letter may say of them. */
export interface Reader {
  id: string;
  email: string;
  name: string | null;
  consent: Consent;
  confirmedAt: number | null;
  phone: string | null;
  externalId: string | null;
  /** By the names of the shop's own system. */
  profile: Record<string, unknown>;
}

export async function readerOf(db: Database, shop: ShopId, person: PersonId): Promise<Reader | null> {
  const { id, email, name, consent, confirmedAt, phone, externalId, profile } = subscribers;
  const [row] = await db
    .select({ id, email, name, consent, confirmedAt, phone, externalId, profile })
    .from(subscribers)
    .where(and(eq(subscribers.shop, shop), eq(subscribers.id, person)))
    .limit(1);
  if (!row) return null;
  return {
    ...row,
    consent: consentSchema.parse(row.consent),
    profile: JSON.parse(row.profile) as Record<string, unknown>,
  };
}
