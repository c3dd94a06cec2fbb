// Events that wait until the server answered for them. Each lies under a name of its own: tabs that write at the same time
// cannot overwrite each other's. Promises to keep at most 300 events and 300,000 characters; the oldest go first.
import { level } from './consent.ts';
import { kept } from './keep.ts';
import { newId } from './visitor.ts';

export type Fields = Record<string, unknown>;
interface Event extends Fields {
  id: string;
  at: number;
  type: string;
}

const start = 'e.';
const mostEvents = 300;
const mostCharacters = 300_000;
const mostBytesAtOnce = 15_500;
const mostAtOnce = 50;

/** Names of this page's events that were not handed to the network yet. */
export const fresh = new Set<string>();
/** What may not be kept before the shopper has said something: in this page's memory, nowhere else. */
let held: Event[] = [];
let lastUrl = '';

export const waiting = () => kept.names(start);

/** The event as far as the shopper allows it; nothing: not at all. What they asked for themselves is always theirs to send. */
function allowed(event: Event, asked: unknown): Event | undefined {
  const now = level();
  const agreed = event.type === 'identify' && event['consent'] === true;
  if (now > 2 || (agreed && (now > 1 || (now && asked)))) return event;
  return now < 2 || /^(identify|profile)$/.test(event.type) ? undefined : { ...event, email: undefined };
}

/** An event of the page that is open now. `asked`: the shopper sent a form of ours. Answers whether it waits to be sent. */
export function put(type: string, fields: Fields, asked?: 'asked'): boolean {
  const url = location.href.slice(0, 2048);
  const referrer = url === lastUrl ? undefined : (lastUrl || document.referrer).slice(0, 2048) || undefined;
  lastUrl = url;
  return wait({ ...fields, id: newId(), at: Date.now(), type, url, referrer }, asked);
}

function wait(event: Event, asked?: 'asked'): boolean {
  const fit = allowed(event, asked);
  if (!fit) {
    if (!kept.get('optout') && !kept.get('consent')) held.push(event);
    return false;
  }
  kept.put(start + event.id, JSON.stringify(fit));
  fresh.add(start + event.id);
  const names = waiting();
  let characters = 0;
  names.reverse().forEach((name, index) => {
    characters += take([name]).length;
    if (index >= mostEvents || characters > mostCharacters) kept.drop(name);
  });
  return true;
}

/** What is allowed changed: what waits is measured again, what was held is told or forgotten. */
export function reconsider(): void {
  const old: Event[] = JSON.parse(`[${take(waiting())}]`);
  const untold = held;
  drop(waiting());
  held = [];
  for (const event of old) wait(event, 'asked');
  for (const event of untold) wait(event);
}

/** As many of these as go in one request. */
export function batchOf(names: string[]): string[] {
  let bytes = 0;
  return names.slice(0, mostAtOnce).filter((name, index) => {
    bytes += new Blob([take([name])]).size;
    return index === 0 || bytes < mostBytesAtOnce;
  });
}

/** They were answered for, or may not be told any more. */
export function drop(names: string[]): void {
  for (const name of names) kept.drop(name);
}

/** The events as JSON, with commas between. */
export function take(names: string[]): string {
  return names.flatMap((name) => kept.get(name) ?? []).join();
}
