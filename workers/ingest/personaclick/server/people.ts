// People in bulk: `/import/audience` and `/import/suppressed`. An import turns nothing back that somebody refused.
import { addToSegment, importPeople, suppressAll } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { Hono } from 'hono';
import { databaseOf } from '../../../env.ts';
import { succeeded } from '../answers.ts';
import type { WireContext, WireEnv } from '../call.ts';
import { addressOf, arrivingOf } from './audience-item.ts';
import type { RefusedItem } from './batch.ts';
import { lastOfEach, readEach, reportOf } from './batch.ts';
import type { Batch, ImportCall } from './import-call.ts';
import type { Imported } from './importing.ts';
import { importing } from './importing.ts';
import { noteItems } from './note-items.ts';
import { segmentIn } from './segment-id.ts';
import { tellConsentLater } from './tell-later.ts';

const mostPeople = 5_000;

export const people = new Hono<WireEnv>()
  .post('/import/audience', (c) => importing(c, (call) => takeAudience(c, call)))
  .post('/import/suppressed', (c) => importing(c, (call) => takeSuppressed(c, call)));

async function takeAudience(c: WireContext, call: ImportCall): Promise<Imported> {
  const { shop, params, now } = call;
  const segment = () => (params['segment_id'] === undefined ? null : segmentIn(params));
  segment(); // a wrong one is refused before anybody is taken
  const ids: PersonId[] = [];
  const sum = await sumOf(c, call, async ({ from, items }) => {
    const { good, refused } = readEach(items, arrivingOf, from);
    const list = lastOfEach(good, (one) => one.email);
    const arrived = await importPeople(databaseOf(c.env), shop, list, { source: 'import', now, ip: null });
    ids.push(...arrived.map((one) => one.id));
    // Nobody's home waits for letters to somebody who was never heard of.
    const changed = arrived.filter((one) => one.consentChanged && !one.created).map((one) => one.id);
    await tellConsentLater(c.env, shop, changed);
    return { accepted: good.length, refused };
  });
  const into = segment();
  if (into !== null) await addToSegment(databaseOf(c.env), shop, into, { people: ids, now });
  return sum;
}

function takeSuppressed(c: WireContext, call: ImportCall): Promise<Imported> {
  const { shop, now } = call;
  return sumOf(c, call, async ({ from, items }) => {
    const { good, refused } = readEach(items, addressOf, from);
    await suppressAll(databaseOf(c.env), shop, [...new Set(good)], { reason: 'imported: the shop’s own list', now });
    return { accepted: good.length, refused };
  });
}

/** Takes the list in its batches. */
async function sumOf(
  c: WireContext,
  call: ImportCall,
  take: (batch: Batch) => Promise<Omit<Imported, 'answer'>>,
): Promise<Imported> {
  let accepted = 0;
  const refused: RefusedItem[] = [];
  for await (const batch of call.batches('audience', mostPeople)) {
    const taken = await take(batch);
    accepted += taken.accepted;
    refused.push(...taken.refused);
  }
  noteItems(c, call, 'audience', refused);
  return { answer: succeeded(c, reportOf(accepted, refused)), accepted, refused };
}
