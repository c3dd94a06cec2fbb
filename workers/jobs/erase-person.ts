// The raw events of a person who is being forgotten: their lines leave the lake, object by object, a page at a time. Where it
// was is written down after each page; doing a page twice is doing it once.
import type { StoredErasure } from '@winback/db';
import { endErasure, erasureById, moveErasure } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { eraseLeftovers, eraseStores } from '../erase.ts';
import { lakePrefix, packed, unpacked } from '../lake.ts';

const pageSize = 50;
const pagesAJob = 5;
const atOnce = 5;
/** Clocks of the lake and of the Worker may differ by so much. */
const clockSlackMs = 60_000;

/** Goes on with an erasure: as far as one job may, then by the next. */
export async function eraseOn(env: Env, shop: ShopId, id: string): Promise<void> {
  const now = Date.now();
  const known = await erasureById(databaseOf(env), shop, id);
  if (!known || known.endedAt !== null) return env.SHOP.getByName(shop).erasureEnded({ erasure: id });
  const erasure = known.progress.step === 'stores' ? await eraseStores(env, shop, known, now) : known;
  if (erasure.progress.step === 'second-look') return lookAgain(env, shop, erasure, now);
  const done = await passThrough(env, shop, erasure);
  if (!done) return askOn(env, shop, id);
  const progress = { ...erasure.progress, step: 'second-look', after: '' } as const;
  await moveErasure(databaseOf(env), shop, erasure.id, { progress });
}

/** What was under way when it began has come to its end after a lease: only then is everything looked at for the last time. */
async function lookAgain(env: Env, shop: ShopId, erasure: StoredErasure, now: number): Promise<void> {
  if (now < erasure.startedAt + settingsOf(env).LEASE_MS) return; // the Shop asks again
  const db = databaseOf(env);
  const visitors = await eraseLeftovers(env, shop, erasure, now);
  await moveErasure(db, shop, erasure.id, { progress: erasure.progress, visitors });
  const since = erasure.startedAt - clockSlackMs;
  if (!(await passThrough(env, shop, { ...erasure, visitors }, since))) return askOn(env, shop, erasure.id);
  await endErasure(db, shop, erasure.id, now);
  await env.SHOP.getByName(shop).erasureEnded({ erasure: erasure.id });
}

async function askOn(env: Env, shop: ShopId, erasure: string): Promise<void> {
  await env.JOBS.send({ kind: 'erase-person', shop, erasure });
}

/** Goes through objects, of those written since a moment only if one is given. True when there are no more. */
async function passThrough(env: Env, shop: ShopId, erasure: StoredErasure, writtenSince = 0): Promise<boolean> {
  let { progress } = erasure;
  for (let page = 0; page < pagesAJob; page += 1) {
    const startAfter = progress.after || progress.from;
    const { objects, truncated } = await env.LAKE.list({ prefix: lakePrefix(shop), startAfter, limit: pageSize });
    const wanted = objects.filter(({ key, uploaded }) => key.endsWith('.gz') && uploaded.getTime() >= writtenSince);
    await eachOf(wanted, atOnce, ({ key }) => eraseIn(env.LAKE, key, erasure.visitors));
    const last = objects.at(-1);
    if (last) {
      progress = { ...progress, after: last.key };
      await moveErasure(databaseOf(env), shop, erasure.id, { progress });
    }
    if (!truncated) return true;
  }
  return false;
}

/** Rewrites an object without the lines of these Visitors; without any line it goes. Throws where it was written meanwhile. */
async function eraseIn(lake: R2Bucket, key: string, visitors: readonly string[]): Promise<void> {
  const object = await lake.get(key);
  if (!object) return;
  const beginnings = visitors.map((visitor) => `{"visitor":${JSON.stringify(visitor)},`);
  const lines = await unpacked(object.body);
  const kept = lines.filter((line) => !beginnings.some((beginning) => line.startsWith(beginning)));
  if (kept.length === lines.length) return;
  if (kept.length === 0) return lake.delete(key);
  const { etag: etagMatches, httpMetadata } = object;
  const body = await packed(kept);
  const put = await lake.put(key, body, { onlyIf: { etagMatches }, ...(httpMetadata ? { httpMetadata } : {}) });
  if (!put) throw new Error('an object of raw events was written while it was gone through');
}
