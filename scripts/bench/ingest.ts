// `pnpm bench ingest`: what a beacon costs at the front door, beside what the platform costs for one row in one object.
// The built Worker runs in workerd itself, its storage lies in memory where the machine has such a place.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beacon, turns, view } from './beacons.ts';
import { printCost } from './cost.ts';
import type { Measured, Target } from './load.ts';
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
const reach = { cpu: 1.6, batched: 3, wire: 1.3 };
const floorName = 'one row in one object';
const beaconName = 'beacon of one event';
const wireName = 'view of PersonaClick’s wire';
const cpuRatio = '× floor CPU';
const eventsRatio = '× floor events/s';
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

/** Every contestant in turn, several times over, so that a machine that slows down slows all of them. */
async function race(all: Contestant[]): Promise<void> {
  for (const { target } of all) await times(target, 2 * visitors);
  const measured = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, target } of all) {
      measured.set(name, [...(measured.get(name) ?? []), await atFullSpeed(target, seconds)]);
    }
  }
  const of = (name: string) => measured.get(name) ?? [];
  const floor = of(floorName);
  const rows: Record<string, Record<string, number>> = {};
  for (const { name, events, target } of all) {
    const { p50, p99 } = await atFixedRate(target, rate, seconds);
    const requests = median(of(name).map((one) => one.requestsPerSecond));
    // Each round is compared with the floor of the same round: machines have moods.
    const paired = (ratio: (one: Measured, floor: Measured) => number) =>
      round(median(of(name).map((one, at) => ratio(one, floor[at] ?? one))));
    rows[name] = {
      'requests/s': Math.round(requests),
      'events/s': Math.round(requests * events),
      'CPU µs/request': Math.round(median(of(name).map((one) => one.cpuMicrosPerRequest))),
      [cpuRatio]: paired((one, floor) => one.cpuMicrosPerRequest / floor.cpuMicrosPerRequest),
      [eventsRatio]: paired((one, floor) => (one.requestsPerSecond * events) / floor.requestsPerSecond),
      [`p50 ms at ${rate}/s`]: p50,
      [`p99 ms at ${rate}/s`]: p99,
    };
  }
  console.table(rows);
  verdict('CPU of a beacon of one event', rows[beaconName]?.[cpuRatio] ?? 0, 'at most', reach.cpu);
  const beacons = of(beaconName);
  const wire = median(of(wireName).map((one, at) => one.cpuMicrosPerRequest / (beacons[at]?.cpuMicrosPerRequest ?? 0)));
  console.info(`CPU of a view of PersonaClick’s wire: ${round(wire)} × the beacon’s, to be at most ${reach.wire}`);
  verdict('events/s by tens', rows['beacon of ten events']?.[eventsRatio] ?? 0, 'at least', reach.batched);
}

function verdict(what: string, ratio: number, sense: 'at most' | 'at least', limit: number): void {
  const reached = sense === 'at most' ? ratio <= limit : ratio >= limit;
  console.info(`${what}: ${ratio} × the floor of one row, to be ${sense} ${limit}: ${reached ? 'reached' : 'MISSED'}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
