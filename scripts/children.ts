// Processes that live as long as `start` does. Each has its own process group: ending the group ends what it started too.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Child {
  name: string;
  process: ChildProcess;
  ended: Promise<number | null>;
}

const children: Child[] = [];

/** Starts a process whose output goes to a log file. */
export function startChild(
  name: string,
  command: string,
  args: readonly string[],
  more: { env: NodeJS.ProcessEnv; log: string },
): Child {
  mkdirSync(dirname(more.log), { recursive: true });
  const log = createWriteStream(more.log, { flags: 'w' });
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...more.env },
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code));
    child.on('error', () => resolve(1));
  });
  const entry = { name, process: child, ended };
  children.push(entry);
  return entry;
}

/** Asks every child to end, waits a moment, and ends by force what is left. */
export async function stopChildren(): Promise<void> {
  for (const child of children) signal(child, 'SIGTERM');
  const all = Promise.all(children.map((child) => child.ended));
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 2_500).unref())]);
  for (const child of children) signal(child, 'SIGKILL');
}

function signal(child: Child, name: NodeJS.Signals): void {
  if (child.process.pid === undefined) return;
  try {
    process.kill(-child.process.pid, name);
  } catch {
    // the group has ended already
  }
}
