// Whom a shop's server means: an address is a subscriber, new or known; the shop's own id and a phone are names of one.
import type { NamedSubscriber } from '@winback/db';
import { nameSubscriber, subscribersNamed } from '@winback/db';
import type { BeaconEvent, EmailAddress, ShopId } from '@winback/domain';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Claimed } from '../visitor/answers.ts';
import { claimIn } from './claim.ts';
import type { ServerItem } from './server-batch.ts';

const atOnce = 6;

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
  const claims: Addressed[] = [];
  await eachOf([...byAddress], atOnce, async ([email, theirs]) => {
    const before = known.get(email);
    const claim =
      before && !saysMore(theirs, before) ? claimOf(before) : await claimedBy(env, shop, { email, items: theirs }, now);
    claims.push({ items: theirs, claim });
  });
  return claims;
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

async function claimedBy(
  env: Env,
  shop: ShopId,
  { email, items }: { email: EmailAddress; items: readonly ServerItem[] },
  now: number,
): Promise<Claimed> {
  // That the server names an address is an identification which agrees to nothing; what the events say besides counts too.
  const word: BeaconEvent = { id: 'by-the-server', at: now, type: 'identify', email, consent: false, source: 'server' };
  const events = [...items.map(({ event }) => event), word];
  const claim = await claimIn(env, { shop, events, visitor: null, ip: null }, now);
  if (!claim) throw new Error('events that name an address name somebody');
  const externalId = items.findLast(({ person }) => person.externalId)?.person.externalId;
  const phone = items.findLast(({ person }) => person.phone)?.person.phone;
  await nameSubscriber(databaseOf(env), shop, claim.person.id, { externalId, phone });
  return claim;
}
