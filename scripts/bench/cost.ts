// What the platform bills for a beacon and for a letter, counted in the running product. Time runs ten times faster than
// in a shop: outboxes wait 30 s instead of 300 (2 s for what matters), a lease is 12 s instead of 120, and shoppers look at something
// every half to four and a half seconds. What is counted includes the look at what was handed over, when its lease ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { beacon, cart, identify, shopperAgent, view } from './beacons.ts';
import type { Outside } from './shop.ts';
import { startProduct } from './shop.ts';

const flushMs = 2_000;
const idleFlushMs = 30_000;
const leaseMs = 12_000;
/** Queued, written, confirmed and looked at again after this. */
const drainMs = 8_000 + leaseMs;
const cartDelayMs = 30_000;
const letterPatienceMs = 60_000;
const sessions = 100;
const beaconsOfSession = 10;
const buyers = 50;

/** Budgets of the house: most of each that a beacon or a letter may cost. */
const budgets = {
  beacon: { requests: 1, objectRequests: 1, objectRowsWritten: 3, queueOperations: 0.1 },
  letter: { objectRequests: 3, objectRowsWritten: 6 },
};
const billed = [
  'requests',
  'objectRequests',
  'objectRowsWritten',
  'objectRowsRead',
  'queueOperations',
  'databaseRowsWritten',
  'databaseRowsRead',
  'lakeWrites',
] as const;
type Counts = Record<string, number>;

export async function printCost(of: { script: string; store: string; port: number; outside: Outside }): Promise<void> {
  const product = await startProduct({ ...of, flushMs, idleFlushMs, cartDelayMs, leaseMs });
  try {
    const counted = async (): Promise<Counts> =>
      z.record(z.string(), z.number()).parse(await (await fetch(`${product.url}/counted`)).json());
    await counted();
    await Promise.all(Array.from({ length: sessions }, (_, at) => session(product.url, `session-${at}-visitor`)));
    await sleep(idleFlushMs + drainMs);
    const beacons = await counted();
    print('beacon', sessions * beaconsOfSession, beacons, budgets.beacon);
    await Promise.all(Array.from({ length: buyers }, (_, at) => leaveCart(product.url, at)));
    await sleep(drainMs);
    await counted();
    await untilLetters(of.outside, buyers);
    await sleep(drainMs);
    print('letter', buyers, await counted(), budgets.letter);
  } finally {
    await product.kill();
  }
}

async function session(url: string, visitor: string): Promise<void> {
  for (let sent = 0; sent < beaconsOfSession; sent += 1) {
    await sleep(500 + Math.random() * 4_000);
    await post(url, beacon(visitor, [view()]));
  }
}

function leaveCart(url: string, at: number): Promise<void> {
  return post(url, beacon(`buyer-${at}-visitor`, [cart(), identify(`buyer-${at}@bench.example`)]));
}

async function post(url: string, body: string): Promise<void> {
  const answer = await fetch(`${url}/e`, { method: 'POST', headers: { 'user-agent': shopperAgent }, body });
  if (answer.status !== 202) throw new Error(`a beacon was refused: ${await answer.text()}`);
}

async function untilLetters(outside: Outside, letters: number): Promise<void> {
  const deadline = Date.now() + letterPatienceMs;
  while (outside.letters() < letters) {
    if (Date.now() > deadline) throw new Error(`only ${outside.letters()} of ${letters} letters came`);
    await sleep(200);
  }
}

function print(what: string, n: number, counts: Counts, budget: Record<string, number>): void {
  const rows = billed.map((name) => {
    const each = Math.round(((counts[name] ?? 0) / n) * 100) / 100;
    const most = budget[name];
    const within = most === undefined ? '' : each <= most ? 'yes' : 'NO';
    return [name, { [`per ${what}`]: each, budget: most ?? '', within }] as const;
  });
  console.table(Object.fromEntries(rows));
  const calls = Object.entries(counts).filter(([name]) => name.includes('.'));
  const each = calls.map(([name, calls]) => `${name} ${(calls / n).toFixed(2)}`);
  console.info(`calls per ${what}: ${each.join(', ')}`);
}
