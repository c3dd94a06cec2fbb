// The catalogue in a merchant's browser: found as one types, cut, given a word, and one product with all that is known of it.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buy, device, leaveAddress, merchant, putIntoCart } from './people.ts';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';

let running: Running;
let owner: Page;

beforeAll(async () => {
  running = await startWinback();
  owner = (await merchant(running)).page;
});
afterAll(() => running.stop());

const rows = () => owner.locator('tbody tr');
const names = () => rows().locator('a.name').allTextContents();

async function openProducts(query = ''): Promise<void> {
  await owner.goto(`${running.dashboard}/demo/catalogue/products${query}`);
  await rows().first().waitFor();
}

describe('the list of products', () => {
  it('follows what is typed, keeps it in the address, and goes back', async () => {
    await openProducts();
    const all = await rows().count();
    await owner.keyboard.press('/');
    await owner.keyboard.type('kerry', { delay: 20 });
    await expect
      .poll(async () => (await names()).length > 0 && (await names()).every((name) => name.includes('Skerry')))
      .toBe(true);
    expect(new URL(owner.url()).searchParams.get('q')).toBe('kerry');
    expect(await owner.getByLabel('Search products').evaluate((field) => field.matches(':focus'))).toBe(true);
    await owner.goBack();
    await expect.poll(() => rows().count()).toBe(all);
    expect(await owner.getByLabel('Search products').inputValue()).toBe('');
  });

  it('is cut by a category that is found by a part of its name, with the keyboard alone', async () => {
    await openProducts();
    const all = await rows().count();
    await owner.getByRole('combobox', { name: 'Category' }).focus();
    await owner.keyboard.type('tent');
    await owner.getByRole('option', { name: /Tents/ }).waitFor();
    await owner.keyboard.press('Enter');
    await expect.poll(() => new URL(owner.url()).searchParams.has('category')).toBe(true);
    await expect.poll(async () => (await rows().count()) < all).toBe(true);
    await owner.reload();
    await expect.poll(() => owner.getByRole('combobox', { name: 'Category' }).inputValue()).toContain('Tents');
    await owner.getByRole('link', { name: 'Take all off' }).click();
    await expect.poll(() => rows().count()).toBe(all);
  });

  it('says why nothing is found and leads back', async () => {
    await owner.goto(`${running.dashboard}/demo/catalogue/products?q=zeppelin`);
    await owner.getByText('No product like this').waitFor();
    await owner.getByRole('link', { name: 'Show all products' }).click();
    await rows().first().waitFor();
  });

  it('takes a word for what is selected, and for all that is found', async () => {
    await openProducts('?q=skerry');
    const found = await rows().count();
    await rows().first().getByRole('checkbox').check();
    await owner.getByRole('button', { name: 'Boost' }).click();
    await owner.getByText('1 product changed.').waitFor();
    expect(await rows().getByText('Boosted').count()).toBe(1);
    await rows().first().getByRole('checkbox').check();
    await owner.getByRole('button', { name: /^Select all that are found/ }).click();
    await owner.getByRole('button', { name: 'Never recommend' }).click();
    await owner.getByText(`${found} products changed.`).waitFor();
    await expect.poll(() => rows().getByText('Never recommended').count()).toBe(found);
    await owner.getByLabel('Your word').selectOption({ label: 'Never recommended' });
    await expect.poll(() => rows().count()).toBe(found);
  });
});

describe('one product', () => {
  it('says whether it can stand in a letter and takes the merchant’s word', async () => {
    await openProducts('?q=skerry');
    await rows().first().locator('a.name').click();
    await owner.getByRole('heading', { level: 1 }).waitFor();
    await owner.getByText('It can stand in a letter').waitFor();
    await owner.getByText('As it comes').click();
    await owner.getByText('It is recommended where it fits.').waitFor();
    await owner.reload();
    await owner.getByText('It is recommended where it fits.').waitFor();
    await owner
      .getByRole('link', { name: /›|Tents/ })
      .first()
      .click();
    await rows().first().waitFor();
  });

  it('knows its orders, and who placed them', async () => {
    const shopper = await device(running);
    await putIntoCart(shopper, running, '101');
    await leaveAddress(shopper, running, 'buyer@mail.example');
    await buy(shopper, running, 'buyer@mail.example');
    await owner.goto(`${running.dashboard}/demo/catalogue/products/101`);
    await expect
      .poll(
        async () => {
          await owner.reload();
          await owner.getByRole('heading', { name: 'Last orders with it' }).waitFor();
          return owner.getByRole('link', { name: 'buyer@mail.example' }).count();
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toBeGreaterThan(0);
  });

  it('has an address whatever its id is', async () => {
    const id = '../a b?c=1&d#é%2F';
    const part = Buffer.from(id).toString('base64url');
    await owner.goto(`${running.dashboard}/demo/catalogue/products/~${part}`);
    await owner.getByText(`The catalogue has no product ${id}`).waitFor();
  });
});
