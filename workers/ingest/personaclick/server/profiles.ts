// A person is called otherwise, or is forgotten, because the shop's system says so.
import { findSubscriber, moveEmail, moveName } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { parseEmailAddress, personIdSchema } from '@winback/domain';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Env } from '../../../env.ts';
import { databaseOf } from '../../../env.ts';
import { erasePerson } from '../../../erase.ts';
import { succeeded } from '../answers.ts';
import type { WireCall, WireContext, WireEnv } from '../call.ts';
import { secretCallOf } from '../call.ts';
import { flagIn, textIn } from '../params.ts';
import { personIn } from './person-in.ts';
import { tellConsentLater } from './tell-later.ts';

export const profiles = new Hono<WireEnv>()
  .post('/profile/force_change_email', async (c) => {
    const call = await secretCallOf(c);
    const said = changeIn(call, 'email');
    const [old, to] = [parseEmailAddress(said.old), parseEmailAddress(said.to)];
    if (!old || !to) throw new HTTPException(422, { message: 'Email is not valid' });
    const person = await personBy(c.env, call.shop, { email: old });
    const { displaced } = await moveEmail(databaseOf(c.env), call.shop, person, { to, now: call.now });
    await tellConsentLater(c.env, call.shop, [person, ...(displaced ? [displaced] : [])]);
    return succeeded(c);
  })
  .post('/profile/force_change_id', async (c) => {
    const call = await secretCallOf(c);
    const { old, to } = changeIn(call, 'id');
    return moveTo(c, call, { name: 'externalId', to, person: await personBy(c.env, call.shop, { externalId: old }) });
  })
  .post('/profile/force_change_phone', async (c) => {
    const call = await secretCallOf(c);
    const { old, to } = changeIn(call, 'phone');
    return moveTo(c, call, { name: 'phone', to, person: await personBy(c.env, call.shop, { phone: old }) });
  })
  // Raw events follow in the background; asked again, the person is not known.
  .delete('/profile/purge', async (c) => {
    const call = await secretCallOf(c);
    const person = await personIn(c, call);
    if (!person) throw new HTTPException(404, { message: 'Client not found' });
    await erasePerson(c.env, call.shop, person, call.now);
    return succeeded(c);
  });

async function moveTo(
  c: WireContext,
  { shop }: WireCall,
  { name, to, person }: { name: 'externalId' | 'phone'; to: string; person: PersonId },
): Promise<Response> {
  await moveName(databaseOf(c.env), shop, person, { name, to });
  return succeeded(c);
}

/** What is called how from now on. Throws 422 where a name is missing, too long, or the caller does not confirm. */
function changeIn({ params }: WireCall, name: 'email' | 'id' | 'phone'): { old: string; to: string } {
  const old = textIn(params, `old_${name}`);
  const to = textIn(params, `new_${name}`);
  const most = name === 'phone' ? 32 : 254;
  if (old === null || to === null || to.length > most)
    throw new HTTPException(422, { message: `old_${name} and new_${name} are needed` });
  if (flagIn(params, 'i_understand_what_i_am_doing') !== true)
    throw new HTTPException(422, { message: 'i_understand_what_i_am_doing is not true' });
  return { old, to };
}

async function personBy(
  env: Env,
  shop: ShopId,
  by: { email?: string; externalId?: string; phone?: string },
): Promise<PersonId> {
  const found = await findSubscriber(databaseOf(env), shop, by);
  if (!found) throw new HTTPException(404, { message: 'Client not found' });
  return personIdSchema.parse(found.id);
}
