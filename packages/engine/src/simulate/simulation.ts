// A shop's events told again under any settings, by a clock of their own: who would have got which letters, and why others got
// none. Letters are sent the moment they may go, and nobody comes back by one: they were never written. A person is looked at
// when something happens to them and when `decide` said so.
// The same events and settings always give the same answer.
import type { BeaconEvent, Consent, PersonId, ScenarioCode } from '@winback/domain';
import { scenarioCodeSchema } from '@winback/domain';
import type {
  LedgerEntry,
  OrderPlaced,
  ProductFact,
  Step,
  TriggerSettings,
  Visit,
  VisitorState,
} from '../triggers/index.ts';
import {
  decide,
  factsTold,
  isWanted,
  mayGo,
  newVisitorState,
  orderPlaced,
  record,
  withoutClosed,
  withPerson,
} from '../triggers/index.ts';
import { keepEntries, ledgerWith } from './ledger.ts';
import type { SimulationTotals } from './tally.ts';
import { Tally } from './tally.ts';
import { Wakes } from './wakes.ts';
import { Wanted } from './wanted.ts';

interface At {
  person: string;
  /** When the shop heard of it, in milliseconds; never earlier than that of the one before. */
  at: number;
}

/** Something a person did. `visit`: of which visit it was, where that is known. */
export interface Happened extends At {
  event: BeaconEvent;
  visit?: Visit;
}

/** An order that the shop's own system told of. */
export interface OrderHappened extends At {
  order: OrderPlaced;
}

/** Who somebody is, and what they agreed to, from now on. */
export interface ConsentHappened extends At {
  id: PersonId;
  consent: Consent;
}

export type Happening = Happened | OrderHappened | ConsentHappened;

/** A person as an example, with what was decided about them. */
export interface SimulatedPerson {
  person: string;
  told: { at: number; slot: string; sentence: string }[];
}

export interface Simulation {
  /** Takes what happened next. @throws {RangeError} when it is older than the one before */
  take(happening: Happening): void;
  /** Something happened to a product: who wants it is told. @throws {RangeError} as above */
  tell(fact: ProductFact, by: { currency: string; leastDropPercent: number }): void;
  /** Lets the clock run on to `at`, though nothing happens. */
  runTo(at: number): void;
  totals(): SimulationTotals;
  sample(): SimulatedPerson[];
}

export interface SimulationOptions {
  settings: TriggerSettings;
  /**
   * Of everybody, until they tick a box: `none` and `pending` become `subscribed` by an `identify` that says so. Null: nobody
   * is known until somebody says who they are.
   */
  consent: Consent | null;
  /** How many people are kept as examples: the first about whom anything was decided. */
  sampleSize: number;
  /** Only what was decided in this scenario makes an example of somebody. */
  sampleOf?: ScenarioCode;
  /** Whether somebody may be an example; absent: everybody. */
  mayBeExample?: (person: string) => boolean;
  /** Occasions from before this moment are lived through and not counted. */
  countFrom?: number;
}

/** What is kept of a person. All of it has a bound. */
interface Life {
  state: VisitorState;
  ledger: LedgerEntry[];
  /** Letters that were counted. */
  letters: Partial<Record<ScenarioCode, number>>;
  /** Slots that wait for another letter and were counted. */
  collided: string[];
}

const toldOfOne = 20;
/** A letter goes when it may. Others that may then go follow at once; there are no more scenarios than that. */
const maxRounds = 20;

export function newSimulation(options: SimulationOptions): Simulation {
  return new Replay(options);
}

class Replay implements Simulation {
  readonly #options: SimulationOptions;
  readonly #lives = new Map<string, Life>();
  readonly #wakes = new Wakes();
  readonly #sample = new Map<string, SimulatedPerson>();
  readonly #wanted = new Wanted();
  readonly #tally = new Tally();
  #now = Number.NEGATIVE_INFINITY;

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  take(happening: Happening): void {
    const { person, at } = happening;
    this.#moveTo(at);
    const life = this.#lifeOf(person);
    life.state = stateAfter(life.state, happening);
    if ('event' in happening) {
      this.#tally.totals.events += 1;
      this.#wanted.note(person, happening.event);
    }
    this.#look(person, life, at);
  }

  tell(fact: ProductFact, by: { currency: string; leastDropPercent: number }): void {
    this.#moveTo(fact.at);
    for (const person of this.#wanted.by(fact.product)) {
      const life = this.#lifeOf(person);
      if (!isWanted(life.state, fact, fact.at)) continue;
      life.state = factsTold(life.state, [fact], { ...by, now: fact.at, underWay: new Set() });
      this.#look(person, life, fact.at);
    }
  }

  runTo(at: number): void {
    this.#wakeBefore(at + 1);
    this.#now = Math.max(this.#now, at);
  }

  totals(): SimulationTotals {
    return structuredClone({ ...this.#tally.totals, people: this.#lives.size });
  }

  sample(): SimulatedPerson[] {
    return structuredClone([...this.#sample.values()]);
  }

  #moveTo(at: number): void {
    if (at < this.#now)
      throw new RangeError(`what happened at ${at} comes after ${this.#now}: sort the events by time`);
    this.#wakeBefore(at);
  }

  #wakeBefore(end: number): void {
    for (let next = this.#wakes.takeBefore(end); next !== null; next = this.#wakes.takeBefore(end))
      this.#look(next.person, this.#lifeOf(next.person), next.at);
    this.#now = Math.max(this.#now, end);
  }

  #lifeOf(person: string): Life {
    const known = this.#lives.get(person);
    if (known) return known;
    const { consent } = this.#options;
    const nobody = newVisitorState();
    const state = consent === null ? nobody : withPerson(nobody, { id: person as PersonId, consent });
    const life = { state, ledger: [], letters: {}, collided: [] };
    this.#lives.set(person, life);
    return life;
  }

  #look(person: string, life: Life, now: number): void {
    const { settings } = this.#options;
    let wakeAt: number | null = null;
    for (let round = 0; round < maxRounds; round += 1) {
      const decision = decide({ state: life.state, ledger: life.ledger, settings, now });
      this.#tally.totals.decisions += 1;
      wakeAt = decision.wakeAt;
      for (const step of decision.steps) this.#write(person, life, step, now);
      // What waits for a letter that is being planned now is seen here, before that one leaves.
      const behind = decision.waiting.filter(({ reason }) => reason === 'lost-to-another').map(({ slot }) => slot);
      this.#collide(life, behind, now);
      if (decision.steps.length === 0 && !life.ledger.some(isDue(now))) break;
      for (const letter of life.ledger.filter(isDue(now))) this.#send(person, life, letter, now);
      life.state = withoutClosed(life.state, settledSlots(life));
    }
    const next = life.ledger.flatMap((entry) => (entry.state === 'waiting' ? (entry.dueAt ?? []) : []));
    const wakes = [...next, ...(wakeAt === null ? [] : [wakeAt])];
    this.#wakes.put(person, wakes.length === 0 ? null : Math.min(...wakes));
  }

  #collide(life: Life, behind: readonly string[], now: number): void {
    const fresh = behind.filter((slot) => !life.collided.includes(slot));
    if (fresh.length === 0) return;
    life.collided = [...life.collided, ...fresh].slice(-keepEntries);
    const winner = life.ledger.find(({ state }) => state === 'waiting')?.scenario ?? null;
    if (this.#isCounted(now)) for (const slot of fresh) this.#tally.behind(scenarioOf(slot), winner);
  }

  #isCounted(plannedAt: number): boolean {
    return plannedAt >= (this.#options.countFrom ?? Number.NEGATIVE_INFINITY);
  }

  #write(person: string, life: Life, step: Step, now: number): void {
    const { slot, scenario, sentence } = step;
    const known = life.ledger.find((entry) => entry.slot === slot);
    const plannedAt = known?.plannedAt ?? now;
    if (!known && this.#isCounted(now)) this.#tally.occasion(scenario);
    const state = step.kind === 'plan' ? 'waiting' : 'suppressed';
    this.#put(life, {
      letter: slot,
      slot,
      scenario,
      state,
      plannedAt,
      at: now,
      dueAt: step.kind === 'plan' ? now : null,
    });
    if (step.kind === 'close' && this.#isCounted(plannedAt)) this.#tally.blocked(scenario, step.reason);
    this.#tell(person, scenario, { at: now, slot, sentence });
  }

  /** Sends a planned letter if it may go. */
  #send(person: string, life: Life, letter: LedgerEntry, now: number): void {
    const { settings } = this.#options;
    const { slot, scenario } = letter;
    const verdict = mayGo({ state: life.state, ledger: life.ledger, settings, now, letter });
    if (verdict.go) {
      this.#put(life, { ...letter, state: 'sent', at: now, dueAt: null });
      if (this.#isCounted(letter.plannedAt)) {
        const before = life.letters[scenario] ?? 0;
        this.#tally.letter(scenario, { before, isFirst: Object.keys(life.letters).length === 0 });
        life.letters[scenario] = before + 1;
      }
      this.#tell(person, scenario, { at: now, slot, sentence: 'Sent.' });
      return;
    }
    const isOver = verdict.verdict === 'never';
    this.#put(life, {
      ...letter,
      ...(isOver ? { state: 'suppressed', at: now, dueAt: null } : { dueAt: verdict.until }),
    });
    if (isOver && this.#isCounted(letter.plannedAt)) this.#tally.blocked(scenario, verdict.reason);
    this.#tell(person, scenario, { at: now, slot, sentence: verdict.sentence });
  }

  #put(life: Life, entry: LedgerEntry): void {
    life.ledger = ledgerWith(life.ledger, entry, life.state.cart?.id ?? null);
  }

  #tell(person: string, scenario: ScenarioCode, line: SimulatedPerson['told'][number]): void {
    const { sampleSize, sampleOf = scenario, mayBeExample = () => true } = this.#options;
    const known = this.#sample.get(person);
    if (known) {
      if (known.told.length < toldOfOne) known.told.push(line);
    } else if (
      this.#sample.size < sampleSize &&
      scenario === sampleOf &&
      this.#isCounted(line.at) &&
      mayBeExample(person)
    )
      this.#sample.set(person, { person, told: [line] });
  }
}

function stateAfter(state: VisitorState, happening: Happening): VisitorState {
  if ('event' in happening) {
    const { event, at, visit } = happening;
    return agreedBy(event, record(state, event, at, visit));
  }
  if ('order' in happening) return orderPlaced(state, happening.order);
  return withPerson(state, { id: happening.id, consent: happening.consent });
}

/** A slot begins with its scenario. */
function scenarioOf(slot: string): ScenarioCode {
  return scenarioCodeSchema.parse(slot.slice(0, slot.indexOf(':')));
}

/** Nobody is asked to confirm here: a ticked box counts. It never turns an unsubscribe back. */
function agreedBy(event: BeaconEvent, state: VisitorState): VisitorState {
  const { person } = state;
  if (event.type !== 'identify' || !event.consent || person === null || person.consent === 'unsubscribed') return state;
  return withPerson(state, { ...person, consent: 'subscribed' });
}

function isDue(now: number) {
  return (entry: LedgerEntry): boolean => entry.state === 'waiting' && (entry.dueAt ?? 0) <= now;
}

function settledSlots({ ledger }: Life): Set<string> {
  return new Set(ledger.flatMap(({ state, slot }) => (state === 'waiting' || state === 'sending' ? [] : [slot])));
}
