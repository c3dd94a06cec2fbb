// Whom the events of one browser name, and what speaks for it.
import type { SubscriberClaim } from '@winback/db';
import { nameSubscriber, putSubscriber } from '@winback/db';
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
  shop: ShopId;
  events: readonly BeaconEvent[];
  /** The browser; null: the shop's own server. */
  visitor: VisitorId | null;
  /** From which address it was said. */
  ip: string | null;
}

/** The person whom these events name last, stored as a subscriber; null: they name nobody. */
export async function claimIn(
  env: Env,
  { shop, events, visitor, ip }: ClaimedBy,
  now: number,
): Promise<Claimed | null> {
  const named = lastNamed(events);
  if (!named) return null;
  const { email, consent, source, name, proof } = named;
  const id = newToken() as PersonId;
  const claim = { id, email, consent, source, name, now, ip, namedBy: visitor };
  const stored = await putSubscriber(databaseOf(env), shop, claim);
  const person = { id: stored.id, consent: stored.consent };
  await nameSubscriber(databaseOf(env), shop, stored.id, namesIn(events));
  if (visitor === null) return { person, proof: 'proven' };
  return { person, proof: stored.namedBy === visitor ? 'first' : proof };
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
