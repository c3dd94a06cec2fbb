// A shop to measure: a feed, a mail server that takes everything, and the product set up with them.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { demoSetup } from '../demo-shop.ts';
import { migrationStatements, productOptions } from './runtime/product.ts';
import type { Workerd } from './runtime/workerd.ts';
import { prepareWorkerd } from './runtime/workerd.ts';

export const products = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'] as const;

export interface Outside {
  feedOrigin: string;
  smtpPort: number;
  /** Letters taken so far. */
  letters(): number;
  close(): void;
}

export async function openOutside(): Promise<Outside> {
  let taken = 0;
  const mail = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData(stream, _session, done) {
      stream.resume();
      stream.on('end', () => {
        taken += 1;
        done();
      });
    },
  });
  const web = createServer((request, response) => {
    response.setHeader('content-type', 'application/xml');
    response.end(feedOf(`http://${request.headers.host}`));
  });
  await Promise.all([
    new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve)),
    new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve)),
  ]);
  return {
    feedOrigin: `http://127.0.0.1:${portOf(web.address())}`,
    smtpPort: portOf(mail.server.address()),
    letters: () => taken,
    close: () => {
      web.closeAllConnections();
      web.close();
      mail.close();
    },
  };
}

/** The product, running, with one shop. `cartDelayMs`: how long a cart must be quiet before its letter. */
export async function startProduct(of: {
  script: string;
  store: string;
  port: number;
  outside: Outside;
  flushMs: number;
  idleFlushMs: number;
  cartDelayMs: number;
  /** Absent: as it is where nobody sets it. */
  leaseMs?: number;
  /** More settings of the Worker. */
  more?: Record<string, string>;
  /** The owner's; absent: nobody signs in. */
  password?: string;
}): Promise<Workerd> {
  const { script, store, port, outside, flushMs, idleFlushMs, cartDelayMs, leaseMs } = of;
  const token = randomBytes(32).toString('hex');
  const settings = {
    AUTH_SECRET: randomBytes(32).toString('hex'),
    LINK_SECRET: randomBytes(32).toString('hex'),
    SETUP_TOKEN: token,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(outside.smtpPort),
    FEED_ALLOWED_HOSTS: new URL(outside.feedOrigin).host,
    OUTBOX_FLUSH_MS: String(flushMs),
    OUTBOX_IDLE_FLUSH_MS: String(idleFlushMs),
    ...(leaseMs === undefined ? {} : { LEASE_MS: String(leaseMs) }),
    // The load comes from one address: the dam counts, and is too high to close.
    BEACONS_PER_VISITOR: '1000000000',
    BEACONS_PER_ADDRESS: '1000000000',
    BEACONS_PER_SHOP: '1000000000',
    ...of.more,
  };
  const product = await prepareWorkerd(productOptions({ script, port, store, settings, waitSeconds: 1 })).start();
  await product.migrate(migrationStatements());
  const password = of.password ?? randomBytes(9).toString('hex');
  await setUp(product.url, { token, password, feedOrigin: outside.feedOrigin, cartDelayMs });
  return product;
}

async function setUp(
  url: string,
  {
    token,
    password,
    feedOrigin,
    cartDelayMs,
  }: { token: string; password: string; feedOrigin: string; cartDelayMs: number },
): Promise<void> {
  const secrets = { AUTH_SECRET: '', LINK_SECRET: '', SETUP_TOKEN: '', OWNER_PASSWORD: password };
  const body = demoSetup(secrets, feedOrigin);
  body.shop.settings.scenarios.abandoned_cart.delayMs = cartDelayMs;
  const answer = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the shop could not be set up: ${await answer.text()}`);
  await sleep(3_000); // its first import of the feed
}

function feedOf(origin: string): string {
  const offers = products.map(
    (id) =>
      `<offer id="${id}" available="true"><url>${origin}/p/${id}</url><price>12.5</price><currencyId>EUR</currencyId>
       <categoryId>1</categoryId><picture>${origin}/${id}.png</picture><name>Product ${id}</name></offer>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01"><shop><name>Shop</name><url>${origin}</url>
    <currencies><currency id="EUR" rate="1"/></currencies><categories><category id="1">All</category></categories>
    <offers>${offers.join('\n')}</offers></shop></yml_catalog>`;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
