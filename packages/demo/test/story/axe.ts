// WCAG 2.2 AA as far as a machine can tell.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is wrong with the page as it is now: axe's rules, and whatever is wider than the screen. */
export async function complaintsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, iframes: false }).then((result) => result.violations)`,
  );
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  const words = found.map(({ id, nodes }) => `${page.url()}: ${id}: ${nodes[0]?.html}`);
  return wide > 0 ? [...words, `${page.url()}: ${wide} px wider than the screen`] : words;
}
