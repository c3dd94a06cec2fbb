// `pnpm bench feed`: what reading a feed costs in workerd, beside what its parser alone costs for the same bytes in the same
// run; what receiving the bytes costs is taken off both. Then what importing it costs, see import.ts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchImport } from './import.ts';
import { cpuMicros } from './load.ts';
import { bundleWorker } from './runtime/bundle.ts';
import type { Workerd } from './runtime/workerd.ts';
import { prepareWorkerd } from './runtime/workerd.ts';
import { feedPieces } from './yml.ts';

const offers = 100_000;
const rounds = 5;
const port = 9_320;
const leastShare = 0.5;
const ways = ['received', 'bare', 'read'] as const;
type Way = (typeof ways)[number];

export async function benchFeed(): Promise<void> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'winback-bench-'));
  let running: Workerd | null = null;
  try {
    const script = await bundleWorker(join(import.meta.dirname, 'worker/feed.worker.ts'), join(folder, 'bundle-feed'));
    const empty = { settings: {}, objects: {}, d1: null, r2: null, queues: [] };
    running = await prepareWorkerd({ script, port, store: join(folder, 'feed'), ...empty }).start();
    await race(running, [...feedPieces(offers)]);
    await running.kill();
    running = null;
    await benchImport(folder);
  } finally {
    await running?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each way in turn, several times over, so that a machine that slows down slows all of them. */
async function race(worker: Workerd, pieces: readonly Uint8Array[]): Promise<void> {
  const megabytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0) / 1_000_000;
  const seconds: Record<Way, number[]> = { received: [], bare: [], read: [] };
  const peaks: Record<Way, number> = { received: 0, bare: 0, read: 0 };
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) {
      seconds[way].push(await secondsOf(worker, way, pieces));
      if (round === 0) peaks[way] = peakMegabytes(worker.workerdPid());
    }
  }
  const net = (way: Way, round: number) => (seconds[way][round] ?? 0) - (seconds.received[round] ?? 0);
  const speed = (way: Way) => median(seconds[way].map((_, round) => megabytes / net(way, round)));
  // Each round is compared with the bare parser of the same round: machines have moods.
  const share = median(seconds.read.map((_, round) => net('bare', round) / net('read', round)));
  console.info(`${offers} offers, ${Math.round(megabytes)} MB, CPU time of workerd`);
  console.table({
    'htmlparser2 alone': { 'MB/s': Math.round(speed('bare')), 'peak MB of the process': peaks.bare },
    'to offers': { 'MB/s': Math.round(speed('read')), 'peak MB of the process': peaks.read },
    'received only': {
      'MB/s': Math.round(median(seconds.received.map((one) => megabytes / one))),
      'peak MB of the process': peaks.received,
    },
  });
  const reached = share >= leastShare;
  console.info(
    `reading a feed: ${round(share)} of the bare parser’s MB/s, to be at least ${leastShare}: ${reached ? 'reached' : 'MISSED'}`,
  );
}

/** CPU seconds of one pass. Throws where the Worker did not find what was sent. */
async function secondsOf(worker: Workerd, way: Way, pieces: readonly Uint8Array[]): Promise<number> {
  const pid = worker.workerdPid();
  const before = cpuMicros(pid);
  const body = ReadableStream.from(pieces);
  const answer = await fetch(`${worker.url}/${way}`, { method: 'POST', body, duplex: 'half' });
  const { count }: { count?: unknown } = Object(await answer.json());
  if (way !== 'received' && count !== offers) throw new Error(`${way} found ${count} offers of ${offers}`);
  return (cpuMicros(pid) - before) / 1_000_000;
}

/** The highest resident memory that the process ever had. */
function peakMegabytes(pid: number): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
