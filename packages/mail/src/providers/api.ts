// A provider's HTTP API as all of them are asked: with patience, without following redirects, and with an honest answer to the
// question whether the letter may have been taken.
import type { SendOutcome } from './port.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** What an API is reached with. */
export interface ApiDeps {
  fetch: Fetch;
  /** In place of the vendor's own origin, as `http://127.0.0.1:9450/postmark`; for tests. */
  origin?: string;
  /** Milliseconds until an answer that has not come counts as lost. */
  patienceMs?: number;
  /** Sleeps between the repetitions of a request that may be repeated. */
  sleep?: (ms: number) => Promise<void>;
}

export interface ApiRequest {
  url: string;
  method?: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string | FormData;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as JSON; null where it is none. */
  body: unknown;
  text: string;
}

type Asked =
  | { ok: true; answer: Answer }
  | { ok: false; outcome: Extract<SendOutcome, { kind: 'unreachable' | 'unknown' }> };

const usualPatienceMs = 20_000;
const longestBody = 100_000;

/** Asks once. A connection that was provably never made is `unreachable`; every other silence is `unknown`. */
export async function askApi({ fetch, patienceMs = usualPatienceMs }: ApiDeps, request: ApiRequest): Promise<Asked> {
  const { url, method = 'POST', headers, body } = request;
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const said = body === undefined ? {} : { body };
    const response = await fetch(url, { method, headers, signal, redirect: 'manual', ...said });
    const text = (await response.text()).slice(0, longestBody);
    return { ok: true, answer: { status: response.status, headers: response.headers, body: jsonOf(text), text } };
  } catch (error) {
    const because = error instanceof Error ? `${error.name}: ${error.message}` : 'no answer';
    return { ok: false, outcome: { kind: neverConnected(error) ? 'unreachable' : 'unknown', because } };
  }
}

/** Node says so in the cause of what fetch throws; where nobody says so, the request may have arrived. */
function neverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
}

/**
 * What an answer means that is not the vendor's own word. Cloudflare's 521 to 523, 525, 526 and 530 say that the server was not reached
 * (developers.cloudflare.com, Cloudflare 5xx errors). A 503 is refused by definition. Other 5xx without the vendor's own body come
 * from something in between, that may have passed the letter on.
 */
export function gatewayOutcome(answer: Answer): SendOutcome | null {
  const { status } = answer;
  const because = `the provider answered ${status}`;
  if (status === 429) return tooFast(answer);
  if ((status >= 521 && status <= 523) || status === 525 || status === 526 || status === 530)
    return { kind: 'unreachable', because };
  if (status === 503) return { kind: 'unreachable', because };
  if (status >= 500 && !isObject(answer.body)) return { kind: 'unknown', because };
  if (status >= 300 && status < 400)
    return { kind: 'rejected-credentials', because: `${because}: its address is another` };
  return null;
}

/** Of a 429: when to come again, and how many a second it takes, where the headers say so. */
export function tooFast(answer: Answer, usualMs = 5_000): Extract<SendOutcome, { kind: 'later' }> {
  const { headers } = answer;
  const reset = headers.get('retry-after') ?? headers.get('ratelimit-reset') ?? headers.get('x-sib-ratelimit-reset');
  const afterMs = Math.min(Math.max(waitOf(reset) ?? usualMs, 250), longestWaitMs);
  return { kind: 'later', afterMs, because: sentence(answer) };
}

const longestWaitMs = 3_600_000;

/** RFC 9110 §10.2.3: seconds, or a date. */
function waitOf(text: string | null): number | null {
  if (text === null) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at - Date.now();
}

/** The vendor's own words on what was wrong, whichever of the usual fields they stand in, cut short. */
export function sentence({ status, body, text }: Answer): string {
  const said = isObject(body) ? (body['message'] ?? body['Message'] ?? body['errors'] ?? body['error']) : text;
  const words = typeof said === 'string' ? said : JSON.stringify(said ?? '');
  return `${status} ${words.replaceAll(/[\r\n\t]+/g, ' ')}`.trim().slice(0, 200);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A refusal of the letter: 5xx with the vendor's own body is for now, everything else for good. */
export function refusedBy(answer: Answer): SendOutcome {
  return { kind: 'refused', permanent: answer.status < 500, answer: sentence(answer) };
}

/**
 * Asks again while nobody knows, as a provider allows that knows a request by its key: the doubt ends here in most cases.
 * `attempt` hears whether it is a repetition.
 */
export async function repeated(
  { sleep = wait }: ApiDeps,
  attempt: (again: boolean) => Promise<SendOutcome>,
): Promise<SendOutcome> {
  let outcome = await attempt(false);
  for (const pauseMs of [500, 2_000]) {
    if (outcome.kind !== 'unknown') return outcome;
    await sleep(pauseMs);
    const next = await attempt(true);
    // Being refused now says nothing of the time before.
    if (next.kind === 'accepted') return next;
    outcome = { kind: 'unknown', because: outcome.because };
  }
  return outcome;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a gateway's page, or nothing
  }
}
