// From bytes to a beacon that may be trusted: size, JSON, shape, clock. Named steps; the first that fails says why.
import type { Beacon, BeaconEvent, DropReason, Problem, Result, ShopId } from '@winback/domain';
import { beaconLimits, beaconSchema, ok, problemsOf, refuse, shopIdSchema } from '@winback/domain';

const dayMs = 86_400_000;
const maxSkewMs = dayMs;
/** As long as event ids are remembered: an older event could not be told from its own repetition. */
const maxAgeMs = 2 * dayMs;
const maxDepth = 12;

/** Why a beacon was not stored. `shop` is the one it named, when that much could be read. */
export interface Refusal {
  status: 400 | 403 | 404 | 413 | 429;
  reason: DropReason;
  message: string;
  problems: Problem[];
  shop: ShopId | null;
  sample: string;
}

/** Reads a beacon. The answered events carry times by this server's clock. */
export async function parseBeacon(request: Request, now: number): Promise<Result<Beacon, Refusal>> {
  const { text, whole } = await textWithin(request, beaconLimits.bytes);
  if (!whole)
    return refuse(
      refusalOf('too-large', text, { message: 'a beacon has at most 64 KB: send fewer events at once', status: 413 }),
    );
  const json = jsonOf(text);
  if (!json.ok) return refuse(refusalOf('bad-json', text, { message: `this is not JSON: ${json.because}` }));
  const read = beaconSchema.safeParse(json.value);
  if (!read.success) return refuse(schemaRefusal(text, problemsOf(read.error)));
  return clockCorrected(read.data, text, now);
}

/** The body as text; only its beginning when it is larger than `maxBytes`: reading stops there. */
export async function textWithin(request: Request, maxBytes: number): Promise<{ text: string; whole: boolean }> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > 0 && announced <= maxBytes) return { text: await request.text(), whole: true };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > maxBytes) break; // leaving the loop cancels the stream
  }
  return { text: await new Blob(chunks).text(), whole: bytes <= maxBytes };
}

/** What a text says as JSON, or why it says nothing. */
export function jsonOf(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'it cannot be read');
  }
}

function refusalOf(
  reason: DropReason,
  sample: string,
  more: { message: string; status?: Refusal['status']; problems?: Problem[] },
): Refusal {
  return {
    status: more.status ?? 400,
    reason,
    message: more.message,
    problems: more.problems ?? [{ path: '', code: reason, message: more.message }],
    shop: claimedShop(sample),
    sample,
  };
}

function schemaRefusal(text: string, problems: Problem[]): Refusal {
  const reason = depthOf(text) > maxDepth ? 'too-deep' : reasonOf(problems);
  const first = problems[0];
  const message = first ? `${first.path || 'the beacon'}: ${first.message}` : 'the beacon is not as described';
  return refusalOf(reason, text, { message, problems });
}

function reasonOf(problems: Problem[]): DropReason {
  const path = problems[0]?.path ?? '';
  if (problems.some((problem) => problem.code === 'unknown-type' && /^events\.\d+(\.type)?$/.test(problem.path)))
    return 'unknown-event';
  if (/\.(price|total)$/.test(path)) return 'bad-price';
  if (/(^sentAt|\.at)$/.test(path)) return 'bad-time';
  return 'bad-event';
}

/** The shop that a refused beacon names, so that its merchant sees the drop; the text may be broken or cut. */
function claimedShop(text: string): ShopId | null {
  const read = shopIdSchema.safeParse(/"shop"\s*:\s*"([^"\\]{1,64})"/.exec(text)?.[1]);
  return read.success ? read.data : null;
}

/** How deep arrays and objects are nested; brackets inside of texts do not count. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth -= 1;
  }
  return deepest;
}

/** Moves the events' times by the browser clock's error. A clock that is a day off, or an event two days old, is refused. */
function clockCorrected(beacon: Beacon, text: string, now: number): Result<Beacon, Refusal> {
  const skew = beacon.sentAt === undefined ? 0 : now - beacon.sentAt;
  const refused = (path: string, message: string) =>
    refuse(
      refusalOf('bad-time', text, { message: `${path}: ${message}`, problems: [{ path, code: 'time', message }] }),
    );
  if (Math.abs(skew) > maxSkewMs)
    return refused('sentAt', 'this clock is more than a day off: send Date.now() of a clock that is right');
  const events: BeaconEvent[] = [];
  for (const [index, event] of beacon.events.entries()) {
    const at = event.at + skew;
    if (at > now + maxSkewMs) return refused(`events.${index}.at`, 'this time is more than a day ahead');
    if (at < now - maxAgeMs) return refused(`events.${index}.at`, 'this event is older than two days');
    events.push({ ...event, at: Math.min(at, now) });
  }
  return ok({ ...beacon, events });
}
