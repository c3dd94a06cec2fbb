// The template of a scenario. A shop that is older than the scenario gets the usual one when it is first needed.
import type { Template } from '@winback/db';
import { putTemplate, templateFor } from '@winback/db';
import type { ScenarioCode, ShopId, ShopSettings } from '@winback/domain';
import { compileTemplate, defaultBlocks } from '@winback/mail/template';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';

/** As the merchant saved it, or as a new shop has it: written and kept, if there was none. */
export async function templateOf(
  env: Env,
  shop: ShopId,
  { scenario, settings }: { scenario: ScenarioCode; settings: ShopSettings },
  now: number,
): Promise<Template> {
  const db = databaseOf(env);
  const known = await templateFor(db, shop, scenario);
  if (known) return known;
  const blocks = defaultBlocks(scenario, settings.language);
  const made = { blocks: JSON.stringify(blocks), ...(await compileTemplate(blocks, settings.brand)) };
  await putTemplate(db, shop, scenario, made, now);
  return { ...made, revision: 1 };
}
