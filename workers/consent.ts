// Consent that changes on a page or by another system: told to the database first, so that nothing composes any more, then to
// the person's Visitor, which stops what waits, or goes on where a yes was missing.
import { confirmSubscription, refuseConfirmation, resubscribe, subscriberById, unsubscribe } from '@winback/db';
import type { Consent, PersonId, ShopId } from '@winback/domain';
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
  await tellHome(env, shop, person, 'unsubscribed');
}

/** What somebody answers to the letter that asked them. */
export interface Answer {
  askedAt: number;
  now: number;
  source: string;
  ip: string | null;
  /** What the page said that they answered to. */
  wording: string;
}

/** The person confirms their address. Any number of times is once. Answers the consent as it is then; null: they are forgotten. */
export async function confirmPerson(env: Env, shop: ShopId, person: PersonId, by: Answer): Promise<Consent | null> {
  const consent = await confirmSubscription(databaseOf(env), shop, person, by);
  if (consent === 'subscribed') await tellHome(env, shop, person, consent);
  return consent;
}

/** Who left comes back by the link of a letter. Answers the consent as it is then; null: they are forgotten. */
export async function resubscribePerson(
  env: Env,
  shop: ShopId,
  person: PersonId,
  by: Omit<Answer, 'askedAt'>,
): Promise<Consent | null> {
  const consent = await resubscribe(databaseOf(env), shop, person, by);
  if (consent === 'subscribed') await tellHome(env, shop, person, consent);
  return consent;
}

/** The person says that it was not them who left the address. */
export async function refusePerson(env: Env, shop: ShopId, person: PersonId, by: Answer): Promise<void> {
  const db = databaseOf(env);
  if ((await subscriberById(db, shop, person)) === null) return; // forgotten: no store of theirs is made anew
  await refuseConfirmation(db, shop, person, by);
  await tellHome(env, shop, person, 'unsubscribed');
}

async function tellHome(env: Env, shop: ShopId, person: PersonId, consent: Consent): Promise<void> {
  const name = homeName(shop, person);
  await env.VISITOR.getByName(name).consentChanged({ name, person: { id: person, consent } });
}
