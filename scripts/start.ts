// `pnpm start`: the whole product on this machine, with a demo store and a mailbox. `--fresh` begins anew.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { build } from './build.ts';
import type { Child } from './children.ts';
import { startChild, stopChildren } from './children.ts';
import { demoOwner, demoSetup, demoShop } from './demo-shop.ts';
import { ports, takenPorts } from './ports.ts';
import { capture } from './run.ts';
import { forgetState, inState, root, secretsOf } from './state.ts';

const urls = {
  api: `http://127.0.0.1:${ports.api.number}`,
  store: `http://127.0.0.1:${ports.store.number}`,
  mailbox: `http://127.0.0.1:${ports.mailbox.number}`,
};

/** Quiet, offline and without traces in the home folder. */
const wranglerEnv = {
  X_LOCAL_OBSERVABILITY: 'false',
  X_LOCAL_EXPLORER: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_REGISTRY_PATH: inState('registry'),
  WRANGLER_LOG_PATH: inState('logs', 'wrangler'),
};

class StartFailed extends Error {}

async function migrate(): Promise<void> {
  const args = ['d1', 'migrations', 'apply', 'winback', '--local', '--persist-to', inState('store')];
  const { code, output } = await capture('wrangler', args, { ...wranglerEnv, CI: 'true' });
  if (code !== 0) throw new StartFailed(`the database could not be brought up to date\n${output}`);
}

/** The Worker's settings and secrets, in the state folder. */
function writeWorkerSettings(): string {
  const { OWNER_PASSWORD: _owner, ...secrets } = secretsOf();
  const settings = {
    ...secrets,
    PUBLIC_URL: urls.api,
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(ports.smtp.number),
    SMTP_SECURE: 'false',
    FEED_ALLOWED_HOSTS: `127.0.0.1:${ports.store.number}`,
    OUTBOX_FLUSH_MS: '1000',
    OUTBOX_IDLE_FLUSH_MS: '1000',
    LEASE_MS: '15000',
  };
  const file = inState('worker.env');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(''),
    { mode: 0o600 },
  );
  return file;
}

function startWorker(): Child {
  const port = String(ports.api.number);
  const place = [
    '--ip',
    '127.0.0.1',
    '--port',
    port,
    '--inspector-port',
    '0',
    '--persist-to',
    inState('store'),
    '--env-file',
    writeWorkerSettings(),
  ];
  const args = ['dev', ...place, '--show-interactive-dev-session=false', '--log-level', 'warn'];
  return startChild('worker', 'wrangler', args, { env: wranglerEnv, log: inState('logs', 'worker.log') });
}

function startDemo(): Child[] {
  const node = process.execPath;
  const mailboxEnv = {
    MAILBOX_PORT: String(ports.mailbox.number),
    MAILBOX_SMTP_PORT: String(ports.smtp.number),
    MAILBOX_FOLDER: inState('mail'),
  };
  const storeEnv = {
    STORE_PORT: String(ports.store.number),
    WINBACK_API: urls.api,
    WINBACK_SHOP: demoShop,
    MAILBOX_URL: urls.mailbox,
  };
  return [
    startChild('mailbox', node, ['packages/demo/src/mailbox/main.ts'], {
      env: mailboxEnv,
      log: inState('logs', 'mailbox.log'),
    }),
    startChild('store', node, ['packages/demo/src/store/main.ts'], {
      env: storeEnv,
      log: inState('logs', 'store.log'),
    }),
  ];
}

/** Waits until an address answers; a child that ended says why in its log. */
async function untilAnswers(url: string, child: Child): Promise<void> {
  let ended = false;
  void child.ended.then(() => {
    ended = true;
  });
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; ) {
    if (ended) break;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new StartFailed(`the ${child.name} did not start; its log is ${inState('logs', `${child.name}.log`)}`);
}

/** Settings of the demo shop for whom its own do not suit, as `DEMO_SETTINGS='{"language":"ru"}'`. They count when it is first made. */
function demoSettings(): object {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(process.env['DEMO_SETTINGS'] ?? '{}'));
}

async function setUpDemoShop(): Promise<void> {
  const secrets = secretsOf();
  const answer = await fetch(`${urls.api}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secrets.SETUP_TOKEN}` },
    body: JSON.stringify(demoSetup(secrets, urls.store, demoSettings())),
  });
  if (!answer.ok) throw new StartFailed(`the demo shop could not be set up: ${await answer.text()}`);
}

function greet(): void {
  const { OWNER_PASSWORD: password } = secretsOf();
  console.info(`
  Winback runs. Leave a cart in the store; one minute later its letter is in the mailbox.

    Demo store   ${urls.store}/
    Dashboard    ${urls.api}/        sign in: ${demoOwner}   ${password}
    Mailbox      ${urls.mailbox}/
    API          ${urls.api}/api/openapi.json

  Ctrl-C stops everything; what happened is kept in .winback/. \`pnpm start --fresh\` begins anew.
`);
}

async function main(): Promise<void> {
  process.chdir(root);
  const taken = await takenPorts();
  if (taken.length > 0) throw new StartFailed(taken.join('\n'));
  if (process.argv.includes('--fresh')) forgetState();
  mkdirSync(inState('logs'), { recursive: true });
  secretsOf();
  if (!existsSync(inState('store'))) console.info('  First start: building and preparing the database…');
  await Promise.all([build(), migrate()]);
  const demo = startDemo();
  const worker = startWorker();
  await untilAnswers(`${urls.api}/health`, worker);
  for (const [child, url] of [
    [demo[0], urls.mailbox],
    [demo[1], urls.store],
  ] as const)
    if (child) await untilAnswers(url, child);
  await setUpDemoShop();
  greet();
  await Promise.race([worker.ended, ...demo.map((child) => child.ended)]);
  if (!stopping) throw new StartFailed(`a part of Winback ended by itself; the logs are in ${inState('logs')}`);
}

let stopping = false;

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await stopChildren();
  process.exit(code);
}

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));
process.on('SIGHUP', () => void stop(0));

try {
  await main();
} catch (error) {
  console.error(
    `\n  ${error instanceof StartFailed ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  await stop(1);
}
