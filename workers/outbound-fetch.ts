// The one way out to addresses that people type. Refuses what points inside, follows redirects itself and looks at every
// hop, gives up on slow servers, and stops reading where it was told to.
import type { Result } from '@winback/domain';
import { ok, refuse } from '@winback/domain';

export interface OutboundOptions {
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  /** `GET` unless said. */
  method?: 'GET' | 'HEAD';
  headers: Record<string, string>;
  /** `host:port` that may be asked although they are private. */
  allow: readonly string[];
  timeoutMs: number;
}

const maxHops = 5;

/** Answers the response, or one sentence that says why there is none. The body is still to be read. */
export async function outboundFetch(address: string, options: OutboundOptions): Promise<Result<Response, string>> {
  let next = address;
  for (let hop = 0; hop <= maxHops; hop += 1) {
    const allowed = allowedUrl(next, options.allow);
    if (!allowed.ok) return allowed;
    const answered = await ask(allowed.value, options);
    if (!answered.ok) return answered;
    const location = answered.value.headers.get('location');
    if (
      answered.value.status < 300 ||
      answered.value.status > 399 ||
      answered.value.status === 304 ||
      location === null
    )
      return answered;
    await answered.value.body?.cancel();
    if (!URL.canParse(location, allowed.value)) return refuse('the server redirects to an address that cannot be read');
    next = new URL(location, allowed.value).href;
  }
  return refuse(`the server redirects more than ${maxHops} times`);
}

async function ask(
  url: URL,
  { fetch, method = 'GET', headers, timeoutMs }: OutboundOptions,
): Promise<Result<Response, string>> {
  try {
    return ok(await fetch(url.href, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }));
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return refuse(
      late ? `the server did not answer within ${timeoutMs / 1_000} seconds` : 'the server could not be reached',
    );
  }
}

function allowedUrl(address: string, allow: readonly string[]): Result<URL, string> {
  if (!URL.canParse(address)) return refuse('the address cannot be read');
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('the address does not start with https://');
  if (allow.includes(url.host)) return ok(url);
  if (url.username || url.password) return refuse('an address with a password in it is not fetched');
  if (isPrivate(url.hostname)) return refuse('the address points to a private network');
  return ok(url);
}

/** Names and numbers that never mean a shop on the web (RFC 6890, RFC 6761, RFC 6762). `hostname` is normalised by URL. */
function isPrivate(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '');
  if (name.startsWith('['))
    return !/^\[2[0-9a-f]{3}:/i.test(name) || /^\[2001:(0|db8|10|20)?:/i.test(name) || /^\[2002:/i.test(name);
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(name)?.slice(1).map(Number);
  if (!parts)
    return !name.includes('.') || /\.(local|localhost|internal|home\.arpa|lan|intranet|onion|test)$/i.test(name);
  const [one = 0, two = 0] = parts;
  const special = [0, 10, 127].includes(one) || one >= 224;
  return (
    special ||
    (one === 100 && two >= 64 && two < 128) ||
    (one === 169 && two === 254) ||
    (one === 172 && two >= 16 && two < 32) ||
    (one === 192 && (two === 168 || two === 0)) ||
    (one === 198 && (two === 18 || two === 19))
  );
}
