// Consent that changes outside of letters' own doors: told to the database first, so that nothing composes any more, then to
// the person's Visitor, which stops what waits.
import { subscriberById, unsubscribe } from '@winback/db';
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
  const db = databaseOf(env);
  if ((await subscriberById(db, shop, person)) === null) return; // forgotten: no store of theirs is made anew
  await unsubscribe(db, shop, person, by);
  const name = homeName(shop, person);
  await env.VISITOR.getByName(name).consentChanged({ name, person: { id: person, consent: 'unsubscribed' } });
}
