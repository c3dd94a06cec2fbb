// The one way out to addresses that people type. Refuses what points inside, follows redirects itself and looks at every
// hop, carries credentials to no other origin, gives up on slow servers, and stops reading where it was told to.
import type { Result } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import type { Patience } from './guarded-body.ts';
import { guarded, tooLarge } from './guarded-body.ts';
import { allowedUrl } from './outbound-address.ts';

export interface OutboundOptions {
  /** May throw {@link AddressRefused} where it knows more of a host than its name says. */
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  /** `authorization` and `cookie` are sent to the first address' origin only. */
  headers: Record<string, string>;
  /** `host:port` that may be asked although they are private. */
  allow: readonly string[];
  /** Until the headers of the last hop are there. */
  timeoutMs: number;
  /** How much of the body, and how long; what is left out is as {@link defaultPatience} has it. */
  patience?: Partial<Patience>;
}

/** What a feed of a million products needs on a slow line, within the 15 minutes that a queue's consumer has. */
const defaultPatience: Patience = {
  maxBytes: 2_000_000_000,
  idleMs: 30_000,
  totalMs: 13 * 60_000,
  minBytesPerSecond: 2_000,
  graceMs: 60_000,
};

const maxHops = 5;
const ofTheirOwn = ['authorization', 'cookie'];

/** Thrown by `fetch` where a host turns out to be none of the web: the message says why, for people. */
export class AddressRefused extends Error {}

/**
 * Answers the response, or one sentence that says why there is none. The body is still to be read: reading it fails with
 * `BodyGivenUp` where the server is too slow or sends too much.
 */
export async function outboundFetch(address: string, options: OutboundOptions): Promise<Result<Response, string>> {
  const patience = { ...defaultPatience, ...options.patience };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeoutMs);
  try {
    const answered = await followed(address, options, abort.signal);
    return answered.ok ? withPatience(answered.value, patience) : answered;
  } finally {
    clearTimeout(timer);
  }
}

async function followed(
  address: string,
  options: OutboundOptions,
  signal: AbortSignal,
): Promise<Result<Response, string>> {
  let next = address;
  let home: string | null = null;
  let { headers } = options;
  for (let hop = 0; hop <= maxHops; hop += 1) {
    const allowed = allowedUrl(next, options.allow);
    if (!allowed.ok) return allowed;
    home ??= allowed.value.origin;
    // Who led us away does not choose what is asked at home with the password.
    if (allowed.value.origin !== home) headers = withoutCredentials(headers);
    const answered = await ask(allowed.value, { ...options, headers }, signal);
    if (!answered.ok) return answered;
    const location = answered.value.headers.get('location');
    if (!isRedirect(answered.value.status) || location === null) return answered;
    await answered.value.body?.cancel();
    if (!URL.canParse(location, allowed.value)) return refuse('the server redirects to an address that cannot be read');
    next = new URL(location, allowed.value).href;
  }
  return refuse(`the server redirects more than ${maxHops} times`);
}

function isRedirect(status: number): boolean {
  return status >= 300 && status <= 399 && status !== 304;
}

/** `headers` is as its caller wrote it: names of any case. */
function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheirOwn.includes(name.toLowerCase())));
}

async function ask(
  url: URL,
  { fetch, headers, timeoutMs }: OutboundOptions,
  signal: AbortSignal,
): Promise<Result<Response, string>> {
  try {
    return ok(await fetch(url.href, { headers, redirect: 'manual', signal }));
  } catch (error) {
    if (error instanceof AddressRefused) return refuse(error.message);
    const late = signal.aborted || (error instanceof Error && error.name === 'TimeoutError');
    return refuse(
      late ? `the server did not answer within ${timeoutMs / 1_000} seconds` : 'the server could not be reached',
    );
  }
}

function withPatience(answer: Response, patience: Patience): Result<Response, string> {
  if (!answer.body) return ok(answer);
  const announced = Number(answer.headers.get('content-length'));
  if (announced > patience.maxBytes) {
    void answer.body.cancel();
    return refuse(tooLarge(patience.maxBytes).message);
  }
  const { status, headers } = answer;
  return ok(new Response(guarded(answer.body, patience), { status, headers }));
}
