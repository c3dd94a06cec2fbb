// A beacon that may be trusted goes to its Visitor. Who the browser says it is becomes a subscriber first, so that the
// Visitor learns it in the same call that stores the events.
import { putDevice, putSubscriber } from '@winback/db';
import type { Beacon, BeaconEvent, EmailAddress, PersonId, Result } from '@winback/domain';
import { deviceName, newToken, ok, refuse } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import type { Person, RecordAnswer } from '../visitor/answers.ts';
import type { Refusal } from './parse.ts';

export async function storeBeacon(
  env: Env,
  beacon: Beacon,
  now: number,
): Promise<Result<{ accepted: number; repeated: number }, Refusal>> {
  const settings = await shopSettings(env, beacon.shop, now);
  if (!settings) return refuse(unknownShop());
  const person = await personOf(env, beacon, now);
  const name = deviceName(beacon.shop, beacon.visitor);
  const answer = await recordAt(env, name, beacon.events, person);
  if (answer.kind === 'stored') return ok({ accepted: answer.accepted, repeated: answer.repeated });
  const atHome = await recordAt(env, answer.home, answer.events, person);
  if (atHome.kind !== 'stored') throw new Error('a home must not move');
  return ok({ accepted: atHome.accepted, repeated: beacon.events.length - atHome.accepted });
}

function recordAt(env: Env, name: string, events: BeaconEvent[], person: Person | null): Promise<RecordAnswer> {
  return env.VISITOR.getByName(name).record({ name, events, person });
}

interface Claim {
  email: EmailAddress;
  consent: 'none' | 'subscribed';
  source: string;
  name: string | null;
}

/** The last address that the events name. An order's address says who bought, never that letters are welcome. */
function claimOf(events: readonly BeaconEvent[]): Claim | null {
  const claims = events.flatMap((event): Claim[] => {
    if (event.type === 'identify') {
      return [
        {
          email: event.email,
          consent: event.consent ? 'subscribed' : 'none',
          source: event.source,
          name: event.name ?? null,
        },
      ];
    }
    if (event.type === 'purchase' && event.email)
      return [{ email: event.email, consent: 'none', source: 'order', name: null }];
    return event.type === 'watch' && event.email
      ? [{ email: event.email, consent: 'none', source: 'product watch', name: null }]
      : [];
  });
  const last = claims.at(-1);
  if (!last) return null;
  const same = claims.filter((claim) => claim.email === last.email);
  const agreed = same.findLast((claim) => claim.consent === 'subscribed');
  return {
    ...last,
    ...(agreed ? { consent: agreed.consent, source: agreed.source } : {}),
    name: same.findLast((claim) => claim.name)?.name ?? null,
  };
}

async function personOf(env: Env, beacon: Beacon, now: number): Promise<Person | null> {
  const claim = claimOf(beacon.events);
  if (!claim) return null;
  const db = databaseOf(env);
  const id = newToken() as PersonId;
  const subscriber = await putSubscriber(db, beacon.shop, { id, ...claim, now });
  await putDevice(db, beacon.shop, beacon.visitor, subscriber.id, now);
  return { id: subscriber.id, consent: subscriber.consent };
}

export function unknownShop(): Refusal {
  const message = 'there is no shop with this id: copy the snippet from the Install page';
  return {
    status: 404,
    reason: 'unknown-shop',
    message,
    problems: [{ path: 'shop', code: 'unknown', message }],
    shop: null,
    sample: '',
  };
}
