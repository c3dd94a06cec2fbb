// A merchant and the feed: tries one, is told what is wrong at the field, gives files, decides what waits, reads what changed.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf } from './axe.ts';
import { merchant } from './people.ts';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';

let running: Running;
let owner: Page;
/** The store's feed as it is, and how many of its products can be bought. */
let feed: string;
let inStock = 0;
const pictures = join(import.meta.dirname, '../../../../test-results');

beforeAll(async () => {
  running = await startWinback();
  mkdirSync(pictures, { recursive: true });
  owner = (await merchant(running)).page;
  feed = await (await fetch(`${running.store}/feed.yml`)).text();
  inStock = (await api<{ total: number }>('/products?stock=in&limit=1')).total;
});
afterAll(() => running.stop());

async function open(): Promise<void> {
  await owner.goto(`${running.dashboard}/demo/catalogue/feed`);
  await owner.getByRole('heading', { name: 'Where it is' }).waitFor();
}

interface Told {
  url: string | null;
  imports: { id: string; state: string; origin: string; changed: number }[];
}

async function api<Body>(path: string): Promise<Body> {
  const answer = await owner.context().request.get(`${running.dashboard}/api/shops/demo${path}`);
  expect(answer.ok()).toBe(true);
  return (await answer.json()) as Body;
}

function fileOf(text: string, name = 'feed.xml') {
  return { name, mimeType: 'application/xml', buffer: Buffer.from(text) };
}

function give(text: string): Promise<void> {
  return owner.locator('input[type=file]').setInputFiles(fileOf(text));
}

/** The feed without its later offers. */
function shortened(offers: number): string {
  const parts = feed.split('      <offer ');
  return `${[parts[0], ...parts.slice(1, offers + 1)].join('      <offer ')}    </offers></shop></yml_catalog>`;
}

/** The page on a phone and on a desk, in light and dark: looked at by axe and kept as pictures. */
async function looksRight(path: string, name: string, open: (page: Page) => Promise<void>): Promise<void> {
  const found: string[] = [];
  for (const width of [1280, 375])
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await running.browser.newContext({
        storageState: await owner.context().storageState(),
        viewport: { width, height: 860 },
        colorScheme,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto(`${running.dashboard}/demo/${path}`);
      await open(page);
      found.push(...(await complaintsOf(page)));
      await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      await context.close();
    }
  expect(found).toEqual([]);
}

describe('a feed that is tried', () => {
  it('tells why it could not be imported, and changes nothing', async () => {
    await open();
    const before = await api<Told>('/feed');
    await owner.getByLabel('Address of your feed').fill(`${running.store}/`);
    await owner.getByRole('button', { name: 'Test this feed' }).click();
    const found = owner.getByRole('region', { name: 'What the test found' });
    await found.getByText(/Not imported: .*web page, not a feed/).waitFor();
    const after = await api<Told>('/feed');
    expect([after.url, after.imports.map(({ id }) => id)]).toEqual([before.url, before.imports.map(({ id }) => id)]);
  });

  it('shows its first ten and its problems', async () => {
    await owner.getByLabel('Address of your feed').fill(`${running.store}/feed.yml`);
    await owner.getByRole('button', { name: 'Test this feed' }).click();
    const found = owner.getByRole('region', { name: 'What the test found' });
    await found.getByText('This feed can be imported.').waitFor();
    expect(await found.getByRole('table').locator('tbody tr').count()).toBe(10);
    await found.getByRole('row', { name: /Skerry 2.*€249\.90.*Yes/ }).waitFor();
    await found.getByText('A price that is no number').waitFor();
    const widths = () =>
      found
        .locator('img')
        .evaluateAll((images: object[]) => images.map((one) => Number(Reflect.get(one, 'naturalWidth'))));
    await expect.poll(widths, { timeout: 30_000 }).toSatisfy((all: number[]) => all.every((width) => width > 0));
    await owner.screenshot({ path: join(pictures, 'feed-tested.png'), fullPage: true });
  });

  it('is used by the keyboard alone', async () => {
    await open();
    await owner.getByLabel('Address of your feed').focus();
    for (const name of ['It asks for a user name and a password?', 'Test this feed', 'Import now']) {
      await owner.keyboard.press('Tab');
      expect(await owner.evaluate('document.activeElement.textContent')).toBe(name);
    }
  });
});

describe('how the feed is asked', () => {
  it('says at the field what is missing, keeps the password and never shows it', async () => {
    await open();
    await owner.getByText('It asks for a user name and a password?').click();
    await owner.getByLabel('User name').fill('ann');
    await owner.getByRole('button', { name: 'Save and import' }).click();
    await owner.getByText('write the password that belongs to the user name').waitFor();
    await owner.getByLabel('Password').fill('a-secret');
    await owner.getByRole('button', { name: 'Save and import' }).click();
    await owner.getByText('It is opened with a user name and a password').waitFor();
    await owner.reload();
    await owner.getByText('It is opened with a user name and a password').waitFor();
    expect(await owner.getByLabel('User name').inputValue()).toBe('ann');
    expect(await owner.getByLabel('Password').inputValue()).toBe('');
    await owner.getByLabel('Address of your feed').fill('https://elsewhere.example/feed.xml');
    await owner.getByText('The password was given for another host').waitFor();
    await owner.getByLabel('Address of your feed').fill(`${running.store}/feed.yml`);
    await owner.getByLabel('User name').fill('');
    await owner.getByRole('button', { name: 'Save and import' }).click();
    await owner.getByText('It asks for a user name and a password?').waitFor();
  });

  it('reads as a sentence whose choices are kept', async () => {
    await owner.getByLabel('How often the feed is read').selectOption({ label: '6 hours' });
    await owner.getByText('Saved.', { exact: true }).waitFor();
    await owner.getByLabel('Share of products that may change their price').selectOption('20');
    await expect
      .poll(() => api<{ everyMs: number; guards: object }>('/feed'), { timeout: 10_000 })
      .toMatchObject({ everyMs: 6 * 3_600_000, guards: { gonePercent: 30, repricedPercent: 20 } });
  });
});

describe('a file that is given by hand', () => {
  const row = (state: string) => owner.locator(`tr[data-state=${state}]`).first();

  it('waits where it would change unusually much, and is left alone when the merchant says no', async () => {
    await open();
    await give(shortened(3));
    await owner.getByRole('heading', { name: /waits for your word/ }).waitFor({ timeout: 30_000 });
    await owner
      .getByText(/the feed misses \d+ of \d+ products that are in stock/)
      .first()
      .waitFor();
    await looksRight('catalogue/feed', 'feed-waiting', (page) =>
      page.getByRole('button', { name: 'Keep the old catalogue' }).waitFor(),
    );
    await owner.getByRole('link', { name: 'See what would change' }).click();
    await owner.getByRole('heading', { name: 'What would change' }).waitFor();
    await owner.getByRole('link', { name: /^Gone/ }).click();
    await owner.locator('tr[data-change=gone]').first().waitFor();
    expect(await owner.locator('tr[data-change=added]').count()).toBe(0);
    await owner.getByRole('link', { name: 'Feed', exact: true }).last().click();
    await owner.getByRole('button', { name: 'Keep the old catalogue' }).click();
    await row('stopped').waitFor();
    expect(await api('/products?stock=in&limit=1')).toMatchObject({ total: inStock });
  });

  it('is imported when it is dropped, and its report says from what to what', async () => {
    const cheaper = feed.replace('<price>249.9</price>', '<price>199</price>');
    expect(cheaper).not.toBe(feed);
    const carried = await owner.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(cheaper)}], 'dropped.xml', { type: 'application/xml' }));
      return transfer;
    })()`);
    await owner.locator('fieldset.zone').dispatchEvent('drop', { dataTransfer: carried });
    await owner.getByText('dropped.xml is here; its import begins.').waitFor();
    const done = owner.locator('tr[data-state=done]', { hasText: 'a file that you gave' });
    await done.waitFor({ timeout: 30_000 });
    await done.getByRole('link').click();
    const changed = owner.locator('tr[data-change=changed]');
    await changed.getByText(/price 249\.90 EUR → 199\.00 EUR/).waitFor();
    await looksRight(new URL(owner.url()).pathname.replace('/demo/', ''), 'feed-report', (page) =>
      page.locator('tr[data-change=changed]').waitFor(),
    );
  });

  it('can be fetched again, with all its changes and all its problems', async () => {
    const paths = await owner
      .getByRole('link', { name: /The file as it came|All changes|All problems/ })
      .evaluateAll((links: object[]) => links.map((link) => String(Reflect.get(link, 'href'))));
    const texts = await Promise.all(paths.map(async (path) => (await owner.context().request.get(path)).text()));
    expect(texts[0]).toContain('<price>199</price>');
    expect(JSON.parse(String(texts[1]).split('\n')[0] ?? '')).toMatchObject({ product: '101', change: 'changed' });
    expect(texts[2]).toMatch(/line,column,offer,kind,message,sample\r\n/);
    expect(texts[2]).toContain('on request');
  });

  it('goes live when the merchant confirms it', async () => {
    await open();
    await give(shortened(3));
    await owner.getByRole('button', { name: 'Confirm' }).click({ timeout: 30_000 });
    await expect.poll(() => api('/products?stock=in&limit=1'), { timeout: 30_000 }).toMatchObject({ total: 3 });
    await owner.getByRole('button', { name: 'Import now' }).click();
    await expect.poll(() => api('/products?stock=in&limit=1'), { timeout: 30_000 }).toMatchObject({ total: inStock });
  });

  it('that is no feed is told as such, and the catalogue stays', async () => {
    await give('<!doctype html><html><body>Sign in</body></html>');
    await row('failed')
      .getByText(/web page, not a feed/)
      .waitFor({ timeout: 30_000 });
    expect(await api('/products?stock=in&limit=1')).toMatchObject({ total: inStock });
  });
});

describe('a feed that fails five times in a row', () => {
  it('rests until the merchant resumes it, and says so where the shop is set up too', async () => {
    await open();
    await owner.getByLabel('Address of your feed').fill(`${running.store}/no-such-feed.xml`);
    await owner.getByRole('button', { name: 'Save and import' }).click();
    const failures = () => api<{ failures: number }>('/feed');
    for (let n = 1; n <= 5; n += 1) {
      await expect.poll(failures, { timeout: 30_000 }).toMatchObject({ failures: n });
      if (n < 5) await owner.getByRole('button', { name: 'Import now' }).click();
    }
    await owner.getByText(/^The feed rests since/).waitFor();
    await looksRight('catalogue/feed', 'feed-resting', (page) =>
      page.getByRole('button', { name: 'Resume' }).waitFor(),
    );
    await owner.goto(`${running.dashboard}/demo/settings/storefront`);
    await owner.getByText(/After 5 failures in a row it is not read any more/).waitFor();
    await owner.getByRole('link', { name: 'Open the feed' }).click();
    await owner.getByLabel('Address of your feed').fill(`${running.store}/feed.yml`);
    await owner.getByRole('button', { name: 'Save and import' }).click();
    await owner.getByText(/^The feed rests since/).waitFor({ state: 'detached' });
    await expect.poll(failures, { timeout: 30_000 }).toMatchObject({ failures: 0 });
  });
});
