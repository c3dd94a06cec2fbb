// A shop's past is laid into parts by person, so that each part fits into memory: raw events first, then what only the tables
// know. How many parts there are, and whether only a share of the people is looked at, is said by how much lies there.
import { ordersPlaced, ownersOfDevices, visitorsBeingErased, watchesBefore } from '@winback/db';
import { majorOf, visitorNameParts } from '@winback/domain';
import { eachOf } from '../each-of.ts';
import { databaseOf } from '../env.ts';
import { hourOfKey, hourPrefix, lakePrefix, unpacked } from '../lake.ts';
import type { RawLine } from './simulate-lines.ts';
import { partLine, partOfPerson, personOf, rawLine } from './simulate-lines.ts';
import type { SimulationRun } from './simulate-run.ts';

const listPage = 1_000;
const readPage = 100;
const tablePage = 2_000;
const objectsAtOnce = 6;
/** What a packed object takes, and each line in it, about: measured with objects of one line to thousands. */
const packedBytes = { object: 190, line: 27 } as const;
/** A part of so many events takes some tens of megabytes and a few seconds. */
const eventsOfPart = 40_000;
/** More than this is not read: people are looked at by chance. */
const mostEvents = 2_000_000;
const mostParts = 60;

type Lines = Map<number, string[]>;

/** Looks how much there is. */
export async function listPast(run: SimulationRun): Promise<void> {
  const { after } = run.place;
  const { span } = run;
  const { shop } = run.claim;
  const startAfter = after === '' ? hourPrefix(shop, span.from) : after;
  run.spent += 1;
  const { objects: page, truncated } = await run.env.LAKE.list({
    prefix: lakePrefix(shop),
    startAfter,
    limit: listPage,
  });
  const within = page.filter(({ key }) => (hourOfKey(key) ?? Number.POSITIVE_INFINITY) < span.until);
  const bytes = within.reduce((all, { size }) => all + size, run.place.bytes);
  const objects = run.place.objects + within.length;
  const last = within.at(-1);
  const firstAt = run.place.firstAt ?? hourOfKey(within[0]?.key ?? '');
  if (truncated && last && within.length === page.length) return run.move({ after: last.key, bytes, objects, firstAt });
  const events = Math.max(objects, (bytes - packedBytes.object * objects) / packedBytes.line);
  const share = Math.min(1, mostEvents / Math.max(1, events));
  const parts = Math.min(mostParts, Math.max(1, Math.ceil((events * share) / eventsOfPart)));
  return run.move({ step: 'reading', after: '', bytes, objects, share, parts, firstAt });
}

/** Reads a page of objects. */
export async function readPast(run: SimulationRun): Promise<void> {
  const { after } = run.place;
  const { span } = run;
  const { shop } = run.claim;
  const { LAKE } = run.env;
  const startAfter = after === '' ? hourPrefix(shop, span.from) : after;
  const { objects, truncated } = await LAKE.list({ prefix: lakePrefix(shop), startAfter, limit: readPage });
  const within = objects.filter(({ key }) => (hourOfKey(key) ?? Number.POSITIVE_INFINITY) < span.until);
  const lines: RawLine[] = [];
  let unreadable = 0;
  await eachOf(within, objectsAtOnce, async ({ key }) => {
    const object = key.endsWith('.gz') ? await LAKE.get(key) : null;
    if (!object) return;
    for (const text of await unpacked(object.body)) {
      const line = rawLine(text);
      if (line === null) unreadable += 1;
      else if (line.at >= span.from && line.at < span.until) lines.push(line);
    }
  });
  if (unreadable > 0) console.warn('raw events that cannot be read are not simulated', { shop, unreadable });
  run.spent += 1 + within.length;
  await run.write(await partsOf(run, lines));
  const last = within.at(-1);
  const isLast = !truncated || !last || within.length < objects.length;
  return run.move({ file: run.place.file + 1, ...(isLast ? { step: 'orders' } : { after: last.key }) });
}

/** Lines by the part that they lie in, without those of people who are being forgotten. */
async function partsOf(run: SimulationRun, lines: readonly RawLine[]): Promise<Lines> {
  const { shop } = run.claim;
  const db = databaseOf(run.env);
  const names = [...new Set(lines.map(({ visitor }) => visitor))].map(visitorNameParts);
  const browsers = names.flatMap(({ kind, id }) => (kind === 'device' ? [id] : []));
  run.spent += 2;
  const [owners, leaving] = await Promise.all([ownersOfDevices(db, shop, browsers), visitorsBeingErased(db, shop)]);
  const parts: Lines = new Map();
  for (const line of lines) {
    if (leaving.has(line.visitor)) continue;
    const person = personOf(line, shop, owners);
    lay(run, parts, person, partLine(line, person, shop));
  }
  return parts;
}

/** Orders that the shop's system told of; those of the storefront are told once by themselves, and an order is one. */
export async function readOrders(run: SimulationRun): Promise<void> {
  const { order } = run.place;
  const { span } = run;
  const after = order ?? { at: span.from, id: '' };
  const of = { after, until: span.until, limit: tablePage };
  const rows = await ordersPlaced(databaseOf(run.env), run.claim.shop, of);
  const parts: Lines = new Map();
  for (const { id, at, person, products } of rows)
    lay(run, parts, person, { kind: 'order', person, order: { id, at, products } });
  run.spent += 1;
  await run.write(parts);
  const last = rows.at(-1);
  const file = run.place.file + 1;
  if (rows.length < tablePage || !last) return run.move({ step: 'watches', file });
  return run.move({ order: { at: last.at, id: last.id }, file });
}

/** Who waited for a product before the time that is told again. */
export async function readWatches(run: SimulationRun): Promise<void> {
  const { watch } = run.place;
  const { span } = run;
  const after = watch ?? { visitor: '', product: '', waitsFor: '' };
  const { currency } = run.shopSettings;
  const rows = await watchesBefore(databaseOf(run.env), run.claim.shop, { before: span.from, after, limit: tablePage });
  const parts: Lines = new Map();
  for (const { person, product, waitsFor, priceMinor, at } of rows) {
    const price = priceMinor === null ? {} : { price: majorOf({ minor: priceMinor, currency }) };
    const id = `watch-${waitsFor}-${at}`.slice(0, 64);
    const event = { id, at, type: 'watch', change: 'add', waitsFor, products: [product], ...price };
    // By the server: when they began to wait is no sign of them now.
    lay(run, parts, person, { kind: 'event', person, event, by: 'server' });
  }
  run.spent += 1;
  await run.write(parts);
  const last = rows.at(-1);
  const file = run.place.file + 1;
  if (rows.length < tablePage || !last) return run.move({ step: 'replaying', file, part: 0 });
  const { visitor, product, waitsFor } = last;
  return run.move({ watch: { visitor, product, waitsFor }, file });
}

function lay(run: SimulationRun, parts: Lines, person: string, line: Record<string, unknown> | null): void {
  const part = line === null ? null : partOfPerson(person, run.place);
  if (part === null) return;
  const known = parts.get(part);
  const text = JSON.stringify(line);
  if (known) known.push(text);
  else parts.set(part, [text]);
}
