// Events that may be trusted go to their Visitor. Who the browser says it is becomes a subscriber first, so that the Visitor
// learns it in the same call that stores the events. The last step of every door: beacons, the older wire, shops' servers.
import { putDevice } from '@winback/db';
import type { BeaconEvent, PersonId, ShopId, VisitorId } from '@winback/domain';
import { deviceName, homeName } from '@winback/domain';
import type { Visit } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Claimed, RecordAnswer, RecordInput, Repeats } from '../visitor/answers.ts';
import type { NamedPerson } from './claim.ts';
import { claimIn } from './claim.ts';
import { withoutPerson } from './visit.ts';

/** Events of one browser, each well formed and wanted. */
export interface Arrival {
  shop: ShopId;
  visitor: VisitorId;
  events: BeaconEvent[];
  visit: Visit;
  ip: string | null;
  /** `proven`: the shop's own server says whose browser it is. */
  vouched?: 'proven';
  /** Who that is, where the server says it beside the events and not in them. */
  claim?: Claimed;
  /** How a repetition is known besides by its id. */
  repeats?: Repeats;
}

export interface Stored {
  accepted: number;
  repeated: number;
  /** What was not taken from well-formed events, for the merchant's counters. */
  withheld: 'no-consent' | 'unproven-identity' | 'asked-enough' | null;
}

/** Stores a browser's events. When this returns they are on disk; an event whose id came before is `repeated`. */
export async function storeEvents(env: Env, arrival: Arrival, now: number): Promise<Stored> {
  if (arrival.visit.allowed === 'analytics') return storeCountedOnly(env, arrival, now);
  const { shop, visitor, events, visit, repeats = {} } = arrival;
  const heard: NamedPerson | null =
    arrival.claim ?? (await claimIn(env, { ...arrival, country: countryOf(visit) }, now));
  const claim = heard && { person: heard.person, proof: arrival.vouched ?? heard.proof };
  const asked = heard?.asked === 'enough' ? 'asked-enough' : null;
  const name = deviceName(shop, visitor);
  const answer = await recordAt(env, name, { events, visit, claim, repeats });
  if (answer.kind === 'moved') {
    const atHome = await storeAt(env, answer.home, { events: answer.events, visit, claim, repeats });
    return { accepted: atHome, repeated: events.length - atHome, withheld: asked };
  }
  const joined = claim !== null && answer.home === homeName(shop, claim.person.id);
  if (claim && joined) await putDevice(databaseOf(env), shop, visitor, claim.person.id, now);
  if (answer.unproven) await tellOrders(env, shop, answer.unproven, events);
  return {
    accepted: answer.accepted,
    repeated: answer.repeated,
    withheld: asked ?? (claim && !joined ? 'unproven-identity' : null),
  };
}

/** Stores what the shop's own server tells of a person. */
export async function storeForPerson(
  env: Env,
  {
    shop,
    claim,
    events,
    visit,
    repeats = {},
  }: { shop: ShopId; claim: Claimed; events: BeaconEvent[]; visit: Visit; repeats?: Repeats },
): Promise<Pick<Stored, 'accepted' | 'repeated'>> {
  const accepted = await storeAt(env, homeName(shop, claim.person.id), { events, visit, claim, repeats });
  return { accepted, repeated: events.length - accepted };
}

/** The shopper allows counting: nobody is named. A box that they ticked all the same is an agreement of its own. */
async function storeCountedOnly(env: Env, arrival: Arrival, now: number): Promise<Stored> {
  const { shop, visitor, visit } = arrival;
  const agreed = arrival.events.filter((event) => event.type === 'identify' && event.consent);
  if (agreed.length > 0) await claimIn(env, { ...arrival, events: agreed, country: countryOf(visit) }, now);
  const { events, left } = withoutPerson(arrival.events);
  const withheld = left ? 'no-consent' : null;
  if (events.length === 0) return { accepted: 0, repeated: 0, withheld };
  const answer = await recordAt(env, deviceName(shop, visitor), {
    ...{ events, visit, claim: null },
    repeats: arrival.repeats ?? {},
  });
  if (answer.kind !== 'stored') throw new Error('what is only counted stays with its browser');
  return { accepted: answer.accepted, repeated: answer.repeated, withheld };
}

/** Where the shopper is; a server is somewhere else. */
function countryOf({ by, country }: Visit): string | null {
  return by === 'server' ? null : (country ?? null);
}

type Told = Required<Pick<RecordInput, 'events' | 'visit' | 'claim' | 'repeats'>>;

function recordAt(env: Env, name: string, told: Told): Promise<RecordAnswer> {
  return env.VISITOR.getByName(name).record({ name, ...told });
}

/** At a home, which never moves. Answers how many of the events were new. */
async function storeAt(env: Env, home: string, told: Told): Promise<number> {
  const answer = await recordAt(env, home, told);
  if (answer.kind !== 'stored') throw new Error('a home must not move');
  return answer.accepted;
}

/** An order stops what waits for its buyer, wherever it was placed. */
async function tellOrders(env: Env, shop: ShopId, person: PersonId, events: readonly BeaconEvent[]): Promise<void> {
  const name = homeName(shop, person);
  for (const event of events) {
    if (event.type !== 'purchase') continue;
    const order = { id: event.order, at: event.at, products: event.items.map((item) => item.product) };
    await env.VISITOR.getByName(name).bought({ name, order });
  }
}
