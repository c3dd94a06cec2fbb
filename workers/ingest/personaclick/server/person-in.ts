// The subscriber of a call: the one whom the shop's server names, or the owner of the browser. A browser's word about whose
// it is opens nobody's orders and segments.
import { findSubscriber, ownerOfDevice } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { personIdSchema } from '@winback/domain';
import { databaseOf } from '../../../env.ts';
import type { WireCall, WireContext } from '../call.ts';
import type { Who } from '../who.ts';
import { whoIn } from '../who.ts';

/** Null: nobody whom we know. Throws as `whoIn` does. */
export async function personIn(c: WireContext, call: WireCall): Promise<PersonId | null> {
  return personWho(c, call, await whoIn(c, call));
}

export async function personWho(c: WireContext, { shop }: WireCall, who: Who): Promise<PersonId | null> {
  const { vouched, visitor, email, phone, externalId } = who;
  const db = databaseOf(c.env);
  const names = {
    ...(email ? { email } : {}),
    ...(phone ? { phone } : {}),
    ...(externalId ? { externalId } : {}),
  };
  const named = vouched ? await findSubscriber(db, shop, names) : null;
  if (named) return personIdSchema.parse(named.id);
  return visitor === null ? null : ownerOfDevice(db, shop, visitor);
}
