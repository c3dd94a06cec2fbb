// The product as a newcomer starts it, in a folder and on ports of its own, ended with the tests.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { MovedClock } from '../moved-clock.ts';

const root = join(import.meta.dirname, '../../../..');

export interface Running {
  store: string;
  dashboard: string;
  mailbox: string;
  owner: { email: string; password: string };
  browser: Browser;
  /** All that the command printed. */
  printed: string;
  stop(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/**
 * `pnpm start`, until it has printed its four addresses. `clock`: what the product, the store, the mailbox and the browser live by;
 * `settings`: what the demo shop has instead of its own.
 */
export async function startWinback(more: { clock?: MovedClock; settings?: object } = {}): Promise<Running> {
  const state = mkdtempSync(join(tmpdir(), 'winback-story-'));
  const [api = 0, store = 0, mailbox = 0, smtp = 0] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const ports = {
    WINBACK_PORT: String(api),
    STORE_PORT: String(store),
    MAILBOX_PORT: String(mailbox),
    MAILBOX_SMTP_PORT: String(smtp),
  };
  const child = spawn(process.execPath, ['scripts/start.ts', '--fresh'], {
    cwd: root,
    env: {
      ...process.env,
      ...more.clock?.env,
      ...ports,
      WINBACK_STATE: state,
      DEMO_SETTINGS: JSON.stringify(more.settings ?? {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const ready = new Promise<void>((resolve, reject) => {
    const heard = (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('Ctrl-C stops everything')) resolve();
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.on('exit', () => reject(new Error(`Winback did not start:\n${printed}`)));
  });
  await ready;
  const [, email = '', password = ''] = /sign in: (\S+)\s+(\S+)/.exec(printed) ?? [];
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    env: { ...process.env, ...more.clock?.env },
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
  const stop = async () => {
    await browser.close();
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGINT');
    await ended;
    rmSync(state, { recursive: true, force: true });
  };
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    store: at(store),
    dashboard: at(api),
    mailbox: at(mailbox),
    owner: { email, password },
    browser,
    printed,
    stop,
  };
}
