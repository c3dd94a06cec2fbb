// A Worker in its runtime, in a process group of its own, so that it can be killed as a power cut would: node and workerd
// at once, in the middle of anything. What is on disk is all that is left.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

export interface WorkerdOptions {
  /** The bundle. */
  script: string;
  port: number;
  /** The folder of everything that is kept. */
  store: string;
  settings: Record<string, string>;
  /** SQLite classes by their binding. */
  objects: Record<string, string>;
  d1: string | null;
  r2: string | null;
  /** What V8 may keep of objects in one isolate: with more it dies, as it would on the platform. Buffers are not in it. */
  heapMegabytes?: number;
  /** What the process has in its environment besides. */
  env?: NodeJS.ProcessEnv;
  queues: { binding: string; name: string; batch: number; waitSeconds: number; retries: number }[];
}

export type Order = { kind: 'start'; options: WorkerdOptions } | { kind: 'migrate'; statements: string[] };
export type Word = 'loaded' | 'started' | 'migrated';

/** A process that has loaded the runtime's tools and waits: starting it takes half the time. */
export interface Prepared {
  start(): Promise<Workerd>;
  discard(): void;
}

export interface Workerd {
  url: string;
  /** The runtime's own process, for its clock of CPU time. */
  workerdPid(): number;
  migrate(statements: string[]): Promise<void>;
  /** Ends everything at once; resolves when nothing listens any more. */
  kill(): Promise<void>;
  /** The same, when there is no time to wait. */
  killNow(): void;
}

export function prepareWorkerd(options: WorkerdOptions): Prepared {
  // A killed process leaves its temporary files: they lie in the store and go with it.
  const temporary = join(options.store, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const log = openSync(join(options.store, 'worker.log'), 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'workerd-child.ts')], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: {
      ...process.env,
      TMPDIR: temporary,
      X_LOCAL_OBSERVABILITY: 'false',
      X_LOCAL_EXPLORER: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      ...options.env,
      ...(options.heapMegabytes === undefined
        ? {}
        : { MINIFLARE_WORKERD_V8_FLAGS: `--max-old-space-size=${options.heapMegabytes} --max-semi-space-size=4` }),
    },
  });
  closeSync(log);
  const loaded = heard(child, 'loaded');
  // A spare that is discarded never says so; whoever starts it waits for the same promise and hears why.
  loaded.catch(() => undefined);
  return {
    start: async () => {
      await loaded;
      child.send({ kind: 'start', options } satisfies Order);
      await heard(child, 'started');
      return running(child, options.port);
    },
    discard: () => killGroup(child),
  };
}

function running(child: ChildProcess, port: number): Workerd {
  const killNow = () => killGroup(child);
  return {
    url: `http://127.0.0.1:${port}`,
    workerdPid: () => workerdOf(child),
    migrate: async (statements) => {
      child.send({ kind: 'migrate', statements } satisfies Order);
      await heard(child, 'migrated');
    },
    killNow,
    kill: async () => {
      const gone =
        child.exitCode !== null || child.signalCode !== null
          ? null
          : new Promise((resolve) => child.once('exit', resolve));
      killNow();
      await gone;
      while (await listens(port)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

function heard(child: ChildProcess, word: Word): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (said: unknown) => {
      if (said !== word) return;
      child.off('message', listen);
      child.off('exit', ended);
      resolve();
    };
    const ended = () => reject(new Error(`the runtime ended before it had ${word}; its log is in its store`));
    child.on('message', listen);
    child.once('exit', ended);
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // the group has ended already
  }
}

function workerdOf(child: ChildProcess): number {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'workerd');
  if (found === undefined) throw new Error('the runtime’s process was not found');
  return found;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
