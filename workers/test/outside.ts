// The world outside of the Worker, in Node: a mail server that keeps what it gets, a shop's feed, and an operator's DuckDB.
// The servers are real ones on this machine; the tests in workerd are told their ports.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { TestProject } from 'vitest/node';
import type { Vendors } from '../../packages/mail/test/vendors.ts';
import { openVendors } from '../../packages/mail/test/vendors.ts';
import { DuckDb } from './duckdb.ts';
import { answerOddly, oddServer } from './odd-server.ts';
import { ymlOf } from './yml.ts';

declare module 'vitest' {
  interface ProvidedContext {
    smtpPort: string;
    outsideHost: string;
    oddHost: string;
    vendorsOrigin: string;
  }
}

interface Received {
  to: string;
  raw: string;
}

/** What the feed offers: a tent with a picture, a stove to go with it, a lamp that is sold out. */
const feed = ymlOf([
  { id: 'tent', name: 'Tent &lt;b&gt; &amp; Co', price: '129' },
  { id: 'stove', name: 'Little stove', price: '49.90' },
  { id: 'lamp', name: 'Lamp', price: '15', available: false },
]);

export default async function outside(project: TestProject): Promise<() => Promise<void>> {
  const letters: Received[] = [];
  const mail = mailServer(letters);
  const duckdb = new DuckDb();
  const vendors = await openVendors();
  const modes = new Modes(vendors);
  const web = createServer((request, response) => {
    if (request.url?.startsWith('/duckdb')) void duckdb.answer(request, response);
    else if (/^\/(headers|redirect)\b/.test(request.url ?? '')) answerOddly(request, response);
    else if (request.url?.startsWith('/vendors')) modes.answer(request, response);
    else answer(request, response, letters);
  });
  const odd = oddServer();
  await Promise.all([listening(mail.server), listening(web), listening(odd)]);
  project.provide('smtpPort', String(portOf(mail.server)));
  project.provide('outsideHost', `127.0.0.1:${portOf(web)}`);
  project.provide('oddHost', `127.0.0.1:${portOf(odd)}`);
  project.provide('vendorsOrigin', vendors.origin);
  return async () => {
    web.closeAllConnections();
    odd.closeAllConnections();
    await Promise.all([
      vendors.close(),
      new Promise<void>((resolve) => mail.close(() => resolve())),
      new Promise<void>((resolve) => web.close(() => resolve())),
      new Promise<void>((resolve) => odd.close(() => resolve())),
    ]);
    await duckdb.forget();
  };
}

/**
 * How the vendors answer letters to a domain of recipients: `POST /vendors?domain=…&mode=…`. `half`: every other request is too many.
 * `GET` answers whom they took letters for, and how often they were asked.
 */
class Modes {
  readonly #vendors: Vendors;
  readonly #modes = new Map<string, string>();
  readonly #asked = new Map<string, number>();

  constructor(vendors: Vendors) {
    this.#vendors = vendors;
    vendors.behave = ({ to }) => {
      const domain = to.slice(to.indexOf('@') + 1);
      const asked = 1 + (this.#asked.get(domain) ?? 0);
      this.#asked.set(domain, asked);
      const mode = this.#modes.get(domain) ?? 'take';
      const tooMany = { status: 429, headers: { 'retry-after': '1' }, body: { ErrorCode: 429, Message: 'too many' } };
      if (mode === 'half') return Math.random() < 0.5 ? tooMany : 'take';
      if (mode === 'busy') return tooMany;
      if (mode === 'down') return { status: 521, body: 'web server is down' };
      return mode === 'cut' ? 'cut' : 'take';
    };
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(request.url ?? '/', 'http://outside');
    const domain = searchParams.get('domain') ?? '';
    if (request.method === 'POST') this.#modes.set(domain, searchParams.get('mode') ?? 'take');
    const taken = this.#vendors.taken.filter(({ to }) => to.endsWith(`@${domain}`));
    const rows = taken.map(({ vendor, letter, to }) => ({ vendor, letter, to }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ taken: rows, asked: this.#asked.get(domain) ?? 0 }));
  }
}

/** Takes every letter, but never for `nobody@…`, and for `later…@…` only at the second try. */
function mailServer(letters: Received[]): SMTPServer {
  const asked = new Set<string>();
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('nobody')) return done(refusal(550));
      if (address.startsWith('later') && !asked.has(address)) {
        asked.add(address);
        return done(refusal(451));
      }
      return done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        letters.push(...session.envelope.rcptTo.map((to) => ({ to: to.address, raw })));
        done();
      });
    },
  });
}

function refusal(code: number): Error {
  return Object.assign(new Error('no'), { responseCode: code });
}

/** What was posted under `/hook/<name>`, oldest first; `/hook/later…` takes it only at the second try. */
const posted = new Map<string, string[]>();
const refusedOnce = new Set<string>();

function hook(request: IncomingMessage, response: ServerResponse, name: string): void {
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(posted.get(name) ?? []));
    return;
  }
  const isEarly = name.startsWith('later') && !refusedOnce.has(name);
  refusedOnce.add(name);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (!isEarly) posted.set(name, [...(posted.get(name) ?? []), Buffer.concat(chunks).toString('utf8')]);
    response.writeHead(isEarly ? 503 : 204).end();
  });
}

/** `/letters?to=…` answers raw messages as JSON, oldest first; everything else is the feed. */
function answer(request: IncomingMessage, response: ServerResponse, letters: readonly Received[]): void {
  const url = new URL(request.url ?? '/', 'http://outside');
  const hooked = /^\/hook\/(.+)$/.exec(url.pathname)?.[1];
  if (hooked !== undefined) return hook(request, response, hooked);
  if (url.pathname !== '/letters') {
    response.setHeader('content-type', 'application/xml; charset=utf-8').end(feed);
    return;
  }
  const to = url.searchParams.get('to');
  const found = letters.filter((letter) => letter.to === to).map((letter) => letter.raw);
  response.setHeader('content-type', 'application/json').end(JSON.stringify(found));
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
