// Whom the events of one browser name, and what speaks for it.
import type { Names, SubscriberClaim } from '@winback/db';
import { nameSubscribers, putSubscribers } from '@winback/db';
import type { BeaconEvent, EmailAddress, PersonId, ShopId, VisitorId } from '@winback/domain';
import { newToken } from '@winback/domain';
import type { Proof } from '@winback/engine/consent';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Claimed } from '../visitor/answers.ts';

interface Named {
  email: EmailAddress;
  consent: SubscriberClaim['consent'];
  source: string;
  name: string | null;
  proof: Proof;
}

export interface ClaimedBy {
  events: readonly BeaconEvent[];
  /** The browser; null: the shop's own server. */
  visitor: VisitorId | null;
  /** From which address it was said. */
  ip: string | null;
  /** What the shop's own systems call the person, beside what the events say. */
  names?: Names;
}

/** The person whom these events name last, stored as a subscriber; null: they name nobody. */
export async function claimIn(
  env: Env,
  { shop, ...by }: ClaimedBy & { shop: ShopId },
  now: number,
): Promise<Claimed | null> {
  const [claim] = (await claimsIn(env, shop, [by], now)).values();
  return claim ?? null;
}

/** The same for many at once, by address; no two of them name the same. */
export async function claimsIn(
  env: Env,
  shop: ShopId,
  list: readonly ClaimedBy[],
  now: number,
): Promise<Map<EmailAddress, Claimed>> {
  const db = databaseOf(env);
  const told = list.flatMap((by) => {
    const named = lastNamed(by.events);
    return named ? [{ by, named }] : [];
  });
  const stored = await putSubscribers(
    db,
    shop,
    told.map(({ by: { visitor, ip }, named: { proof: _proof, ...named } }) => ({
      ...named,
      id: newToken() as PersonId,
      now,
      ip,
      namedBy: visitor,
    })),
  );
  const claims = new Map<EmailAddress, Claimed>();
  const names: (Names & { person: PersonId })[] = [];
  for (const { by, named } of told) {
    const known = stored.get(named.email);
    if (!known) throw new Error('a subscriber was not stored');
    names.push({ person: known.id, ...namesIn(by.events), ...by.names });
    const proof = by.visitor === null ? 'proven' : known.namedBy === by.visitor ? 'first' : named.proof;
    claims.set(named.email, { person: { id: known.id, consent: known.consent }, proof });
  }
  await nameSubscribers(db, shop, names);
  return claims;
}

/** The last address that the events name. An order's address says who bought, never that letters are welcome. */
function lastNamed(events: readonly BeaconEvent[]): Named | null {
  const all = events.flatMap((event): Named[] => {
    if (event.type === 'identify') {
      const { email, consent, source, name } = event;
      const said = consent
        ? ({ consent: 'subscribed', proof: 'agreed' } as const)
        : ({ consent: 'none', proof: 'named' } as const);
      return [{ email, source, name: name ?? null, ...said }];
    }
    if (event.type === 'purchase' && event.email)
      return [{ email: event.email, consent: 'none', source: 'order', name: null, proof: 'bought' }];
    return event.type === 'watch' && event.email
      ? [{ email: event.email, consent: 'none', source: 'product watch', name: null, proof: 'named' }]
      : [];
  });
  const last = all.at(-1);
  if (!last) return null;
  const same = all.filter((one) => one.email === last.email);
  const agreed = same.findLast((one) => one.consent === 'subscribed');
  return {
    ...last,
    ...(agreed ? { consent: agreed.consent, source: agreed.source } : {}),
    proof: agreed?.proof ?? same.find((one) => one.proof === 'bought')?.proof ?? last.proof,
    name: same.findLast((one) => one.name)?.name ?? null,
  };
}

/** What a profile calls its person besides the address: the words of the wire (`phone`, `external_id`). */
function namesIn(events: readonly BeaconEvent[]): { phone?: string; externalId?: string } {
  const profiles = events.flatMap((event) => (event.type === 'profile' ? [event.fields] : []));
  const fields: Record<string, unknown> = Object.assign({}, ...profiles);
  const { phone, external_id: externalId } = fields;
  return {
    ...(typeof phone === 'string' && phone ? { phone: phone.slice(0, 32) } : {}),
    ...(typeof externalId === 'string' && externalId ? { externalId: externalId.slice(0, 128) } : {}),
  };
}
