import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buy, device, leaveAddress, mails, mailTo, merchant, pause, putIntoCart, told } from './people.ts';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';

let running: Running;
let owner: Page;
const pictures = join(import.meta.dirname, '../../../../test-results');

beforeAll(async () => {
  running = await startWinback();
  mkdirSync(pictures, { recursive: true });
  owner = (await merchant(running)).page;
});
afterAll(() => running.stop());

async function shopApi(path: string, send?: object): Promise<unknown> {
  const options = send ? { method: 'PATCH', data: send, headers: { origin: running.dashboard } } : {};
  const answer = await owner.context().request.fetch(`${running.dashboard}/api/shops/demo${path}`, options);
  expect(answer.ok()).toBe(true);
  return answer.json();
}

/** The row of somebody's letter on the Sent page, once it says this. */
async function sentPageSays(email: string, words: RegExp): Promise<void> {
  await owner.goto(`${running.dashboard}/demo/letters/sent?q=${encodeURIComponent(email)}`);
  await owner.getByRole('cell', { name: words }).first().waitFor({ timeout: 30_000 });
}

describe('a shopper leaves a cart', () => {
  it('is told by four addresses where everything is', () => {
    for (const words of ['Demo store', 'Dashboard', 'Mailbox', 'API', 'sign in: owner@demo.example'])
      expect(running.printed).toContain(words);
  });

  it('gets a letter with the cart and recommendations a minute later, and the merchant sees it happen', async () => {
    const email = 'ann@mail.example';
    const page = await device(running);
    await page.goto(running.store);
    await page.getByRole('link', { name: 'Tents', exact: true }).click();
    await page.getByRole('link', { name: /Skerry 2/ }).click();
    await page.getByRole('searchbox').fill('mug');
    await page.getByRole('searchbox').press('Enter');
    await page.getByText('1 found').waitFor();
    await putIntoCart(page, running, '101');
    await putIntoCart(page, running, '401');
    await leaveAddress(page, running, email);
    const leftAt = Date.now();
    await page.context().close();

    await owner.goto(`${running.dashboard}/demo/settings/install`);
    for (const type of ['view', 'category', 'search', 'cart', 'identify'])
      await owner.locator(`[data-event=${type}][data-seen=true]`).waitFor();
    await owner.goto(`${running.dashboard}/demo/today`);
    await owner.locator('[data-live=carts]', { hasText: /^1$/ }).waitFor();
    await owner.screenshot({ path: join(pictures, 'today.png') });

    const mail = await mailTo(running, email, 90_000);
    expect(Date.now() - leftAt).toBeGreaterThan(50_000);
    expect(mail.text).toContain('Skerry 2, €249.90');
    expect(mail.text).toContain('Enamel Mug');
    expect(mail.headers.find(({ key }) => key === 'list-unsubscribe-post')?.value).toBe('List-Unsubscribe=One-Click');
    await sentPageSays(email, /^Sent: 2 products lay in the cart for 1 minute and nothing was bought\.$/);
    await owner.screenshot({ path: join(pictures, 'sent.png') });
    expect(await mails(running, email)).toHaveLength(1);
  });

  it('reads it in the mailbox: pictures load, links lead back to the store, one click unsubscribes', async () => {
    const email = 'ann@mail.example';
    const [mail] = await mails(running, email);
    const reader = await device(running);
    await reader.goto(`${running.mailbox}/letters/${mail?.id}`);
    const letter = reader.frameLocator('iframe');
    await letter.getByText('Goes well with it').waitFor();
    const widths = () =>
      letter
        .locator('img')
        .evaluateAll((images: object[]) => images.map((image) => Number(Reflect.get(image, 'naturalWidth'))));
    // Eight products, and the picture that tells that the letter was opened.
    await expect.poll(widths).toSatisfy((all: number[]) => all.length === 9 && all.every((width) => width > 0));
    await reader.screenshot({ path: join(pictures, 'letter.png') });

    const followed = async (name: RegExp) => {
      const [popup] = await Promise.all([
        reader.waitForEvent('popup'),
        letter.getByRole('link', { name }).first().click(),
      ]);
      await popup.waitForLoadState();
      return popup.url();
    };
    expect(await followed(/Skerry 2/)).toMatch(new RegExp(`^${running.store}/p/101\\?utm_source=winback`));
    expect(await followed(/Back to my cart/)).toMatch(new RegExp(`^${running.store}/cart\\?utm_source=winback`));

    const [goodbye] = await Promise.all([
      reader.waitForEvent('popup'),
      letter.getByRole('link', { name: 'Unsubscribe' }).click(),
    ]);
    await goodbye.getByRole('button', { name: 'Unsubscribe' }).waitFor();
    expect(await shopApi(`/subscribers?q=${email}`)).toMatchObject({ rows: [{ consent: 'subscribed' }] });
    await goodbye.getByRole('button', { name: 'Unsubscribe' }).click();
    await goodbye.getByText('You are unsubscribed').waitFor();
    await owner.goto(`${running.dashboard}/demo/people`);
    await owner.getByRole('row', { name: /ann@mail\.example.*Unsubscribed/ }).waitFor();
    await owner.getByRole('link', { name: email }).click();
    await owner.getByText('Looked at Skerry 2').first().waitFor();
    await owner.screenshot({ path: join(pictures, 'person.png') });
  });
});

describe('what stops a letter', () => {
  const quickMs = 5_000;
  const longEnoughMs = 9_000;
  beforeAll(async () => {
    await shopApi('/scenarios/abandoned_cart', { delayMs: quickMs });
    await pause(16_000); // settings are at most 15 seconds old everywhere
  });

  it('is buying', async () => {
    const page = await device(running);
    await putIntoCart(page, running, '201');
    await leaveAddress(page, running, 'ben@mail.example');
    await buy(page, running, 'ben@mail.example');
    await pause(longEnoughMs);
    expect(await mails(running, 'ben@mail.example')).toEqual([]);
    await sentPageSays('ben@mail.example', /^Not sent: the cart was bought at/);
  });

  it('is emptying the cart', async () => {
    const page = await device(running);
    await putIntoCart(page, running, '202');
    await leaveAddress(page, running, 'cleo@mail.example');
    await page.goto(`${running.store}/cart`);
    await page.getByRole('button', { name: 'Empty the cart' }).click();
    await page.getByText('Your cart is empty').waitFor();
    await told(page);
    await pause(longEnoughMs);
    expect(await mails(running, 'cleo@mail.example')).toEqual([]);
    await sentPageSays('cleo@mail.example', /^Not sent: the cart was emptied at/);
  });

  it('is unsubscribing', async () => {
    const email = 'dan@mail.example';
    const page = await device(running);
    await putIntoCart(page, running, '203');
    await leaveAddress(page, running, email);
    const first = await mailTo(running, email, 30_000);
    await putIntoCart(page, running, '204');
    await page.goto(`${running.store}/cart`);
    const link =
      /<(http[^>]+)>/.exec(first.headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '')?.[1] ?? '';
    const answer = await fetch(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
      redirect: 'manual',
    });
    expect(answer.status).toBe(200);
    await page.getByRole('button', { name: 'Empty the cart' }).click();
    await putIntoCart(page, running, '205');
    await pause(longEnoughMs);
    expect(await mails(running, email)).toHaveLength(1);
  });

  it('is buying on another device with the same address', async () => {
    const email = 'eva@mail.example';
    const phone = await device(running, { width: 375 });
    await putIntoCart(phone, running, '301');
    await leaveAddress(phone, running, email);
    const laptop = await device(running);
    await putIntoCart(laptop, running, '301');
    await buy(laptop, running, email);
    await pause(longEnoughMs);
    expect(await mails(running, email)).toEqual([]);
    await sentPageSays(email, /^Not sent: (the cart was bought at|a newer cart of the same person)/);
  });
});

describe('the merchant', () => {
  it('sees products with pictures and the feed’s problems by line', async () => {
    await owner.goto(`${running.dashboard}/demo/catalogue/products?q=tunnel`);
    await owner.getByRole('link', { name: 'Fell Tunnel 4' }).waitFor();
    await owner.goto(`${running.dashboard}/demo/catalogue/feed`);
    const wrong = owner.locator('[data-kind=bad-price]');
    await wrong.getByText('A price that is no number').click();
    await wrong.getByText(/809 the price “on request” is not a number/).waitFor();
    await wrong.getByText('529').waitFor();
    await owner.getByText('Imported 66 offers, 4 problems: 62 of 66 products are in stock.').waitFor();
  });

  it('keeps the last good catalogue when the feed turns into a web page, and reads why', async () => {
    await owner.goto(`${running.dashboard}/demo/catalogue/feed`);
    await owner.getByLabel('Address of your feed').fill(`${running.store}/`);
    await owner.getByRole('button', { name: 'Save and import' }).click();
    await owner.getByRole('status').filter({ hasText: 'this is a web page, not a feed' }).waitFor({ timeout: 30_000 });
    expect(await shopApi('/products?limit=1')).toMatchObject({ total: 66 });
    await owner.getByLabel('Address of your feed').fill(`${running.store}/feed.yml`);
    await owner.getByRole('button', { name: 'Save and import' }).click();
    await owner
      .getByRole('status')
      .filter({ hasText: /Imported 66 offers|has not changed/ })
      .waitFor({ timeout: 30_000 });
  });

  it('changes a scenario by its sentence and sees the letter beside it', async () => {
    await owner.goto(`${running.dashboard}/demo/letters/scenarios/abandoned_cart`);
    await owner.getByLabel('How long it must be quiet').selectOption({ label: '2 hours' });
    await owner.getByLabel('How many recommended products').selectOption('3');
    await owner.frameLocator('iframe[title^="Abandoned Cart"]').getByText('Still thinking it over?').waitFor();
    await owner.reload();
    await expect.poll(() => owner.getByLabel('How long it must be quiet').inputValue()).toBe('7200000');
    await owner.screenshot({ path: join(pictures, 'scenario.png') });
    await owner.getByRole('switch', { name: 'Abandoned Cart: on or off' }).click();
    await owner.getByText('Off', { exact: true }).waitFor();
  });

  it('is told why a beacon was turned away', async () => {
    await fetch(`${running.dashboard}/e`, {
      method: 'POST',
      body: JSON.stringify({
        shop: 'demo',
        visitor: 'abcd1234',
        events: [
          { id: 'event-0001', at: Date.now(), type: 'cart', change: 'full', items: [{ product: 'x', price: -1 }] },
        ],
      }),
    });
    await owner.goto(`${running.dashboard}/demo/settings/install/drops`);
    await owner
      .locator('[data-reason=bad-price]')
      .filter({ hasText: /A price is wrong.*events\.0\.items\.0\.price.*a price cannot be negative/s })
      .waitFor();
  });

  it('loses the way in with the session', async () => {
    await owner.getByRole('button', { name: 'Sign out' }).click();
    await owner.waitForURL('**/sign-in');
    await owner.goto(`${running.dashboard}/demo/people`);
    await owner.waitForURL('**/sign-in?to=*');
  });
});
