// WCAG 2.2 AA as far as a machine can tell, in light and dark, on a phone and on a desk; and nothing wider than its screen.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf } from './axe.ts';
import { merchant } from './people.ts';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';

const pages = [
  'today',
  'letters/scenarios',
  'letters/scenarios/abandoned_cart',
  'letters/scenarios/abandoned_search',
  'letters/scenarios/product_price_decrease',
  'letters/scenarios/double_opt_in',
  'letters/rules',
  'letters/sent',
  'people',
  'catalogue/products',
  'catalogue/products?q=tent&letters=ready',
  'catalogue/products?q=zeppelin',
  'catalogue/products/101',
  'catalogue/products/nowhere',
  'catalogue/feed',
  'settings/install',
  'settings/install?platform=personaclick',
  'settings/install/drops?period=7d',
  'settings/install/console?code=everybody1',
  'settings/install/guide/shop-developers',
  'settings/connections',
  'settings/keys',
  'settings/sender',
  'settings/storefront',
  'settings/form',
  'settings/parked',
];

let running: Running;
beforeAll(async () => {
  running = await startWinback();
});
afterAll(() => running.stop());

/** Beacons of a browser whose owner looks on, so that lights, drops and the console have something to show. */
async function tell(...events: object[]): Promise<void> {
  const body = { shop: 'demo', visitor: 'visitor-everybody', watcher: 'everybody1', events };
  await fetch(`${running.dashboard}/e`, { method: 'POST', body: JSON.stringify(body) });
}

async function tellThings(): Promise<void> {
  const base = () => ({ id: `event-${crypto.randomUUID()}`, at: Date.now() });
  await tell({ ...base(), type: 'view', product: 'nowhere' });
  await tell({ ...base(), type: 'purchase', order: '1', total: -1, items: [{ product: '101' }] });
}

async function complaints(page: Page, address: string): Promise<string[]> {
  await page.goto(address);
  await page.locator('h1').first().waitFor();
  await page.waitForTimeout(700);
  return complaintsOf(page);
}

/** The report of the newest import. */
async function reportPath(page: Page): Promise<string> {
  const answer = await page.context().request.get(`${running.dashboard}/api/shops/demo/feed`);
  const { imports } = (await answer.json()) as { imports: { id: string }[] };
  return `catalogue/feed/${imports[0]?.id}`;
}

describe.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 375 },
  { colorScheme: 'dark', width: 375 },
] as const)('in $colorScheme, $width px wide', ({ colorScheme, width }) => {
  it('every page can be read and used by everybody', async () => {
    const { page } = await merchant(running, { colorScheme, width });
    const found: string[] = [];
    for (const path of [...pages, await reportPath(page)]) {
      if (path.startsWith('settings/install')) await tellThings();
      found.push(...(await complaints(page, `${running.dashboard}/demo/${path}`)));
    }
    for (const path of ['/', '/c/tents', '/p/101', '/p/308', '/cart', '/back-room'])
      found.push(...(await complaints(page, `${running.store}${path}`)));
    found.push(...(await complaints(page, running.mailbox)));
    expect(found).toEqual([]);
  });
});
