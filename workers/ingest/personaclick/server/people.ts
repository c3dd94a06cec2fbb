// People in bulk: `/import/audience` and `/import/suppressed`. An import turns nothing back that somebody refused.
import { addToSegment, importPeople, suppressAll } from '@winback/db';
import { Hono } from 'hono';
import { databaseOf } from '../../../env.ts';
import { succeeded } from '../answers.ts';
import type { WireCall, WireContext, WireEnv } from '../call.ts';
import { addressOf, arrivingOf } from './audience-item.ts';
import { itemsIn, lastOfEach, readEach, reportOf } from './batch.ts';
import type { Imported } from './importing.ts';
import { importing } from './importing.ts';
import { noteItems } from './note-items.ts';
import { segmentIn } from './segment-id.ts';
import { tellConsentLater } from './tell-later.ts';

const mostPeople = 5_000;

export const people = new Hono<WireEnv>()
  .post('/import/audience', (c) => importing(c, (call) => takeAudience(c, call)))
  .post('/import/suppressed', (c) => importing(c, (call) => takeSuppressed(c, call)));

async function takeAudience(c: WireContext, call: WireCall): Promise<Imported> {
  const { shop, params, now } = call;
  const segment = params['segment_id'] === undefined ? null : segmentIn(params);
  const { good, refused } = readEach(itemsIn(params, 'audience', mostPeople), arrivingOf);
  const list = lastOfEach(good, (one) => one.email);
  const arrived = await importPeople(databaseOf(c.env), shop, list, { source: 'import', now, ip: null });
  const ids = arrived.map((one) => one.id);
  if (segment !== null) await addToSegment(databaseOf(c.env), shop, segment, { people: ids, now });
  // Nobody's home waits for letters to somebody who was never heard of.
  const changed = arrived.filter((one) => one.consentChanged && !one.created).map((one) => one.id);
  await tellConsentLater(c.env, shop, changed);
  noteItems(c, call, 'audience', refused);
  return { answer: succeeded(c, reportOf(good.length, refused)), accepted: good.length, refused };
}

async function takeSuppressed(c: WireContext, call: WireCall): Promise<Imported> {
  const { shop, params, now } = call;
  const { good, refused } = readEach(itemsIn(params, 'audience', mostPeople), addressOf);
  await suppressAll(databaseOf(c.env), shop, [...new Set(good)], { reason: 'imported: the shop’s own list', now });
  noteItems(c, call, 'audience', refused);
  return { answer: succeeded(c, reportOf(good.length, refused)), accepted: good.length, refused };
}
