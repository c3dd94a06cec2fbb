// Every scenario once, as people live it: what a shopper did, the time that went by, the letter, and where it leads. A month passes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MovedClock } from '../moved-clock.ts';
import type { Mail } from './people.ts';
import {
  buy,
  device,
  leaveAddress,
  mails,
  merchant,
  putIntoCart,
  subscribe,
  told,
  waitFor,
  watchProduct,
} from './people.ts';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';
import { shoppersZone, wallClock } from './wall-clock.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Settings are at most so old everywhere. */
const settled = 20_000;
const noon = wallClock(0, 12);
const pictures = join(import.meta.dirname, '../../../../test-results/letters');

let clock: MovedClock;
let running: Running;
let owner: Page;
/** Everybody’s browser stays open: they may come back. */
const browsers = new Map<string, Page>();

interface Story {
  code: string;
  who: string;
  does(page: Page): Promise<void>;
  subject: string;
  /** Words that stand in the letter. */
  says: (string | RegExp)[];
  /** A link of it, and where that leads. */
  follows: [link: RegExp, to: RegExp];
}

const addressOf = (who: string) => `${who.toLowerCase()}@mail.example`;
const open = (page: Page, path: string) => page.goto(`${running.store}${path}`);
const joins = (who: string) => (page: Page) => subscribe(page, running, addressOf(who));
const looksAt =
  (who: string, ...paths: string[]) =>
  async (page: Page) => {
    for (const path of paths) {
      await open(page, path);
      await told(page);
    }
    await joins(who)(page);
  };
const fillsCart = (who: string) => async (page: Page) => {
  await putIntoCart(page, running, '101');
  await putIntoCart(page, running, '401');
  await leaveAddress(page, running, addressOf(who));
};

/** One row for each scenario: who meets it, by what they do at noon, and what the letter is. When it is read stands in the story below. */
const stories = {
  double_opt_in: {
    code: 'double_opt_in',
    who: 'Olga',
    does: joins('Olga'),
    subject: 'Please confirm: letters from Fjell & Fern',
    says: ['Shall we write to you?', 'Harbour Street 12, 24103 Kiel'],
    follows: [/Yes, write to me/, /\/confirm\//],
  },
  abandoned_cart: {
    code: 'abandoned_cart',
    who: 'Carla',
    does: fillsCart('Carla'),
    subject: 'You left something in your cart',
    says: ['Skerry 2', 'Enamel Mug', 'Goes well with it'],
    follows: [/Back to my cart/, /\/cart\?utm_source=winback.*utm_campaign=abandoned_cart/],
  },
  abandoned_category: {
    code: 'abandoned_category',
    who: 'Kate',
    does: looksAt('Kate', '/c/boots'),
    subject: 'Still looking? These are liked most',
    says: ['Boots', /Ridge|Heather|Scree|Camp|Winter|Approach|River/],
    follows: [/Ridge|Heather|Scree/, /\/p\/80\d\?.*utm_campaign=abandoned_category/],
  },
  abandoned_search: {
    code: 'abandoned_search',
    who: 'Sam',
    does: looksAt('Sam', '/search?q=mug'),
    subject: 'What we found for “mug”',
    says: ['Enamel Mug'],
    follows: [/Enamel Mug/, /\/p\/401\?.*utm_campaign=abandoned_search/],
  },
  product_available: {
    code: 'product_available',
    who: 'Ava',
    does: async (page) => {
      await watchProduct(page, running, '108', 'Tell me when it is back');
      await joins('Ava')(page);
    },
    subject: 'Back in stock: Basecamp 6',
    says: ['It is back', 'Basecamp 6'],
    follows: [/Basecamp 6/, /\/p\/108\?.*utm_campaign=product_available/],
  },
  product_price_decrease: {
    code: 'product_price_decrease',
    who: 'Pia',
    does: async (page) => {
      await watchProduct(page, running, '303', 'Wish for it');
      await joins('Pia')(page);
    },
    subject: 'Summer Quilt costs less now: €59.90',
    says: ['It costs less now', '€59.90', '€99.90'],
    follows: [/Summer Quilt/, /\/p\/303\?.*utm_campaign=product_price_decrease/],
  },
  second_abandoned_cart: {
    code: 'second_abandoned_cart',
    who: 'Fay',
    does: fillsCart('Fay'),
    subject: 'Your cart at Fjell & Fern is still here',
    says: ['Skerry 2', 'This is the last time that we mention it.'],
    follows: [/Back to my cart/, /\/cart\?.*utm_campaign=second_abandoned_cart/],
  },
  viewed_but_not_bought: {
    code: 'viewed_but_not_bought',
    who: 'Vera',
    does: looksAt('Vera', '/p/201', '/p/202'),
    subject: 'What you looked at, once more',
    says: ['Trail 28', 'Trail 45'],
    follows: [/Trail 28/, /\/p\/201\?.*utm_campaign=viewed_but_not_bought/],
  },
  recently_purchased: {
    code: 'recently_purchased',
    who: 'Tom',
    does: async (page) => {
      await putIntoCart(page, running, '301');
      await leaveAddress(page, running, addressOf('Tom'));
      await buy(page, running, addressOf('Tom'));
    },
    subject: 'Thank you for your order',
    says: ['A week ago you ordered', 'Down 0°'],
    follows: [/Down 0°/, /\/p\/301\?.*utm_campaign=recently_purchased/],
  },
  retention: {
    code: 'retention',
    who: 'Rita',
    does: looksAt('Rita', '/'),
    subject: 'The most interesting at Fjell & Fern this month',
    says: ['It has been a while', /^For you$/],
    follows: [/Mug|Trail|Skerry|Down/, /\/p\/\d+\?.*utm_campaign=retention/],
  },
} satisfies Record<string, Story>;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  clock = new MovedClock(noon);
  const voice = { pauseMs: 0, perDay: 24, perWeek: 100, hours: { from: 10, until: 22 } };
  running = await startWinback({ clock, settings: { voice, timeZone: shoppersZone, consent: { confirm: 'always' } } });
  owner = (await merchant(running)).page;
  for (const code of Object.keys(stories))
    if (code !== 'double_opt_in') await patch(`/scenarios/${code}`, { on: true, holdOutPercent: 0 });
  await patch('/scenarios/abandoned_cart', { delayMs: hour });
  clock.pass(settled);
});
afterAll(async () => {
  await running.stop();
  clock.discard();
});

async function patch(path: string, data: object): Promise<void> {
  const options = { method: 'PATCH', data, headers: { origin: running.dashboard } };
  const answer = await owner.context().request.fetch(`${running.dashboard}/api/shops/demo${path}`, options);
  expect(answer.ok(), await answer.text()).toBe(true);
}

async function act(...acting: Pick<Story, 'who' | 'does'>[]): Promise<void> {
  await Promise.all(
    acting.map(async ({ who, does }) => {
      const page = browsers.get(who) ?? (await device(running));
      browsers.set(who, page);
      await does(page);
    }),
  );
}

async function letterTo({ who, subject }: Pick<Story, 'who' | 'subject'>): Promise<Mail> {
  const found = async () => (await mails(running, addressOf(who))).find((mail) => mail.subject === subject);
  return waitFor(`the letter “${subject}” to ${who}`, found);
}

async function subjectsTo(who: string): Promise<string[]> {
  return (await mails(running, addressOf(who))).map(({ subject }) => subject);
}

/** Opens the letter as a page in its reader’s browser, reads it and follows its link; answers where that led. */
async function reads(story: Story): Promise<Page> {
  const mail = await letterTo(story);
  const shopper = browsers.get(story.who);
  if (!shopper) throw new Error(`${story.who} has no browser`);
  const letter = await shopper.context().newPage();
  await letter.setViewportSize({ width: 640, height: 900 });
  await letter.goto(`${running.mailbox}/letters/${mail.id}/html`);
  for (const words of story.says) await letter.getByText(words).first().waitFor({ timeout: 5_000 });
  const widths = await letter
    .locator('img')
    .evaluateAll((images: object[]) => images.map((image) => Number(Reflect.get(image, 'naturalWidth'))));
  expect(widths.filter((width) => width === 0)).toEqual([]);
  await letter.screenshot({ path: join(pictures, `${story.code}.png`), fullPage: true });
  writeFileSync(join(pictures, `${story.code}.html`), mail.html);
  const [link, to] = story.follows;
  const opened = letter.waitForEvent('popup');
  await letter.getByRole('link', { name: link }).first().click();
  const page = await opened;
  await page.waitForURL(to, { timeout: 10_000 });
  await letter.close();
  return page;
}

async function sentPageSays(who: string, words: RegExp): Promise<void> {
  await owner.goto(`${running.dashboard}/demo/letters/sent?q=${encodeURIComponent(addressOf(who))}`);
  await owner.getByRole('cell', { name: words }).first().waitFor({ timeout: 15_000 });
}

describe('at noon', () => {
  it('who subscribes is asked to confirm, and does', async () => {
    await act(stories.double_opt_in);
    const page = await reads(stories.double_opt_in);
    await page.getByRole('button', { name: 'Yes, write to me' }).click();
    await page.getByText('Thank you, you are subscribed').waitFor();
    await patch('/settings/storefront', { consent: { confirm: 'never' } });
    clock.pass(settled);
  });

  it('everybody does what they do, and goes', async () => {
    const { double_opt_in: _asked, ...others } = stories;
    await act(...Object.values(others));
    await act({ who: 'Ben', does: fillsCart('Ben') }, { who: 'Viktor', does: looksAt('Viktor', '/p/203') });
    await act({ who: 'Ben', does: (page) => buy(page, running, addressOf('Ben')) });
    for (const who of ['Carla', 'Vera', 'Rita']) expect(await subjectsTo(who)).toEqual([]);
  });
});

describe('an hour later', () => {
  it('the cart, the category and the search come by letter, and lead back', async () => {
    clock.pass(hour + minute);
    for (const story of [stories.abandoned_category, stories.abandoned_search]) await (await reads(story)).close();
    const cart = await reads(stories.abandoned_cart);
    await cart.getByRole('heading', { name: 'Your cart' }).waitFor();
    await cart.getByText('Skerry 2').waitFor();
    await letterTo({ who: 'Fay', subject: stories.abandoned_cart.subject });
  });

  it('who bought in time gets nothing, and the merchant reads why', async () => {
    await sentPageSays('Ben', /^Not sent: the cart was bought at 12:0\d\.$/);
    expect(await subjectsTo('Ben')).toEqual([]);
  });

  it('two of them buy', async () => {
    await act({ who: 'Carla', does: (page) => buy(page, running, addressOf('Carla')) });
    await act({
      who: 'Viktor',
      does: async (page) => {
        await putIntoCart(page, running, '501');
        await buy(page, running, addressOf('Viktor'));
      },
    });
  });
});

describe('when the shelves change', () => {
  it('who waited hears that it is back, and who wished that it is cheaper', async () => {
    await shelve('Basecamp 6', { price: null, inStock: true });
    await shelve('Summer Quilt', { price: '59.9', inStock: true });
    clock.pass(hour + minute);
    await (await reads(stories.product_available)).getByRole('button', { name: 'Add to cart' }).waitFor();
    await (await reads(stories.product_price_decrease)).getByText('€59.90').first().waitFor();
  });
});

describe('a day later', () => {
  it('what was looked at comes by letter, and the cart once more', async () => {
    clock.moveTo(wallClock(1, 14));
    await (await reads(stories.viewed_but_not_bought)).getByRole('heading', { name: 'Trail 28' }).waitFor();
    await (await reads(stories.second_abandoned_cart)).getByRole('heading', { name: 'Your cart' }).waitFor();
  });

  it('an order in between stopped them', async () => {
    await sentPageSays('Viktor', /^Not sent: something was (put into the cart|bought) at 13:0\d\.$/);
    expect(await subjectsTo('Carla')).toEqual([stories.abandoned_cart.subject]);
    expect(await subjectsTo('Viktor')).toEqual([]);
  });
});

describe('in the evening', () => {
  it('quiet hours hold a letter until the morning', async () => {
    clock.moveTo(wallClock(1, 21.5));
    await act({ who: 'Nora', does: looksAt('Nora', '/search?q=flask') });
    clock.pass(2 * hour);
    await owner.goto(`${running.dashboard}/demo/people`);
    await owner.getByRole('link', { name: addressOf('Nora') }).click();
    await owner.getByText('Next decision').locator('..').getByText('10:00').waitFor({ timeout: 15_000 });
    expect(await subjectsTo('Nora')).toEqual([]);
    clock.moveTo(wallClock(2, 10) + minute);
    await letterTo({ who: 'Nora', subject: 'What we found for “flask”' });
  });
});

describe('later', () => {
  it('who ordered is thanked after a week', async () => {
    clock.moveTo(wallClock(7, 13));
    await (await reads(stories.recently_purchased)).getByRole('heading', { name: 'Down 0°' }).waitFor();
  });

  it('who was never seen again gets the most interesting after a month', async () => {
    clock.moveTo(wallClock(30, 13));
    await (await reads(stories.retention)).getByRole('button', { name: 'Add to cart' }).waitFor();
    expect(await subjectsTo('Rita')).toHaveLength(1);
  });

  it('nobody had a letter twice', async () => {
    for (const who of browsers.keys()) {
      const subjects = await subjectsTo(who);
      expect(subjects, who).toEqual([...new Set(subjects)]);
    }
  });
});

/** In the store’s back room. */
async function shelve(name: string, { price, inStock }: { price: string | null; inStock: boolean }): Promise<void> {
  const page = await device(running);
  await open(page, '/back-room');
  if (price !== null) await page.getByLabel(`Price of ${name}`).fill(price);
  await page.getByLabel(`${name} is in stock`).setChecked(inStock);
  await page.getByRole('button', { name: `Keep ${name}` }).click();
  await page.getByText(`${name} is kept.`).waitFor();
  await page.context().close();
}
