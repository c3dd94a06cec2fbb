// Sends what waits. Promises: an event leaves the queue only when the server answered for it; two tabs do not send the same
// one at the same time; a page that closes hands over what it still has.
import { level } from './consent.ts';
import { inTab, kept } from './keep.ts';
import { batchOf, drop, fresh, take, waiting } from './queue.ts';
import { adopt, home, newId, visitor } from './visitor.ts';

const gatherMs = 150;
const leaseMs = 15_000;
const endpoint = `${home.origin}/e`;
const me = newId();
let timer: ReturnType<typeof setTimeout> | undefined;
let sending: unknown;
let failures = 0;

export function later(ms = gatherMs): void {
  clearTimeout(timer);
  timer = setTimeout(() => void flush(), ms);
}

/** For the developer who installs it: what was wrong and how to mend it. */
export function warn(text: unknown): void {
  console.warn(`winback: ${text}`);
}

function bodyOf(names: string[]): string {
  const consent = level() > 2 ? 'marketing' : 'analytics';
  const head = { shop: WB.shop, visitor: visitor(), sentAt: Date.now(), consent, watcher: inTab.get('watch') };
  return `${JSON.stringify(head).slice(0, -1)},"events":[${take(names)}]}`;
}

/** Another tab sends just now. A tab that died is waited for until its lease is over. */
function isTaken(): boolean {
  const [who, until] = (kept.get('lease') ?? '').split(' ');
  return who !== me && Number(until) > Date.now();
}
const lease = () => kept.put('lease', `${me} ${Date.now() + leaseMs}`);
function release(): void {
  if (!isTaken()) kept.drop('lease');
}

async function flush(): Promise<void> {
  if (sending || document.prerendering || !level() || !waiting()[0]) return;
  sending = 1;
  // A lock needs a secure page with storage; elsewhere tabs agree by a lease.
  await (navigator.locks ? navigator.locks.request(`winback.${WB.shop}`, sendAll).catch(sendAll) : sendAlone());
  sending = 0;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 99));

async function sendAlone(): Promise<void> {
  if (!isTaken()) {
    lease();
    await pause();
    if (!isTaken()) return sendAll();
  }
  later(900);
}

/** Status and text of the answer; 0: there was none. */
function post(body: string): Promise<[number, string]> {
  // A server that hangs must not keep the other tabs waiting.
  const signal = AbortSignal.timeout?.(leaseMs) ?? null;
  return fetch(endpoint, { method: 'POST', body, keepalive: true, credentials: 'include', signal })
    .then((answer) => answer.text().then((text): [number, string] => [answer.status, text]))
    .catch(() => [0, '']);
}

async function sendAll(): Promise<void> {
  for (let names = batchOf(waiting()); names[0]; names = batchOf(waiting())) {
    lease();
    for (const name of names) fresh.delete(name);
    const [status, text] = await post(bodyOf(names));
    if (status === 202) {
      drop(names);
      const id = /"visitor":"([\w-]+)"/.exec(text)?.[1];
      if (id) adopt(id);
    } else if (/^4(?!29)/.test(`${status}`)) dropRefused(names, text);
    else {
      for (const name of names) fresh.add(name);
      later(2 ** Math.min(failures++, 6) * (700 + 500 * Math.random()));
      break;
    }
    failures = 0;
  }
  release();
  // The next tab's process may see what was removed here a little later than it gets the lock.
  await pause();
}

/** One bad event must not take its batch along: the answer names those that are bad; where it names none, all are. */
function dropRefused(names: string[], text: string): void {
  warn(`refused: ${text}`);
  const bad = [...text.matchAll(/events\.(\d+)/g)].flatMap((found) => names[Number(found[1])] ?? []);
  drop(bad[0] ? bad : names);
}

/** The page goes: the browser takes what it can. All of it waits for an answer on the next page, with the same ids. */
function leave(): void {
  clearTimeout(timer);
  if (isTaken() || !level()) return;
  const mine = () => batchOf(waiting().filter((name) => fresh.has(name)));
  for (let names = mine(); names[0]; names = mine()) {
    if (!navigator.sendBeacon(endpoint, bodyOf(names))) return;
    for (const name of names) fresh.delete(name);
  }
}

addEventListener('pagehide', () => {
  leave();
  release();
});
document.addEventListener('visibilitychange', () => (document.hidden ? leave() : later()));
document.addEventListener('prerenderingchange', () => later());
