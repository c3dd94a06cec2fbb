// Double opt-in as people live it: the merchant's rule, the popup, the letter, the page behind its button, the letter after it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { device, mails, mailTo, merchant, pause, putIntoCart } from './people.ts';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';

const email = 'olga@mail.example';
const pictures = join(import.meta.dirname, '../../../../test-results');
let running: Running;
let owner: Page;
let shopper: Page;

beforeAll(async () => {
  running = await startWinback();
  mkdirSync(pictures, { recursive: true });
  owner = (await merchant(running)).page;
  shopper = await device(running);
});
afterAll(() => running.stop());

async function patch(path: string, data: object): Promise<void> {
  const options = { method: 'PATCH', data, headers: { origin: running.dashboard } };
  const answer = await owner.context().request.fetch(`${running.dashboard}/api/shops/demo${path}`, options);
  expect(answer.ok()).toBe(true);
}

async function listSays(words: RegExp): Promise<void> {
  await expect
    .poll(
      async () => {
        await owner.goto(`${running.dashboard}/demo/people`);
        const row = owner.getByRole('row', { name: words });
        // The frame is painted before the list is there.
        await row.waitFor({ timeout: 3_000 }).catch(() => undefined);
        return row.count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
}

it('a merchant has every subscription confirmed, and reads what that means', async () => {
  await owner.goto(`${running.dashboard}/demo/settings/storefront`);
  await owner.getByLabel('Which subscriptions have to be confirmed').selectOption({ label: 'Every new subscription' });
  await owner.getByText('Saved.').waitFor();
  await owner.getByText('Whoever ticks a box or leaves an address gets one letter that asks').waitFor();
  await owner.goto(`${running.dashboard}/demo/letters/scenarios/double_opt_in`);
  await owner.getByText('Every new subscription must be confirmed.').waitFor();
  await owner.frameLocator('iframe[title^="Double Opt-In"]').getByText('Shall we write to you?').waitFor();
  await owner.screenshot({ path: join(pictures, 'scenario-opt-in.png'), fullPage: true });
  await patch('/scenarios/abandoned_cart', { delayMs: 5_000 });
  await patch('/settings/storefront', { form: { on: true, opens: { afterSeconds: 1, onPage: null, onExit: false } } });
  await pause(16_000); // settings are at most 15 seconds old everywhere
});

it('a shopper who fills in the popup is told to check their inbox, and one letter asks', async () => {
  await shopper.goto(running.store);
  const popup = shopper.getByRole('dialog');
  await popup.waitFor();
  await popup.getByLabel('E-mail').fill(email);
  await popup.getByRole('checkbox').check();
  await popup.getByRole('button', { name: 'Write to me' }).click();
  await popup.getByText('Check your inbox').waitFor();
  await shopper.screenshot({ path: join(pictures, 'check-your-inbox.png') });
  const mail = await mailTo(running, email, 30_000);
  expect(mail.subject).toBe('Please confirm: letters from Fjell & Fern');
  expect(mail.text).toContain('Harbour Street 12, 24103 Kiel');
  expect(mail.headers.map(({ key }) => key)).not.toContain('list-unsubscribe');
  await listSays(new RegExp(`${email}.*Asked to confirm on`));
});

it('nothing else comes until they press the button; then the letter of their cart does', async () => {
  await putIntoCart(shopper, running, '101');
  await pause(8_000);
  const [asking, ...others] = await mails(running, email);
  expect(others).toEqual([]);

  const reader = await device(running, { width: 420 });
  await reader.goto(`${running.mailbox}/letters/${asking?.id}`);
  await reader.screenshot({ path: join(pictures, 'letter-opt-in.png') });
  const letter = reader.frameLocator('iframe');
  const [page] = await Promise.all([
    reader.waitForEvent('popup'),
    letter.getByRole('link', { name: 'Yes, write to me' }).click(),
  ]);
  await page.getByRole('button', { name: 'Yes, write to me' }).waitFor();
  expect(await page.getByText(email).count()).toBe(0);
  await page.screenshot({ path: join(pictures, 'confirm.png') });
  await listSays(new RegExp(`${email}.*Asked to confirm on`));
  await page.getByRole('button', { name: 'Yes, write to me' }).click();
  await page.getByText('Thank you, you are subscribed').waitFor();
  await listSays(new RegExp(`${email}.*Subscribed`));

  await expect.poll(async () => (await mails(running, email)).length, { timeout: 40_000 }).toBe(2);
  expect((await mails(running, email)).map(({ subject }) => subject)).toContain('You left something in your cart');
  await owner.getByRole('link', { name: email }).click();
  await owner.getByText('Subscribed by the letter’s button').waitFor();
  await owner.getByText('I agree to letters from this shop. I can leave with one click.').waitFor();
  await owner.screenshot({ path: join(pictures, 'person-opt-in.png'), fullPage: true });
});
