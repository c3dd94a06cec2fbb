// What the Worker is bound to, and its settings, parsed once. A missing secret stops the Worker with its name.

import type { Database } from '@winback/db';
import { openD1, openLibsql } from '@winback/db';
import { linkSecrets } from '@winback/mail';
import { z } from 'zod';
import type { EventsMessage, JobMessage, LetterMessage, ReturnMessage } from './messages.ts';
import type { Sender } from './sender/sender.ts';
import type { Shop } from './shop/shop.ts';
import type { Visitor } from './visitor/visitor.ts';

// Schemas are interpreted: workerd refuses code made from text.
z.config({ jitless: true });

export interface Env {
  DB: D1Database;
  VISITOR: DurableObjectNamespace<Visitor>;
  SHOP: DurableObjectNamespace<Shop>;
  PULSE: DurableObjectNamespace;
  SENDER: DurableObjectNamespace<Sender>;
  EVENTS: Queue<EventsMessage>;
  LETTERS: Queue<LetterMessage>;
  JOBS: Queue<JobMessage>;
  RETURNS: Queue<ReturnMessage>;
  /** Raw events and raw feeds, by shop and hour. */
  LAKE: R2Bucket;
  /** The built dashboard; absent where Pages serves it. */
  ASSETS?: Fetcher;
  [setting: string]: unknown;
}

const flag = z.enum(['true', 'false']).transform((word) => word === 'true');
const milliseconds = z.coerce.number().int().min(0);
const secret = z.string({ error: 'is missing' }).min(32, 'has fewer than 32 characters');

const settingsSchema = z.object({
  /** Signs sessions of merchants. */
  AUTH_SECRET: secret,
  /** The one before it, so that what was sealed under it can still be opened. */
  AUTH_SECRET_BEFORE: secret.optional(),
  /** Signs links in letters. Several with commas between them: the first signs, those behind it still verify. */
  LINK_SECRET: z
    .string({ error: 'is missing' })
    .refine((list) => linkSecrets(list).length > 0 && linkSecrets(list).every((one) => one.length >= 32), {
      error: 'has fewer than 32 characters',
    }),
  /** Authorises making shops and owners. */
  SETUP_TOKEN: secret,
  /** Where shoppers and mail readers reach this Worker. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'is not an address as https://mail.shop.example' }),
  /** Where merchants reach the dashboard, when that is Pages; the Worker's own address otherwise. */
  DASHBOARD_URL: z.url().optional(),
  SMTP_HOST: z.string({ error: 'is missing' }).min(1),
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535),
  /** True: TLS from the first byte (465). False: STARTTLS where the server offers it. */
  SMTP_SECURE: flag.default(false),
  SMTP_USER: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
  /** A domain whose mail comes to this Worker: letters sent by SMTP are answered there when they cannot be delivered. */
  BOUNCE_DOMAIN: z.string().optional(),
  /** Where providers' APIs are asked in place of their own addresses, each below its name; for tests. */
  PROVIDERS_URL: z.url().optional(),
  /** Hosts that a feed may be fetched from although they are private; for the demo and for tests. */
  FEED_ALLOWED_HOSTS: z.string().default(''),
  /** Where names of feeds' hosts are looked up before they are asked: DNS over HTTPS in its JSON form. */
  DNS_QUERY_URL: z.url().default('https://cloudflare-dns.com/dns-query'),
  /** How long a Visitor gathers events before it hands them to the queue, while somebody looks at the dashboard. */
  OUTBOX_FLUSH_MS: milliseconds.default(20_000),
  /** The same, while nobody looks. Orders, addresses and letters never wait that long. */
  OUTBOX_IDLE_FLUSH_MS: milliseconds.default(300_000),
  /** After this a message that nobody confirmed is sent again, and a letter that nobody settled is looked at. */
  LEASE_MS: milliseconds.default(120_000),
  /** Beacons a minute that one isolate takes of one browser, of one address (an office may stand behind it), of one shop. */
  BEACONS_PER_VISITOR: z.coerce.number().int().min(1).default(300),
  BEACONS_PER_ADDRESS: z.coerce.number().int().min(1).default(1_500),
  BEACONS_PER_SHOP: z.coerce.number().int().min(1).default(60_000),
  /** Calls a minute that one isolate takes of a shop's server: with one secret key or over one connection; from one address. */
  CALLS_PER_KEY: z.coerce.number().int().min(1).default(6_000),
  CALLS_PER_ADDRESS: z.coerce.number().int().min(1).default(12_000),
  LIBSQL_URL: z.string().optional(),
  LIBSQL_TOKEN: z.string().optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Raised where the operator left out a setting: the message names it and says how to set it. */
export class SettingsMissing extends Error {}

const parsed = new WeakMap<Env, Settings>();
const databases = new WeakMap<Env, Database>();

/** The settings of this Worker. Throws {@link SettingsMissing}, which names every setting that is missing or wrong. */
export function settingsOf(env: Env): Settings {
  const known = parsed.get(env);
  if (known) return known;
  const read = settingsSchema.safeParse(env);
  if (!read.success) {
    const wrong = read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
    throw new SettingsMissing(
      `The Worker cannot start: ${wrong}. Set it with: wrangler secret put NAME (or in wrangler.toml for what is no secret).`,
    );
  }
  parsed.set(env, read.data);
  return read.data;
}

/** `host:port` of FEED_ALLOWED_HOSTS, that may be asked although they are private. */
export function allowedHosts(env: Env): string[] {
  const hosts = settingsOf(env).FEED_ALLOWED_HOSTS.split(',');
  return hosts.map((host) => host.trim()).filter(Boolean);
}

/** The database: D1, or libSQL where LIBSQL_URL is set. */
export function databaseOf(env: Env): Database {
  const known = databases.get(env);
  if (known) return known;
  const { LIBSQL_URL: url, LIBSQL_TOKEN: authToken } = settingsOf(env);
  const database = url ? openLibsql({ url, ...(authToken ? { authToken } : {}) }) : openD1(env.DB);
  databases.set(env, database);
  return database;
}
