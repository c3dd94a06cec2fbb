// What shoppers and merchants do, as steps that read like the story.
import type { BrowserContext, Page } from 'playwright-core';
import type { Running } from './running.ts';

/** A device of a shopper: a browser context of its own. */
export async function device(running: Running, more: { width?: number } = {}): Promise<Page> {
  // The browser of the tests calls itself headless, and what calls itself that is not counted as a shopper.
  const userAgent = await shopperAgent(running);
  const context = await running.browser.newContext({ userAgent, viewport: { width: more.width ?? 1180, height: 860 } });
  return context.newPage();
}

async function shopperAgent(running: Running): Promise<string> {
  const page = await running.browser.newPage();
  const agent = String(await page.evaluate('navigator.userAgent'));
  await page.close();
  return agent.replace('HeadlessChrome', 'Chrome');
}

/** Waits until everything that the page told is stored: the script is there, and no event of it waits in the browser. */
export async function told(page: Page): Promise<void> {
  await page.waitForFunction(
    'window.winback?.w && !Object.keys(localStorage).some((name) => /^winback\\.[^.]+\\.e\\./.test(name))',
  );
}

export async function putIntoCart(page: Page, running: Running, product: string): Promise<void> {
  await page.goto(`${running.store}/p/${product}`);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.waitForURL('**/cart');
  await told(page);
}

/** Types an address at the checkout, with the box ticked, and does not buy. */
export async function leaveAddress(page: Page, running: Running, email: string): Promise<void> {
  await page.goto(`${running.store}/checkout`);
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Write to me about my cart').check();
  await told(page);
}

export async function buy(page: Page, running: Running, email: string): Promise<void> {
  await page.goto(`${running.store}/checkout`);
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByRole('button', { name: /^Buy for/ }).click();
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  await told(page);
}

/** Writes an address into the newsletter's form at the foot of the page that is open. */
export async function subscribe(page: Page, running: Running, email: string): Promise<void> {
  if (!page.url().startsWith(running.store)) await page.goto(running.store);
  await page.getByLabel('E-mail address for the newsletter').fill(email);
  await page.getByRole('button', { name: 'Write to me' }).click();
  await page.getByRole('heading', { name: 'You are on the list' }).waitFor();
  await told(page);
}

/** Presses a product's button that asks for it, as `Wish for it`. */
export async function watchProduct(page: Page, running: Running, product: string, button: string): Promise<void> {
  await page.goto(`${running.store}/p/${product}`);
  await page.getByRole('button', { name: button }).click();
  await told(page);
}

export async function merchant(
  running: Running,
  look: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const { colorScheme = 'light', width = 1280 } = look;
  const context = await running.browser.newContext({
    viewport: { width, height: 860 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(running.dashboard);
  await page.getByLabel('E-mail').fill(running.owner.email);
  await page.getByLabel('Password').fill(running.owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/demo/today');
  return { page, context };
}

export interface Mail {
  id: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  headers: { key: string; value: string }[];
}

export async function mails(running: Running, to: string): Promise<Mail[]> {
  const answer = await fetch(`${running.mailbox}/api/letters`);
  return ((await answer.json()) as Mail[]).filter((mail) => mail.to === to);
}

/** Waits for the first letter to somebody. */
export async function mailTo(running: Running, to: string, withinMs: number): Promise<Mail> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; ) {
    const [mail] = await mails(running, to);
    if (mail) return mail;
    await pause(250);
  }
  throw new Error(`no letter to ${to} within ${withinMs} ms`);
}

/** Asks until there is an answer. Throws, with what did not come, when patience ends. */
export async function waitFor<Answer>(what: string, ask: () => Promise<Answer | undefined>): Promise<Answer> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(150);
  }
  throw new Error(`this did not come: ${what}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
