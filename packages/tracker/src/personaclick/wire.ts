// Calls to the host that this script came from. Promises: what is told goes out in the order it was said, waits in storage
// until it was answered, and is tried ten times; each has an id of its own, so that none is counted twice.
import { newCode } from './browser.ts';
import { forget, keep, kept, keptNames } from './keep.ts';

export type Fields = Record<string, unknown>;

const waitingName = 'personaclick_waiting_';
const mostTries = 10;
const mostWaiting = 100;
const stepMs = 500;
const myHost = (document.currentScript as HTMLScriptElement | null)?.src ?? location.href;
let host = new URL(myHost, location.href).origin;
let common: () => Fields = () => ({});
let chain: Promise<unknown> = Promise.resolve();

/** Where calls go from now on; `api.shop.example` or a whole address. */
export function callHost(name: string): void {
  host = new URL(/^https?:/.test(name) ? name : `https://${name}`).origin;
}

/** What every call says besides. */
export function saying(fields: () => Fields): void {
  common = fields;
}

export function address(path: string): string {
  return host + path;
}

/** Empty words are left out: the original refused them. */
function full(fields: Fields): Fields {
  const said = Object.entries({ ...common(), ...fields }).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return Object.fromEntries(said);
}

/** Asks. Answers the body, or throws what the server said. */
export async function ask(path: string, fields: Fields = {}): Promise<unknown> {
  const pairs = Object.entries(full(fields)).map(([name, value]): [string, string] => [
    name,
    typeof value === 'object' ? (Array.isArray(value) ? value.join() : JSON.stringify(value)) : String(value),
  ]);
  return read(await fetch(`${address(path)}?${new URLSearchParams(pairs)}`, { credentials: 'include' }));
}

/** Tells. Answers when the server has it; throws what it refused, or that it cannot be reached. */
export function tell(path: string, fields: Fields): Promise<unknown> {
  const name = `${waitingName}${Date.now()}_${newCode()}`;
  const body = JSON.stringify(full({ ...fields, event_id: newCode() }));
  if (keptNames(waitingName).length < mostWaiting) keep(name, JSON.stringify([path, body]));
  const sent = chain.then(() => send(name, path, body));
  chain = sent.catch(() => undefined);
  return sent;
}

/** What earlier pages could not send. Two tabs may send the same: it has the same id. */
export function tellWaiting(): void {
  for (const name of keptNames(waitingName).sort()) {
    try {
      const [path, body] = JSON.parse(kept(name) ?? '[]') as [string, string];
      chain = chain.then(() => send(name, path, body)).catch(() => undefined);
    } catch {
      forget(name); // somebody else wrote there
    }
  }
}

async function send(name: string, path: string, body: string): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    // Without a content type of its own the browser need not ask first whether it may.
    const init: RequestInit = { method: 'POST', body, keepalive: body.length < 60_000, credentials: 'include' };
    const answer = await fetch(address(path), init).catch(() => null);
    if (answer && answer.status < 500 && answer.status !== 429) {
      forget(name);
      return read(answer);
    }
    // It waits for the next page.
    if (tries >= mostTries) throw new Error('the server cannot be reached');
    await new Promise((resolve) => setTimeout(resolve, stepMs * tries));
  }
}

async function read(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) throw body;
  return body;
}
