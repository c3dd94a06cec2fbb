// Scenarios: on or off, when, and with which words; what they came to; how their letter looks now.
import type { Database } from '@winback/db';
import { lastImports, scenarioBooks, senderOf, writeSettings } from '@winback/db';
import type { ErrorBody, Scenario, ScenarioCode, ScenarioSettings, ShopId, ShopSettings } from '@winback/domain';
import {
  consentDefaults,
  letterPreviewSchema,
  scenarioCodeSchema,
  scenarioCodes,
  scenarioIn,
  scenarioListSchema,
  scenarioNames,
  scenarioPatchSchema,
  scenarioSchema,
} from '@winback/domain';
import { bytesOf, renderLetter } from '@winback/mail';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { isVerified, unverified } from '../sender-verified.ts';
import { templateOf } from '../templates.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { reasonWords } from './reason-words.ts';
import { sampleLetter } from './sample-letter.ts';

const monthMs = 30 * 86_400_000;
const noFeed = 'the feed was not imported yet: letters show its products';
const noScenario: ErrorBody = { code: 'no-such-scenario', message: `a scenario is one of ${scenarioCodes.join(', ')}` };

export const scenarios = new Hono<ShopEnv>()
  .get('/scenarios', answers('Every scenario with its settings and its books.', scenarioListSchema), async (c) => {
    const db = databaseOf(c.env);
    const { shop, record } = c.var;
    return c.json({
      rows: await Promise.all(scenarioCodes.map((code) => scenarioOf(db, shop, record.settings, code))),
    });
  })
  .patch(
    '/scenarios/:code',
    answers('Changes a scenario.', scenarioSchema),
    takes('json', scenarioPatchSchema),
    async (c) => {
      const code = scenarioCodeSchema.safeParse(c.req.param('code'));
      if (!code.success) return refused(c, 404, noScenario);
      const db = databaseOf(c.env);
      const { shop, record } = c.var;
      const patch = c.req.valid('json');
      const before = await scenarioOf(db, shop, record.settings, code.data);
      if (patch.on === true && !before.settings.on && before.blockedBy)
        return refused(c, 409, { code: 'blocked', message: before.blockedBy });
      const settings = patched(record.settings, code.data, withoutUndefined(patch));
      await writeSettings(db, shop, settings);
      if (code.data === 'low_on_supply' && patch.on === true && !before.settings.on)
        await c.env.SHOP.getByName(shop).learnHabits({ shop });
      return c.json(await scenarioOf(db, shop, settings, code.data));
    },
  )
  .get(
    '/scenarios/:code/preview',
    answers('The letter as it would look now, with the shop’s own products.', letterPreviewSchema),
    async (c) => {
      const code = scenarioCodeSchema.safeParse(c.req.param('code'));
      if (!code.success) return refused(c, 404, noScenario);
      return c.json(await previewOf(c.env, c.var.shop, c.var.record.settings, code.data));
    },
  );

async function scenarioOf(db: Database, shop: ShopId, settings: ShopSettings, code: ScenarioCode): Promise<Scenario> {
  const [rows, imports, sender] = await Promise.all([
    scenarioBooks(db, shop, code, Date.now() - monthMs),
    lastImports(db, shop, 20),
    senderOf(db, shop),
  ]);
  const count = (...states: string[]) =>
    rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + row.count, 0);
  const imported = imports.some((one) => one.state === 'done' || one.state === 'unchanged');
  return {
    code,
    name: scenarioNames[code],
    settings: scenarioIn(settings, code),
    blockedBy: !isVerified(settings, sender) ? unverified : imported || code === 'double_opt_in' ? null : noFeed,
    books: {
      occasions: count('waiting', 'sending', 'sent', 'failed', 'unknown', 'suppressed'),
      waiting: count('waiting', 'sending'),
      sent: count('sent'),
      failed: count('failed'),
      unknown: count('unknown'),
      suppressed: rows
        .filter((row) => row.state === 'suppressed')
        .map((row) => ({ reason: row.reason ?? 'unknown', words: reasonWords(row.reason), count: row.count })),
    },
  };
}

/** Double Opt-In is on where the shop's rule asks anybody to confirm; of its letter only the words change. */
function patched(settings: ShopSettings, code: ScenarioCode, patch: Partial<ScenarioSettings>): ShopSettings {
  const { scenarios, consent } = settings;
  const before = scenarioIn(settings, code);
  if (code !== 'double_opt_in') return { ...settings, scenarios: { ...scenarios, [code]: { ...before, ...patch } } };
  const {
    on = before.on,
    subject = before.subject,
    preheader = before.preheader,
    otherWords = before.otherWords,
  } = patch;
  const confirm = !on ? 'never' : consent.confirm === 'never' ? consentDefaults.confirm : consent.confirm;
  const isNews = [patch.subject, patch.preheader, patch.otherWords].some((one) => one !== undefined);
  return {
    ...settings,
    consent: { ...consent, confirm },
    scenarios: isNews ? { ...scenarios, double_opt_in: { subject, preheader, otherWords } } : scenarios,
  };
}

async function previewOf(env: Env, shop: ShopId, settings: ShopSettings, code: ScenarioCode) {
  const template = await templateOf(env, shop, { use: code, settings, language: null }, Date.now());
  const sample = await sampleLetter(env, shop, { use: code, settings, person: null });
  if (!sample) throw new Error('a sample letter needs nobody');
  const { subject, preheader } = template;
  const letter = renderLetter({ template, subject, preheader, data: sample.data });
  return { ...letter, bytes: bytesOf(letter.html) };
}

function withoutUndefined<Patch extends object>(patch: Patch): Partial<ScenarioSettings> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
