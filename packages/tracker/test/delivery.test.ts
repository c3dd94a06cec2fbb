import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, House, Shop } from './house.ts';
import { openHouse } from './house.ts';
import { eventsOf, heard, newShopper, openBrowser, pause, put, told } from './shopper.ts';

let house: House;
let browser: Browser;
let shopper: BrowserContext;
let page: Page;
let shop: Shop;

beforeAll(async () => {
  house = await openHouse();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await house.close();
});
beforeEach(async () => {
  shop = house.newShop();
  shopper = await newShopper(browser);
  page = await shopper.newPage();
  return () => shopper.close();
});

const view = `winback('view',{product:'p1'});`;
const many = (count: number, characters: number) =>
  `for(let n=0;n<${count};n+=1)winback('custom',{name:'big',label:'n'+n,properties:{text:'x'.repeat(${characters})}});`;

/** Waits until this many different events are stored. */
async function stored(count: number): Promise<void> {
  await expect.poll(() => shop.stored.size, { timeout: 15_000 }).toBe(count);
}

describe('a page view', () => {
  it('costs exactly one request, without a preflight, under 16 KB', async () => {
    const calls = `${view}winback('cart',{change:'full',items:[{product:'p1',quantity:1,price:5}]});winback('search',{query:'tent'});`;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.goto(put(house, shop, '/', { calls }));
    await told(page);
    await pause(1_200);
    expect(asked.filter((one) => one.endsWith('/e'))).toEqual(['POST /e']);
    expect(asked.filter((one) => one.endsWith('.js'))).toEqual(['GET /t.js']);
    expect(eventsOf(shop).map(({ type }) => type)).toEqual(['view', 'cart', 'search']);
    expect(shop.heard[0]).toMatchObject({
      beacon: { consent: 'marketing' },
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
    });
  });

  it('tells its address, and where the browser came from once', async () => {
    const before = put(house, shop, '/before', { body: '<a href="after?utm_source=news">go</a>' });
    const after = put(house, shop, '/after', { calls: `${view}winback('search',{query:'tent'});` });
    await page.goto(before);
    await page.getByRole('link').click();
    await heard(shop, 1);
    const url = `${after}?utm_source=news`;
    expect(eventsOf(shop)).toMatchObject([{ url, referrer: before }, { url }]);
    expect(eventsOf(shop)[1]).not.toHaveProperty('referrer');
  });

  it('sends nothing while the page is only loaded ahead, and all when it is shown', async () => {
    await page.addInitScript(() =>
      Object.defineProperty(document, 'prerendering', { configurable: true, value: true }),
    );
    await page.goto(put(house, shop, '/', { calls: view }));
    await pause(600);
    expect(shop.heard).toEqual([]);
    await page.evaluate(() => {
      Object.defineProperty(document, 'prerendering', { value: false });
      document.dispatchEvent(new Event('prerenderingchange'));
    });
    await stored(1);
  });
});

describe('30 events of 3 KB, left after 400 ms,', () => {
  it.each<[string, Answer]>([
    ['while the server answers 503', 503],
    ['while there is no network', 'cut'],
    ['while every answer is lost on its way', 'lost'],
    ['while the server is healthy', 202],
  ])('%s, are all stored after the next page view, none twice', async (_what, first) => {
    shop.answer = () => first;
    shop.answerAfterMs = 30;
    await page.goto(put(house, shop, '/first', { calls: many(30, 2_900) }), { waitUntil: 'commit' });
    await page.waitForFunction(() => globalThis.winback?.w);
    await pause(400);
    const next = put(house, shop, '/next');
    await page.goto(next, { waitUntil: 'commit' });
    shop.answer = () => 202;
    await stored(30);
    await told(page);
    const events = [...shop.stored.values()];
    expect(new Set(events.map((event) => ('label' in event ? event.label : ''))).size).toBe(30);
    expect(shop.heard.every(({ bytes, beacon }) => bytes < 16_384 && beacon.events.length <= 50)).toBe(true);
    await page.reload();
    await pause(600);
    expect(shop.stored.size).toBe(30);
  });
});

describe('an event that was not answered for', () => {
  it('goes with the next page’s request, under the same id', async () => {
    shop.answer = ({ events }) => (events.some(({ type }) => type === 'category') ? 202 : 'lost');
    await page.goto(put(house, shop, '/', { calls: view }));
    await heard(shop, 1);
    await page.goto(put(house, shop, '/next', { calls: `winback('category',{category:'c'});` }));
    await told(page);
    const [first, last] = [shop.heard.at(0), shop.heard.at(-1)].map((one) => one?.beacon.events.map(({ id }) => id));
    expect(last).toHaveLength(2);
    expect(last?.[0]).toBe(first?.[0]);
    expect(shop.stored.size).toBe(2);
  });

  it.each<Answer>([429, 503, 'cut'])('is tried again on the same page after %s', async (answer) => {
    shop.answer = () => (shop.heard.length < 2 ? answer : 202);
    await page.goto(put(house, shop, '/', { calls: view }));
    await stored(1);
    expect(new Set(eventsOf(shop).map(({ id }) => id)).size).toBe(1);
  });

  it('is dropped when the server refuses it for good, with the reason in the console, and takes no other along', async () => {
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    const calls = `${view}winback('view',{prodct:'p1'});winback('category',{category:'c'});`;
    await page.goto(put(house, shop, '/', { calls }));
    await told(page);
    expect([...shop.stored.values()].map(({ type }) => type)).toEqual(['view', 'category']);
    expect(said.join()).toContain('events.1');
    expect(shop.heard).toHaveLength(1);
  });

  it('waits within bounds: the newest 300, and 300,000 characters', async () => {
    shop.answer = () => 503;
    await page.goto(put(house, shop, '/', { calls: `${many(350, 10)}winback('view',{product:'newest'})` }));
    await heard(shop, 1);
    const waiting = () =>
      page.evaluate(() =>
        (globalThis.winback?.w?.kept.names('e.') ?? []).map((name) => globalThis.winback?.w?.kept.get(name) ?? ''),
      );
    expect(await waiting()).toHaveLength(300);
    expect((await waiting()).at(-1)).toContain('newest');
    await page.evaluate(many(120, 3_500));
    const characters = (await waiting()).join('').length;
    expect(characters).toBeLessThanOrEqual(300_000);
    expect(characters).toBeGreaterThan(250_000);
  });
});

describe('a page that closes', () => {
  const leaving = `addEventListener('pagehide',()=>winback('cart',{change:'add',product:'late'}))`;

  it('hands what it has to the browser', async () => {
    await page.goto(put(house, shop, '/'));
    await page.waitForFunction(() => globalThis.winback?.w);
    await page.evaluate(() => {
      globalThis.winback?.('cart', { change: 'add', product: 'late' });
      location.href = 'about:blank';
    });
    await stored(1);
  });

  it('keeps what the browser does not take', async () => {
    await page.addInitScript(() => Object.assign(Navigator.prototype, { sendBeacon: () => false }));
    await page.goto(put(house, shop, '/', { calls: leaving }));
    await told(page);
    await page.goto('about:blank');
    await pause(300);
    expect(shop.stored.size).toBe(0);
    await page.goto(put(house, shop, '/next'));
    await stored(1);
  });

  it('does so when it is hidden, too: on phones nothing comes after that', async () => {
    await page.goto(put(house, shop, '/'));
    await page.waitForFunction(() => globalThis.winback?.w);
    await page.evaluate(() => {
      globalThis.winback?.('view', { product: 'p1' });
      Object.defineProperty(document, 'hidden', { value: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await stored(1);
    await pause(400);
    expect(shop.heard).toHaveLength(1);
  });
});

describe('two tabs', () => {
  it.each([
    ['by a lock', false],
    ['by a lease, where there are no locks', true],
  ])('never send one event twice: they agree %s', async (_how, isOld) => {
    if (isOld)
      await shopper.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }));
    shop.answer = () => 503;
    await page.goto(put(house, shop, '/', { calls: many(30, 2_900) }));
    await heard(shop, 1);
    await page.goto('about:blank');
    await pause(400);
    shop.heard.length = 0;
    shop.answer = () => 202;
    shop.answerAfterMs = 120;
    const address = put(house, shop, '/tab', { calls: `winback('category',{category:'c'});` });
    const other = await shopper.newPage();
    await Promise.all([page.goto(address), other.goto(address)]);
    await stored(32);
    await Promise.all([told(page), told(other)]);
    const ids = eventsOf(shop).map(({ id }) => id);
    expect(ids).toHaveLength(32);
    expect(new Set(ids).size).toBe(32);
  });

  it('do not lose each other’s events when both write at the same time', async () => {
    shop.answer = () => 503;
    const address = put(house, shop, '/', {
      calls: `let n=0;const t=setInterval(()=>{winback('custom',{name:'tick'});if((n+=1)>49)clearInterval(t)},5)`,
    });
    const other = await shopper.newPage();
    await Promise.all([page.goto(address), other.goto(address)]);
    await pause(900);
    shop.answer = () => 202;
    await stored(100);
  });
});

it('a server that hangs keeps no tab waiting for good', async () => {
  shop.answerAfterMs = 60_000;
  await page.goto(put(house, shop, '/', { calls: view }));
  await heard(shop, 1);
  shop.answerAfterMs = 0;
  shop.answer = ({ events }) => (events.some(({ type }) => type === 'category') ? 202 : 503);
  const other = await shopper.newPage();
  await other.goto(put(house, shop, '/next', { calls: `winback('category',{category:'c'});` }));
  await expect
    .poll(() => [...shop.stored.values()].some(({ type }) => type === 'category'), { timeout: 22_000 })
    .toBe(true);
});

describe('a page that comes back whole', () => {
  it('tells again what it shows, and goes on', async () => {
    await page.goto(
      put(house, shop, '/p', { calls: `${view}addEventListener('pageshow',(e)=>{window.whole=e.persisted})` }),
    );
    await told(page);
    await pause(400); // a page that holds its lock is not kept whole
    await page.goto(put(house, shop, '/next', { calls: `winback('category',{category:'c'});` }));
    await told(page);
    await page.goBack({ waitUntil: 'commit' });
    await stored(3);
    expect(await page.evaluate(() => Reflect.get(window, 'whole'))).toBe(true);
    await stored(3);
    await page.evaluate(() => globalThis.winback?.('search', { query: 'tent' }));
    await stored(4);
    expect([...shop.stored.values()].map(({ type }) => type)).toEqual(['view', 'category', 'view', 'search']);
  });
});

describe('a store of one page', () => {
  it('tells the address of each view, and the one before as where it came from', async () => {
    const address = put(house, shop, '/', { calls: view });
    await page.goto(address);
    await told(page);
    await page.evaluate(() => {
      history.pushState({}, '', 'c/tents');
      globalThis.winback?.('category', { category: 'tents' });
    });
    await told(page);
    await page.goBack();
    await page.evaluate(() => globalThis.winback?.('view', { product: 'p1' }));
    await stored(3);
    const tents = new URL('c/tents', address).href;
    expect([...shop.stored.values()].map(({ url, referrer }) => [url, referrer])).toEqual([
      [address, undefined],
      [tents, address],
      [address, tents],
    ]);
  });
});
