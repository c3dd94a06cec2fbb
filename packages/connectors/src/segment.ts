// Calls as Segment's libraries and HTTP API make them: track, identify, page, and batches of these. The names are those of
// Segment's e-commerce spec; every other name becomes a custom event.
import { z } from 'zod';
import type { Heard } from './heard.ts';
import { eventIdOf, fullNameOf, idOf, momentOf, safeFieldsOf, safeNameOf, textOf, visitorIdOf } from './readings.ts';
import { event, eventOfTrack } from './segment-commerce.ts';

const fields = z.record(z.string(), z.unknown()).nullish();
const callSchema = z.looseObject({
  type: z.string().optional(),
  messageId: z.string().max(512).nullish(),
  anonymousId: z.union([z.string().max(512), z.number()]).nullish(),
  userId: z.union([z.string().max(512), z.number()]).nullish(),
  event: z.string().max(512).nullish(),
  name: z.string().max(512).nullish(),
  category: z.string().max(512).nullish(),
  timestamp: z.string().nullish(),
  properties: fields,
  traits: fields,
  context: z.looseObject({ page: fields, traits: fields, referrer: z.unknown().optional() }).nullish(),
});
type SegmentCall = z.infer<typeof callSchema>;
const batchSchema = z.looseObject({ batch: z.array(z.unknown()), sentAt: z.string().nullish() });

export interface SegmentReading {
  now: number;
  /** The kind of call that the address says; a batch's calls say theirs in `type`. */
  type: string;
  /** The trait that, when it is true, says that the person agreed to letters; null: none does. */
  consentTrait: string | null;
  /** An id for a call that has none. */
  newId: () => string;
}

const dayMs = 86_400_000;

/** What a call, or a batch of calls, comes to: one list a call, in their order. */
export async function eventsOfSegment(payload: unknown, reading: SegmentReading): Promise<Heard[][]> {
  if (reading.type !== 'batch') return [await heardIn(payload, reading, skewOf(payload, reading.now))];
  const batch = batchSchema.safeParse(payload);
  if (!batch.success) return [[{ kind: 'refused', path: 'batch', message: 'a batch has a list of calls, `batch`' }]];
  const skew = skewOf(payload, reading.now);
  return Promise.all(
    batch.data.batch.map((call) =>
      heardIn(call, { ...reading, type: typeOf(call) }, skewOf(call, reading.now) || skew),
    ),
  );
}

function typeOf(call: unknown): string {
  return typeof call === 'object' && call !== null && 'type' in call ? String(call.type) : '';
}

/** How much the sender's clock is behind ours; a clock that is a day off says nothing about another day. */
function skewOf(call: unknown, now: number): number {
  const sentAt = typeof call === 'object' && call !== null && 'sentAt' in call ? momentOf(call.sentAt) : undefined;
  return sentAt === undefined || Math.abs(now - sentAt) > dayMs ? 0 : now - sentAt;
}

async function heardIn(payload: unknown, reading: SegmentReading, skewMs: number): Promise<Heard[]> {
  if (!['track', 'identify', 'page'].includes(reading.type)) return [{ kind: 'not-ours' }];
  const read = callSchema.safeParse(payload);
  if (!read.success) {
    const [issue] = read.error.issues;
    return [{ kind: 'refused', path: (issue?.path ?? []).map(String).join('.'), message: issue?.message ?? '' }];
  }
  const call = read.data;
  const about = await aboutOf(call);
  if (!about)
    return [{ kind: 'refused', path: 'userId', message: 'say whom the call is about: userId or anonymousId' }];
  const at = timeOf(call, reading.now, skewMs);
  const { person, ...otherwise } = about;
  const base = { person, at, ...placeOf(call) };
  const messageId = call.messageId || reading.newId();
  const said =
    reading.type === 'identify' ? whoIn(call, reading.consentTrait) : [...namedIn(call), ...doneIn(call, reading.type)];
  return Promise.all(
    said.map(async (heard, index): Promise<Heard> => {
      if (heard.kind === 'order') return { ...heard, word: { ...heard.word, at, placedAt: at } };
      if (heard.kind !== 'event') return heard;
      const id = await eventIdOf(index === 0 ? messageId : `${messageId}-${index}`);
      return { kind: 'event', item: { ...base, id, ...heard.item }, ...otherwise };
    }),
  );
}

function timeOf({ timestamp }: SegmentCall, now: number, skewMs: number): number {
  const at = momentOf(timestamp);
  return at === undefined ? now : Math.min(at + skewMs, now);
}

/** The page on which it was done, and what led there. */
function placeOf({ context }: SegmentCall): { url?: string; referrer?: string } {
  const url = textOf(context?.page?.['url'])?.slice(0, 2_048);
  const referrer = textOf(context?.page?.['referrer'])?.slice(0, 2_048);
  return { ...(url ? { url } : {}), ...(referrer ? { referrer } : {}) };
}

interface About {
  person: Record<string, string>;
  otherwise?: string;
}

/** The browser and the names that the call gives; a user without a browser has one of their own, until they are known. */
async function aboutOf(call: SegmentCall): Promise<About | null> {
  const anonymous = idOf(call.anonymousId);
  const externalId = idOf(call.userId)?.slice(0, 128);
  const email = emailIn(call);
  const names = { ...(externalId ? { externalId } : {}), ...(email ? { email } : {}) };
  if (anonymous) return { person: { visitor: await visitorIdOf(anonymous), ...names } };
  if (!externalId && !email) return null;
  return { person: names, otherwise: await visitorIdOf(`user ${externalId ?? email}`) };
}

function emailIn({ traits, context, properties }: SegmentCall): string | undefined {
  return textOf(traits?.['email']) ?? textOf(context?.traits?.['email']) ?? textOf(properties?.['email']);
}

/** `identify`: the address, and what else the traits tell. */
function whoIn(call: SegmentCall, consentTrait: string | null): Heard[] {
  const { email: _email, name: _name, ...others } = call.traits ?? {};
  const externalId = idOf(call.userId);
  const agreed = consentTrait !== null && call.traits?.[consentTrait] === true;
  const fields = safeFieldsOf({ ...others, ...(externalId ? { external_id: externalId } : {}) }, 7_500);
  return [...namedIn(call, agreed), ...(Object.keys(fields).length > 0 ? [event({ type: 'profile', fields })] : [])];
}

/** Whom a call names. Only an identify call may say that they agreed. */
function namedIn(call: SegmentCall, consent = false): Heard[] {
  const email = emailIn(call);
  const { name, firstName, lastName } = call.traits ?? {};
  const full = textOf(name)?.slice(0, 120) ?? fullNameOf({ first_name: firstName, last_name: lastName }).name;
  return email ? [event({ type: 'identify', email, consent, source: 'segment', ...(full ? { name: full } : {}) })] : [];
}

function doneIn(call: SegmentCall, type: string): Heard[] {
  const properties = call.properties ?? {};
  if (type === 'page') return [pageIn(call)];
  const name = textOf(call.event);
  if (!name) return [{ kind: 'refused', path: 'event', message: 'a track call names its event' }];
  return eventOfTrack(name, properties) ?? [customIn(name, properties)];
}

/** A page says where the visit came from (`url`, `referrer`); what was looked at is said by track calls. */
function pageIn(call: SegmentCall): Heard {
  const label = textOf(call.name) ?? textOf(call.properties?.['title']);
  const category = textOf(call.category);
  return event({
    type: 'custom',
    name: 'page_viewed',
    ...(label ? { label: label.slice(0, 255) } : {}),
    ...(category ? { category: category.slice(0, 255) } : {}),
  });
}

function customIn(text: string, { value, ...others }: Record<string, unknown>): Heard {
  const name = safeNameOf(text);
  if (!name) return { kind: 'refused', path: 'event', message: 'this name has no letter or digit of ASCII' };
  const whole = Number.isSafeInteger(value);
  const properties = safeFieldsOf(whole ? others : { ...others, value }, 3_800);
  return event({
    type: 'custom',
    name,
    ...(whole ? { value } : {}),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  });
}
