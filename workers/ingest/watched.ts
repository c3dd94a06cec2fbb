// Beacons that carry the code of a merchant who looks at their own browser: each event is shown at once, taken or not.
import type { Beacon, BeaconEvent, DropReason, EventType, Problem } from '@winback/domain';
import { eventTypes } from '@winback/domain';
import type { WatchedNote } from '../shop/answers.ts';
import { shownPayload, withoutAddresses } from '../shown-payload.ts';
import { noteWatched } from '../watching.ts';
import type { BeaconCall } from './beacon-call.ts';
import type { Refusal } from './parse.ts';
import type { Stored } from './store.ts';

const longestText = 1_200;
export type DoorNote = Omit<WatchedNote, 'door' | 'at'>;

/** Shows a beacon that was well formed: what became of it is the same for all of its events, but for what was withheld. */
export function showBeacon(
  { env, ctx }: BeaconCall,
  beacon: Beacon,
  outcome: Stored | { dropped: DropReason },
  now: number,
): void {
  const { watcher: code, shop, events } = beacon;
  if (!code) return;
  const notes = notesOf(events, outcome).map((note) => ({ ...note, door: 'script' as const, at: now }));
  noteWatched(env, { shop, code, notes }, (work) => ctx.waitUntil(work));
}

/** What became of each of these events, for the console. */
export function notesOf(events: readonly BeaconEvent[], outcome: Stored | { dropped: DropReason }): DoorNote[] {
  return events.map((event) => {
    const { state, reason } = becameOf(event, outcome);
    return { type: event.type, state, reason, payload: shownPayload(event), problems: [] };
  });
}

function becameOf(
  event: BeaconEvent,
  outcome: Stored | { dropped: DropReason },
): Pick<WatchedNote, 'state' | 'reason'> {
  if ('dropped' in outcome) return { state: 'dropped', reason: outcome.dropped };
  const { accepted, withheld } = outcome;
  const names = event.type === 'identify' || event.type === 'profile';
  if (withheld === 'no-consent' && names) return { state: 'dropped', reason: withheld };
  const state = accepted === 0 && outcome.repeated > 0 ? 'repeated' : 'stored';
  const naming = names || ('email' in event && event.email !== undefined);
  return { state, reason: naming ? withheld : null };
}

/** Shows a beacon that was refused, as far as it could be read. */
export function showRefusal({ env, ctx }: BeaconCall, refusal: Refusal, now: number): void {
  const { shop, reason, sample, problems } = refusal;
  const code = /"watcher"\s*:\s*"([a-z0-9]{8,32})"/.exec(sample)?.[1];
  if (!shop || !code) return;
  const whole = { type: null, payload: withoutAddresses(sample.slice(0, longestText)), problems };
  const events = eventsOf(refusal);
  const notes = (events.length > 0 ? events : [whole]).map(
    (one): WatchedNote => ({ at: now, door: 'script', state: 'refused', reason, ...one }),
  );
  noteWatched(env, { shop, code, notes }, (work) => ctx.waitUntil(work));
}

type RefusedEvent = Pick<WatchedNote, 'type' | 'payload' | 'problems'>;

const broughtDown: Problem = {
  path: '',
  code: 'together',
  message:
    'nothing is wrong with this one: it came in one beacon with one that is, and nothing of such a beacon is stored',
};

/** The events of a refused beacon, each with its own problems; none where the text cannot be read that far. */
function eventsOf({ sample, problems }: Refusal): RefusedEvent[] {
  const events = eventsIn(sample);
  const ofBeacon = problems.filter(({ path }) => !path.startsWith('events.'));
  return events.map((event, at) => {
    const own = problems.flatMap((problem) => {
      const path = pathWithin(problem.path, at);
      return path === null ? [] : [{ ...problem, path }];
    });
    const all = [...ofBeacon, ...own];
    return { type: typeOf(event), payload: shownPayload(event), problems: all.length > 0 ? all : [broughtDown] };
  });
}

/** The kind of the first event that was wrong; undefined: it cannot be told. */
export function typeRefused({ sample, problems }: Refusal): EventType | undefined {
  const at = problems.map(({ path }) => /^events\.(\d+)/.exec(path)?.[1]).find((index) => index !== undefined);
  if (at === undefined) return undefined;
  const type = typeOf(eventsIn(sample)[Number(at)]);
  return eventTypes.find((known) => known === type);
}

function eventsIn(text: string): unknown[] {
  try {
    const beacon: unknown = JSON.parse(text);
    const events: unknown = typeof beacon === 'object' && beacon !== null ? Reflect.get(beacon, 'events') : null;
    return Array.isArray(events) ? events.slice(0, 50) : [];
  } catch {
    return []; // refused because it is no JSON, or cut
  }
}

function typeOf(event: unknown): string | null {
  const type: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'type') : null;
  return typeof type === 'string' ? type.slice(0, 40) : null;
}

/** `events.3.items.0.price` within event 3 is `items.0.price`; null: it is about another one. */
function pathWithin(path: string, at: number): string | null {
  const start = `events.${at}`;
  if (path === start) return '';
  return path.startsWith(`${start}.`) ? path.slice(start.length + 1) : null;
}
