// The other half of `pnpm bench feed`: what an import costs from the shop's server to the catalogue in D1, beside what writing
// the same rows into the same table costs in bare batches of the same run; what it costs when nothing is new; and the memory
// that it takes. R2 is simulated here by a Worker in the same process, and counts as ours. `--million` imports a feed of a
// million offers once, and says how that went.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { cpuMicros } from './load.ts';
import { bundleWorker } from './runtime/bundle.ts';
import { migrationStatements } from './runtime/product.ts';
import type { Workerd } from './runtime/workerd.ts';
import { prepareWorkerd } from './runtime/workerd.ts';
import { feedPieces } from './yml.ts';

const offers = 100_000;
const million = 1_000_000;
const rounds = 3;
const port = 9_321;
const reach = { first: 2, again: 0.25 };
/**
 * Of the 128 MB of an isolate; the rest is for V8's nursery (12 MB) and for buffers: of a million offers 24 MB for the ids while
 * their set grows, 12 MB for the fingerprints, and a few parts of 8 MB on their way to R2.
 */
const heapMegabytes = 48;

const runSchema = z.object({
  outcome: z.string(),
  import: z.object({ state: z.string(), added: z.number(), changed: z.number(), message: z.string().nullable() }),
});
const pageSchema = z.object({ columns: z.array(z.string()), lists: z.array(z.string()), last: z.string().nullable() });

interface Cost {
  cpu: number;
  wall: number;
}

export async function benchImport(folder: string): Promise<void> {
  const script = await bundleWorker(
    join(import.meta.dirname, 'worker/import.worker.ts'),
    join(folder, 'bundle-import'),
  );
  const parts = { script, port, settings: {}, objects: {}, d1: 'DB', r2: 'LAKE', queues: [] };
  const feeds = await serveFeeds();
  let worker: Workerd | null = null;
  const started = async (store: string, more: { heapMegabytes?: number }) => {
    await worker?.kill();
    worker = await prepareWorkerd({ ...parts, ...more, store: join(folder, store) }).start();
    await worker.migrate(migrationStatements());
    return worker;
  };
  try {
    const isLong = process.argv.includes('--million');
    if (!isLong) await race(await started('import', {}), feeds);
    await importNarrow(await started('narrow', { heapMegabytes }), feeds, isLong ? million : offers);
  } finally {
    await (worker as Workerd | null)?.kill();
    feeds.close();
  }
}

/** Each in turn, several times over, so that a machine that slows down slows all of them. */
async function race(worker: Workerd, feeds: Feeds): Promise<void> {
  const costs: Record<'first' | 'bare' | 'anew' | 'again' | 'other', Cost[]> = {
    first: [],
    bare: [],
    anew: [],
    again: [],
    other: [],
  };
  for (let round = 0; round < rounds; round += 1) {
    const shop = `shop-${round}`;
    const importOf = (name: string, today: Today) => {
      feeds.write(today);
      return imported(worker, { shop, id: `${shop}-${name}`, feed: `http://${feeds.host}/${offers}` });
    };
    const first = await importOf('first', { day: 'monday', prices: 'as ever' });
    if (first.told.added !== offers) throw new Error(`the first import added ${first.told.added} of ${offers}`);
    const bare = await bareBatches(worker, shop);
    await ask(worker, 'watch', {});
    const anew = await importOf('anew', { day: 'tuesday', prices: 'as ever' });
    const again = await importOf('again', { day: 'tuesday', prices: 'as ever' });
    const { rows } = z.object({ rows: z.number() }).parse(await ask(worker, 'watched', {}));
    if (rows > 0) throw new Error(`${rows} rows were written though no offer was another`);
    if (anew.told.state !== 'unchanged' || again.told.state !== 'unchanged')
      throw new Error('an import found news where there are none');
    const other = await importOf('other', { day: 'wednesday', prices: 'dearer' });
    if (other.told.changed !== 1) throw new Error(`${other.told.changed} offers were changed where one is dearer`);
    costs.first.push(first.cost);
    costs.bare.push(bare);
    costs.anew.push(anew.cost);
    costs.again.push(again.cost);
    costs.other.push(other.cost);
  }
  const row = (all: Cost[]) => ({
    'CPU s': tenth(median(all.map(({ cpu }) => cpu))),
    'wall s': tenth(median(all.map(({ wall }) => wall))),
  });
  console.info(`${offers} offers into D1, CPU time of workerd with D1 and R2 in it, median of ${rounds}`);
  console.table({
    'first import': row(costs.first),
    'its rows in bare batches': row(costs.bare),
    'the same offers in another file, no row written': row(costs.anew),
    'the same file, no row written': row(costs.again),
    'one of the offers is dearer: all are read, one is written': row(costs.other),
  });
  const paired = (one: Cost[], other: Cost[]) => median(one.map(({ cpu }, at) => cpu / (other[at]?.cpu ?? Number.NaN)));
  verdict('a first import', paired(costs.first, costs.bare), { limit: reach.first, of: 'the bare batches' });
  verdict('the same offers in another file', paired(costs.anew, costs.first), { limit: reach.again, of: 'the first' });
  verdict('the same file', paired(costs.again, costs.first), { limit: reach.again, of: 'the first' });
  console.info(`one of the offers is dearer: ${hundredth(paired(costs.other, costs.first))} × the first`);
}

/** With so little memory that what grew with the feed would not fit. Throws where the isolate died of it. */
async function importNarrow(worker: Workerd, feeds: Feeds, count: number): Promise<void> {
  const days: Today[] = [
    { day: 'monday', prices: 'as ever' },
    { day: 'tuesday', prices: 'dearer' },
  ];
  for (const today of days) {
    const { day } = today;
    feeds.write(today);
    const feed = `http://${feeds.host}/${count}`;
    const { told, cost, runs } = await imported(worker, { shop: 'narrow', id: day, feed });
    if (told.state !== 'done') throw new Error(told.message ?? 'it did not end');
    const { added, changed } = told;
    console.info(
      `${count} offers with ${heapMegabytes} MB for objects, ${day}: ${added} added, ${changed} changed, in ${runs} runs, ${tenth(cost.cpu)} s CPU, ${tenth(cost.wall)} s`,
    );
  }
}

/** Runs an import to its end, as the queue's consumer would. */
async function imported(worker: Workerd, of: { shop: string; id: string; feed: string }) {
  const { shop, id, feed } = of;
  await ask(worker, `shop/${shop}`, { feed });
  const pid = worker.workerdPid();
  const [cpu, wall] = [cpuMicros(pid), performance.now()];
  for (let runs = 1; ; runs += 1) {
    const run = runSchema.parse(await ask(worker, `shop/${shop}/import/${id}?host=${new URL(feed).host}`, {}));
    if (run.outcome === 'more') continue;
    return { told: run.import, cost: costSince(pid, cpu, wall), runs };
  }
}

/** The rows of a shop once more, for another shop. What receiving them costs is taken off. */
async function bareBatches(worker: Workerd, shop: string): Promise<Cost> {
  const to = `${shop}-bare`;
  await ask(worker, `shop/${to}`, { feed: 'https://shop.example/none' });
  const pages: z.infer<typeof pageSchema>[] = [];
  for (let after = ''; ; ) {
    const answer = await fetch(`${worker.url}/shop/${shop}/rows?to=${to}&after=${after}`);
    const page = pageSchema.parse(await answer.json());
    if (page.last === null) break;
    pages.push(page);
    after = page.last;
  }
  const pid = worker.workerdPid();
  const each = async (path: string) => {
    const [cpu, wall] = [cpuMicros(pid), performance.now()];
    for (const page of pages) await ask(worker, path, page);
    return costSince(pid, cpu, wall);
  };
  const received = await each('received');
  const bare = await each('bare');
  return { cpu: bare.cpu - received.cpu, wall: bare.wall - received.wall };
}

function costSince(pid: number, cpu: number, wall: number): Cost {
  return { cpu: (cpuMicros(pid) - cpu) / 1_000_000, wall: (performance.now() - wall) / 1_000 };
}

async function ask(worker: Workerd, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${worker.url}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** What the shop writes today: another day is another file; `dearer`: one of the offers costs more. */
interface Today {
  day: string;
  prices: 'as ever' | 'dearer';
}

interface Feeds {
  host: string;
  write(today: Today): void;
  close(): void;
}

/** `/<offers>`: a feed of so many offers, as it was written last. */
function serveFeeds(): Promise<Feeds> {
  let today: Today = { day: 'sunday', prices: 'as ever' };
  const server = createServer((request, response) => {
    const [, count = ''] = (request.url ?? '').split('/');
    response.setHeader('content-type', 'application/xml');
    Readable.from(feedPieces(Number(count), today.day, today.prices)).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port: at } = server.address() as AddressInfo;
      resolve({
        host: `127.0.0.1:${at}`,
        write: (next) => {
          today = next;
        },
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}

function verdict(what: string, ratio: number, { limit, of }: { limit: number; of: string }): void {
  const reached = ratio <= limit ? 'reached' : 'MISSED';
  console.info(`${what}: ${hundredth(ratio)} × ${of}, to be at most ${limit}: ${reached}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
