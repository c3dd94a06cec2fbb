// A person is forgotten: tables, the person's home and browsers, what is under way, raw events, in this order. Every step may
// run twice and be cut short anywhere: the row in `erasures` says how far it came, and the Shop asks until it has ended.
import type { StoredErasure } from '@winback/db';
import { beginErasure, devicesOf, erasureById, forgetPerson, moveErasure, subscriberById } from '@winback/db';
import type { Erasure, PersonId, ShopId } from '@winback/domain';
import { deviceName, homeName } from '@winback/domain';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';
import { hourOfKey, hourPrefix } from './lake.ts';
import { forgetTried } from './simulation.ts';

/** A server may tell of events of this age: nobody's past begins later than so long before their address was known. */
const backdatedMs = 31 * 86_400_000;

/**
 * Begins to forget a person, or goes on with it. When this returns, no table, no letter and no Visitor knows them; the raw events
 * follow in the background. Null: there is no such person and never was.
 */
export async function erasePerson(env: Env, shop: ShopId, person: PersonId, now: number): Promise<Erasure | null> {
  const begun = (await erasureById(databaseOf(env), shop, person)) ?? (await begin(env, shop, person, now));
  if (!begun) return null;
  const erasure = begun.progress.step === 'stores' ? await eraseStores(env, shop, begun, now) : begun;
  if (erasure.endedAt === null) await env.JOBS.send({ kind: 'erase-person', shop, erasure: person });
  return toldErasure(erasure);
}

/** An erasure as the API tells it. */
export function toldErasure({ id, progress, startedAt, endedAt }: StoredErasure): Erasure {
  const { step, after } = progress;
  return { id, step, startedAt, endedAt, upTo: step === 'stores' ? null : hourOfKey(after) };
}

/** The person leaves the tables and their Visitors; the raw events come next. */
export async function eraseStores(env: Env, shop: ShopId, erasure: StoredErasure, now: number): Promise<StoredErasure> {
  const { id, startedAt } = erasure;
  const home = homeName(shop, id);
  const visitors = [...new Set([...erasure.visitors, ...(await browsersOf(env, shop, id))])];
  await env.SHOP.getByName(shop).erasureBegan({ shop, erasure: id, visitors, at: startedAt });
  await forgetTried(env, shop);
  await forgetPerson(databaseOf(env), shop, id, { visitors, before: startedAt, now });
  // The home last: a browser on its way there would bring its state to an empty house.
  for (const name of visitors.filter((one) => one !== home)) await env.VISITOR.getByName(name).erase();
  await env.VISITOR.getByName(home).erase();
  const progress = { ...erasure.progress, step: 'first-look', after: '' } as const;
  await moveErasure(databaseOf(env), shop, id, { progress, visitors });
  return { ...erasure, visitors, progress };
}

/**
 * The same once more, for what was under way the first time. A browser that was erased then is somebody's anew, unless it still
 * points to the home that is gone.
 */
export async function eraseLeftovers(env: Env, shop: ShopId, erasure: StoredErasure, now: number): Promise<string[]> {
  const { id, startedAt } = erasure;
  const home = homeName(shop, id);
  const found = await browsersOf(env, shop, id);
  const visitors = [...new Set([...erasure.visitors, ...found])];
  await forgetTried(env, shop);
  await forgetPerson(databaseOf(env), shop, id, { visitors, before: startedAt, now });
  for (const name of visitors.filter((one) => one !== home)) {
    const { erased } = await env.VISITOR.getByName(name).erase({ of: home });
    if (erased) await env.SHOP.getByName(shop).erasureBegan({ shop, erasure: id, visitors: [name], at: now });
  }
  await env.VISITOR.getByName(home).erase();
  return visitors;
}

async function begin(env: Env, shop: ShopId, person: PersonId, now: number): Promise<StoredErasure | null> {
  const db = databaseOf(env);
  const subscriber = await subscriberById(db, shop, person);
  if (!subscriber) return null;
  const visitors = [homeName(shop, person), ...(await browsersOf(env, shop, person))];
  const seen = await Promise.all(visitors.map((name) => env.VISITOR.getByName(name).timeline()));
  const firstAt = Math.min(subscriber.createdAt - backdatedMs, ...seen.flatMap((one) => one.firstAt ?? []));
  const progress = { step: 'stores', from: hourPrefix(shop, Math.max(0, firstAt)), after: '' } as const;
  await beginErasure(db, shop, { id: person, visitors, progress, startedAt: now });
  return erasureById(db, shop, person);
}

async function browsersOf(env: Env, shop: ShopId, person: PersonId): Promise<string[]> {
  const devices = await devicesOf(databaseOf(env), shop, person);
  return devices.map((visitor) => deviceName(shop, visitor));
}
