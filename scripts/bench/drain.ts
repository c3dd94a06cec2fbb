// `pnpm bench drain [letters]`: a queue of letters through a provider that answers 429 to every other request. Says how long it took, how
// often the provider was asked, what the memory of the runtime did, and whether each letter arrived exactly once.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { keys } from '../../packages/mail/test/vendor-keys.ts';
import type { Vendors } from '../../packages/mail/test/vendors.ts';
import { openVendors } from '../../packages/mail/test/vendors.ts';
import { demoOwner, demoShop } from '../demo-shop.ts';
import { beacon, cart, identify, shopperAgent } from './beacons.ts';
import { bundleWorker } from './runtime/bundle.ts';
import type { Workerd } from './runtime/workerd.ts';
import { openOutside, startProduct } from './shop.ts';

const port = 9_310;
const usualLetters = 10_000;
/** A Visitor holds three files open for ten seconds: more at once, and the machine has no more. */
const shoppersPerSecond = 300;
const stallMs = 120_000;
const tooMany = {
  status: 429,
  headers: { 'retry-after': '1' },
  body: { ErrorCode: 429, Message: 'Rate Limit Exceeded' },
};

export async function benchDrain([asked]: readonly string[]): Promise<void> {
  const letters = Number(asked ?? usualLetters);
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'winback-drain-'));
  const [outside, vendors] = await Promise.all([openOutside(), openVendors()]);
  let product: Workerd | null = null;
  try {
    const script = await bundleWorker(join(import.meta.dirname, '../../workers/index.ts'), join(folder, 'bundle'));
    const password = randomBytes(9).toString('hex');
    const more = { PROVIDERS_URL: vendors.origin };
    const flush = { flushMs: 2_000, idleFlushMs: 2_000, cartDelayMs: 0 };
    product = await startProduct({ script, store: join(folder, 'store'), port, outside, ...flush, more, password });
    await connectPostmark(product.url, password);
    vendors.behave = () => (Math.random() < 0.5 ? tooMany : 'take');
    const before = vendors.asked;
    const startedAt = Date.now();
    await fillCarts(product.url, letters);
    const filledAt = Date.now();
    const memory = await drained(vendors, letters, product.workerdPid());
    report({ vendors, letters, before, fillMs: filledAt - startedAt, drainMs: Date.now() - filledAt, memory });
  } finally {
    await product?.kill();
    outside.close();
    await vendors.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connectPostmark(url: string, password: string): Promise<void> {
  const headers = { 'content-type': 'application/json', origin: url };
  const body = JSON.stringify({ email: demoOwner, password });
  const signedIn = await fetch(`${url}/api/auth/sign-in/email`, { method: 'POST', headers, body });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const at = `${url}/api/shops/${demoShop}/settings/provider`;
  const own = JSON.stringify({ kind: 'postmark', serverToken: keys.postmark });
  await fetch(at, { method: 'PUT', headers: { ...headers, cookie }, body: own });
  const verified = await fetch(`${at}/verify`, { method: 'POST', headers: { ...headers, cookie }, body: '{}' });
  const { taken, words } = z.object({ taken: z.boolean(), words: z.string() }).parse(await verified.json());
  if (!taken) throw new Error(`the provider does not work: ${words}`);
}

async function fillCarts(url: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += shoppersPerSecond) {
    const next = sleep(1_000);
    const some = Array.from({ length: Math.min(shoppersPerSecond, count - at) }, (_, one) => at + one);
    await Promise.all(some.map((one) => leaveCart(url, one)));
    await next;
  }
}

async function leaveCart(url: string, at: number): Promise<void> {
  const body = beacon(`drain-${at}-visitor`, [cart(), identify(`drain-${at}@bench.example`)]);
  const answer = await fetch(`${url}/e`, { method: 'POST', headers: { 'user-agent': shopperAgent }, body });
  if (answer.status !== 202) throw new Error(`a beacon was refused: ${await answer.text()}`);
}

/** Waits for the last letter; answers the runtime's memory, in megabytes, each ten seconds. */
async function drained(vendors: Vendors, letters: number, pid: number): Promise<number[]> {
  const memory: number[] = [];
  const arrived = () => vendors.taken.filter(({ to }) => to.endsWith('@bench.example')).length;
  let moved = { count: arrived(), at: Date.now() };
  for (let round = 0; arrived() < letters; round += 1) {
    if (round % 10 === 0) memory.push(Math.round(residentBytes(pid) / 1_000_000));
    if (arrived() > moved.count) moved = { count: arrived(), at: Date.now() };
    if (Date.now() - moved.at > stallMs) throw new Error(`only ${arrived()} of ${letters} letters came`);
    await sleep(1_000);
  }
  await sleep(5_000); // a second one would come now
  return memory;
}

function report(of: {
  vendors: Vendors;
  letters: number;
  before: number;
  fillMs: number;
  drainMs: number;
  memory: number[];
}): void {
  const { vendors, letters, before, fillMs, drainMs, memory } = of;
  const got = vendors.taken.filter(({ to }) => to.endsWith('@bench.example'));
  const isOnce = new Set(got.map(({ letter }) => letter)).size === letters && got.length === letters;
  console.table({
    letters,
    'seconds to fill the carts': Math.round(fillMs / 1_000),
    'seconds until the last letter': Math.round(drainMs / 1_000),
    'letters a second': Math.round((letters * 10_000) / (fillMs + drainMs)) / 10,
    'times the provider was asked': vendors.asked - before,
    'each exactly once': isOnce ? 'yes' : 'NO',
    'megabytes of the runtime': memory.join(' '),
  });
  if (!isOnce) process.exitCode = 1;
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}
