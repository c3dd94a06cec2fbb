// The rules that all scenarios share: what goes first, how often, at which hours, under which law.
import type { Database, ShopRecord } from '@winback/db';
import { countWaiting, writeSettings } from '@winback/db';
import type { Rules, RulesPatch, ShopSettings } from '@winback/domain';
import {
  lawIn,
  rulesAppliedSchema,
  rulesPatchSchema,
  rulesSchema,
  scenarioIn,
  scenarioNames,
  shopSettingsSchema,
} from '@winback/domain';
import { competes, orderOf, precedenceOf } from '@winback/engine/triggers';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';

export const rules = new Hono<ShopEnv>()
  .get('/rules', answers('What goes first, how often, when, and under which law.', rulesSchema), async (c) =>
    c.json(await rulesOf(databaseOf(c.env), c.var.record)),
  )
  .patch(
    '/rules',
    answers('Changes the rules; fields that are not named stay.', rulesSchema),
    takes('json', rulesPatchSchema),
    async (c) => {
      const { shop, record } = c.var;
      const patch = c.req.valid('json');
      const settings = patched(record.settings, patch);
      await writeSettings(databaseOf(c.env), shop, settings);
      if (patch.precedence === 'worth') await c.env.JOBS.send({ kind: 'weigh-scenarios', shop });
      return c.json(await rulesOf(databaseOf(c.env), { ...record, settings }));
    },
  )
  .post(
    '/rules/apply',
    answers('Asks about every waiting letter again, by the settings as they are now.', rulesAppliedSchema),
    async (c) => {
      const { shop } = c.var;
      const people = await countWaiting(databaseOf(c.env), shop);
      if (people > 0) await c.env.JOBS.send({ kind: 'apply-settings', shop, after: '' });
      return c.json({ people });
    },
  );

async function rulesOf(db: Database, { id, settings, worths }: ShopRecord): Promise<Rules> {
  const { voice } = settings;
  const places = precedenceOf(voice, worths).filter(competes);
  return {
    voice: { ...voice, precedence: voice.precedence ?? 'order' },
    law: lawIn(settings),
    table: orderOf(voice.order)
      .filter(competes)
      .map((code) => {
        const { on, delayMs, windowMs } = scenarioIn(settings, code);
        const [worth, place] = [worths[code] ?? null, places.indexOf(code) + 1];
        return { code, name: scenarioNames[code], on, delayMs, windowMs, worth, place };
      }),
    waiting: await countWaiting(db, id),
  };
}

function patched(settings: ShopSettings, { law, ...voice }: RulesPatch): ShopSettings {
  return shopSettingsSchema.parse({
    ...settings,
    voice: { ...settings.voice, ...voice },
    ...(law ? { law: { ...lawIn(settings), ...law } } : {}),
  });
}
