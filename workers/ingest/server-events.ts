// What a shop's own server tells: `POST /v1/events`, authorised by a secret key. When the answer is heard, every event that
// it does not name as refused is on disk. No page may ask this: the key must not stand in one.
import type { BeaconEvent, ErrorBody, ServerAnswer, ShopId, ShopSettings, VisitorId } from '@winback/domain';
import { beaconLimits, serverAnswerSchema, serverBatchDescription } from '@winback/domain';
import type { Visit } from '@winback/engine/triggers';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { noteDrop } from '../events.ts';
import { shopSettings } from '../shop-settings.ts';
import type { Claimed } from '../visitor/answers.ts';
import type { RefusedBatch, RefusedItem, ServerItem } from './server-batch.ts';
import { parseServerBatch, unknownPerson } from './server-batch.ts';
import { personsOf } from './server-person.ts';
import { shopOfBearer, wrongKey } from './shop-key.ts';
import type { Stored } from './store.ts';
import { storeEvents, storeForPerson } from './store.ts';

type ServerContext = Context<{ Bindings: Env }>;

const atOnce = 6;
const summary =
  'Takes events of the shop’s own server: up to 500, up to 30 days old, authorised by a secret key (authorization: Bearer …).';

export const serverEvents = new Hono<{ Bindings: Env }>().post(
  '/v1/events',
  answers(summary, serverAnswerSchema, serverBatchDescription),
  async (c) => {
    const now = Date.now();
    const shop = await shopOfBearer(c);
    const settings = shop ? await shopSettings(c.env, shop, now) : null;
    if (!shop || !settings) return c.json(wrongKey, 401);
    const batch = await parseServerBatch(c.req.raw, now);
    if (!batch.ok) return refuseBatch(c, shop, batch.because, now);
    const { items, refused: misread } = batch.value;
    const { unknown, ...stored } = await storeItems(c.env, { shop, settings, items }, now);
    const refused = [...misread, ...unknown].sort((a, b) => a.index - b.index);
    noteRefused(c, shop, refused, now);
    const body: ServerAnswer = {
      ...stored,
      refused: refused.map(({ index, problems }) => ({ index, problems })),
    };
    return c.json(body);
  },
);

/** Stores items, each with its browser or its person; `unknown` are those whose person nobody knows. */
export async function storeItems(
  env: Env,
  { shop, settings, items }: { shop: ShopId; settings: ShopSettings; items: readonly ServerItem[] },
  now: number,
): Promise<Count & { unknown: RefusedItem[] }> {
  const persons = await personsOf(env, shop, items, now);
  const nobody = items.filter((item) => !item.person.visitor && !persons.has(item));
  const wanted = items.filter((item) => item.person.visitor || persons.has(item));
  const visit: Visit = { idleMs: settings.traffic.sessionIdleMs, by: 'server' };
  const stored = await storeAll(env, { shop, visit, doors: doorsOf(wanted, persons) }, now);
  return { ...stored, unknown: nobody.map(unknownPerson) };
}

function refuseBatch(c: ServerContext, shop: ShopId, { status, ...refusal }: RefusedBatch, now: number): Response {
  const { reason, message, problems } = refusal;
  noteDrop(c.env, { shop, reason, sample: '', problems }, now, (work) => c.executionCtx.waitUntil(work));
  const body: ErrorBody = { code: reason, message, problems };
  return c.json(body, status);
}

function noteRefused(c: ServerContext, shop: ShopId, refused: readonly RefusedItem[], now: number): void {
  for (const { index, reason, problems, sample } of refused) {
    const placed = problems.map((problem) => ({ ...problem, path: `events.${index}.${problem.path}` }));
    noteDrop(c.env, { shop, reason, sample, problems: placed }, now, (work) => c.executionCtx.waitUntil(work));
  }
}

/** Events in a row of one browser or one person. */
interface Told {
  visitor: VisitorId | null;
  claim: Claimed | null;
  events: BeaconEvent[];
}

/** What goes to each Visitor, in the order of the batch; a browser that is said to change hands is told so in between. */
function doorsOf(items: readonly ServerItem[], persons: ReadonlyMap<ServerItem, Claimed>): Told[][] {
  const doors = new Map<string, Told[]>();
  for (const item of items) {
    const { visitor } = item.person;
    const claim = persons.get(item) ?? null;
    const door = visitor ? `v ${visitor}` : `p ${claim?.person.id}`;
    const told = doors.get(door) ?? [];
    const last = told.at(-1);
    if (last && last.claim?.person.id === claim?.person.id) last.events.push(item.event);
    else told.push({ visitor: visitor ?? null, claim, events: [item.event] });
    doors.set(door, told);
  }
  return [...doors.values()];
}

type Count = Pick<Stored, 'accepted' | 'repeated'>;

async function storeAll(
  env: Env,
  of: { shop: ShopId; visit: Visit; doors: readonly Told[][] },
  now: number,
): Promise<Count> {
  const sum = { accepted: 0, repeated: 0 };
  await eachOf(of.doors, atOnce, async (door) => {
    for (const { events, ...told } of door)
      for (const piece of piecesOf(events)) {
        const { accepted, repeated } = await storeTold(env, { ...of, ...told, events: piece }, now);
        sum.accepted += accepted;
        sum.repeated += repeated;
      }
  });
  return sum;
}

async function storeTold(env: Env, of: Told & { shop: ShopId; visit: Visit }, now: number): Promise<Count> {
  const { shop, visit, visitor, claim, events } = of;
  if (visitor) {
    const arrival = { shop, visitor, events, visit, ip: null, vouched: 'proven' } as const;
    return storeEvents(env, { ...arrival, ...(claim ? { claim } : {}) }, now);
  }
  if (!claim) throw new Error('an event of no browser and no person was to be stored');
  return storeForPerson(env, { shop, claim, events, visit });
}

/** Events in pieces of a beacon's size: a Visitor keeps each as one row, and a row has to fit a queue's message. */
function piecesOf(events: readonly BeaconEvent[]): BeaconEvent[][] {
  const pieces: BeaconEvent[][] = [];
  let piece: BeaconEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = new TextEncoder().encode(JSON.stringify(event)).byteLength;
    if (piece.length === beaconLimits.events || (piece.length > 0 && bytes + size > beaconLimits.bytes)) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(event);
    bytes += size;
  }
  return piece.length > 0 ? [...pieces, piece] : pieces;
}
