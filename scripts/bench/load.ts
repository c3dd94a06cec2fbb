// Load from this process, and the clock of the CPU time that it costs the other.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { shopperAgent } from './beacons.ts';

export interface Target {
  url: string;
  pid: number;
  path: () => string;
  body: () => string;
}

export interface Measured {
  requestsPerSecond: number;
  cpuMicrosPerRequest: number;
}

const headers = { 'user-agent': shopperAgent, 'content-type': 'text/plain;charset=UTF-8' };
const connections = 32;
/** The clock of /proc ticks a hundred times a second. */
const tickMicros = 10_000;

/** As fast as the target answers, for so many seconds. Throws where an answer was no 2xx. */
export async function atFullSpeed(target: Target, seconds: number): Promise<Measured> {
  const before = cpuMicros(target.pid);
  const result = await cannon(target, { duration: seconds });
  const requests = result['2xx'];
  return {
    requestsPerSecond: requests / result.duration,
    cpuMicrosPerRequest: (cpuMicros(target.pid) - before) / requests,
  };
}

export interface Even {
  /** In milliseconds. */
  p50: number;
  p99: number;
  /** Of each request, the quickest first. */
  times: number[];
  cpuMicrosPerRequest: number;
}

/**
 * Milliseconds until an answer when requests come evenly, so many a second, whether or not the ones before are answered.
 * A request's clock starts when it should have left: waiting in line counts (no coordinated omission).
 */
export async function atFixedRate(target: Target, rate: number, seconds: number): Promise<Even> {
  const before = cpuMicros(target.pid);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const startedAt = performance.now();
  const answers: Promise<number>[] = [];
  while (answers.length < rate * seconds) {
    const due = Math.min(rate * seconds, Math.floor(((performance.now() - startedAt) / 1_000) * rate) + 1);
    while (answers.length < due) {
      const leftAt = startedAt + (answers.length / rate) * 1_000;
      answers.push(post(target, agent).then(() => performance.now() - leftAt));
    }
    await sleep(1);
  }
  const times = (await Promise.all(answers)).sort((a, b) => a - b);
  agent.destroy();
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    times,
    cpuMicrosPerRequest: (cpuMicros(target.pid) - before) / times.length,
  };
}

/** The time that this share of the requests stayed below, to a tenth. `times`: the quickest first. */
export function quantile(times: readonly number[], share: number): number {
  return Math.round((times[Math.floor(times.length * share)] ?? Number.NaN) * 10) / 10;
}

function post(target: Target, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(target.path(), target.url), { method: 'POST', agent, headers }, (response) => {
      response.resume();
      if (response.statusCode === undefined || response.statusCode >= 300)
        reject(new Error(`answered ${response.statusCode}: a failing address is not measured`));
      else response.on('end', resolve);
    });
    outgoing.on('error', reject);
    outgoing.end(target.body());
  });
}

/** So many requests, as fast as they are answered. */
export async function times(target: Target, amount: number): Promise<void> {
  await cannon(target, { amount });
}

async function cannon(target: Target, more: Partial<autocannon.Options>): Promise<autocannon.Result> {
  const result = await autocannon({
    url: target.url,
    connections,
    timeout: 30,
    requests: [
      {
        method: 'POST',
        headers,
        setupRequest: (request) => ({ ...request, path: target.path(), body: target.body() }),
      },
    ],
    ...more,
  });
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0) throw new Error(`${bad} requests were not answered with 2xx: a failing address is not measured`);
  return result;
}

/** CPU time of all threads of a process so far: fields 14 and 15 of /proc/<pid>/stat (proc(5)). */
export function cpuMicros(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMicros;
}
