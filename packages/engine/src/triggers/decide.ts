// What to do about a person now: plan a letter, close an occasion, or wait, each with its sentence. Pure: the same state,
// ledger, settings and moment always give the same answer.
import type {
  Conditions,
  LawSettings,
  LetterReason,
  ScenarioCode,
  ScenarioWorths,
  ShopSettings,
  Standing,
  VoiceSettings,
} from '@winback/domain';
import { byScenario, lawIn, scenarioIn } from '@winback/domain';
import { knownZone, lengthOf, timeOfDay } from './clock.ts';
import type { LetterFacts } from './conditions.ts';
import { nextLook, unmet } from './conditions.ts';
import { isHeldOut } from './hold-out.ts';
import type { About, Ending, LedgerEntry, Occasion, ScenarioTiming } from './occasion.ts';
import { personRefusal, refusalSentence } from './permission.ts';
import { precedenceOf, usualOrder } from './precedence.ts';
import { scenarioRow, scenarioTable } from './scenarios.ts';
import type { VisitorState } from './state.ts';
import { askedEnough, neverSentence, nextHearing, waitSentence } from './voice.ts';

export interface TriggerSettings {
  timeZone: string;
  voice: VoiceSettings;
  /** Absent: the shop was always open. */
  standing?: Standing;
  /** The scenarios, the most important first; absent: as usual. */
  order?: readonly ScenarioCode[] | undefined;
  /** Absent: everybody has to agree first. */
  law?: LawSettings | undefined;
  scenarios: Record<ScenarioCode, ScenarioSwitches>;
}

interface ScenarioSwitches extends ScenarioTiming {
  on: boolean;
  holdOutPercent?: number | undefined;
  leastDropPercent?: number | undefined;
  conditions?: Conditions | undefined;
}

export type Step =
  | { kind: 'plan'; slot: string; scenario: ScenarioCode; sentence: string }
  | { kind: 'close'; slot: string; scenario: ScenarioCode; reason: LetterReason; sentence: string };

export interface Waiting {
  slot: string;
  until: number;
  reason: LetterReason | null;
  sentence: string;
}

export interface Decision {
  steps: Step[];
  /** When to decide again though nothing happens; null: never. */
  wakeAt: number | null;
  /** What is being waited for, the most important first. */
  waiting: Waiting[];
  /** Letters of the ledger that are worth looking at sooner: what they are about changed since their conditions were not met. */
  looks: { slot: string; at: number }[];
}

export type Verdict =
  | { go: true }
  | { go: false; verdict: 'wait'; until: number; reason: LetterReason | null; sentence: string }
  | { go: false; verdict: 'never'; reason: LetterReason; sentence: string };

export interface Situation {
  state: VisitorState;
  ledger: readonly LedgerEntry[];
  settings: TriggerSettings;
  /** Milliseconds since 1970. */
  now: number;
}

const busyMs = 60_000;

/** @param worths what letters brought lately, where the shop lets that decide */
export function triggerSettingsOf(settings: ShopSettings, worths: ScenarioWorths = {}): TriggerSettings {
  const { timeZone, voice, standing } = settings;
  const scenario = (code: ScenarioCode) => scenarioIn(settings, code);
  const order = precedenceOf(voice, worths);
  return { timeZone, voice, standing, order, law: lawIn(settings), scenarios: byScenario(scenario) };
}

/** Decides about every occasion of a person. Deciding again at once gives no further steps, once these are in the ledger. */
export function decide(situation: Situation): Decision {
  const { ledger, now } = situation;
  const known = new Map(ledger.map((entry) => [entry.slot, entry]));
  const closing = [...endedSteps(situation, known), ...forbiddenSteps(situation)];
  const closed = new Set(closing.map((step) => step.slot));
  const open = occasionsOf(situation).filter(({ slot }) => !known.has(slot) && !closed.has(slot));
  const steps: Step[] = [...closing];
  const waiting: Waiting[] = [];
  const pending = ledger.filter((entry) => isInTheWay(entry) && !closed.has(entry.slot));
  // When the one that goes first is settled, everything is decided again; until then nobody has to look.
  const freeAt = Math.max(now, ...pending.map((entry) => entry.dueAt ?? 0)) + busyMs;
  let busy = pending.length > 0;
  for (const occasion of open) {
    const answer = stepFor(occasion, situation, busy ? freeAt : null);
    if ('until' in answer) waiting.push(answer);
    else steps.push(answer);
    if ('kind' in answer && answer.kind === 'plan' && !isExempt(answer)) busy = true;
  }
  const wakes = [...waiting.map((one) => one.until), ...askedTooSoon(situation)];
  const looks = looksSooner(situation).filter(({ slot }) => !closed.has(slot));
  return { steps, waiting, wakeAt: wakes.length === 0 ? null : Math.min(...wakes), looks };
}

/** By the order of scenarios; of one scenario the freshest first. */
function occasionsOf(situation: Situation): Occasion[] {
  const { scenarios, order = usualOrder } = situation.settings;
  return order
    .filter((code) => scenarios[code].on)
    .flatMap((code) =>
      scenarioRow(code)
        .occasions({ ...situation, timing: scenarios[code] })
        .toSorted((a, b) => b.dueAt - a.dueAt),
    );
}

function looksSooner(situation: Situation): Decision['looks'] {
  const { state, ledger, settings, now } = situation;
  return ledger.flatMap((entry) => {
    const { slot, scenario, unmet: rev = null, dueAt = null } = entry;
    if (entry.state !== 'waiting' || rev === null) return [];
    const about = aboutOf(state, entry);
    if (about === null || about.rev === rev) return [];
    const row = scenarioRow(scenario);
    const occasion = row
      .occasions({ ...situation, timing: settings.scenarios[scenario] })
      .find((one) => one.slot === slot);
    const at = Math.max(now, occasion?.dueAt ?? now);
    return dueAt === null || at < dueAt ? [{ slot, at }] : [];
  });
}

/** Settings reach every place within so long: who was asked while the scenario seems off is looked at once more then. */
const settlesMs = 30_000;

function askedTooSoon({ state: { asked }, settings, now }: Situation): number[] {
  if (!asked || asked.end || settings.scenarios.double_opt_in.on || now >= asked.at + settlesMs) return [];
  return [asked.at + settlesMs];
}

/** Asked when a composed letter is about to leave: may it? Everything that may have changed since it was planned is looked at again. */
export function mayGo(situation: Situation & { letter: LedgerEntry; facts?: LetterFacts | null }): Verdict {
  const { state, ledger, settings, now, letter, facts = null } = situation;
  const row = scenarioRow(letter.scenario);
  const ending = row.endings(state, ledger).find((one) => one.slot === letter.slot);
  if (ending) return never(ending.reason, endingSentence(ending, settings.timeZone));
  if (letter.state !== 'waiting') return never('lost-to-another', 'Not sent: this letter was settled before.');
  const refusal = personRefusal(situation, letter.scenario);
  if (refusal) return never(refusal, refusalSentence(refusal, situation));
  if (!settings.scenarios[letter.scenario].on) return never('scenario-off', neverSentence('scenario-off'));
  const scene = { ...situation, timing: settings.scenarios[letter.scenario] };
  const occasion = row.occasions(scene).find((one) => one.slot === letter.slot);
  if (!occasion) return never('lost-to-another', neverSentence('lost-to-another'));
  if (now < occasion.dueAt)
    return {
      go: false,
      verdict: 'wait',
      until: occasion.dueAt,
      reason: null,
      sentence: activeSentence(occasion, settings.timeZone),
    };
  if (isShut(occasion, settings)) return never('shop-closed', neverSentence('shop-closed'));
  const clause = unmet(settings.scenarios[letter.scenario].conditions, facts);
  if (clause !== null) return heldByConditions(clause, occasion, now);
  const others = ledger.filter((entry) => entry.slot !== letter.slot);
  const answer = timing(occasion, others, situation);
  if (answer)
    return 'until' in answer ? { go: false, verdict: 'wait', ...answer } : never(answer.reason, answer.sentence);
  if (row.exempt !== 'all' && others.some((entry) => entry.state === 'sending' && !isExempt(entry))) {
    return {
      go: false,
      verdict: 'wait',
      until: now + busyMs,
      reason: null,
      sentence: 'Waiting: another letter to this person is on its way.',
    };
  }
  return { go: true };
}

/** What a letter of the ledger is written from now; null: its occasion is gone. */
export function aboutOf(state: VisitorState, letter: Pick<LedgerEntry, 'slot' | 'scenario'>): About | null {
  return scenarioRow(letter.scenario).about(state, letter.slot);
}

function never(reason: LetterReason, sentence: string): Verdict {
  return { go: false, verdict: 'never', reason, sentence };
}

function heldByConditions(clause: string, { endsAt }: Occasion, now: number): Verdict {
  if (now >= endsAt) return never('conditions', `Not sent: ${clause}.`);
  const until = nextLook(endsAt, now);
  return { go: false, verdict: 'wait', until, reason: 'conditions', sentence: `Waiting: ${clause}.` };
}

function isExempt({ scenario }: { scenario: ScenarioCode }): boolean {
  return scenarioRow(scenario).exempt === 'all';
}

/** A letter that others wait for. One whose conditions are not met may never go: nobody waits for it. */
function isInTheWay(entry: LedgerEntry): boolean {
  if (isExempt(entry)) return false;
  return entry.state === 'sending' || (entry.state === 'waiting' && (entry.unmet ?? null) === null);
}

/** Carts bought or emptied: their occasion is closed, whether its letter was planned or not. A browser nobody knows leaves no trace. */
function endedSteps({ state, settings, ledger }: Situation, known: ReadonlyMap<string, LedgerEntry>): Step[] {
  const endings: Ending[] = scenarioTable.flatMap((row) => row.endings(state, ledger));
  return endings
    .filter((ending) => {
      const entry = known.get(ending.slot);
      return entry ? entry.state === 'waiting' : state.person !== null && settings.scenarios[ending.scenario].on;
    })
    .map((ending) => ({
      kind: 'close',
      slot: ending.slot,
      scenario: ending.scenario,
      reason: ending.reason,
      sentence: endingSentence(ending, settings.timeZone),
    }));
}

/** Letters that wait for a person who may not be written to any more. */
function forbiddenSteps(situation: Situation): Step[] {
  const { state, ledger } = situation;
  const ended = new Set(scenarioTable.flatMap((row) => row.endings(state, ledger)).map((ending) => ending.slot));
  return ledger
    .filter((entry) => entry.state === 'waiting' && !ended.has(entry.slot))
    .filter((entry) => personRefusal(situation, entry.scenario) === 'unsubscribed')
    .map(({ slot, scenario }) => ({
      kind: 'close',
      slot,
      scenario,
      reason: 'unsubscribed',
      sentence: neverSentence('unsubscribed'),
    }));
}

/** `freeAt`: another letter goes first and is not settled before; null: none does. */
function stepFor(occasion: Occasion, situation: Situation, freeAt: number | null): Step | Waiting {
  const { state, settings, now, ledger } = situation;
  const { slot, scenario } = occasion;
  const close = (reason: LetterReason): Step => ({
    kind: 'close',
    slot,
    scenario,
    reason,
    sentence: refusalSentence(reason, situation),
  });
  const refused = personRefusal(situation, scenario);
  if (refused === 'unsubscribed') return close(refused);
  const refusal = refused ?? (isShut(occasion, settings) ? 'shop-closed' : null);
  if (now < occasion.dueAt)
    return {
      slot,
      until: occasion.dueAt,
      reason: null,
      // Asked for by people who look, not by each decision: somebody may wait for many things.
      get sentence() {
        return activeSentence(occasion, settings.timeZone);
      },
    };
  if (refusal)
    return now >= occasion.endsAt
      ? close(refusal)
      : {
          slot,
          until: occasion.endsAt,
          reason: refusal,
          sentence: `Waiting: ${refusalSentence(refusal, situation).slice(10)}`,
        };
  // Nothing else is judged while another goes first: what comes of this one must not depend on who happens to ask meanwhile.
  if (freeAt !== null && !isExempt(occasion) && now < occasion.endsAt)
    return {
      slot,
      until: Math.min(freeAt, occasion.endsAt),
      reason: 'lost-to-another',
      sentence: 'Waiting: another letter to this person goes first.',
    };
  const answer = timing(occasion, ledger, situation);
  if (answer) return 'until' in answer ? { slot, ...answer } : close(answer.reason);
  const { person } = state;
  if (person && !isExempt(occasion) && isHeldOut(person.id, scenario, settings.scenarios[scenario].holdOutPercent ?? 0))
    return close('hold-out');
  const quiet = lengthOf(now - (occasion.dueAt - settings.scenarios[scenario].delayMs));
  return {
    kind: 'plan',
    slot,
    scenario,
    sentence: scenarioRow(scenario).planned(occasion.because, quiet),
  };
}

type Timing =
  | { until: number; reason: LetterReason; sentence: string }
  | { reason: LetterReason; sentence: string }
  | null;

/** Window, pause, caps and quiet hours; for letters that are exempt, how often they may come. Null: nothing stands in the way now. */
function timing(occasion: Occasion, ledger: readonly LedgerEntry[], { state, settings, now }: Situation): Timing {
  const heard = ledger.filter((entry) => ['sent', 'sending', 'unknown'].includes(entry.state));
  if (isExempt(occasion)) {
    if (now >= occasion.endsAt) return { reason: 'too-late', sentence: neverSentence('too-late') };
    const before = heard.filter((entry) => entry.scenario === occasion.scenario).map((entry) => entry.at);
    return askedEnough(before, now);
  }
  const heardAt = heard.filter((entry) => !isExempt(entry)).map((entry) => entry.at);
  const follows = scenarioRow(occasion.scenario).exempt === 'pause' && occasion.isAsked !== false;
  const voice = follows ? { ...settings.voice, pauseMs: 0 } : settings.voice;
  const theirZone = knownZone(state.place?.timeZone, settings.timeZone);
  const hearing = nextHearing(heardAt, voice, theirZone, now);
  if (hearing.at >= occasion.endsAt) {
    const reason = now >= occasion.endsAt ? 'too-late' : (hearing.blockedBy ?? 'too-late');
    return { reason, sentence: neverSentence(reason) };
  }
  if (hearing.blockedBy === null) return null;
  return {
    until: hearing.at,
    reason: hearing.blockedBy,
    sentence: waitSentence(hearing, settings.timeZone, theirZone),
  };
}

/** Whether the shop is closed, or was when it began: nobody knows what was bought while it did not listen. */
function isShut({ scenario, dueAt }: Occasion, { standing, scenarios }: TriggerSettings): boolean {
  return standing !== undefined && (!standing.open || dueAt - scenarios[scenario].delayMs < standing.since);
}

function endingSentence(ending: Ending, timeZone: string): string {
  const { at, because } = ending;
  return at === null ? `Not sent: ${because}.` : `Not sent: ${because} at ${timeOfDay(at, timeZone)}.`;
}

function activeSentence({ dueAt, early = 'the shopper may still be choosing' }: Occasion, timeZone: string): string {
  return `Waiting until ${timeOfDay(dueAt, timeZone)}: ${early}.`;
}
