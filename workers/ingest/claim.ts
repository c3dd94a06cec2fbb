// Whom the events of one browser name, and what speaks for it.
import type { Names } from '@winback/db';
import { nameSubscribers, putSubscribers } from '@winback/db';
import type { BeaconEvent, CaptureSettings, EmailAddress, PersonId, ShopId, VisitorId } from '@winback/domain';
import { lawIn, newToken } from '@winback/domain';
import type { Proof, Word } from '@winback/engine/consent';
import { answerTo, mayAsk, mustConfirm, wordOf } from '@winback/engine/consent';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { shopSettings } from '../shop-settings.ts';
import type { Claimed } from '../visitor/answers.ts';
import { askPerson, evidenceOf } from './asking.ts';

interface Named {
  email: EmailAddress;
  word: Word;
  source: string;
  name: string | null;
  proof: Proof;
  /** The event that said it, and the words beside its box. */
  event: string;
  wording: string | null;
}

/** Whom events name. `asked`: `enough` where they would be asked to confirm, and were asked as often as may be. */
export interface NamedPerson extends Claimed {
  asked?: 'enough';
}

export interface ClaimedBy {
  events: readonly BeaconEvent[];
  /** The browser; null: the shop's own server. */
  visitor: VisitorId | null;
  /** From which address it was said. */
  ip: string | null;
  /** From which country, as the edge knows it: two letters of ISO 3166-1; absent: it does not. */
  country?: string | null;
  /** The shop's own system says so, in the browser's name. */
  vouched?: 'proven';
  /** What the shop's own systems call the person, beside what the events say. */
  names?: Names;
}

/** The person whom these events name last, stored as a subscriber; null: they name nobody. */
export async function claimIn(
  env: Env,
  { shop, ...by }: ClaimedBy & { shop: ShopId },
  now: number,
): Promise<NamedPerson | null> {
  const [claim] = (await claimsIn(env, shop, [by], now)).values();
  return claim ?? null;
}

/** The same for many at once, by address; no two of them name the same. */
export async function claimsIn(
  env: Env,
  shop: ShopId,
  list: readonly ClaimedBy[],
  now: number,
): Promise<Map<EmailAddress, NamedPerson>> {
  if (!list.some((by) => by.events.some(namesSomebody))) return new Map();
  const db = databaseOf(env);
  const settings = await shopSettings(env, shop, now);
  if (!settings) throw new Error('this shop is not known');
  const { confirm } = settings.consent;
  // A shop that asks nobody asks nobody here either: the page where it says so tells what that means.
  const confirmFor = ({ country = null }: ClaimedBy) =>
    confirm !== 'never' && mustConfirm(country, lawIn(settings)) ? 'always' : confirm;
  const told = list.flatMap((by) => {
    const named = lastNamed(by, settings.capture);
    return named ? [{ by, named }] : [];
  });
  const stored = await putSubscribers(
    db,
    shop,
    told.map(({ by, by: { visitor, ip }, named }) => ({
      id: newToken() as PersonId,
      email: named.email,
      name: named.name,
      source: named.source,
      consent: answerTo(named.word, confirmFor(by)) === 'subscribe' ? 'subscribed' : 'none',
      ...evidenceOf(named, settings),
      now,
      ip,
      namedBy: visitor,
    })),
  );
  const claims = new Map<EmailAddress, NamedPerson>();
  const names: (Names & { person: PersonId })[] = [];
  for (const { by, named } of told) {
    const known = stored.get(named.email);
    if (!known) throw new Error('a subscriber was not stored');
    names.push({ person: known.id, ...namesIn(by.events), ...by.names });
    const proof = by.visitor === null ? 'proven' : known.namedBy === by.visitor ? 'first' : named.proof;
    const { word, email } = named;
    const person =
      (word === 'agreed' || word === 'captured') && mayAsk(known, word, confirmFor(by))
        ? await askPerson(env, { shop, settings }, { ...named, word, person: known.id, ip: by.ip }, now)
        : { person: { id: known.id, consent: known.consent } };
    claims.set(email, { ...person, proof });
  }
  await nameSubscribers(db, shop, names);
  return claims;
}

/** The last address that the events name. An order's address says who bought, never that letters are welcome. */
function lastNamed({ events, visitor, vouched }: ClaimedBy, capture: CaptureSettings): Named | null {
  const isVouched = visitor === null || vouched !== undefined;
  const all = events.flatMap((event): Named[] => {
    if (!namesSomebody(event)) return [];
    const { id, email } = event;
    const said = { email, word: 'named', name: null, event: id, wording: null } as const;
    if (event.type === 'purchase') return [{ ...said, source: 'order', proof: 'bought' }];
    if (event.type === 'watch') return [{ ...said, source: 'product watch', proof: 'named' }];
    const { consent, source, name = null, wording = null } = event;
    const word = wordOf({ consent, source, vouched: isVouched }, capture);
    return [{ ...said, word, source, name, wording, proof: consent ? 'agreed' : 'named' }];
  });
  const last = all.at(-1);
  if (!last) return null;
  const same = all.filter((one) => one.email === last.email);
  const agreed = same.findLast((one) => one.proof === 'agreed');
  return {
    ...(agreed ?? same.findLast((one) => one.word === 'captured') ?? last),
    proof: agreed?.proof ?? same.find((one) => one.proof === 'bought')?.proof ?? last.proof,
    name: same.findLast((one) => one.name)?.name ?? null,
  };
}

type Naming = Extract<BeaconEvent, { type: 'identify' | 'purchase' | 'watch' }> & { email: EmailAddress };

function namesSomebody(event: BeaconEvent): event is Naming {
  return (
    (event.type === 'identify' || event.type === 'purchase' || event.type === 'watch') && event.email !== undefined
  );
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
