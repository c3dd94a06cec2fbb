// A part of a shop's people is told again: all that they did, what they agreed to, and what happened to products that they want.
import type { ConsentSaid } from '@winback/db';
import { consentsOf, factsOfProducts } from '@winback/db';
import type { BeaconEvent, ScenarioCode } from '@winback/domain';
import { scenarioCodeSchema, usualLeastDropPercent } from '@winback/domain';
import type { Happening, SimulatedPerson, Simulation } from '@winback/engine/simulate';
import { addedTotals, newSimulation, noScenarioTotals } from '@winback/engine/simulate';
import type { ProductFact, Visit } from '@winback/engine/triggers';
import { eachOf } from '../each-of.ts';
import { databaseOf } from '../env.ts';
import { unpacked } from '../lake.ts';
import type { Example, SimulationSums } from '../simulation.ts';
import type { PartLine } from './simulate-lines.ts';
import { isNamed, partLineSchema } from './simulate-lines.ts';
import type { SimulationRun } from './simulate-run.ts';

const filesAtOnce = 6;
const namesAtOnce = 5_000;
const examplesKept = 12;
/** What somebody of the examples did, around what was decided. */
const doingsShown = 30;
const doingsOfDecision = 2;

export const noSums: SimulationSums = { totals: noScenarioTotals(), events: 0, people: 0, examples: [] };

/** Tells the next part again and adds what came of it. */
export async function replayPart(run: SimulationRun): Promise<void> {
  const { part } = run.place;
  const sums = run.place.sums ?? noSums;
  const lines = await linesOf(run, part);
  const named = [...new Set(lines.map(({ person }) => person))].filter((person) => isNamed(person, run.claim.shop));
  const consents = await inChunks(run, named, (some) => consentsOf(databaseOf(run.env), run.claim.shop, some));
  const isKnown = new Set<string>(consents.map(({ person }) => person));
  // Who left the shop's books meanwhile is nobody's example and no figure.
  const told = lines.filter(({ person }) => isKnown.has(person) || !isNamed(person, run.claim.shop));
  const facts = await factsFor(run, told);
  const simulation = replayed(run, told, consents, facts);
  const { scenarios, events, people } = simulation.totals();
  const examples = simulation.sample().map((one) => exampleOf(one, told));
  await run.move({
    part: part + 1,
    sums: {
      totals: addedTotals(sums.totals, scenarios[run.stored.scenario]),
      events: sums.events + events,
      people: sums.people + people,
      examples: [...sums.examples, ...examples].slice(0, examplesKept),
    },
  });
}

/** The part's lines, oldest first, each event once. */
async function linesOf(run: SimulationRun, part: number): Promise<PartLine[]> {
  const { LAKE } = run.env;
  const prefix = run.folderOf(part);
  const lines: PartLine[] = [];
  let unreadable = 0;
  for (let startAfter = ''; ; ) {
    const { objects, truncated } = await LAKE.list({ prefix, limit: 1_000, ...(startAfter ? { startAfter } : {}) });
    await eachOf(objects, filesAtOnce, async ({ key }) => {
      const object = await LAKE.get(key);
      for (const text of object ? await unpacked(object.body) : []) {
        const read = partLineSchema.safeParse(JSON.parse(text));
        if (read.success) lines.push(read.data);
        else unreadable += 1;
      }
    });
    run.spent += objects.length + 1;
    startAfter = objects.at(-1)?.key ?? '';
    if (!truncated) break;
  }
  if (unreadable > 0) console.warn('lines of a simulation cannot be read', { shop: run.claim.shop, unreadable });
  const seen = new Set<string>();
  return lines
    .filter((line) => {
      const name = line.kind === 'event' ? `${line.person} ${line.event.id}` : `${line.person} order ${line.order.id}`;
      return !seen.has(name) && Boolean(seen.add(name));
    })
    .sort((a, b) => atOf(a) - atOf(b));
}

function atOf(line: PartLine): number {
  return line.kind === 'event' ? line.event.at : line.order.at;
}

/** What happened to products that somebody of the part may want. */
async function factsFor(run: SimulationRun, lines: readonly PartLine[]): Promise<ProductFact[]> {
  const { product_available: back, product_price_decrease: cheaper } = run.settings.scenarios;
  if (!back.on && !cheaper.on) return [];
  const { shop } = run.claim;
  const wanted = lines.flatMap((line) =>
    line.kind === 'event' && isNamed(line.person, shop) ? wantedBy(line.event) : [],
  );
  const { from, until } = run.span;
  const facts = await inChunks(run, [...new Set(wanted)], (products) =>
    factsOfProducts(databaseOf(run.env), shop, { products, from, until }),
  );
  return facts.sort((a, b) => a.at - b.at || a.id - b.id);
}

function wantedBy(event: BeaconEvent): readonly string[] {
  if (event.type === 'cart') return event.items.map((item) => item.product);
  return event.type === 'wish' || event.type === 'watch' ? event.products : [];
}

async function inChunks<Row>(
  run: SimulationRun,
  names: readonly string[],
  ask: (some: string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < names.length; from += namesAtOnce) {
    run.spent += 1;
    rows.push(...(await ask(names.slice(from, from + namesAtOnce))));
  }
  return rows;
}

function replayed(
  run: SimulationRun,
  lines: readonly PartLine[],
  consents: readonly ConsentSaid[],
  facts: readonly ProductFact[],
): Simulation {
  const { settings, shopSettings, stored, place } = run;
  const { from, countFrom, until } = run.span;
  const sampleSize = examplesKept - (place.sums?.examples.length ?? 0);
  const simulation = newSimulation({
    settings,
    consent: null,
    sampleSize,
    sampleOf: stored.scenario,
    countFrom,
    mayBeExample: (person) => isNamed(person, run.claim.shop),
  });
  const telling = {
    currency: shopSettings.currency,
    leastDropPercent: settings.scenarios.product_price_decrease.leastDropPercent ?? usualLeastDropPercent,
  };
  const { sessionIdleMs } = shopSettings.traffic;
  const happenings = [
    ...[...saidByServer(lines, consents), ...consents].map(({ person, at, consent }) => ({
      ...{ person, at: Math.max(at, from), id: person, consent },
    })),
    ...lines.map((line) => happeningOf(line, sessionIdleMs)),
  ].filter(({ at }) => at < until);
  // A sort that is stable: what somebody agreed to is heard before what they did at that moment.
  const inOrder: (Happening | ProductFact)[] = [...happenings, ...facts].sort((a, b) => a.at - b.at);
  for (const one of inOrder) {
    if ('kind' in one) simulation.tell(one, telling);
    else simulation.take(one);
  }
  simulation.runTo(until);
  return simulation;
}

/**
 * What the shop's server told of a time before the log: whom it speaks of is known from then on, and agreed when it says so, unless
 * they have ever left.
 */
function saidByServer(lines: readonly PartLine[], consents: readonly ConsentSaid[]): ConsentSaid[] {
  const byPerson = Map.groupBy(consents, ({ person }) => String(person));
  const said: ConsentSaid[] = [];
  const named = new Set<string>();
  for (const line of lines) {
    const known = byPerson.get(line.person);
    const [first] = known ?? [];
    if (line.kind !== 'event' || line.by !== 'server' || !known || !first || line.event.at >= first.at) continue;
    const { person } = first;
    const { at } = line.event;
    if (!named.has(line.person)) said.push({ person, at, consent: 'none' });
    named.add(line.person);
    const hasLeft = known.some(({ consent }) => consent === 'unsubscribed');
    if (line.agreed && !hasLeft) said.push({ person, at, consent: 'subscribed' });
  }
  return said.sort((a, b) => a.at - b.at);
}

function happeningOf(line: PartLine, idleMs: number): Happening {
  const at = atOf(line);
  if (line.kind === 'order') return { person: line.person, at, order: line.order };
  const visit: Visit = {
    idleMs,
    ...(line.by ? { by: line.by } : {}),
    ...(line.allowed ? { allowed: line.allowed } : {}),
  };
  return { person: line.person, at, event: line.event, visit };
}

/** Somebody with what was decided about them and what they did around it. */
function exampleOf({ person, told }: SimulatedPerson, lines: readonly PartLine[]): Example {
  const theirs = lines.filter((line) => line.person === person);
  // An order of the storefront stands in the tables as well.
  const bought = new Set(
    theirs.flatMap((line) => (line.kind === 'event' && line.event.type === 'purchase' ? String(line.event.order) : [])),
  );
  const once = theirs.filter((line) => line.kind === 'event' || !bought.has(line.order.id));
  // Of each decision, what led to it.
  const led = told.flatMap(({ at }) => once.filter((line) => atOf(line) <= at).slice(-doingsOfDecision));
  const did = [...new Set(led)].flatMap((line) => doingOf(line) ?? []).slice(0, doingsShown);
  const decided = told.map(({ at, slot, sentence }) => ({ at, scenario: scenarioOf(slot), sentence }));
  return { person, decided, did };
}

/** A slot begins with its scenario. */
function scenarioOf(slot: string): ScenarioCode {
  return scenarioCodeSchema.parse(slot.slice(0, slot.indexOf(':')));
}

function doingOf(line: PartLine): Example['did'][number] | null {
  if (line.kind === 'order') return { at: line.order.at, kind: 'purchase', what: line.order.id, change: null };
  const { event } = line;
  const { at } = event;
  switch (event.type) {
    case 'view':
      return { at, kind: 'view', what: event.product, change: null };
    case 'category':
      return { at, kind: 'category', what: event.category, change: null };
    case 'search':
      return { at, kind: 'search', what: event.query, change: null };
    case 'cart':
      return {
        at,
        kind: 'cart',
        what: event.items[0]?.product ?? null,
        change: event.items.length === 0 ? 'emptied' : event.change,
      };
    case 'wish':
      return { at, kind: 'wish', what: event.products[0] ?? null, change: event.change };
    case 'watch':
      return { at, kind: 'watch', what: event.products[0] ?? null, change: event.waitsFor };
    case 'purchase':
      return { at, kind: 'purchase', what: event.order, change: null };
    case 'identify':
    case 'profile':
    case 'custom':
      return null;
  }
}
