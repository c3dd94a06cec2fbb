// What a request tells besides its events: where it comes from, what led there, what the shopper allows. Enriches, stores nothing.
import { personOfLetter } from '@winback/db';
import type { Beacon, BeaconEvent, ShopId, ShopSettings } from '@winback/domain';
import { namelessExtras } from '@winback/domain';
import { deviceClassOf, sourceOf } from '@winback/engine/traffic';
import type { Visit } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

/** What the edge adds to a request (`request.cf`). */
interface Edge {
  country?: string;
  timezone?: string;
}

/** What counts of what the shopper allows: a browser that asks for privacy (GPC) is counted, not written to. */
export function allowedLevel(
  asked: Beacon['consent'],
  { headers }: Request,
  { privacy }: ShopSettings,
): Beacon['consent'] {
  return privacy.honourGpc && headers.get('sec-gpc') === '1' ? 'analytics' : asked;
}

interface Hosts {
  own: string[];
  payment: string[];
}
/** Settings are kept for some seconds: their hosts are read once. */
const hostsKept = new WeakMap<ShopSettings, Hosts>();

/** Hosts that send nobody: the shop's own, and where its shoppers pay. */
function hostsOf(settings: ShopSettings): Hosts {
  const known = hostsKept.get(settings);
  if (known) return known;
  const hosts = { own: [new URL(settings.url).hostname], payment: settings.traffic.paymentHosts };
  hostsKept.set(settings, hosts);
  return hosts;
}

/** The visit that a browser's events belong to. */
export async function visitOf(
  env: Env,
  request: Request,
  of: { shop: ShopId; settings: ShopSettings; events: readonly BeaconEvent[]; allowed: Beacon['consent'] },
): Promise<Visit> {
  const { settings, events, allowed } = of;
  const { country, timezone } = (request.cf ?? {}) as Edge;
  const source = events.map((event) => sourceOf(event, hostsOf(settings))).find((one) => one !== null);
  const letter = source?.kind === 'letter' ? source.utm?.content : undefined;
  const letterTo = letter === undefined ? null : await personOfLetter(databaseOf(env), of.shop, letter);
  return {
    idleMs: settings.traffic.sessionIdleMs,
    ...(country ? { country } : {}),
    ...(timezone ? { timeZone: timezone } : {}),
    device: deviceClassOf(request.headers.get('user-agent') ?? '', request.headers.get('sec-ch-ua-mobile')),
    ...(source ? { source } : {}),
    ...(letterTo ? { letterTo } : {}),
    ...(allowed === 'analytics' ? { allowed } : {}),
  };
}

/** The events without what names a person, for shoppers who allow counting only; `left` says that something was left out. */
export function withoutPerson(events: readonly BeaconEvent[]): { events: BeaconEvent[]; left: boolean } {
  const kept = events
    .filter((event) => event.type !== 'identify' && event.type !== 'profile')
    .map((event) => withoutNamingExtras(withoutAddress(event)));
  return { events: kept, left: kept.length < events.length || kept.some((event, at) => event !== events[at]) };
}

function withoutNamingExtras(event: BeaconEvent): BeaconEvent {
  if (event.type !== 'purchase' || event.extras === undefined) return event;
  const extras = namelessExtras(event.extras);
  return Object.keys(extras).length === Object.keys(event.extras).length ? event : { ...event, extras };
}

function withoutAddress(event: BeaconEvent): BeaconEvent {
  if ((event.type !== 'purchase' && event.type !== 'watch') || event.email === undefined) return event;
  const { email: _email, ...rest } = event;
  return rest;
}
