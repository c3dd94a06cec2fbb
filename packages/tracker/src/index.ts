// The storefront script. Promises: no event is lost while its page lives or the next page of this browser opens; none is
// counted twice (each has an id); the shop's page never waits for us and never sees an error of ours.

type Fields = Record<string, unknown>;
interface QueuedEvent extends Fields {
  id: string;
  at: number;
  type: string;
}
interface Queue {
  q?: ArrayLike<unknown>[];
}

const script = document.currentScript as HTMLScriptElement | null;
const shop = script?.dataset['shop'] ?? '';
const endpoint = `${new URL(script?.src ?? location.href).origin}/e`;
const key = `winback.${shop}`;
const batchSize = 20;
const gatherMs = 150;
const keptEvents = 200;

/** Storage that may be blocked: then this page's memory serves. */
const memory = new Map<string, string>();
function load(name: string): string | null {
  try {
    return localStorage.getItem(`${key}.${name}`) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}
function save(name: string, value: string): void {
  memory.set(name, value);
  try {
    localStorage.setItem(`${key}.${name}`, value);
  } catch {
    // blocked or full: memory has it
  }
}

function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36).padStart(2, '0')).join('');
}

function visitorId(): string {
  const known = load('visitor');
  if (known && /^[\w-]{4,64}$/.test(known)) return known;
  const made = newId();
  save('visitor', made);
  return made;
}

function waiting(): QueuedEvent[] {
  try {
    const kept: unknown = JSON.parse(load('queue') ?? '[]');
    return Array.isArray(kept) ? (kept as QueuedEvent[]) : [];
  } catch {
    return []; // somebody else wrote there
  }
}

const visitor = visitorId();
let timer: ReturnType<typeof setTimeout> | undefined;
let busy = false;
let failures = 0;

function later(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void flush(), ms);
}

function track(type: string, fields: Fields = {}): void {
  const event: QueuedEvent = { ...fields, id: newId(), at: Date.now(), type, url: location.href.slice(0, 2048) };
  save('queue', JSON.stringify([...waiting(), event].slice(-keptEvents)));
  later(gatherMs);
}

function bodyOf(events: QueuedEvent[]): string {
  return JSON.stringify({ shop, visitor, sentAt: Date.now(), events });
}

/** Answered for: stored, or refused for good. */
function settle(events: QueuedEvent[]): void {
  const done = new Set(events.map((event) => event.id));
  save('queue', JSON.stringify(waiting().filter((event) => !done.has(event.id))));
}

async function flush(): Promise<void> {
  const events = waiting().slice(0, batchSize);
  if (busy || events.length === 0 || !shop) return;
  busy = true;
  const answer = await fetch(endpoint, { method: 'POST', body: bodyOf(events), keepalive: true }).catch(() => null);
  busy = false;
  const status = answer?.status ?? 0;
  if (status >= 400 && status < 500 && status !== 429 && events.length > 1) return sendSingly(events);
  if (status === 202 || (status >= 400 && status < 500 && status !== 429)) {
    failures = 0;
    settle(events);
    if (status !== 202) explain(await answer?.text());
    return later(0);
  }
  failures += 1;
  return later(Math.min(1_000 * 2 ** failures, 60_000));
}

/** One bad event must not take its batch along. */
async function sendSingly(events: QueuedEvent[]): Promise<void> {
  for (const event of events) {
    const answer = await fetch(endpoint, { method: 'POST', body: bodyOf([event]), keepalive: true }).catch(() => null);
    if (!answer || answer.status >= 500 || answer.status === 429) return later(5_000);
    if (answer.status !== 202) explain(await answer.text());
    settle([event]);
  }
  later(0);
}

/** For the developer who installs it: what was wrong and how to mend it. */
function explain(text: string | undefined): void {
  console.warn(`winback: an event was refused: ${text ?? ''}`);
}

/** The page goes: the browser takes what it can; what it refuses waits for the next page, with the same ids. */
function leave(): void {
  const events = waiting().slice(0, batchSize);
  if (events.length > 0 && !busy && shop) navigator.sendBeacon(endpoint, bodyOf(events));
}

const early = (globalThis as { winback?: Queue }).winback?.q ?? [];
Object.assign(globalThis, { winback: track });
for (const call of early) {
  const [type, fields] = Array.from(call);
  track(String(type), fields as Fields);
}
addEventListener('pagehide', leave);
if (waiting().length > 0) later(gatherMs);
