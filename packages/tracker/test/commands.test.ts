import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { House, Shop } from './house.ts';
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

describe('a command', () => {
  it.each<[string, object]>([
    [`'view',{product:'p1'}`, { type: 'view', product: 'p1' }],
    [`'view',{product:37,via:{by:'search',code:'x'}}`, { product: '37', via: { by: 'search', code: 'x' } }],
    [`'category',{category:'c1'}`, { type: 'category', category: 'c1' }],
    [`'search',{query:'tent'}`, { type: 'search', query: 'tent' }],
    [`'cart',{change:'full',items:[]}`, { type: 'cart', change: 'full', items: [] }],
    [`'cart',{items:[{product:'p1'}]}`, { change: 'full', items: [{ product: 'p1', quantity: 1 }] }],
    [`'cart',{product:'p1',price:5}`, { change: 'add', items: [{ product: 'p1', quantity: 1, price: 5 }] }],
    [`'cart',{change:'remove',product:'p1'}`, { change: 'remove', items: [{ product: 'p1', quantity: 1 }] }],
    [
      `'cart',{change:'add',items:[{product:'p1',quantity:2}]}`,
      { change: 'add', items: [{ product: 'p1', quantity: 2 }] },
    ],
    [`'wish',{products:['p1'],change:'add'}`, { type: 'wish', change: 'add', products: ['p1'] }],
    [`'wish',{product:'p1'}`, { change: 'add', products: ['p1'] }],
    [`'purchase',{order:1,items:[{product:'p1'}],total:5}`, { type: 'purchase', order: '1', total: 5 }],
    [
      `'identify',{email:'Ann@mail.example',consent:true,source:'checkout'}`,
      { type: 'identify', consent: true, source: 'checkout' },
    ],
    [
      `'subscribe',{email:'ann@mail.example',consent:true,name:'Ann'}`,
      { type: 'identify', consent: true, name: 'Ann', source: 'form' },
    ],
    [`'subscribe',{email:'ann@mail.example',consent:'yes'}`, { type: 'identify', consent: false }],
    [
      `'subscribe',{email:'ann@mail.example',consent:true,wording:'Write to me'}`,
      { type: 'identify', consent: true, wording: 'Write to me' },
    ],
    [`'profile',{fields:{first_name:'Ann'}}`, { type: 'profile', fields: { first_name: 'Ann' } }],
    [`'watch',{change:'add',waitsFor:'back-in-stock',products:['p1']}`, { type: 'watch', products: ['p1'] }],
    [`'custom',{name:'quiz_done',value:3}`, { type: 'custom', name: 'quiz_done', value: 3 }],
  ])('winback(%s) is told', async (call, event) => {
    await page.goto(put(house, shop, '/', { calls: `winback(${call})` }));
    await heard(shop, 1);
    expect(eventsOf(shop)).toMatchObject([event]);
  });

  it.each([
    ['that is not known', `'veiw',{product:'p1'}`, 'there is no veiw'],
    ['for a level that is not known', `'consent','all'`, 'there is no consent all'],
    ['with fields that cannot be written', `'view',(()=>{const a={};a.a=a;return a})()`, 'circular'],
  ])('%s is told to the developer and breaks nothing', async (_what, call, words) => {
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(`thrown ${error.message}`));
    await page.goto(put(house, shop, '/', { calls: `winback(${call});winback('view',{product:'p1'})` }));
    await told(page);
    expect(eventsOf(shop).map(({ type }) => type)).toEqual(['view']);
    expect(said.join()).toContain(words);
    expect(said.join()).not.toContain('thrown');
  });

  it('says what led here where the address does', async () => {
    await page.goto(
      `${put(house, shop, '/', { calls: `winback('view',{product:'p1'})` })}?recommended_by=dynamic&recommended_code=home`,
    );
    await heard(shop, 1);
    expect(eventsOf(shop)).toMatchObject([{ via: { by: 'dynamic', code: 'home' } }]);
  });
});

it('an older snippet, which names its shop by an attribute, goes on working', async () => {
  const from = `http://mail.test.localhost:${house.port}`;
  shop.pages.set('/', {
    html: `<!doctype html><script>window.winback=function(){(winback.q=winback.q||[]).push(arguments)};winback('view',{product:'p1'})</script><script async src="${from}/t.js" data-shop="${shop.id}"></script>`,
  });
  await page.goto(`http://shop.test.localhost:${house.port}/${shop.id}/`);
  await heard(shop, 1);
  expect(eventsOf(shop)).toMatchObject([{ type: 'view' }]);
});

it('two snippets in one page tell nothing twice', async () => {
  const again = `<script async src="http://mail.test.localhost:${house.port}/t.js?shop=${shop.id}"></script>`;
  await page.goto(put(house, shop, '/', { calls: `winback('view',{product:'p1'})`, body: again }));
  await told(page);
  await pause(400);
  expect(eventsOf(shop)).toHaveLength(1);
});

it('a merchant who watches their own browser is named in every beacon of the tab', async () => {
  await page.goto(`${put(house, shop, '/', { calls: `winback('view',{product:'p1'})` })}?wb_watch=abc123def456`);
  await heard(shop, 1);
  await told(page);
  await page.goto(put(house, shop, '/next', { calls: `winback('view',{product:'p2'})` }));
  await heard(shop, 2);
  expect(shop.heard.map(({ beacon }) => beacon.watcher)).toEqual(['abc123def456', 'abc123def456']);
  const other = await shopper.newPage();
  await other.goto(put(house, shop, '/', { calls: `winback('view',{product:'p1'})` }));
  await heard(shop, 3);
  expect(shop.heard[2]?.beacon.watcher).toBeUndefined();
});

describe('recommendations', () => {
  it('are drawn as a list of links that everybody can use', async () => {
    await page.goto(
      put(house, shop, '/', {
        body: '<div id="more"></div>',
        calls: `winback('recommend',{product:'p9',cart:['p4','p5'],limit:3,into:'#more'})`,
      }),
    );
    await page.getByRole('heading', { name: 'You may also like' }).waitFor();
    const region = page.getByRole('region', { name: 'You may also like' });
    expect(await region.getByRole('listitem').count()).toBe(3);
    expect(await region.getByRole('link').first().getAttribute('href')).toBe('http://shop.test.localhost/p/1');
    expect(await region.getByText('<img src=x onerror=alert(1)>').count()).toBe(1);
    expect(shop.asked[0]?.getAll('cart')).toEqual(['p4', 'p5']);
    expect(shop.asked[0]?.get('visitor')).toMatch(/^[\w-]{8,64}$/);
    expect(shop.heard).toEqual([]);
  });

  it('are handed to the shop’s own code, as often as it asks', async () => {
    await page.goto(
      put(house, shop, '/', {
        calls: `window.got=[];for(const n of [1,2])winback('recommend',{limit:n,then:(all)=>got.push(all[0].name)})`,
      }),
    );
    await page.waitForFunction(() => Reflect.get(window, 'got').length === 2);
    await page.evaluate(() => {
      // biome-ignore lint/suspicious/noThenProperty: the name that shops use
      globalThis.winback?.('recommend', { then: (all: unknown[]) => Reflect.get(window, 'got').push(all.length) });
    });
    await page.waitForFunction(() => Reflect.get(window, 'got').length === 3);
    expect(shop.fetched.filter((name) => name === 'block.js')).toHaveLength(1);
  });
});

describe('an address', () => {
  const form = (id: string, more = '') =>
    `<form id="${id}" onsubmit="return false"><label>Mail <input type="email" name="email"></label><label>Yes <input type="checkbox" class="yes"></label>${more}<button>Send</button></form>`;
  const forms = [
    { form: '#news', consentBox: '.yes', source: 'newsletter' },
    { form: '#quiet', consentBox: null, source: 'account' },
  ];

  async function fill(where: string, tick: 'tick' | 'leave', end: 'send' | 'blur'): Promise<void> {
    await page.locator(`${where} input[name=email]`).fill('ann@mail.example');
    if (tick === 'tick') await page.locator(`${where} .yes`).check();
    if (end === 'send') await page.locator(`${where} button`).click();
    else await page.locator(`${where} input[name=email]`).blur();
    await pause(450);
  }

  it.each([
    {
      what: 'a named form, box ticked and sent',
      where: '#news',
      tick: 'tick',
      end: 'send',
      any: false,
      told: [
        ['newsletter', false],
        ['newsletter', true],
      ],
    },
    {
      what: 'a named form, sent without the box',
      where: '#news',
      tick: 'leave',
      end: 'send',
      any: false,
      told: [['newsletter', false]],
    },
    {
      what: 'a named form, box ticked and not sent',
      where: '#news',
      tick: 'tick',
      end: 'blur',
      any: false,
      told: [['newsletter', false]],
    },
    {
      what: 'a named form without a box of its own',
      where: '#quiet',
      tick: 'tick',
      end: 'send',
      any: false,
      told: [['account', false]],
    },
    { what: 'a form that nobody named', where: '#other', tick: 'tick', end: 'send', any: false, told: [] },
    {
      what: 'a form that nobody named, where any field is heard',
      where: '#other',
      tick: 'tick',
      end: 'send',
      any: true,
      told: [['capture', false]],
    },
    { what: 'a form with a password', where: '#login', tick: 'tick', end: 'send', any: true, told: [] },
    {
      what: 'a form whose password is shown as text',
      where: '#shown',
      tick: 'tick',
      end: 'send',
      any: true,
      told: [],
    },
  ] as const)('in $what: $told', async ({ where, tick, end, any, told: expected }) => {
    shop.config.capture = { anyField: any, forms: [...forms, { form: '#login', consentBox: '.yes', source: 'login' }] };
    const body = `${form('news')}${form('quiet')}${form('other')}${form('login', '<input type="password">')}${form('shown', '<input type="text" autocomplete="current-password">')}`;
    await page.goto(put(house, shop, '/', { body }));
    await page.waitForFunction(() => globalThis.winback?.w);
    await fill(where, tick, end);
    const heardOf = eventsOf(shop).map((event) =>
      event.type === 'identify' ? [event.source, event.consent] : [event.type],
    );
    expect(heardOf).toEqual(expected);
  });

  it('in a login form is not told because the merchant named too much, nor a selector that is none an error of the page', async () => {
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(`thrown ${error.message}`));
    shop.config.capture = { anyField: false, forms: [{ form: 'body', consentBox: null, source: 'all' }] };
    const body = `${form('login', '<input type="password">')}<form id="find"><input name="q" aria-label="Find"></form>`;
    await page.goto(put(house, shop, '/', { body }));
    await fill('#login', 'leave', 'blur');
    await page.locator('#find input').fill('tent');
    await page.locator('#find input').blur();
    shop.config.capture = { anyField: true, forms: [{ form: '#[', consentBox: null, source: 'none' }] };
    await page.goto(put(house, shop, '/next', { body }));
    await fill('#login', 'leave', 'blur');
    expect(eventsOf(shop)).toEqual([]);
    expect(said.join()).toContain('not a valid selector');
    expect(said.join()).not.toContain('thrown');
  });

  it('is not even remembered where nothing is allowed', async () => {
    shop.config.consent = 'none';
    shop.config.capture = { anyField: true, forms: [] };
    await page.goto(put(house, shop, '/', { body: form('any') }));
    await page.waitForFunction(() => globalThis.winback?.w);
    await fill('#any', 'leave', 'send');
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  });

  it('is told once in a tab, on whichever page', async () => {
    shop.config.capture = { anyField: true, forms: [] };
    const address = put(house, shop, '/', { body: form('any') });
    for (let visit = 0; visit < 2; visit += 1) {
      await page.goto(address);
      await page.waitForFunction(() => globalThis.winback?.w);
      await fill('#any', 'leave', 'send');
    }
    expect(eventsOf(shop)).toHaveLength(1);
  });

  it.each(['ann@', 'ann mail.example', ''])('that is none is not told: %s', async (words) => {
    shop.config.capture = { anyField: true, forms: [] };
    await page.goto(put(house, shop, '/', { body: form('any') }));
    await page.waitForFunction(() => globalThis.winback?.w);
    await page.locator('#any input[name=email]').fill(words);
    await page.locator('#any button').click();
    await pause(400);
    expect(eventsOf(shop)).toEqual([]);
  });
});
