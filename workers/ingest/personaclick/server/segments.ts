// Lists of people that the shop's systems keep by number.
import { addToSegment, importPeople, segmentsOf, takeFromSegment } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { newToken } from '@winback/domain';
import { Hono } from 'hono';
import { databaseOf } from '../../../env.ts';
import { answered, succeeded } from '../answers.ts';
import type { WireCall, WireContext, WireEnv } from '../call.ts';
import { callOf, secretCallOf } from '../call.ts';
import { personBehind } from '../person.ts';
import { noteOf } from '../take.ts';
import type { Who } from '../who.ts';
import { whoIn } from '../who.ts';
import { personIn } from './person-in.ts';
import { segmentIn } from './segment-id.ts';

export const segments = new Hono<WireEnv>()
  .post('/segments/add', async (c) => {
    const call = await callOf(c);
    const segment = segmentIn(call.params);
    const who = await whoIn(c, call);
    const behind = await personBehind(c.env, call.shop, who);
    const person = behind?.person ?? (await newcomer(c, call, who));
    // A browser that nobody owns is in no list of people; its client would do nothing with a refusal.
    if (!person) noteOf(c, call, 'unproven-identity');
    else await addToSegment(databaseOf(c.env), call.shop, segment, { people: [person], now: call.now });
    return succeeded(c);
  })
  .post('/segments/remove', async (c) => {
    const call = await callOf(c);
    const segment = segmentIn(call.params);
    const person = await personIn(c, call);
    if (person) await takeFromSegment(databaseOf(c.env), call.shop, segment, person);
    return succeeded(c);
  })
  .on(['GET', 'POST'], '/segments/get', async (c) => {
    const call = await callOf(c);
    const person = await personIn(c, call);
    const ids = person ? await segmentsOf(databaseOf(c.env), call.shop, person) : [];
    return answered(
      c,
      ids.map((id) => ({ id, type: 'static' })),
    );
  })
  .on(['GET', 'POST'], '/segments/includes', async (c) => {
    const call = await secretCallOf(c);
    const segment = segmentIn(call.params);
    const person = await personIn(c, call);
    const ids = person ? await segmentsOf(databaseOf(c.env), call.shop, person) : [];
    return answered(c, ids.includes(segment));
  });

/** An address that only the shop's server knows so far. It agrees to nothing by being in a list. */
async function newcomer(c: WireContext, { shop, now }: WireCall, who: Who): Promise<PersonId | null> {
  const { vouched, email, externalId, phone } = who;
  if (!vouched || email === null) return null;
  const one = { id: newToken() as PersonId, email, name: null, externalId, phone, kinds: {}, profile: {} };
  const [arrived] = await importPeople(databaseOf(c.env), shop, [one], { source: 'segment', now, ip: null });
  return arrived?.id ?? null;
}
