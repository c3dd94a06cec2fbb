// `pnpm bench simulate [events.jsonl.gz]`: a shop's events told again under the usual settings with all scenarios on, beside
// reading and recording them alone; then what one decision costs about a person who did much.
import type { BeaconEvent, PersonId } from '@winback/domain';
import { byScenario, usualScenario, voiceDefaults } from '@winback/domain';
import { newSimulation } from '@winback/engine/simulate';
import type { LedgerEntry, TriggerSettings, VisitorState } from '@winback/engine/triggers';
import { decide, newVisitorState, record, suppliesTold, withPerson } from '@winback/engine/triggers';
import { generatedLines, happenedBy, linesOf } from './shop-events.ts';

const generated = 1_000_000;
const dayMs = 86_400_000;
/** A person did so much, and a decision about them may take so long. */
const busy = { events: 500, budgetUs: 50 };

const settings: TriggerSettings = {
  timeZone: 'Europe/Berlin',
  voice: { ...voiceDefaults, hours: { from: 8, until: 21 } },
  scenarios: byScenario((code) => ({ ...usualScenario(code, 'en'), on: true })),
};

export async function benchSimulate([path]: readonly string[]): Promise<void> {
  const lines = path === undefined ? generatedLines(generated) : linesOf(path);
  console.info(path === undefined ? `${generated} generated events of two months` : `the events of ${path}`);
  const simulation = newSimulation({ settings, consent: 'subscribed', sampleSize: 3 });
  const states = new Map<string, VisitorState>();
  const spentMs = { floor: 0, simulation: 0 };
  let serial = 0;
  let last = 0;
  for await (const batch of lines) {
    const from = serial;
    spentMs.floor += timed(() => {
      for (const [index, line] of batch.entries()) {
        const { person, event, at } = happenedBy(line, from + index);
        states.set(person, record(states.get(person) ?? newVisitorState(), event, at));
      }
    });
    spentMs.simulation += timed(() => {
      for (const [index, line] of batch.entries()) {
        const happened = happenedBy(line, from + index);
        simulation.take(happened);
        last = happened.at;
      }
    });
    serial += batch.length;
  }
  // What was planned comes to its end: no scenario waits longer than sixty days.
  spentMs.simulation += timed(() => simulation.runTo(last + 60 * dayMs));
  const { events, decisions, people, reached, letters, occasions, blocked, collisions } = simulation.totals();
  const perSecond = (ms: number) => Math.round(events / (ms / 1_000));
  console.info(
    `${perSecond(spentMs.simulation)} events/s in ${seconds(spentMs.simulation)} s of one core; parsing and recording alone ${perSecond(spentMs.floor)} events/s in ${seconds(spentMs.floor)} s: ${(spentMs.simulation / spentMs.floor).toFixed(1)} times the floor`,
  );
  console.info(
    `${events} events of ${people} people, ${decisions} decisions; ${sum(letters)} letters to ${reached} people, ${sum(blocked)} of ${sum(occasions)} occasions blocked, ${collisions} waited for another letter`,
  );
  console.table(
    Object.fromEntries(
      Object.entries(occasions).map(([code, all]) => [
        code,
        { occasions: all, letters: letters[code as keyof typeof letters] },
      ]),
    ),
  );
  console.table(blocked);
  for (const { person, told } of simulation.sample()) {
    console.info(`\n${person}`);
    for (const { at, sentence } of told.slice(0, 6))
      console.info(`  ${new Date(at).toISOString().slice(0, 16)}  ${sentence}`);
  }
  reportDecision();
}

/** The median of many short rounds, at every hour of two days: others use the machine too, and quiet hours are the dearest. */
function reportDecision(): void {
  const { state, ledger, now } = busyPerson();
  const rounds = Array.from({ length: 401 }, () => {
    const startedAt = performance.now();
    for (let hour = 0; hour < 48; hour += 1) decide({ state, ledger, settings, now: now + hour * 3_600_000 });
    return performance.now() - startedAt;
  });
  const medianUs = ((rounds.toSorted((a, b) => a - b)[200] ?? 0) / 48) * 1_000;
  console.info(
    `\ndecide about a person of ${busy.events} events: ${medianUs.toFixed(1)} µs of at most ${busy.budgetUs}: ${medianUs <= busy.budgetUs ? 'pass' : 'NO'}`,
  );
}

/** Somebody with open carts, interests, orders and much that runs out, and a past of letters. */
function busyPerson(): { state: VisitorState; ledger: LedgerEntry[]; now: number } {
  const startAt = Date.UTC(2026, 2, 1);
  const everyMs = 3 * 3_600_000;
  const now = startAt + busy.events * everyMs;
  const fieldsOf = (n: number) => {
    if (n % 50 === 20) return { type: 'purchase', order: `${n}`, items: [{ product: `p${n}`, quantity: 1 }] };
    if (n % 7 === 0) return { type: 'cart', change: 'add', items: [{ product: `p${n % 90}`, quantity: 1 }] };
    if (n % 5 === 0) return { type: 'search', query: `query ${n}` };
    return n % 3 === 0 ? { type: 'category', category: `c${n % 20}` } : { type: 'view', product: `p${n}` };
  };
  const events = Array.from(
    { length: busy.events },
    (_, n) => ({ id: `event-${n}`, at: startAt + n * everyMs, ...fieldsOf(n) }) as BeaconEvent,
  );
  const person = { id: 'busy' as PersonId, consent: 'subscribed' as const };
  const lived = events.reduce((sum, event) => record(sum, event, event.at), withPerson(newVisitorState(), person));
  const supplies = Array.from({ length: 20 }, (_, n) => {
    const [product, last] = [`p${n * 50}`, now - 30 * dayMs];
    return {
      product,
      name: product,
      times: 4,
      last,
      ownEveryMs: 30 * dayMs,
      everyMs: 30 * dayMs,
      runsOutAt: now + (n - 5) * 3 * dayMs,
    };
  });
  const state = suppliesTold(lived, supplies, new Set());
  const ledger = Array.from({ length: 40 }, (_, n): LedgerEntry => {
    const [slot, at] = [`abandoned_cart:older-${n}`, now - (n + 1) * 2 * dayMs];
    return {
      letter: slot,
      slot,
      scenario: 'abandoned_cart',
      state: n % 3 === 0 ? 'sent' : 'suppressed',
      plannedAt: at,
      at,
    };
  });
  return { state, ledger, now };
}

/** Milliseconds of the processor, the collector's among them: others may use the machine. */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}
