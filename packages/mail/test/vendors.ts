// All vendors' APIs on one port of this machine, each below its own name: `http://127.0.0.1:<port>/postmark/email`. What they take is
// kept; how they misbehave is said by the test.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call, Judged, Said, Vendor } from './vendor-rules.ts';
import { rules, vendors } from './vendor-rules.ts';

/** `hang`: takes it and never answers. `cut`: takes it and hangs up. `cut-early`: hangs up before it has read. */
export type Behaviour = 'take' | 'hang' | 'cut' | 'cut-early' | Said;

interface TakenLetter {
  vendor: Vendor;
  letter: string;
  to: string;
  said: unknown;
}

export interface Vendors {
  origin: string;
  taken: TakenLetter[];
  /** How often each was asked to take a letter. */
  asked: number;
  /** What comes of each next request that would take a letter. */
  behave: (of: { vendor: Vendor; letter: string; to: string }) => Behaviour | Promise<Behaviour>;
  /** Stands still where false: for tests that kill whoever asked. */
  reached: (point: VendorPoint) => boolean;
  close(): Promise<void>;
}

export const vendorPoints = ['HTTP asked', 'HTTP taken', 'HTTP answered'] as const;
type VendorPoint = (typeof vendorPoints)[number];

export async function openVendors(port = 0): Promise<Vendors> {
  /** What was answered to each idempotency key. */
  const answered = new Map<string, Said>();
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  const state: Vendors = {
    origin: '',
    taken: [],
    asked: 0,
    behave: () => 'take',
    reached: () => true,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callOf(request);
    const [, name = '', path = ''] = /^\/([a-z]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const vendor = vendors.find((one) => one === name);
    if (!vendor) return say(response, { status: 404, body: 'no such vendor' });
    if (!state.reached('HTTP asked')) return;
    const judged = await rules[vendor]({ ...call, path });
    if (!judged.taken) return say(response, judged.answer);
    await take(vendor, judged, response);
  }

  async function take(
    vendor: Vendor,
    judged: Extract<Judged, { taken: object }>,
    response: ServerResponse,
  ): Promise<void> {
    state.asked += 1;
    const { letter, to, key, said } = judged.taken;
    const known = key === null ? undefined : answered.get(`${vendor} ${key}`);
    const behaviour = await state.behave({ vendor, letter, to });
    if (behaviour === 'cut-early') return void response.destroy();
    if (typeof behaviour === 'object') return say(response, behaviour);
    if (known === undefined) {
      state.taken.push({ vendor, letter, to, said });
      if (key !== null) answered.set(`${vendor} ${key}`, judged.answer);
    }
    if (!state.reached('HTTP taken') || behaviour === 'hang') return;
    if (behaviour === 'cut') return void response.destroy();
    say(response, repeatOf(vendor, known) ?? judged.answer);
    setImmediate(() => state.reached('HTTP answered'));
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

/** Resend gives the first answer again, Brevo says that it was there before. */
function repeatOf(vendor: Vendor, known: Said | undefined): Said | null {
  if (known === undefined) return null;
  return vendor === 'brevo'
    ? { status: 400, body: { code: 'duplicate_request', message: 'duplicate idempotencyKey' } }
    : known;
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const isForm = /^multipart\//.test(request.headers['content-type'] ?? '');
  const body = Buffer.concat(chunks).toString(isForm || request.headers['x-amz-date'] ? 'latin1' : 'utf8');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method: request.method ?? '', path: '', fullPath: request.url ?? '', headers, body };
}

function say(response: ServerResponse, { status, headers = {}, body }: Said): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { ...(isText ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
