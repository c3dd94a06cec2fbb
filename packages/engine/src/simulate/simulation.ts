// A shop's events told again under any settings, by a clock of their own: who would have got which letters, and why others got
// none. Letters are sent the moment they may go, and nobody comes back by one: they were never written. A person is looked at
// when something happens to them and when `decide` said so.
// The same events and settings always give the same answer.
import type { BeaconEvent, Consent, LetterReason, PersonId, ScenarioCode } from '@winback/domain';
import { byScenario } from '@winback/domain';
import type { LedgerEntry, Step, TriggerSettings, VisitorState } from '../triggers/index.ts';
import { decide, mayGo, newVisitorState, record, withoutClosed, withPerson } from '../triggers/index.ts';
import { keepEntries, ledgerWith } from './ledger.ts';
import { Wakes } from './wakes.ts';

/** Something a person did. `at`: when the shop heard of it, in milliseconds; never earlier than that of the one before. */
export interface Happened {
  person: string;
  event: BeaconEvent;
  at: number;
}

export interface SimulationTotals {
  events: number;
  /** Times that somebody was looked at. */
  decisions: number;
  people: number;
  /** People who got a letter. */
  reached: number;
  letters: Record<ScenarioCode, number>;
  /** Occasions that came to a letter or to a reason. */
  occasions: Record<ScenarioCode, number>;
  blocked: Partial<Record<LetterReason, number>>;
  /** Occasions that had to wait for another letter of the same person. */
  collisions: number;
}

/** A person as an example, with what was decided about them. */
export interface SimulatedPerson {
  person: string;
  told: { at: number; slot: string; sentence: string }[];
}

export interface Simulation {
  /** Takes the next event. @throws {RangeError} when it is older than the one before */
  take(happened: Happened): void;
  /** Lets the clock run on to `at`, though nothing happens. */
  runTo(at: number): void;
  totals(): SimulationTotals;
  sample(): SimulatedPerson[];
}

export interface SimulationOptions {
  settings: TriggerSettings;
  /** Of everybody, until they tick a box: `none` and `pending` become `subscribed` by an `identify` that says so. */
  consent: Consent;
  /** How many people are kept as examples: the first about whom anything was decided. */
  sampleSize: number;
}

/** What is kept of a person. All of it has a bound. */
interface Life {
  state: VisitorState;
  ledger: LedgerEntry[];
  isReached: boolean;
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
  readonly #totals: SimulationTotals = {
    events: 0,
    decisions: 0,
    people: 0,
    reached: 0,
    letters: byScenario(() => 0),
    occasions: byScenario(() => 0),
    blocked: {},
    collisions: 0,
  };
  #now = Number.NEGATIVE_INFINITY;

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  take({ person, event, at }: Happened): void {
    if (at < this.#now)
      throw new RangeError(`event ${event.id} at ${at} comes after ${this.#now}: sort the events by time`);
    this.#wakeBefore(at);
    const life = this.#lifeOf(person);
    life.state = agreedBy(event, record(life.state, event, at));
    this.#totals.events += 1;
    this.#look(person, life, at);
  }

  runTo(at: number): void {
    this.#wakeBefore(at + 1);
    this.#now = Math.max(this.#now, at);
  }

  totals(): SimulationTotals {
    return structuredClone({ ...this.#totals, people: this.#lives.size });
  }

  sample(): SimulatedPerson[] {
    return structuredClone([...this.#sample.values()]);
  }

  #wakeBefore(end: number): void {
    for (let next = this.#wakes.takeBefore(end); next !== null; next = this.#wakes.takeBefore(end))
      this.#look(next.person, this.#lifeOf(next.person), next.at);
    this.#now = Math.max(this.#now, end);
  }

  #lifeOf(person: string): Life {
    const known = this.#lives.get(person);
    if (known) return known;
    const state = withPerson(newVisitorState(), { id: person as PersonId, consent: this.#options.consent });
    const life = { state, ledger: [], isReached: false, collided: [] };
    this.#lives.set(person, life);
    return life;
  }

  #look(person: string, life: Life, now: number): void {
    const { settings } = this.#options;
    let wakeAt: number | null = null;
    for (let round = 0; round < maxRounds; round += 1) {
      const decision = decide({ state: life.state, ledger: life.ledger, settings, now });
      this.#totals.decisions += 1;
      wakeAt = decision.wakeAt;
      for (const step of decision.steps) this.#write(person, life, step, now);
      // What waits for a letter that is being planned now is seen here, before that one leaves.
      const behind = decision.waiting.filter(({ reason }) => reason === 'lost-to-another').map(({ slot }) => slot);
      const fresh = behind.filter((slot) => !life.collided.includes(slot));
      this.#totals.collisions += fresh.length;
      if (fresh.length > 0) life.collided = [...life.collided, ...fresh].slice(-keepEntries);
      if (decision.steps.length === 0 && !life.ledger.some(isDue(now))) break;
      for (const letter of life.ledger.filter(isDue(now))) this.#send(person, life, letter, now);
      life.state = withoutClosed(life.state, settledSlots(life));
    }
    const next = life.ledger.flatMap((entry) => (entry.state === 'waiting' ? (entry.dueAt ?? []) : []));
    const wakes = [...next, ...(wakeAt === null ? [] : [wakeAt])];
    this.#wakes.put(person, wakes.length === 0 ? null : Math.min(...wakes));
  }

  #write(person: string, life: Life, step: Step, now: number): void {
    const { slot, scenario, sentence } = step;
    const isKnown = life.ledger.some((entry) => entry.slot === slot);
    if (!isKnown) this.#totals.occasions[scenario] += 1;
    const state = step.kind === 'plan' ? 'waiting' : 'suppressed';
    this.#put(life, {
      letter: slot,
      slot,
      scenario,
      state,
      plannedAt: now,
      at: now,
      dueAt: step.kind === 'plan' ? now : null,
    });
    if (step.kind === 'close') this.#blocked(step.reason);
    this.#tell(person, { at: now, slot, sentence });
  }

  /** Sends a planned letter if it may go. */
  #send(person: string, life: Life, letter: LedgerEntry, now: number): void {
    const { settings } = this.#options;
    const { slot, scenario } = letter;
    const verdict = mayGo({ state: life.state, ledger: life.ledger, settings, now, letter });
    if (verdict.go) {
      this.#put(life, { ...letter, state: 'sent', at: now, dueAt: null });
      this.#totals.letters[scenario] += 1;
      if (!life.isReached) this.#totals.reached += 1;
      life.isReached = true;
      this.#tell(person, { at: now, slot, sentence: 'Sent.' });
      return;
    }
    const isOver = verdict.verdict === 'never';
    this.#put(life, {
      ...letter,
      ...(isOver ? { state: 'suppressed', at: now, dueAt: null } : { dueAt: verdict.until }),
    });
    if (isOver) this.#blocked(verdict.reason);
    this.#tell(person, { at: now, slot, sentence: verdict.sentence });
  }

  #put(life: Life, entry: LedgerEntry): void {
    life.ledger = ledgerWith(life.ledger, entry, life.state.cart?.id ?? null);
  }

  #blocked(reason: LetterReason): void {
    this.#totals.blocked[reason] = (this.#totals.blocked[reason] ?? 0) + 1;
  }

  #tell(person: string, line: SimulatedPerson['told'][number]): void {
    const known = this.#sample.get(person);
    if (known) {
      if (known.told.length < toldOfOne) known.told.push(line);
    } else if (this.#sample.size < this.#options.sampleSize) this.#sample.set(person, { person, told: [line] });
  }
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
