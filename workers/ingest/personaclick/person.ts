// The person behind a call, as far as the call may know them: the shop's own server names anybody, a browser only whom it
// belongs to.

import { findSubscriber, ownerOfDevice, subscriberById } from '@winback/db';
import type { PersonId, ShopId, SubscriberRow } from '@winback/domain';
import { deviceName, homeName, personIdSchema } from '@winback/domain';
import type { Env } from '../../env.ts';
import { databaseOf } from '../../env.ts';
import type { VisitorTimeline } from '../../visitor/answers.ts';
import type { Who } from './who.ts';

export interface Behind extends SubscriberRow {
  person: PersonId;
}

/** Null: nobody is known. */
export async function personBehind(env: Env, shop: ShopId, who: Who): Promise<Behind | null> {
  const named = who.vouched ? await findSubscriber(databaseOf(env), shop, namesOf(who)) : null;
  if (named) return { ...named, person: personIdSchema.parse(named.id) };
  const owner = who.visitor === null ? null : await ownerOfDevice(databaseOf(env), shop, who.visitor);
  const row = owner === null ? null : await subscriberById(databaseOf(env), shop, owner);
  return owner !== null && row ? { ...row, person: owner } : null;
}

function namesOf({ email, phone, externalId }: Who) {
  return { ...(email ? { email } : {}), ...(phone ? { phone } : {}), ...(externalId ? { externalId } : {}) };
}

/** What somebody did, where it is kept: their browser's, or the home of the person it belongs to. */
export async function timelineBehind(env: Env, shop: ShopId, who: Who): Promise<VisitorTimeline | null> {
  const behind = await personBehind(env, shop, who);
  if (behind) return env.VISITOR.getByName(homeName(shop, behind.person)).timeline();
  return who.visitor === null ? null : env.VISITOR.getByName(deviceName(shop, who.visitor)).timeline();
}
