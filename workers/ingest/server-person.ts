// Whom a shop's server means: an address is a subscriber, new or known; the shop's own id and a phone are names of one.
import type { NamedSubscriber } from '@winback/db';
import { subscribersNamed } from '@winback/db';
import type { BeaconEvent, EmailAddress, ShopId } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Claimed } from '../visitor/answers.ts';
import type { ClaimedBy } from './claim.ts';
import { claimsIn } from './claim.ts';
import type { ServerItem } from './server-batch.ts';

/** Each item's person; items without one are left out. Addresses come first: a name that one item gives, another may use. */
export async function personsOf(
  env: Env,
  shop: ShopId,
  items: readonly ServerItem[],
  now: number,
): Promise<Map<ServerItem, Claimed>> {
  const found = new Map<ServerItem, Claimed>();
  for (const { items: theirs, claim } of await claimsByAddress(env, shop, items, now))
    for (const item of theirs) found.set(item, claim);
  const nameless = items.filter((item) => item.email === null);
  const db = databaseOf(env);
  const [byId, byPhone] = await Promise.all([
    subscribersNamed(
      db,
      shop,
      'externalId',
      nameless.flatMap(({ person }) => person.externalId ?? []),
    ),
    subscribersNamed(
      db,
      shop,
      'phone',
      nameless.flatMap(({ person }) => person.phone ?? []),
    ),
  ]);
  for (const item of nameless) {
    const known = byId.get(item.person.externalId ?? '') ?? byPhone.get(item.person.phone ?? '');
    if (known) found.set(item, claimOf(known));
  }
  return found;
}

interface Addressed {
  items: ServerItem[];
  claim: Claimed;
}

async function claimsByAddress(
  env: Env,
  shop: ShopId,
  items: readonly ServerItem[],
  now: number,
): Promise<Addressed[]> {
  const byAddress = new Map<EmailAddress, ServerItem[]>();
  for (const item of items)
    if (item.email !== null) byAddress.set(item.email, [...(byAddress.get(item.email) ?? []), item]);
  const known = await subscribersNamed(databaseOf(env), shop, 'email', [...byAddress.keys()]);
  const news = [...byAddress].filter(([email, theirs]) => {
    const before = known.get(email);
    return !before || saysMore(theirs, before);
  });
  const told = await claimsIn(
    env,
    shop,
    news.map(([email, theirs]) => wordOf(email, theirs, now)),
    now,
  );
  return [...byAddress].flatMap(([email, theirs]): Addressed[] => {
    const before = known.get(email);
    const claim = told.get(email) ?? (before ? claimOf(before) : null);
    return claim ? [{ items: theirs, claim }] : [];
  });
}

function claimOf({ id, consent }: NamedSubscriber): Claimed {
  return { person: { id, consent }, proof: 'proven' };
}

/** Whether the items say of a known person what the database does not know. */
function saysMore(items: readonly ServerItem[], known: NamedSubscriber): boolean {
  return items.some(
    ({ event, person }) =>
      event.type === 'identify' ||
      event.type === 'profile' ||
      (person.externalId ?? known.externalId) !== known.externalId ||
      (person.phone ?? known.phone) !== known.phone,
  );
}

/** That the server names an address is an identification which agrees to nothing; what the events say besides counts too. */
function wordOf(email: EmailAddress, items: readonly ServerItem[], now: number): ClaimedBy {
  const word: BeaconEvent = { id: 'by-the-server', at: now, type: 'identify', email, consent: false, source: 'server' };
  const externalId = items.findLast(({ person }) => person.externalId)?.person.externalId;
  const phone = items.findLast(({ person }) => person.phone)?.person.phone;
  const names = { ...(externalId ? { externalId } : {}), ...(phone ? { phone } : {}) };
  return { events: [...items.map(({ event }) => event), word], visitor: null, ip: null, names };
}
