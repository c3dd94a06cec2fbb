import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { House, Shop } from './house.ts';
import { openHouse } from './house.ts';
import { eventsOf, heard, newShopper, openBrowser, pageOf, pause, put, told } from './shopper.ts';

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

const everything = `winback('view',{product:'p1'});
winback('identify',{email:'ann@mail.example',consent:false});
winback('profile',{fields:{first_name:'Ann'}});
winback('purchase',{order:'1',items:[{product:'p1'}],email:'ann@mail.example'});
winback('watch',{change:'add',waitsFor:'price-drop',products:['p1'],email:'ann@mail.example'});
winback('recommend',{product:'p1',then:(all)=>{window.shown=all.length}});`;

/** All that this browser keeps of ours. */
async function keptOf(of: Page): Promise<string[]> {
  const stored = await of.evaluate(() =>
    Object.keys(localStorage).map((key) => key.replace(/^winback\.shop-\d+\./, '')),
  );
  const cookies = (await shopper.cookies()).map(({ name }) => `cookie ${name}`);
  return [...stored, ...cookies].sort();
}

async function ready(): Promise<void> {
  await page.waitForFunction(() => globalThis.winback?.w);
}

describe('a shopper who allows', () => {
  it.each([
    { consent: 'none', types: [], asked: 0, personal: false, shown: 0 },
    { consent: 'functional', types: [], asked: 1, personal: false, shown: 3 },
    { consent: 'analytics', types: ['view', 'purchase', 'watch'], asked: 1, personal: true, shown: 3 },
    {
      consent: 'marketing',
      types: ['view', 'identify', 'profile', 'purchase', 'watch'],
      asked: 1,
      personal: true,
      shown: 3,
    },
  ])('$consent tells $types', async ({ consent, types, asked, personal, shown }) => {
    shop.config.consent = consent;
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(put(house, shop, '/', { calls: everything }));
    await ready();
    await page.waitForFunction((count) => Reflect.get(window, 'shown') === count, shown);
    await pause(500);
    expect(eventsOf(shop).map(({ type }) => type)).toEqual(types);
    expect(shop.heard.every(({ beacon }) => beacon.consent === consent)).toBe(true);
    if (consent !== 'marketing') expect(JSON.stringify(shop.heard)).not.toContain('ann@');
    expect(shop.asked).toHaveLength(asked);
    expect(shop.asked.some((query) => query.has('visitor'))).toBe(personal);
    if (types.length === 0) expect(await keptOf(page)).toEqual([]);
    if (consent === 'none') expect(requests.filter((path) => !/\.js$/.test(path))).toEqual([`/${shop.id}/`]);
  });

  it('nothing until the banner was answered: then this page is told, its view and where it came from too', async () => {
    shop.config.consent = 'none';
    await page.goto(put(house, shop, '/', { calls: `winback('view',{product:'p1'})` }), {
      referer: 'https://blog.example/',
    });
    await ready();
    await pause(400);
    expect(shop.heard).toEqual([]);
    await page.evaluate(() => globalThis.winback?.('consent', Object('analytics')));
    await heard(shop, 1);
    expect(eventsOf(shop)).toMatchObject([{ type: 'view', referrer: 'https://blog.example/' }]);
    expect(shop.heard[0]?.beacon.consent).toBe('analytics');
    await page.goto(put(house, shop, '/next', { calls: `winback('category',{category:'c'})` }));
    await heard(shop, 2);
    expect(shop.heard[1]?.beacon).toMatchObject({ consent: 'analytics', visitor: shop.heard[0]?.beacon.visitor });
  });

  it('nothing, and said so: what was held is forgotten', async () => {
    shop.config.consent = 'none';
    await page.goto(put(house, shop, '/', { calls: `winback('view',{product:'p1'});winback('consent','none');` }));
    await ready();
    await page.evaluate(() => globalThis.winback?.('consent', Object('marketing')));
    await pause(500);
    expect(shop.heard).toEqual([]);
  });

  it('less than before: the id and what waited are gone', async () => {
    shop.config.cookie = 'server';
    await page.goto(put(house, shop, '/', { calls: `winback('view',{product:'p1'})`, from: 'winback.localhost' }));
    await told(page);
    expect(await keptOf(page)).toEqual(['cookie winback_id', 'visitor']);
    shop.answer = () => 503;
    await page.evaluate(() => globalThis.winback?.('view', { product: 'p2' }));
    await heard(shop, 2);
    await page.evaluate(() => globalThis.winback?.('consent', Object('none')));
    await pause(200);
    expect(await keptOf(page)).toEqual(['consent']);
    shop.answer = () => 202;
    await page.reload();
    await pause(600);
    expect(shop.heard).toHaveLength(2);
  });

  it.each([
    ['asks for privacy (GPC), and the shop honours it', true, 'analytics'],
    ['asks for privacy (GPC), and the shop does not honour it', false, 'marketing'],
  ])('marketing, but whose browser %s', async (_what, honourGpc, consent) => {
    shop.config.honourGpc = honourGpc;
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true }));
    await page.goto(
      put(house, shop, '/', { calls: `winback('view',{product:'p1'});winback('identify',{email:'ann@mail.example'})` }),
    );
    const [first] = await heard(shop, 1);
    expect(first?.beacon.consent).toBe(consent);
    expect(eventsOf(shop)).toHaveLength(honourGpc ? 1 : 2);
  });

  it.each([
    ['functional', 'subscribe', 1],
    ['analytics', 'subscribe', 1],
    ['analytics', 'identify', 1],
    ['functional', 'identify', 0],
    ['none', 'subscribe', 0],
  ])('%s and ticks a box: %s is told %i times', async (consent, command, times) => {
    shop.config.consent = consent;
    await page.goto(
      put(house, shop, '/', { calls: `winback('${command}',{email:'ann@mail.example',consent:true,source:'box'})` }),
    );
    await ready();
    await pause(700);
    expect(eventsOf(shop)).toHaveLength(times);
    if (times) expect(eventsOf(shop)[0]).toMatchObject({ type: 'identify', consent: true, source: 'box' });
    if (consent === 'functional') expect(await keptOf(page)).not.toContain('visitor');
  });
});

describe('what waits from an earlier page is not sent', () => {
  it.each<[string, () => unknown]>([
    ['where the shop now asks first', () => Object.assign(shop.config, { consent: 'none' })],
    ['where the shop now counts nobody', () => Object.assign(shop.config, { consent: 'functional' })],
    [
      'where the shop itself set the cookie of the opt-out',
      () => shopper.addCookies([{ name: 'winback_optout', value: '1', url: page.url() }]),
    ],
  ])('%s', async (_where, changed) => {
    shop.answer = () => 503;
    const address = put(house, shop, '/', { calls: everything });
    await page.goto(address);
    await heard(shop, 1);
    await changed();
    await page.goto('about:blank');
    await pause(300);
    const before = shop.heard.length;
    shop.answer = () => 202;
    await page.goto(address);
    await ready();
    await pause(700);
    expect(shop.heard).toHaveLength(before);
    expect((await keptOf(page)).filter((name) => name === 'visitor' || name.startsWith('e.'))).toEqual([]);
  });
});

describe('the opt-out', () => {
  it('ends everything, on this page and the next, whatever the shop’s code says', async () => {
    await page.goto(put(house, shop, '/', { calls: `winback('view',{product:'p1'})` }));
    await told(page);
    await page.evaluate(() => globalThis.winback?.('optout'));
    expect((await shopper.cookies()).find(({ name }) => name === 'winback_optout')?.value).toBe('1');
    await page.evaluate(() => {
      globalThis.winback?.('consent', Object('marketing'));
      globalThis.winback?.('view', { product: 'p2' });
    });
    await page.goto(put(house, shop, '/next', { calls: everything }));
    await ready();
    await pause(600);
    expect(shop.heard).toHaveLength(1);
    expect(shop.asked).toHaveLength(0);
  });

  it('can be taken back: what happens from then on is told, and nothing of before', async () => {
    await page.goto(put(house, shop, '/', { calls: `winback('optout')` }));
    await ready();
    await page.evaluate(`winback('view',{product:'p1'});winback('optout',false);winback('view',{product:'p2'})`);
    await heard(shop, 1);
    expect((await shopper.cookies()).filter(({ name }) => name === 'winback_optout')).toEqual([]);
    await page.goto(put(house, shop, '/next', { calls: `winback('view',{product:'p3'})` }));
    await heard(shop, 2);
    expect(eventsOf(shop).map((event) => event.type === 'view' && event.product)).toEqual(['p2', 'p3']);
  });

  it('that is taken back gives no more than the shopper had allowed', async () => {
    await page.goto(put(house, shop, '/', { calls: `winback('consent','none');winback('optout')` }));
    await ready();
    await page.evaluate(`winback('optout',false);winback('view',{product:'p1'})`);
    await pause(600);
    expect(shop.heard).toHaveLength(0);
  });

  it('holds by the cookie alone', async () => {
    const address = put(house, shop, '/', { calls: everything });
    await shopper.addCookies([{ name: 'winback_optout', value: '1', url: address }]);
    await page.goto(address);
    await ready();
    await pause(500);
    expect(shop.heard).toEqual([]);
  });
});

describe('the id of a browser', () => {
  const calls = `winback('view',{product:'p1'})`;

  it('is the same on every page', async () => {
    const address = put(house, shop, '/', { calls });
    await page.goto(address);
    await heard(shop, 1);
    await told(page);
    await page.goto(address);
    const [first, second] = await heard(shop, 2);
    expect(second?.beacon.visitor).toBe(first?.beacon.visitor);
  });

  it('becomes the one that the server’s cookie names', async () => {
    shop.visitor = 'visitor-of-the-cookie';
    const address = put(house, shop, '/', { calls });
    await page.goto(address);
    await told(page);
    await page.goto(address);
    const [first, second] = await heard(shop, 2);
    expect(first?.beacon.visitor).not.toBe('visitor-of-the-cookie');
    expect(second?.beacon.visitor).toBe('visitor-of-the-cookie');
  });

  it.each([
    { from: 'mail.test.localhost', cookie: 'server', set: false },
    { from: 'winback.localhost', cookie: 'server', set: true },
    { from: 'winback.localhost', cookie: 'none', set: false },
  ] as const)('has a cookie by script, from $from with cookie $cookie: $set', async ({ from, cookie, set }) => {
    shop.config.cookie = cookie;
    const address = put(house, shop, '/', { calls, from });
    await page.goto(address);
    await told(page);
    const found = (await shopper.cookies()).find(({ name }) => name === 'winback_id');
    expect(found !== undefined).toBe(set);
    if (!set) return;
    expect(found?.value).toBe(shop.heard[0]?.beacon.visitor);
    expect(found?.sameSite).toBe('Lax');
    expect((found?.expires ?? 0) - Date.now() / 1_000).toBeGreaterThan(399 * 86_400);
    await page.evaluate(() => localStorage.clear());
    await page.goto(address);
    const [first, second] = await heard(shop, 2);
    expect(second?.beacon.visitor).toBe(first?.beacon.visitor);
  });
});

describe('where things are blocked', () => {
  const calls = `window.addEventListener('error',(e)=>{window.broken=e.message});addEventListener('unhandledrejection',(e)=>{window.broken=String(e.reason)});
winback('view',{product:'p1'});winback('cart',{product:'p1'});`;

  it('works from memory: no storage at all', async () => {
    await page.addInitScript(() => {
      const deny = {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      };
      Object.defineProperty(window, 'localStorage', deny);
      Object.defineProperty(window, 'sessionStorage', deny);
    });
    await page.goto(put(house, shop, '/', { calls }));
    await heard(shop, 1);
    expect(eventsOf(shop)).toHaveLength(2);
    expect(await page.evaluate(() => Reflect.get(window, 'broken'))).toBeUndefined();
  });

  it('works from memory: a sandboxed frame, where storage, cookies and locks throw', async () => {
    shop.answer = () => (shop.heard.length < 1 ? 503 : 202);
    shop.pages.set('/inside', { html: pageOf(house, shop, { calls, from: 'winback.localhost' }) });
    await page.goto(put(house, house.newShop(), '/', {}));
    const inside = `http://shop.test.localhost:${house.port}/${shop.id}/inside`;
    await page.setContent(`<iframe sandbox="allow-scripts" src="${inside}"></iframe>`);
    await heard(shop, 2);
    expect(shop.heard[1]?.status).toBe(202);
    expect(shop.stored.size).toBe(2);
    const frame = page.frames().at(1);
    expect(await frame?.evaluate(() => Reflect.get(window, 'broken'))).toBeUndefined();
  });

  it('works from memory: storage that is full', async () => {
    const address = put(house, shop, '/', { calls });
    await page.goto(put(house, shop, '/empty', {}));
    await page.evaluate(() => {
      for (let size = 4_000_000; size > 0; size = Math.floor(size / 2))
        try {
          for (let n = 0; n < 20; n += 1) localStorage.setItem(`fill${size}.${n}`, 'x'.repeat(size));
        } catch {
          // full: smaller pieces
        }
    });
    await page.goto(address);
    await heard(shop, 1);
    expect(shop.stored.size).toBe(2);
  });

  it('works under a strict policy, with calls from a file of the shop’s own', async () => {
    const from = `http://mail.test.localhost:${house.port}`;
    const policy = `default-src 'none'; script-src 'self' ${from}; connect-src ${from}; img-src data:`;
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    shop.config.form = { inline: true, paths: [], onPhones: true };
    shop.form.form.kind = 'inline';
    shop.pages.set('/calls.js', {
      html: `window.winback=window.winback||function(){(winback.q=winback.q||[]).push(arguments)};winback('view',{product:'p1'});winback('recommend',{into:'#more'})`,
    });
    shop.pages.set('/', {
      html: `<!doctype html><html lang="en"><title>Store</title><script src="calls.js"></script><script async src="${from}/t.js?shop=${shop.id}"></script><div id="more"></div><div data-winback-form></div>`,
      headers: { 'content-security-policy': policy },
    });
    await page.goto(`http://shop.test.localhost:${house.port}/${shop.id}/`);
    await heard(shop, 1);
    await page.getByRole('link', { name: /Tent 1/ }).waitFor();
    await page.getByLabel('E-mail').waitFor();
    const columns = await page.evaluate(
      () => getComputedStyle(document.querySelector('#more')?.shadowRoot?.querySelector('ul') ?? document.body).display,
    );
    expect(columns).toBe('grid');
    expect(complaints.filter((words) => /policy/i.test(words))).toEqual([]);
  });
});
