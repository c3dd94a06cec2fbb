// The merchant's settings in a browser: one's own browser in the console, keys, the storefront, the form that asks.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { device, merchant, told } from './people.ts';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';

let running: Running;
let owner: Page;

beforeAll(async () => {
  running = await startWinback();
  owner = (await merchant(running)).page;
});
afterAll(() => running.stop());

async function openSettings(path: string): Promise<void> {
  await owner.goto(`${running.dashboard}/demo/settings/${path}`);
}

describe('the console', () => {
  let store: Page;

  /** The address that opens the store for this console. */
  async function link(): Promise<string> {
    const button = owner.getByRole('link', { name: 'Open the store' });
    await button.waitFor();
    return String(await button.getAttribute('href'));
  }

  function note(words: RegExp) {
    return owner.getByRole('listitem').filter({ hasText: words });
  }

  beforeAll(async () => {
    await openSettings('install/console');
    await owner.getByText('Nothing yet').waitFor();
    store = await device(running);
    await store.goto(await link());
  });

  it('shows what this browser does within a second of its being stored', async () => {
    await store.getByRole('link', { name: 'Tents', exact: true }).click();
    await store.getByRole('link', { name: /Skerry 2/ }).click();
    await told(store);
    await note(/Product view.*Taken.*"101"/).waitFor({ timeout: 10_000 });
    await note(/Category.*Taken/).waitFor();
  });

  it('shows what was refused, with the field and the mend', async () => {
    await store.evaluate(`winback('purchase', { order: '5001', total: -5, items: [{ product: '101' }] })`);
    await note(/Purchase.*Refused: a price is wrong.*total.*cannot be negative/).waitFor({ timeout: 10_000 });
  });

  it('shows no other browser', async () => {
    const stranger = await device(running);
    await stranger.goto(`${running.store}/p/401`);
    await told(stranger);
    await store.goto(`${running.store}/p/301`);
    await note(/Product view.*"301"/).waitFor({ timeout: 10_000 });
    expect(await note(/"401"/).count()).toBe(0);
  });

  it('says why a machine’s events are left out', async () => {
    // The owner's browser of these tests calls itself headless.
    const machine = await owner.context().newPage();
    await machine.goto(await link());
    await machine.goto(`${running.store}/p/201`);
    await note(/Product view.*Left out: crawlers.*every shop has them/).waitFor({ timeout: 10_000 });
    await machine.close();
  });

  it('goes on after a reload, and begins anew with another code', async () => {
    await owner.reload();
    await note(/"301"/).waitFor({ timeout: 10_000 });
    const before = await link();
    await owner.getByRole('link', { name: 'Begin anew' }).click();
    await owner.getByText('Nothing yet').waitFor();
    expect(await link()).not.toBe(before);
  });
});

describe('keys', () => {
  const table = () => owner.getByRole('table');
  const rows = (name: string) => table().getByRole('row').filter({ hasText: name });

  async function secretShown(): Promise<string> {
    const box = owner.locator('.made pre');
    await box.waitFor();
    return String(await box.textContent());
  }

  it('are shown once', async () => {
    await openSettings('keys');
    await owner.getByLabel('What will use it').fill('Till');
    await owner.getByRole('button', { name: 'Make it' }).click();
    const secret = await secretShown();
    expect(secret).toMatch(/^wbk_\w{40,}$/);
    await owner.reload();
    await rows('Till').waitFor();
    expect(await owner.getByText(secret.slice(0, 20)).count()).toBe(0);
    await rows(`…${secret.slice(-4)}`).waitFor();
  });

  it('are replaced by a new one beside the old one, which ends only after it was asked once more', async () => {
    const secret = String(await rows('Till').locator('td.mono').textContent());
    await owner.getByRole('button', { name: 'Replace the key Till' }).click();
    const next = await secretShown();
    await expect.poll(() => rows('Till').count()).toBe(2);
    const revoke = rows(secret).getByRole('button', { name: 'Revoke the key Till' });
    await revoke.focus();
    await owner.keyboard.press('Enter');
    await owner.getByRole('dialog', { name: 'Revoke the key Till?' }).waitFor();
    await owner.keyboard.press('Escape');
    await owner.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await revoke.evaluate((button) => button.matches(':focus'))).toBe(true);
    await owner.keyboard.press('Enter');
    await owner.getByRole('button', { name: 'Revoke it now' }).click();
    await rows(secret).getByText('Revoked').waitFor();
    await rows(`…${next.slice(-4)}`)
      .getByText('In use')
      .waitFor();
  });

  it('that are brought along must be long enough, and say so at the field', async () => {
    await owner.getByLabel('What uses it', { exact: true }).fill('Magento');
    await owner.getByLabel('The secret that it sends today').fill('too-short-1');
    await owner.getByRole('button', { name: 'Take it' }).click();
    await owner.getByText('a secret has at least 20 characters').waitFor();
    await owner.getByLabel('The secret that it sends today').fill('0f3c9a1e7b5d2846c0aa91b7e3d45f60');
    await owner.getByRole('button', { name: 'Take it' }).click();
    await rows('Magento').getByText('…5f60').waitFor();
  });

  it('leave the PersonaClick id to be brought along', async () => {
    await owner.getByText('You had another id there?').click();
    await owner.getByLabel('Your id at PersonaClick').fill('0123456789abcdef0123456789abcd');
    await owner.getByRole('button', { name: 'Bring it along' }).click();
    await owner.getByText('Saved. Calls that name the id before').waitFor();
    await openSettings('install?platform=personaclick');
    await owner.getByText('0123456789abcdef0123456789abcd').first().waitFor();
  });
});

describe('the storefront', () => {
  it('reads as sentences whose choices are kept', async () => {
    await openSettings('storefront');
    await owner.getByLabel('Silence that ends a visit').selectOption({ label: '30 minutes' });
    await owner.getByText('Saved.').waitFor();
    await owner.getByLabel('address', { exact: true }).fill('10.0.0.999');
    await owner.getByRole('button', { name: 'Add address' }).click();
    await owner.getByText('this is no address and no network').waitFor();
    await owner.getByLabel('address', { exact: true }).fill('10.0.0.0/8');
    await owner.getByRole('button', { name: 'Add address' }).click();
    await owner.getByRole('button', { name: 'Take 10.0.0.0/8 off' }).waitFor();
    await owner.reload();
    await owner.getByRole('button', { name: 'Take 10.0.0.0/8 off' }).waitFor();
    expect(await owner.getByLabel('Silence that ends a visit').inputValue()).toBe('1800000');
  });
});

describe('the form', () => {
  const shown = () => owner.frameLocator('iframe');

  it('is seen as it is typed, and kept when it is saved', async () => {
    await openSettings('form');
    await shown().getByText('A letter when something good comes in').waitFor();
    await owner.getByLabel('Title').fill('Hear of new tents first');
    await shown().getByText('Hear of new tents first').waitFor();
    await owner.getByText('Not saved yet').waitFor();
    await owner.getByRole('button', { name: 'Save the form' }).click();
    await owner.getByText('Saved.').waitFor();
    await owner.reload();
    await shown().getByText('Hear of new tents first').waitFor();
  });

  it('says at the field what is wrong with it', async () => {
    await owner.getByLabel('Button').fill('');
    await owner.getByRole('button', { name: 'Save the form' }).click();
    await owner.getByText('the button has no words').waitFor();
    await owner.getByRole('button', { name: 'Leave the changes' }).click();
    expect(await owner.getByLabel('Button').inputValue()).toBe('Write to me');
  });

  it('is asked of shoppers once it is on', async () => {
    await owner.getByLabel('some time into the visit').check();
    await owner.getByLabel('Seconds').fill('1');
    await owner.getByRole('button', { name: 'Save the form' }).click();
    await owner.getByRole('switch').click();
    await owner.getByText('On', { exact: true }).waitFor();
    await expect
      .poll(
        async () => {
          const shopper = await device(running);
          await shopper.goto(running.store);
          const opened = await shopper
            .getByText('Hear of new tents first')
            .waitFor({ timeout: 4_000 })
            .then(() => true)
            .catch(() => false);
          await shopper.context().close();
          return opened;
        },
        { timeout: 60_000 }, // settings are at most 15 seconds old everywhere
      )
      .toBe(true);
  });
});

describe('the rules', () => {
  const names = () => owner.getByRole('main').locator('ol li .name a').allInnerTexts();
  const saved = () => owner.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();

  beforeAll(async () => {
    await owner.goto(`${running.dashboard}/demo/letters/rules`);
    await owner.getByRole('heading', { name: 'Who goes first' }).waitFor();
  });

  it('are put in another order by the keys, and by dragging, and stay so', async () => {
    const [first = '', second = '', third = '', ...rest] = await names();
    await owner.getByRole('button', { name: `Move ${first} down` }).focus();
    await owner.keyboard.press('ArrowDown');
    await saved();
    await expect.poll(names).toEqual([second, first, third, ...rest]);
    expect(await owner.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe(`Move ${first} down`);
    const rows = owner.getByRole('main').locator('ol li');
    await rows.nth(2).dragTo(rows.nth(0));
    await expect.poll(names).toEqual([third, second, first, ...rest]);
    await owner.reload();
    await expect.poll(names).toEqual([third, second, first, ...rest]);
    await owner.getByRole('button', { name: 'Back to the usual order' }).click();
    await expect.poll(names).toEqual([first, second, third, ...rest]);
  });

  it('say which letters a night would swallow', async () => {
    await owner.getByLabel('Hours of letters').selectOption('only between');
    await owner.getByText('Too late before the morning').waitFor();
    expect(await owner.getByText(/gets no letter of Abandoned Cart\./).count()).toBe(1);
    await owner.getByLabel('Hours of letters').selectOption('at any hour');
    await owner.getByText('Too late before the morning').waitFor({ state: 'detached' });
  });

  it('of one scenario are its conditions, and its words in another language', async () => {
    await owner.goto(`${running.dashboard}/demo/letters/scenarios/abandoned_cart`);
    await owner.getByText('none: every cart counts').click();
    await owner.getByLabel('Least value of the cart in EUR').fill('20.50');
    await owner.keyboard.press('Tab');
    await owner.getByRole('combobox', { name: 'Never about: add a category' }).click();
    await owner.getByRole('option', { name: /Tents/ }).first().click();
    await owner.getByText('Russian, not written').click();
    await owner.getByLabel('Subject').fill('Ваша корзина ждёт');
    await owner.getByRole('button', { name: 'Save the words' }).click();
    await owner.getByRole('button', { name: 'Take these words off' }).waitFor();
    await owner.reload();
    const kept = owner.getByLabel('Least value of the cart in EUR');
    await expect.poll(() => kept.inputValue()).toBe('20.5');
    await expect
      .poll(() => owner.getByRole('combobox', { name: 'Category', exact: true }).inputValue())
      .toMatch(/Tents/);
    await kept.fill('');
    await owner.keyboard.press('Tab');
    await owner.getByRole('button', { name: 'Take category off' }).click();
    await owner.getByText('none: every cart counts').waitFor();
  });
});
