// A shopper's browser in front of a storefront of the house.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { vi } from 'vitest';
import type { House, Shop } from './house.ts';

/** Chromium, with the cache of whole pages that shoppers' browsers have. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

export async function newShopper(browser: Browser, more: BrowserContextOptions = {}): Promise<BrowserContext> {
  const page = await browser.newPage();
  const agent = await page.evaluate(() => navigator.userAgent);
  await page.close();
  return browser.newContext({ userAgent: agent.replace('HeadlessChrome', 'Chrome'), ...more });
}

const stub = 'window.winback=window.winback||function(){(winback.q=winback.q||[]).push(arguments)}';

export interface PageParts {
  /** JavaScript of the page: its calls. */
  calls?: string;
  body?: string;
  /** Host of the scripts; `mail.test.localhost` is on the shop's own domain. */
  from?: string;
}

/** A page with the snippet as shops paste it. */
export function pageOf(
  house: House,
  shop: Shop,
  { calls = '', body = '', from = 'mail.test.localhost' }: PageParts = {},
): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Store</title><link rel="icon" href="data:,">
<script>${stub}</script>
<script async src="http://${from}:${house.port}/t.js?shop=${shop.id}"></script>
<script>${calls}</script></head><body><main><h1>Store</h1>${body}</main></body></html>`;
}

/** Puts a page into the store; answers its address. */
export function put(
  house: House,
  shop: Shop,
  path: string,
  parts: PageParts = {},
  headers: Record<string, string> = {},
): string {
  shop.pages.set(path, { html: pageOf(house, shop, parts), headers });
  return `http://shop.test.localhost:${house.port}/${shop.id}${path}`;
}

/** Waits until the script runs and nothing waits to be sent. */
export async function told(page: Page): Promise<void> {
  await page.waitForFunction(() => globalThis.winback?.w && globalThis.winback.w.kept.names('e.').length === 0);
}

/** Waits until the house has heard this many beacons. */
export async function heard(shop: Shop, count: number): Promise<Shop['heard']> {
  await vi.waitFor(
    () => {
      if (shop.heard.length < count) throw new Error(`${shop.heard.length} of ${count} beacons`);
    },
    { timeout: 8_000, interval: 20 },
  );
  return shop.heard;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** All events of all beacons, in the order of their coming; those that came twice stand there twice. */
export function eventsOf(shop: Shop) {
  return shop.heard.flatMap(({ beacon }) => beacon.events);
}
