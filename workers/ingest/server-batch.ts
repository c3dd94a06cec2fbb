// From bytes to the events of a shop's server: the batch as a whole may be refused, and each event by itself.
import type { BeaconEvent, DropReason, EmailAddress, Problem, Result, ServerPerson } from '@winback/domain';
import { ok, problemsOf, refuse, serverBatchSchema, serverEventSchema, serverLimits } from '@winback/domain';
import { jsonOf, textWithin } from './parse.ts';

/** An event's time may be so far ahead: clocks differ. It counts as of now. */
const maxAheadMs = 86_400_000;

export interface ServerItem {
  /** Its place in the batch. */
  index: number;
  person: ServerPerson;
  /** The address that `person` or the event itself names. */
  email: EmailAddress | null;
  event: BeaconEvent;
}

export interface RefusedItem {
  index: number;
  reason: DropReason;
  problems: Problem[];
  /** The event without its person. */
  sample: string;
}

export interface RefusedBatch {
  status: 400 | 413;
  reason: DropReason;
  message: string;
  problems: Problem[];
}

/** Reads a batch. Times of the answered events lie within the last thirty days. */
export async function parseServerBatch(
  request: Request,
  now: number,
): Promise<Result<{ items: ServerItem[]; refused: RefusedItem[] }, RefusedBatch>> {
  const { text, whole } = await textWithin(request, serverLimits.bytes);
  if (!whole)
    return refuse(batchRefusal('too-large', 'a batch has at most 2 MB: send fewer events at once', { status: 413 }));
  const json = jsonOf(text);
  if (!json.ok) return refuse(batchRefusal('bad-json', `this is not JSON: ${json.because}`));
  const read = serverBatchSchema.safeParse(json.value);
  if (!read.success) {
    const problems = problemsOf(read.error);
    const [first] = problems;
    const message = first ? `${first.path || 'the batch'}: ${first.message}` : 'the batch is not as described';
    return refuse(batchRefusal('bad-event', message, { problems }));
  }
  const items: ServerItem[] = [];
  const refused: RefusedItem[] = [];
  for (const [index, raw] of read.data.events.entries()) {
    const item = itemOf(index, raw, now);
    if (item.ok) items.push(item.value);
    else refused.push(item.because);
  }
  return ok({ items, refused });
}

function batchRefusal(
  reason: DropReason,
  message: string,
  more: { status?: RefusedBatch['status']; problems?: Problem[] } = {},
): RefusedBatch {
  const problems = more.problems ?? [{ path: '', code: reason, message }];
  return { status: more.status ?? 400, reason, message, problems };
}

/** Reads one event with its person, as a batch has it. */
export function itemOf(index: number, raw: unknown, now: number): Result<ServerItem, RefusedItem> {
  const read = serverEventSchema.safeParse(raw);
  if (!read.success) {
    const problems = problemsOf(read.error);
    return refuse({ index, reason: reasonOf(problems), problems, sample: sampleOf(raw) });
  }
  const { person, event } = read.data;
  const refused = (reason: DropReason, path: string, message: string) =>
    refuse({ index, reason, problems: [{ path, code: reason, message }], sample: sampleOf(event) });
  if (event.at < now - serverLimits.maxAgeMs) return refused('bad-time', 'at', 'this event is older than thirty days');
  if (event.at > now + maxAheadMs) return refused('bad-time', 'at', 'this time is more than a day ahead');
  const named = 'email' in event ? event.email : undefined;
  if (person.email !== undefined && named !== undefined && person.email !== named)
    return refused('bad-event', 'person.email', 'the event names another address: an event is about one person');
  const email = person.email ?? named ?? null;
  return ok({ index, person, email, event: { ...event, at: Math.min(event.at, now) } });
}

function reasonOf(problems: readonly Problem[]): DropReason {
  const path = problems[0]?.path ?? '';
  if (problems.some((problem) => problem.code === 'unknown-type')) return 'unknown-event';
  if (/(^|\.)(price|total)$/.test(path)) return 'bad-price';
  return path === 'at' ? 'bad-time' : 'bad-event';
}

/** For the merchant's eyes: what was refused, without whom it was about. */
function sampleOf(raw: unknown): string {
  const text = JSON.stringify(raw, (key, value: unknown) => (key === 'person' ? undefined : value));
  return (text ?? '').slice(0, 300);
}

/** The item, refused because nobody is known by the names that it gives. */
export function unknownPerson({ index, person, event }: ServerItem): RefusedItem {
  const field = person.externalId === undefined ? 'phone' : 'externalId';
  const message = `no subscriber is known by this ${field}: send the e-mail address along once`;
  const problems = [{ path: `person.${field}`, code: 'unknown-person', message }];
  return { index, reason: 'unknown-person', problems, sample: sampleOf(event) };
}
