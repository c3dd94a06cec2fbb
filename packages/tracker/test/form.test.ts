import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Design } from '../src/form/design.ts';
import { inkOn } from '../src/form/design.ts';
import type { House, Shop } from './house.ts';
import { openHouse } from './house.ts';
import { eventsOf, heard, newShopper, openBrowser, pause, put } from './shopper.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const pictures = join(import.meta.dirname, '../../../test-results/form');

let house: House;
let browser: Browser;
let shopper: BrowserContext;
let page: Page;
let shop: Shop;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  house = await openHouse();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await house.close();
});
beforeEach(async () => {
  shop = house.newShop();
  await newBrowser();
  return () => shopper.close();
});

async function newBrowser(more: BrowserContextOptions = {}): Promise<void> {
  await shopper?.close();
  shopper = await newShopper(browser, { viewport: { width: 1100, height: 760 }, ...more });
  page = await shopper.newPage();
}

/** The shop has a form that opens as `design` says; never by itself, unless it says so. */
function withForm(design: Partial<Design> = {}): void {
  const form = { ...shop.form.form, opens: { afterSeconds: null, onPage: null, onExit: false }, ...design };
  shop.form = { ...shop.form, form };
  shop.config.form = { inline: form.kind === 'inline', paths: form.paths, onPhones: form.onPhones };
}
const opens = (more: Partial<Design['opens']>) => ({
  opens: { afterSeconds: null, onPage: null, onExit: false, ...more },
});
const atOnce = opens({ onPage: 1 });
const body = '<p>Tents and packs.</p><button id="before">Menu</button><input aria-label="Search">';

const dialog = () => page.getByRole('dialog');
async function isShown(): Promise<boolean> {
  await page.waitForFunction(() => globalThis.winback?.w);
  await pause(500);
  return dialog().isVisible();
}

describe('the popup opens', () => {
  it('on the page of the session that the merchant says, and on no other', async () => {
    withForm(opens({ onPage: 2 }));
    const address = put(house, shop, '/', { body });
    await page.goto(address);
    expect(await isShown()).toBe(false);
    await page.goto(address);
    expect(await isShown()).toBe(true);
  });

  it('so many seconds after the first page of the session, wherever the shopper is by then', async () => {
    withForm(opens({ afterSeconds: 2 }));
    const address = put(house, shop, '/', { body });
    await page.goto(address);
    expect(await isShown()).toBe(false);
    await page.goto(address);
    await dialog().waitFor({ timeout: 2_500 });
  });

  it('when the pointer leaves through the top', async () => {
    withForm(opens({ onExit: true }));
    await page.goto(put(house, shop, '/', { body }));
    expect(await isShown()).toBe(false);
    await page.evaluate(() => {
      const leave = { bubbles: true, clientX: 500, clientY: -1, relatedTarget: null };
      document.documentElement.dispatchEvent(new MouseEvent('mouseout', leave));
    });
    await dialog().waitFor();
  });

  it('not when the pointer leaves by a side', async () => {
    withForm(opens({ onExit: true }));
    await page.goto(put(house, shop, '/', { body }));
    await isShown();
    await page.evaluate(() =>
      document.documentElement.dispatchEvent(new MouseEvent('mouseout', { bubbles: true, clientX: -1, clientY: 300 })),
    );
    expect(await isShown()).toBe(false);
  });

  it('not while somebody types: it waits', async () => {
    withForm(opens({ afterSeconds: 1 }));
    await page.goto(put(house, shop, '/', { body }));
    await page.getByLabel('Search').fill('ten');
    await pause(1_500);
    expect(await dialog().isVisible()).toBe(false);
    await page.getByLabel('Search').blur();
    await dialog().waitFor({ timeout: 5_000 });
  });

  it('in a store of one page, on the page that it is by then', async () => {
    withForm(opens({ onPage: 2 }));
    await page.goto(put(house, shop, '/', { body }));
    expect(await isShown()).toBe(false);
    await page.evaluate(() => {
      history.pushState({}, '', 'c/tents');
      globalThis.winback?.('category', { category: 'tents' });
    });
    await dialog().waitFor();
  });
});

describe('the form’s script is not even loaded', () => {
  it.each<[string, () => void, BrowserContextOptions?]>([
    ['where the shopper allows nothing', () => Object.assign(shop.config, { consent: 'none' })],
    ['under another path', () => withForm({ ...atOnce, paths: ['/blog'] })],
    [
      'on a phone, where the merchant does not want it',
      () => withForm(atOnce),
      { viewport: { width: 375, height: 700 } },
    ],
    ['where the page has no place for it', () => withForm({ kind: 'inline' })],
    ['where there is none', () => Object.assign(shop.config, { form: null })],
  ])('%s', async (_where, given, look) => {
    if (look) await newBrowser(look);
    withForm(atOnce);
    given();
    await page.goto(put(house, shop, '/', { body }));
    expect(await isShown()).toBe(false);
    expect(shop.fetched).toEqual(['t.js']);
  });
});

describe('the popup never comes back', () => {
  async function comesBack(): Promise<boolean> {
    await page.goto(put(house, shop, '/again', { body }));
    return isShown();
  }
  const everyTime = { opens: { afterSeconds: 1, onPage: 1, onExit: true } };

  it('after it was refused', async () => {
    withForm(everyTime);
    await page.goto(put(house, shop, '/', { body }));
    await dialog().getByRole('button', { name: 'Close' }).click();
    expect(await dialog().count()).toBe(0);
    await pause(1_200);
    expect(await dialog().count()).toBe(0);
    expect(await comesBack()).toBe(false);
    expect(shop.fetched.filter((name) => name === 'form.js')).toHaveLength(1);
  });

  it('after a subscription, even one elsewhere', async () => {
    withForm(opens({ onPage: 2 }));
    await page.goto(
      put(house, shop, '/', { body, calls: `winback('subscribe',{email:'ann@mail.example',consent:true})` }),
    );
    await heard(shop, 1);
    expect(await comesBack()).toBe(false);
  });

  it('where the browser could not remember that it was shown: there it does not come at all', async () => {
    withForm(atOnce);
    await page.addInitScript(() => {
      Storage.prototype.setItem = () => undefined;
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
    await page.goto(put(house, shop, '/', { body }));
    expect(await isShown()).toBe(false);
  });

  it('in two tabs at once', async () => {
    withForm(opens({ afterSeconds: 1 }));
    const address = put(house, shop, '/', { body });
    const other = await shopper.newPage();
    await Promise.all([page.goto(address), other.goto(address)]);
    await pause(2_500);
    const shown = await Promise.all([page, other].map((tab) => tab.getByRole('dialog').count()));
    expect(shown.toSorted()).toEqual([0, 1]);
  });
});

it('tells a shopper who sent it to check their inbox where a letter asks to confirm', async () => {
  withForm(atOnce);
  shop.form = { ...shop.form, mustConfirm: true };
  await page.goto(put(house, shop, '/', { body }));
  await dialog().waitFor();
  await page.getByLabel('E-mail').fill('ann@mail.example');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: shop.form.form.button }).click();
  expect(await page.getByRole('status').textContent()).toContain('Check your inbox');
});

describe('by the keyboard alone', () => {
  const focused = () =>
    page.evaluate(
      () =>
        document.activeElement?.shadowRoot?.activeElement?.id ||
        document.activeElement?.shadowRoot?.activeElement?.className ||
        document.activeElement?.id ||
        document.activeElement?.tagName,
    );

  beforeEach(async () => {
    withForm(opens({ onExit: true }));
    await page.goto(put(house, shop, '/', { body }));
    await isShown();
    await page.locator('#before').focus();
    await page.evaluate(() =>
      document.documentElement.dispatchEvent(new MouseEvent('mouseout', { bubbles: true, clientY: -1 })),
    );
    await dialog().waitFor();
  });

  it('the focus moves in, Tab goes round inside, Escape closes and the focus is where it was', async () => {
    expect(await dialog().getAttribute('aria-labelledby')).toBe('title');
    expect(await focused()).toBe('email');
    const round: unknown[] = [];
    for (let press = 0; press < 5; press += 1) {
      await page.keyboard.press('Tab');
      round.push(await focused());
    }
    expect(round).toEqual(['agree', 'send', 'close', 'email', 'agree']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('close');
    await page.keyboard.press('Escape');
    expect(await dialog().count()).toBe(0);
    expect(await focused()).toBe('before');
  });

  it('what is missing is said beside it, and nothing is sent before the box is ticked', async () => {
    await page.keyboard.press('Enter');
    await page.getByText('Write your address as name@home.example.').waitFor();
    expect(await focused()).toBe('email');
    expect(await page.getByLabel('E-mail').getAttribute('aria-describedby')).toBe('email-bad');
    await page.keyboard.type('ann@mail.example');
    await page.keyboard.press('Enter');
    await page.getByText('Tick this box').waitFor();
    expect(await focused()).toBe('agree');
    await pause(400);
    expect(shop.heard).toEqual([]);
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    expect(await focused()).toBe('thanks');
    expect(await page.getByText('Check your inbox').count()).toBe(0);
    await heard(shop, 1);
    expect(eventsOf(shop)).toMatchObject([
      { type: 'identify', email: 'ann@mail.example', consent: true, source: 'popup' },
    ]);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('before');
  });
});

describe.each([
  { colorScheme: 'light', width: 1100 },
  { colorScheme: 'dark', width: 1100 },
  { colorScheme: 'light', width: 375 },
  { colorScheme: 'dark', width: 375 },
] as const)('in $colorScheme, $width px wide, everybody can use', ({ colorScheme, width }) => {
  it.each([
    { kind: 'popup', place: 'corner', language: 'en', color: '#1a6b7c' },
    { kind: 'popup', place: 'centre', language: 'ru', color: '#ffd400' },
    { kind: 'inline', place: 'corner', language: 'en', color: '#101010' },
  ] as const)('the $kind form in the $place, in $language', async ({ kind, place, language, color }) => {
    await newBrowser({ colorScheme, viewport: { width, height: 760 } });
    shop.form = { ...shop.form, language, color };
    withForm({ ...atOnce, kind, place, onPhones: true });
    const more = `${body}<div data-winback-form></div><p>${'Words of the page. '.repeat(60)}</p>`;
    const calls = `addEventListener('DOMContentLoaded',()=>{if(matchMedia('(prefers-color-scheme:dark)').matches)document.body.style.cssText='background:#111;color:#eee'})`;
    await page.goto(put(house, shop, '/', { body: more, calls }));
    const mail = page.getByLabel(language === 'ru' ? 'Электронная почта' : 'E-mail');
    await mail.waitFor();
    await mail.fill('ann');
    await page.locator('winback-form,[data-winback-form]').getByRole('button').first().click();
    await page.screenshot({ path: join(pictures, `${kind}-${place}-${colorScheme}-${width}.png`) });
    await page.evaluate(axe);
    const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then((result) => result.violations)`,
    );
    expect(found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
});

it('the words on the button can be read on any colour', () => {
  const luminance = (hex: string) => {
    const parts = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * (parts[0] ?? 0) + 0.7152 * (parts[1] ?? 0) + 0.0722 * (parts[2] ?? 0);
  };
  const contrast = (one: string, other: string) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  for (let color = 0; color < 0x1000000; color += 4_097) {
    const hex = `#${color.toString(16).padStart(6, '0')}`;
    expect(contrast(hex, inkOn(hex) === '#000' ? '#000000' : '#ffffff')).toBeGreaterThan(4.5);
  }
});

describe('the preview', () => {
  async function openPreview(designer: string): Promise<void> {
    shop.form = { ...shop.form, designers: [designer] };
    shop.pages.set('/preview', {
      html: `<!doctype html><title>Preview</title><body><script src="/form.js?shop=${shop.id}"></script>`,
      // As the Worker answers this page.
      headers: {
        'content-security-policy': "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'",
      },
    });
    await page.goto(`http://shop.test.localhost:${house.port}/${shop.id}/preview`);
  }
  const tell = (message: unknown) => page.evaluate((data) => postMessage(data), message);

  it('draws the design again when the dashboard changes it, and does not take the focus', async () => {
    await openPreview(`http://shop.test.localhost:${house.port}`);
    await page.getByRole('heading', { name: 'A letter when something good comes in' }).waitFor();
    await tell({ form: { title: 'New words', place: 'centre' }, color: '#ffd400' });
    await page.getByRole('heading', { name: 'New words' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
    const looks = await page.getByRole('button', { name: 'Write to me' }).evaluate((button) => {
      const { backgroundColor, color } = getComputedStyle(button);
      return [backgroundColor, color];
    });
    expect(looks).toEqual(['rgb(255, 212, 0)', 'rgb(0, 0, 0)']);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    for (const nonsense of [null, 'words', { form: null }, { color: 'red;}' }, { form: 7 }]) await tell(nonsense);
    await page.getByRole('heading', { name: 'New words' }).waitFor();
  });

  it('hears nobody else', async () => {
    await openPreview('https://dashboard.example');
    await page.getByRole('heading', { name: 'A letter when something good comes in' }).waitFor();
    await tell({ form: { title: 'Forged' } });
    await pause(200);
    expect(await page.getByRole('heading', { name: 'Forged' }).count()).toBe(0);
  });
});
