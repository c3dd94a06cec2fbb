// A scenario's settings tried on the shop's past: begin, look, stop. Nothing here sends a letter or saves a setting.
import type { StoredSimulation } from '@winback/db';
import { addressesOf, isLost, runningSimulation, simulationById, startSimulation, stopSimulations } from '@winback/db';
import type {
  ErrorBody,
  ScenarioCode,
  ShopId,
  ShopSettings,
  Simulation,
  SimulationResult,
  TriedSettings,
} from '@winback/domain';
import {
  scenarioCodeSchema,
  scenarioCodes,
  scenarioNames,
  simulationSchema,
  triedSettingsSchema,
} from '@winback/domain';
import { marginOf } from '@winback/engine/simulate';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Example, StoredResult } from '../simulation.ts';
import { placeSchema, progressOf, simulationId, storedResultSchema, triedSettings } from '../simulation.ts';
import type { VisitorEntry } from '../visitor/answers.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { namesFor, wordsOf } from './entry-words.ts';
import { reasonWords } from './reason-words.ts';

/** A message that was lost is sent again when somebody looks: so long after its lease. */
const lostMs = 60_000;
const noScenario: ErrorBody = { code: 'no-such-scenario', message: `a scenario is one of ${scenarioCodes.join(', ')}` };
const unableWords = 'whoever leaves an address that has to be confirmed gets this letter: there is nothing to try.';

export const simulations = new Hono<ShopEnv>()
  .get(
    '/scenarios/:code/simulation',
    answers('What these settings would have come to last month, as far as it was tried.', simulationSchema),
    takes('query', triedSettingsSchema),
    async (c) => {
      const code = scenarioCodeSchema.safeParse(c.req.param('code'));
      if (!code.success) return refused(c, 404, noScenario);
      const of = { code: code.data, settings: c.var.record.settings, tried: c.req.valid('query') };
      return c.json(await shownSimulation(c.env, c.var.shop, of));
    },
  )
  .post(
    '/scenarios/:code/simulation',
    answers('Tries these settings on the last month. One is tried at a time.', simulationSchema),
    takes('json', triedSettingsSchema),
    async (c) => {
      const code = scenarioCodeSchema.safeParse(c.req.param('code'));
      if (!code.success) return refused(c, 404, noScenario);
      const { shop } = c.var;
      const of = { code: code.data, settings: c.var.record.settings, tried: c.req.valid('json') };
      if (code.data === 'double_opt_in') return refused(c, 409, { code: 'nothing-to-try', message: unableWords });
      const busy = await begin(c.env, shop, of);
      if (busy) return refused(c, 409, { code: 'busy', message: busyWords(busy) });
      return c.json(await shownSimulation(c.env, shop, of));
    },
  )
  .delete(
    '/scenarios/:code/simulation',
    answers('Stops whatever is being tried in the shop.', simulationSchema),
    takes('query', triedSettingsSchema),
    async (c) => {
      const code = scenarioCodeSchema.safeParse(c.req.param('code'));
      if (!code.success) return refused(c, 404, noScenario);
      const { shop } = c.var;
      const db = databaseOf(c.env);
      const running = await runningSimulation(db, shop);
      await stopSimulations(db, shop, Date.now());
      // It finds that it has ended, and takes its files away.
      if (running) await c.env.JOBS.send({ kind: 'simulate', shop, simulation: running.id });
      const of = { code: code.data, settings: c.var.record.settings, tried: c.req.valid('query') };
      return c.json(await shownSimulation(c.env, shop, of));
    },
  );

interface Tried {
  code: ScenarioCode;
  settings: ShopSettings;
  tried: TriedSettings;
}

/** Answers the one that runs already, where it is another. */
async function begin(env: Env, shop: ShopId, { code, settings, tried }: Tried): Promise<StoredSimulation | null> {
  const db = databaseOf(env);
  const wanted = triedSettings(settings, code, tried);
  const id = await simulationId(code, wanted);
  const of = { id, scenario: code, settings: JSON.stringify(wanted), now: Date.now() };
  if (await startSimulation(db, shop, of)) {
    await env.JOBS.send({ kind: 'simulate', shop, simulation: id });
    return null;
  }
  const running = await runningSimulation(db, shop);
  return running?.id === id ? null : running;
}

function busyWords({ scenario }: StoredSimulation): string {
  return `other settings (${scenarioNames[scenario]}) are being tried: wait for them, or stop them`;
}

async function shownSimulation(env: Env, shop: ShopId, of: Tried): Promise<Simulation> {
  const { code, settings, tried } = of;
  const db = databaseOf(env);
  const [id, savedId] = await Promise.all([
    simulationId(code, triedSettings(settings, code, tried)),
    simulationId(code, triedSettings(settings, code, {})),
  ]);
  const [one, saved, running] = await Promise.all([
    simulationById(db, shop, id),
    id === savedId ? null : simulationById(db, shop, savedId),
    runningSimulation(db, shop),
  ]);
  if (running) await sendForLost(env, shop, running);
  const result = one ? resultOf(one) : null;
  const savedResult = saved ? resultOf(saved) : null;
  return {
    state: one?.state ?? null,
    progress: one?.state === 'running' ? progressOf(placeOf(one)) : null,
    message: one?.message ?? null,
    startedAt: one?.startedAt ?? null,
    endedAt: one?.endedAt ?? null,
    result: result ? await shownResult(env, shop, result) : null,
    savedLetters: savedResult ? estimate(savedResult.totals.letters, savedResult.share) : null,
    other: running && running.id !== id ? otherOf(running) : null,
    unable: code === 'double_opt_in' ? unableWords : null,
  };
}

async function sendForLost(env: Env, shop: ShopId, running: StoredSimulation): Promise<void> {
  const { id } = running;
  if (await isLost(databaseOf(env), shop, { id, now: Date.now(), lostMs }))
    await env.JOBS.send({ kind: 'simulate', shop, simulation: running.id });
}

function placeOf({ place }: StoredSimulation) {
  return placeSchema.parse(JSON.parse(place ?? '{}'));
}

function otherOf(running: StoredSimulation): Simulation['other'] {
  const { scenario } = running;
  return { scenario, name: scenarioNames[scenario], progress: progressOf(placeOf(running)) };
}

/** What an earlier version wrote in another shape counts as never tried. */
function resultOf({ result }: StoredSimulation): StoredResult | null {
  return result === null ? null : (storedResultSchema.safeParse(JSON.parse(result)).data ?? null);
}

async function shownResult(env: Env, shop: ShopId, stored: StoredResult): Promise<SimulationResult> {
  const { totals, share, from, until } = stored;
  const of = (count: number) => estimate(count, share);
  const blocked = Object.entries(totals.blocked).map(([reason, count]) => ({
    ...{ reason, words: reasonWords(reason), count: of(count) },
  }));
  const occasions = of(totals.occasions);
  const letters = of(totals.letters);
  const blockedSum = blocked.reduce((sum, { count }) => sum + count, 0);
  return {
    ...{ from, until, share, occasions, letters },
    events: of(stored.events),
    people: of(stored.people),
    lettersMargin: marginOf(totals, share),
    reached: of(totals.reached),
    blocked: blocked.sort((a, b) => b.count - a.count),
    // What is left, so that rounding of estimates does not break the sum.
    waiting: Math.max(0, occasions - letters - blockedSum),
    collisions: scenarioCodes
      .map((scenario) => ({ scenario, name: scenarioNames[scenario], count: of(totals.behind[scenario] ?? 0) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count),
    examples: await shownExamples(env, shop, stored.examples),
  };
}

function estimate(count: number, share: number): number {
  return Math.round(count / share);
}

async function shownExamples(
  env: Env,
  shop: ShopId,
  examples: readonly Example[],
): Promise<SimulationResult['examples']> {
  const people = examples.map(({ person }) => person);
  const ids = examples.flatMap(({ did }) => did.flatMap(({ kind, what }) => (kind === 'purchase' ? [] : (what ?? []))));
  const [emails, names] = await Promise.all([addressesOf(databaseOf(env), shop, people), namesFor(env, shop, ids)]);
  return examples
    .filter(({ person }) => emails.has(person))
    .map(({ person, decided, did }) => ({
      id: person,
      email: emails.get(person) ?? null,
      lines: [
        ...did.map((one) => ({ at: one.at, kind: 'did' as const, words: wordsOf(entryOf(one), names) })),
        ...decided.map(({ at, scenario, sentence }) => ({
          ...{ at, kind: 'decided' as const },
          words: `${scenarioNames[scenario]}. ${sentence}`,
        })),
      ].sort((a, b) => a.at - b.at),
    }));
}

function entryOf({ at, kind, what, change }: Example['did'][number]): VisitorEntry {
  const name = what === null ? {} : nameOf(kind, what);
  if (kind === 'watch')
    return { at, kind, ...name, waitsFor: change === 'price-drop' ? 'price-drop' : 'back-in-stock' };
  const changes = ['full', 'add', 'remove', 'emptied'] as const;
  const known = changes.find((one) => one === change);
  return { at, kind, ...name, ...(kind === 'cart' && known ? { change: known } : {}) };
}

function nameOf(kind: Example['did'][number]['kind'], what: string): Partial<VisitorEntry> {
  if (kind === 'category') return { category: what };
  if (kind === 'search') return { query: what };
  return kind === 'purchase' ? { order: what } : { product: what };
}
