// `pnpm bench ingest`: what a beacon costs at the front door, beside what the platform costs for one row in one object.
// The built Worker runs in workerd itself, its storage lies in memory where the machine has such a place.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beacon, turns, view } from './beacons.ts';
import { printCost } from './cost.ts';
import type { Target } from './load.ts';
import { atFixedRate, atFullSpeed, times } from './load.ts';
import { bundleWorker } from './runtime/bundle.ts';
import type { Workerd } from './runtime/workerd.ts';
import { prepareWorkerd } from './runtime/workerd.ts';
import { openOutside, startProduct } from './shop.ts';
import { wireTurns, wireView } from './wire.ts';

const visitors = 1_000;
const rounds = 7;
const seconds = 4;
const rate = 500;
/** Far beyond the run: at the door only the door is measured; what the books cost is in the table of operations. */
const neverMs = 86_400_000;
const reach = { cpu: 1.6, requests: 0.7, batched: 3.5, wire: 1.3, p99: 2 };
const rateRounds = 5;
const floorName = 'one row in one object';
const beaconName = 'beacon of one event';
const wireName = 'view of PersonaClick’s wire';
const cpuRatio = '× floor CPU';
const eventsRatio = '× floor events/s';
const p99Ratio = '× floor p99';
const ports = { floors: 9_310, product: 9_311, counted: 9_312 };

interface Contestant {
  name: string;
  events: number;
  target: Target;
}

export async function benchIngest(): Promise<void> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'winback-bench-'));
  const outside = await openOutside();
  const running: Workerd[] = [];
  try {
    const here = (file: string) => join(import.meta.dirname, file);
    const scripts = {
      floors: await bundleWorker(here('worker/floors.worker.ts'), join(folder, 'bundle-floors')),
      product: await bundleWorker(here('../../workers/index.ts'), join(folder, 'bundle-product')),
      counted: await bundleWorker(here('worker/counted.worker.ts'), join(folder, 'bundle-counted')),
    };
    const floors = await startFloors(scripts.floors, join(folder, 'floors'));
    running.push(floors);
    const product = await startProduct({
      script: scripts.product,
      store: join(folder, 'product'),
      port: ports.product,
      outside,
      flushMs: neverMs,
      idleFlushMs: neverMs,
      cartDelayMs: 3_600_000,
    });
    running.push(product);
    await race(contestants(floors, product, await wireTurns(product.url, visitors)));
    for (const one of running.splice(0)) await one.kill();
    await printCost({ script: scripts.counted, store: join(folder, 'counted'), port: ports.counted, outside });
  } finally {
    for (const one of running) await one.kill();
    outside.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startFloors(script: string, store: string): Promise<Workerd> {
  const objects = { FLOOR: 'Floor' };
  return prepareWorkerd({
    script,
    port: ports.floors,
    store,
    settings: {},
    objects,
    d1: null,
    r2: null,
    queues: [],
  }).start();
}

function contestants(floors: Workerd, product: Workerd, browser: () => string): Contestant[] {
  const visitor = turns(visitors);
  const body = (events: number) => () => beacon(visitor(), Array.from({ length: events }, view));
  const at = (one: Workerd, path: () => string, events: number): Target => ({
    url: one.url,
    pid: one.workerdPid(),
    path,
    body: body(events),
  });
  return [
    { name: 'Hono, 204', events: 1, target: at(floors, () => '/nothing', 1) },
    { name: floorName, events: 1, target: at(floors, () => `/insert/${visitor()}`, 1) },
    { name: beaconName, events: 1, target: at(product, () => '/e', 1) },
    { name: wireName, events: 1, target: { ...at(product, () => '/push', 1), body: () => wireView(browser()) } },
    { name: 'beacon of ten events', events: 10, target: at(product, () => '/e', 10) },
  ];
}

/**
 * Every contestant in turn, several times over, so that a machine that slows down slows all of them. Each is warmed before it
 * is measured: an object that nobody asked for ten seconds has left the memory, and waiting for one's turn is not its fault.
 */
async function inTurns<Result>(
  all: readonly Contestant[],
  turnCount: number,
  measure: (target: Target) => Promise<Result>,
): Promise<(name: string) => Result[]> {
  const measured = new Map<string, Result[]>();
  for (let turn = 0; turn < turnCount; turn += 1) {
    for (const { name, target } of all) {
      await times(target, visitors);
      measured.set(name, [...(measured.get(name) ?? []), await measure(target)]);
    }
  }
  return (name) => measured.get(name) ?? [];
}

/** The median of the rounds' ratios: each round is compared with the other's of the same round, for machines have moods. */
function paired<Result>(one: Result[], other: Result[], ratio: (one: Result, other: Result) => number): number {
  return round(median(one.map((result, at) => ratio(result, other[at] ?? result))));
}

async function race(all: Contestant[]): Promise<void> {
  for (const { target } of all) await times(target, 2 * visitors);
  const fast = await inTurns(all, rounds, (target) => atFullSpeed(target, seconds));
  const even = await inTurns(all, rateRounds, (target) => atFixedRate(target, rate, seconds));
  const rows: Record<string, Record<string, number>> = {};
  for (const { name, events } of all) {
    const requests = median(fast(name).map((one) => one.requestsPerSecond));
    rows[name] = {
      'requests/s': Math.round(requests),
      'events/s': Math.round(requests * events),
      'CPU µs/request': Math.round(median(fast(name).map((one) => one.cpuMicrosPerRequest))),
      [cpuRatio]: paired(
        fast(name),
        fast(floorName),
        (one, floor) => one.cpuMicrosPerRequest / floor.cpuMicrosPerRequest,
      ),
      [eventsRatio]: paired(
        fast(name),
        fast(floorName),
        (one, floor) => (one.requestsPerSecond * events) / floor.requestsPerSecond,
      ),
      [`p50 ms at ${rate}/s`]: median(even(name).map(({ p50 }) => p50)),
      [`p99 ms at ${rate}/s`]: median(even(name).map(({ p99 }) => p99)),
      [p99Ratio]: paired(even(name), even(floorName), (one, floor) => one.p99 / floor.p99),
    };
  }
  console.table(rows);
  const beacon = rows[beaconName] ?? {};
  const tens = rows['beacon of ten events'] ?? {};
  const wire = paired(
    fast(wireName),
    fast(beaconName),
    (one, other) => one.cpuMicrosPerRequest / other.cpuMicrosPerRequest,
  );
  const most = { sense: 'at most', of: 'the floor of one row' } as const;
  const least = { sense: 'at least', of: 'the floor of one row' } as const;
  verdict('CPU of a beacon of one event', beacon[cpuRatio], { ...most, limit: reach.cpu });
  verdict('requests/s of beacons of one event', beacon[eventsRatio], { ...least, limit: reach.requests });
  verdict('events/s by tens', tens[eventsRatio], { ...least, limit: reach.batched });
  verdict(`p99 of a beacon at ${rate}/s`, beacon[p99Ratio], { ...most, limit: reach.p99 });
  verdict('CPU of a view of PersonaClick’s wire', wire, { ...most, limit: reach.wire, of: 'a beacon’s' });
}

function verdict(
  what: string,
  ratio: number | undefined,
  { sense, limit, of }: { sense: 'at most' | 'at least'; limit: number; of: string },
): void {
  const reached = ratio !== undefined && (sense === 'at most' ? ratio <= limit : ratio >= limit);
  console.info(`${what}: ${ratio} × ${of}, to be ${sense} ${limit}: ${reached ? 'reached' : 'MISSED'}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
