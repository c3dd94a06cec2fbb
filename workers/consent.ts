// Consent that changes outside of letters' own doors: told to the database first, so that nothing composes any more, then to
// the person's Visitor, which stops what waits.
import { unsubscribe } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { homeName } from '@winback/domain';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';

/** The person wants no more letters. May run any number of times. */
export async function unsubscribePerson(
  env: Env,
  shop: ShopId,
  person: PersonId,
  by: { source: string; now: number; ip?: string | null },
): Promise<void> {
  await unsubscribe(databaseOf(env), shop, person, by);
  const name = homeName(shop, person);
  await env.VISITOR.getByName(name).consentChanged({ name, person: { id: person, consent: 'unsubscribed' } });
}
