// Scenarios: on or off, when, and with which words; what they came to; how their letter looks now.
import type { Database } from '@winback/db';
import { isShowable, lastImports, popularProducts, scenarioBooks, templateFor, writeSettings } from '@winback/db';
import type { ErrorBody, Scenario, ScenarioCode, ShopId, ShopSettings } from '@winback/domain';
import {
  formatMoney,
  letterPreviewSchema,
  scenarioCodeSchema,
  scenarioCodes,
  scenarioListSchema,
  scenarioNames,
  scenarioPatchSchema,
  scenarioSchema,
} from '@winback/domain';
import { renderLetter } from '@winback/mail';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf, settingsOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { reasonWords } from './reason-words.ts';

const monthMs = 30 * 86_400_000;
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
      const changed = withoutUndefined(patch);
      const settings = {
        ...record.settings,
        scenarios: { ...record.settings.scenarios, [code.data]: { ...before.settings, ...changed } },
      };
      await writeSettings(db, shop, settings);
      return c.json(await scenarioOf(db, shop, settings, code.data));
    },
  )
  .get(
    '/scenarios/:code/preview',
    answers('The letter as it would look now, with the shop’s own products.', letterPreviewSchema),
    async (c) => {
      const code = scenarioCodeSchema.safeParse(c.req.param('code'));
      if (!code.success) return refused(c, 404, noScenario);
      const preview = await previewOf(
        databaseOf(c.env),
        c.var.shop,
        c.var.record.settings,
        code.data,
        settingsOf(c.env).PUBLIC_URL,
      );
      if (!preview) return refused(c, 409, { code: 'no-template', message: 'this scenario has no template yet' });
      return c.json(preview);
    },
  );

async function scenarioOf(db: Database, shop: ShopId, settings: ShopSettings, code: ScenarioCode): Promise<Scenario> {
  const [rows, imports] = await Promise.all([
    scenarioBooks(db, shop, code, Date.now() - monthMs),
    lastImports(db, shop, 20),
  ]);
  const count = (...states: string[]) =>
    rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + row.count, 0);
  const imported = imports.some((one) => one.state === 'done' || one.state === 'unchanged');
  return {
    code,
    name: scenarioNames[code],
    settings: settings.scenarios[code],
    blockedBy: imported ? null : 'the feed was not imported yet: letters show its products',
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

async function previewOf(db: Database, shop: ShopId, settings: ShopSettings, code: ScenarioCode, publicUrl: string) {
  const { recommendations, subject, preheader } = settings.scenarios[code];
  const [template, popular] = await Promise.all([
    templateFor(db, shop, code),
    popularProducts(db, shop, recommendations + 2),
  ]);
  if (!template) return null;
  const shown = popular.filter(isShowable).map(({ id, name, url, picture, price, oldPrice }) => ({
    ...{ id, name, url, picture, price: formatMoney(price, settings.language) },
    oldPrice: oldPrice ? formatMoney(oldPrice, settings.language) : null,
  }));
  const letter = renderLetter({
    template,
    subject,
    preheader,
    data: {
      shop: {
        name: settings.name,
        url: settings.url,
        postalAddress: settings.sender.postalAddress,
        language: settings.language,
      },
      person: { name: null },
      items: shown.slice(0, 2).map((item, at) => ({ ...item, quantity: at + 1 })),
      picks: shown.slice(2),
      cartUrl: settings.url,
      unsubscribeUrl: `${publicUrl}/u/preview`,
    },
  });
  return { ...letter, bytes: new TextEncoder().encode(letter.html).byteLength };
}

function withoutUndefined<Patch extends object>(patch: Patch): Partial<ShopSettings['scenarios'][ScenarioCode]> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
