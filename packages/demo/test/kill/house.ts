// The product under the axe: started, killed at a chosen point or moment, started again on what is left on disk.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrationStatements, productOptions } from '../../../../scripts/bench/runtime/product.ts';
import type { Prepared, Workerd, WorkerdOptions } from '../../../../scripts/bench/runtime/workerd.ts';
import { prepareWorkerd } from '../../../../scripts/bench/runtime/workerd.ts';
import { demoSetup, demoShop } from '../../../../scripts/demo-shop.ts';
import { keys } from '../../../mail/test/vendor-keys.ts';
import type { Vendors } from '../../../mail/test/vendors.ts';
import { openVendors } from '../../../mail/test/vendors.ts';
import type { MovedClock } from '../moved-clock.ts';
import type { Outside } from './outside.ts';
import { openOutside } from './outside.ts';
import { Owner } from './owner.ts';
import type { PostOffice, Taken } from './post-office.ts';
import { openPostOffice } from './post-office.ts';

/** How long a letter or a message may go unanswered before it is looked at again. */
export const leaseMs = 1_500;
const flushMs = 50;
const importPatienceMs = 20_000;

export const clock = 'the clock';

/** Where to kill: the `nth` time that the point is reached from now on. */
export interface Axe {
  point: string;
  nth: number;
}

/** What a shop's own provider is asked with; null: the operator's mail server takes its letters. */
export const ownProviders = {
  ses: { ...keys.ses },
  postmark: { serverToken: keys.postmark },
  resend: { apiKey: keys.resend },
  sendgrid: { apiKey: keys.sendgrid },
  mailgun: { apiKey: keys.mailgun, domain: keys.domain },
  brevo: { apiKey: keys.brevo },
  mandrill: { apiKey: keys.mandrill },
} as const;
export type OwnProvider = keyof typeof ownProviders;

interface Parts {
  options: WorkerdOptions;
  outside: Outside;
  postOffice: PostOffice;
  vendors: Vendors;
  setupToken: string;
}

export class House {
  readonly store: string;
  readonly url: string;
  readonly postOffice: PostOffice;
  readonly owner: Owner;
  /** What the Worker reaches over HTTP. */
  readonly outside: Outside;
  readonly #parts: Parts;
  #spare: Prepared;
  #running: Workerd | null = null;
  #axe: Axe | null = null;
  #fell: (point: string) => void = () => undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.store = parts.options.store;
    this.url = `http://127.0.0.1:${parts.options.port}`;
    this.postOffice = parts.postOffice;
    this.outside = parts.outside;
    this.owner = new Owner(this.url, randomBytes(9).toString('base64url'));
    this.#spare = prepareWorkerd(parts.options);
  }

  /** Letters that a provider took, through whichever they went. */
  get taken(): Taken[] {
    const { vendors } = this.#parts;
    return [...this.postOffice.taken, ...vendors.taken.filter(({ to }) => to.endsWith('@kill.example'))];
  }

  /**
   * A house with one shop, its feed read, running. `delayMs`: how long a cart must be quiet; `by`: by which clock; `provider`: through
   * whom its letters go, absent: the mail server.
   */
  static async open(
    script: string,
    delayMs: number,
    { by, provider }: { by?: MovedClock; provider?: OwnProvider | null } = {},
  ): Promise<House> {
    const port = await freePort();
    const smtpPort = await freePort();
    let house: House | null = null;
    const reached = (point: string) => house?.reached(point) ?? true;
    const outside = await openOutside(await freePort(), reached);
    const postOffice = await openPostOffice(smtpPort, reached);
    const vendors = await openVendors(await freePort());
    vendors.reached = reached;
    vendors.behave = ({ to }) =>
      to.startsWith('refused') ? { status: 400, body: { message: 'no such box' } } : 'take';
    const secrets = { AUTH_SECRET: secret(), LINK_SECRET: secret(), SETUP_TOKEN: secret() };
    const settings = {
      ...secrets,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(smtpPort),
      FEED_ALLOWED_HOSTS: new URL(outside.origin).host,
      OUTBOX_FLUSH_MS: String(flushMs),
      OUTBOX_IDLE_FLUSH_MS: String(flushMs),
      LEASE_MS: String(leaseMs),
      CHECKPOINTS: outside.origin,
      PROVIDERS_URL: vendors.origin,
    };
    const store = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'winback-kill-'));
    const options = {
      ...productOptions({ script, port, store, settings, waitSeconds: 0.05 }),
      env: by?.env ?? {},
    };
    house = new House({ options, outside, postOffice, vendors, setupToken: secrets.SETUP_TOKEN });
    await house.start();
    await house.#running?.migrate(migrationStatements());
    await house.#setUp(delayMs);
    if (provider) await house.owner.sendThrough({ kind: provider, ...ownProviders[provider] });
    return house;
  }

  async start(): Promise<void> {
    this.#running = await this.#spare.start();
    this.#spare = prepareWorkerd(this.#parts.options);
  }

  /** Kills where the axe says; answers the point, or `the clock` when it was not reached in time and the clock killed. */
  async fall(axe: Axe, patienceMs: number): Promise<string> {
    const at = await new Promise<string>((resolve) => {
      const timer = setTimeout(() => resolve(clock), patienceMs);
      this.#fell = (point) => {
        clearTimeout(timer);
        resolve(point);
      };
      this.#axe = axe;
    });
    await this.kill();
    return at;
  }

  /** Ends what runs, if anything does. */
  async kill(): Promise<void> {
    this.#axe = null;
    await this.#running?.kill();
    this.#running = null;
  }

  /** True: go on. False: the axe fell here. */
  reached(point: string): boolean {
    if (this.#axe?.point !== point) return true;
    this.#axe = { ...this.#axe, nth: this.#axe.nth - 1 };
    if (this.#axe.nth > 0) return true;
    this.#axe = null;
    this.#running?.killNow();
    this.#fell(point);
    return false;
  }

  async close(): Promise<void> {
    await this.kill();
    this.#spare.discard();
    this.#parts.outside.close();
    this.#parts.postOffice.close();
    void this.#parts.vendors.close();
    rmSync(this.store, { recursive: true, force: true });
  }

  async #setUp(delayMs: number): Promise<void> {
    const { setupToken, outside } = this.#parts;
    const secrets = { AUTH_SECRET: '', LINK_SECRET: '', SETUP_TOKEN: '', OWNER_PASSWORD: this.owner.password };
    const body = demoSetup(secrets, outside.origin);
    const { settings } = body.shop;
    settings.timeZone = zoneWhereItIsNoon(Date.now());
    settings.scenarios.abandoned_cart.delayMs = delayMs;
    const answer = await fetch(`${this.url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${setupToken}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the shop could not be set up: ${await answer.text()}`);
    await this.owner.signIn();
    const products = async () => ((await this.owner.products()) > 0 ? [] : ['no product yet']);
    await this.owner.until('the feed is read', products, importPatienceMs);
  }
}

export const shop = demoShop;

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** A day must not end while its figures are added up. POSIX zones count westwards. */
function zoneWhereItIsNoon(now: number): string {
  const ahead = 12 - new Date(now).getUTCHours();
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

let lastPort = 9_199;

/** The next port from 9200 on that nobody listens at. A Worker that is started again comes back to its own. */
async function freePort(): Promise<number> {
  while (lastPort < 9_299) {
    lastPort += 1;
    const port = lastPort;
    if (await isFree(port)) return port;
  }
  throw new Error('the ports 9200 to 9299 are all taken');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
