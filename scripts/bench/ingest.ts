// `pnpm bench ingest`: what a beacon costs at the front door, beside what the platform costs for one row in one object.
// The built Worker runs in workerd itself, its storage lies in memory where the machine has such a place.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beacon, turns, view } from './beacons.ts';
import { printCost } from './cost.ts';
import type { Even, Measured, Target } from './load.ts';
import { atFixedRate, atFullSpeed, quantile, times } from './load.ts';
import { bundleWorker } from './runtime/bundle.ts';
import type { Workerd } from './runtime/workerd.ts';
import { prepareWorkerd } from './runtime/workerd.ts';
import { openOutside, startProduct } from './shop.ts';
import type { Contestant, Results } from './turns.ts';
import { inTurns, median, paired, untilCold, watchOthers } from './turns.ts';
import { wireTurns, wireView } from './wire.ts';

const visitors = 1_000;
const rounds = 7;
const seconds = 4;
const rate = 500;
/** Short turns, and many, so that whatever the machine does meets all of them. Each asks every object once. */
const evenSeconds = visitors / rate;
const evenTurns = 11;
const coldTurns = 7;
/** Far beyond the run: at the door only the door is measured; what the books cost is in the table of operations. */
const neverMs = 86_400_000;
const reach = { cpu: 1.6, requests: 0.7, batched: 3.5, wire: 1.3, p99: 2 };
/** More than this, and the ratios of latencies say more of the neighbours than of us. */
const quiet = 0.1;
const floorName = 'one row in one object';
const beaconName = 'beacon of one event';
const wireName = 'view of PersonaClick’s wire';
const ports = { floors: 9_310, product: 9_311, counted: 9_312 };

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

/** Each asks its own objects, all of them equally often. */
function contestants(floors: Workerd, product: Workerd, browser: () => string): Contestant[] {
  const at = (one: Workerd, path: () => string, body: () => string): Target => ({
    url: one.url,
    pid: one.workerdPid(),
    path,
    body,
  });
  const visitor = turns(visitors);
  const row = turns(visitors);
  const body = (events: number) => () => beacon(visitor(), Array.from({ length: events }, view));
  const same = () => beacon('visitor-of-a-row', [view()]);
  return [
    { name: 'Hono, 204', events: 1, target: at(floors, () => '/nothing', same) },
    { name: floorName, events: 1, target: at(floors, () => `/insert/${row()}`, same) },
    { name: beaconName, events: 1, target: at(product, () => '/e', body(1)) },
    {
      name: wireName,
      events: 1,
      target: at(
        product,
        () => '/push',
        () => wireView(browser()),
      ),
    },
    { name: 'beacon of ten events', events: 10, target: at(product, () => '/e', body(10)) },
  ];
}

async function race(all: Contestant[]): Promise<void> {
  for (const { target } of all) await times(target, 2 * visitors);
  const others = watchOthers([...new Set(all.map(({ target }) => target.pid))]);
  // An object that nobody asked for ten seconds has left the memory: each is called back before it is measured warm.
  const prepare = (target: Target) => times(target, visitors);
  const fast = await inTurns(all, rounds, { prepare, measure: (target) => atFullSpeed(target, seconds) });
  const measure = (target: Target) => atFixedRate(target, rate, evenSeconds);
  const warm = await inTurns(all, evenTurns, { prepare, measure });
  const asked = all.filter(({ name }) => name === floorName || name === beaconName);
  const cold = await inTurns(asked, coldTurns, { prepare: (target) => untilCold(target, visitors), measure });
  const rows = {
    ...Object.fromEntries(all.map((one) => [one.name, { ...speedOf(one, fast), ...latencyOf(one, warm) }])),
    ...Object.fromEntries(asked.map((one) => [`${one.name}, cold`, latencyOf(one, cold)])),
  };
  console.table(rows);
  tellTurns({ warm, cold }, others());
  judge({ fast, warm, cold });
}

function speedOf({ name, events }: Contestant, fast: Results<Measured>): Record<string, number> {
  const requests = median(fast(name).map((one) => one.requestsPerSecond));
  return {
    'requests/s': Math.round(requests),
    'events/s': Math.round(requests * events),
    'CPU µs/request': Math.round(median(fast(name).map((one) => one.cpuMicrosPerRequest))),
    '× floor CPU': paired(fast(name), fast(floorName), cpuRatio),
    '× floor events/s': paired(fast(name), fast(floorName), speedRatio(events)),
  };
}

function latencyOf({ name }: Contestant, even: Results<Even>): Record<string, number> {
  return {
    [`CPU µs at ${rate}/s`]: Math.round(median(even(name).map((one) => one.cpuMicrosPerRequest))),
    [`p50 ms at ${rate}/s`]: median(even(name).map(({ p50 }) => p50)),
    [`p99 ms at ${rate}/s`]: p99Of(even(name)),
    '× floor p99': p99Ratio(even, name),
  };
}

/**
 * Of all requests of all turns together. A turn has a thousand: its own slowest hundredth is whether the runtime collected garbage in
 * it or not, and the median of such turns says which of the two happened more often.
 */
function p99Of(turnsOf: readonly Even[]): number {
  const all = turnsOf.flatMap((turn) => turn.times).sort((a, b) => a - b);
  return quantile(all, 0.99);
}

function p99Ratio(even: Results<Even>, name: string): number {
  return Math.round((100 * p99Of(even(name))) / p99Of(even(floorName))) / 100;
}

function cpuRatio(one: { cpuMicrosPerRequest: number }, other: { cpuMicrosPerRequest: number }): number {
  return one.cpuMicrosPerRequest / other.cpuMicrosPerRequest;
}

function speedRatio(events: number): (one: Measured, floor: Measured) => number {
  return (one, floor) => (one.requestsPerSecond * events) / floor.requestsPerSecond;
}

/** Every turn of the latencies, for who wonders how far they are apart. */
function tellTurns(even: Record<'warm' | 'cold', Results<Even>>, others: number): void {
  for (const [how, results] of Object.entries(even)) {
    const told = (name: string) => results(name).map(({ p99 }) => p99);
    console.info(`p99 by turn, ${how}: floor ${told(floorName).join(' ')}; beacon ${told(beaconName).join(' ')}`);
  }
  const words = others > quiet ? ': latencies say little, run it again when the machine is quiet' : '';
  console.info(`others took ${Math.round(others * 100)} % of the processors meanwhile${words}`);
}

function judge({ fast, warm, cold }: { fast: Results<Measured>; warm: Results<Even>; cold: Results<Even> }): void {
  const most = { sense: 'at most', of: 'the floor of one row' } as const;
  const least = { sense: 'at least', of: 'the floor of one row' } as const;
  const speed = (name: string, events: number) => paired(fast(name), fast(floorName), speedRatio(events));
  const p99 = (even: Results<Even>) => p99Ratio(even, beaconName);
  const cpu = (name: string, than: string) => paired(fast(name), fast(than), cpuRatio);
  verdict('CPU of a beacon of one event', cpu(beaconName, floorName), { ...most, limit: reach.cpu });
  verdict('requests/s of beacons of one event', speed(beaconName, 1), { ...least, limit: reach.requests });
  verdict('events/s by tens', speed('beacon of ten events', 10), { ...least, limit: reach.batched });
  verdict(`p99 of a beacon at ${rate}/s`, p99(warm), { ...most, limit: reach.p99 });
  verdict(`p99 of a beacon at ${rate}/s, all objects cold`, p99(cold), { ...most, limit: reach.p99 });
  const wire = { ...most, limit: reach.wire, of: 'a beacon’s' };
  verdict('CPU of a view of PersonaClick’s wire', cpu(wireName, beaconName), wire);
}

function verdict(
  what: string,
  ratio: number,
  { sense, limit, of }: { sense: 'at most' | 'at least'; limit: number; of: string },
): void {
  const reached = sense === 'at most' ? ratio <= limit : ratio >= limit;
  console.info(`${what}: ${ratio} × ${of}, to be ${sense} ${limit}: ${reached ? 'reached' : 'MISSED'}`);
}
