// Contestants in turn, several times over, so that a machine that slows down slows all of them, and what their turns come to.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from './load.ts';
import { cpuMicros } from './load.ts';

export interface Contestant {
  name: string;
  /** How many events each of its requests brings. */
  events: number;
  target: Target;
}

/** What was measured of each, a result a turn. */
export type Results<Result> = (name: string) => Result[];

const coldPatienceMs = 60_000;
const tickMicros = 10_000;

/**
 * Measures every contestant in every turn, each turn beginning with another one; `prepare` goes before each measurement and is
 * not measured.
 */
export async function inTurns<Result>(
  all: readonly Contestant[],
  turnCount: number,
  by: { prepare: (target: Target) => Promise<void>; measure: (target: Target) => Promise<Result> },
): Promise<Results<Result>> {
  const measured = new Map<string, Result[]>();
  for (let turn = 0; turn < turnCount; turn += 1) {
    const first = turn % all.length;
    for (const { name, target } of [...all.slice(first), ...all.slice(0, first)]) {
      await by.prepare(target);
      measured.set(name, [...(measured.get(name) ?? []), await by.measure(target)]);
    }
  }
  return (name) => measured.get(name) ?? [];
}

/** The median of the turns' ratios: each turn is compared with the other's of the same turn, for machines have moods. */
export function paired<Result>(one: Result[], other: Result[], ratio: (one: Result, other: Result) => number): number {
  return round(median(one.map((result, at) => ratio(result, other[at] ?? result))));
}

/** Resolves when the runtime has put away the objects that nobody asks for: each has its database open until then. */
export async function untilCold({ pid }: Target, objects: number): Promise<void> {
  const deadline = Date.now() + coldPatienceMs;
  while (openDatabases(pid) > objects / 50) {
    if (Date.now() > deadline) throw new Error('the runtime keeps its objects in memory: none can be measured cold');
    await sleep(500);
  }
}

function openDatabases(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`).endsWith('.sqlite');
    } catch {
      return false; // it was closed meanwhile
    }
  }).length;
}

/** Which share of all processors others than this bench and these processes take until the answer is called. */
export function watchOthers(pids: readonly number[]): () => number {
  const taken = () => {
    const own = process.cpuUsage();
    return own.user + own.system + pids.reduce((sum, pid) => sum + cpuMicros(pid), 0);
  };
  const before = { ...machine(), taken: taken() };
  return () => {
    const { busy, all } = machine();
    return Math.max(0, busy - before.busy - (taken() - before.taken)) / (all - before.all);
  };
}

/** CPU time of the whole machine so far, in microseconds: the first line of /proc/stat (proc(5)). */
function machine(): { busy: number; all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) * tickMicros);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + wait };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
