import type { ScenarioCode, ShopId } from '@winback/domain';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { templates } from './schema.ts';

/** A scenario's template: the blocks a merchant edits, and the Liquid that was compiled from them when they were saved. */
export interface Template {
  /** JSON, as the mail package's blocks. */
  blocks: string;
  html: string;
  text: string;
  revision: number;
}

export async function templateFor(db: Database, shop: ShopId, scenario: ScenarioCode): Promise<Template | null> {
  const [row] = await db
    .select({ blocks: templates.blocks, html: templates.html, text: templates.text, revision: templates.revision })
    .from(templates)
    .where(and(eq(templates.shop, shop), eq(templates.scenario, scenario)))
    .limit(1);
  return row ?? null;
}

export async function putTemplate(
  db: Database,
  shop: ShopId,
  scenario: ScenarioCode,
  template: Omit<Template, 'revision'>,
  now: number,
): Promise<void> {
  await db
    .insert(templates)
    .values({ shop, scenario, revision: 1, ...template, changedAt: now })
    .onConflictDoUpdate({
      target: [templates.shop, templates.scenario],
      set: { ...template, revision: sql`${templates.revision} + 1`, changedAt: now },
    });
}
