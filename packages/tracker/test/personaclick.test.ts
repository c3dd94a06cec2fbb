import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newShopper, openBrowser } from './shopper.ts';
import type { Said, WireHouse } from './wire-house.ts';
import { openWireHouse } from './wire-house.ts';

const shop = '0'.repeat(30);
let house: WireHouse;
let browser: Browser;
let shopper: BrowserContext;
let page: Page;

beforeAll(async () => {
  house = await openWireHouse();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await house.close();
});
beforeEach(async () => {
  house.said = [];
  house.status = () => 200;
  shopper = await newShopper(browser);
  page = await shopper.newPage();
  return () => shopper.close();
});

/** Opens a page that makes these calls after `init`. */
async function open(
  calls: string,
  more: { body?: string; snippet?: string; query?: string; options?: string } = {},
): Promise<void> {
  const { body = '', snippet = 'personaclick', query = '', options = 'undefined' } = more;
  const init = `${snippet}('init','${shop}',null,undefined,undefined,${options});`;
  await page.goto(house.put('/', { calls: init + calls, body, snippet }) + query);
}

async function said(path: string, count = 1): Promise<Said['fields'][]> {
  const found = () => house.said.filter((one) => one.path === path).map(({ fields }) => fields);
  await vi.waitFor(() => expect(found().length).toBeGreaterThanOrEqual(count), { timeout: 8_000, interval: 20 });
  return found();
}

describe('an event', () => {
  it.each<[string, object]>([
    [`'view','37'`, { event: 'view', items: [{ id: '37' }] }],
    [
      `'view',{id:37,recommended_by:'dynamic',recommended_code:'x'}`,
      { items: [{ id: 37 }], recommended_by: 'dynamic', recommended_code: 'x' },
    ],
    [`'category','37'`, { event: 'category', category_id: '37' }],
    [`'cart','37'`, { event: 'cart', items: [{ id: '37' }] }],
    [`'cart',{id:'37',amount:2}`, { event: 'cart', items: [{ id: '37', amount: 2 }] }],
    [`'cart',[{id:'37',amount:2}]`, { event: 'cart', items: [{ id: '37', amount: 2 }], full_cart: true }],
    [`'cart',[]`, { event: 'cart', items: [], full_cart: true }],
    [`'remove_from_cart','37'`, { event: 'remove_from_cart', items: [{ id: '37' }] }],
    [`'wish','37'`, { event: 'wish', items: [{ id: '37' }] }],
    [`'wish',['37','38']`, { items: [{ id: '37' }, { id: '38' }], full_wish: true }],
    [`'remove_wish','37'`, { event: 'remove_wish', items: [{ id: '37' }] }],
    [`'search','phone'`, { event: 'search', search_query: 'phone' }],
    [`'search',{query:'phone',results:['1','2']}`, { search_query: 'phone', results: '1,2' }],
    [
      `'purchase',{order:1001,order_price:21,email:'a@b.co',promocode:'',products:[{id:37,price:10,amount:2}]}`,
      {
        event: 'purchase',
        order_id: 1001,
        order_price: 21,
        email: 'a@b.co',
        items: [{ id: 37, price: 10, amount: 2 }],
      },
    ],
  ])('track(%s) is pushed', async (call, fields) => {
    await open(`personaclick('track',${call})`);
    const [push] = await said('/push');
    expect(push).toMatchObject({ ...fields, shop_id: shop, did: 'OursOurs00', sid: expect.stringMatching(/^\w{10}$/) });
    expect(push).not.toHaveProperty('promocode');
  });

  it('that nobody knows is the shop’s own', async () => {
    await open(`personaclick('track','quiz_done',{category:'c',value:3})`);
    expect(await said('/push/custom')).toMatchObject([{ event: 'quiz_done', category: 'c', value: 3 }]);
  });

  it('calls back with the answer', async () => {
    await open(`personaclick('track','view','37',function(answer){document.title=answer.status})`);
    await page.waitForFunction(() => document.title === 'success');
  });

  it('is told in the order it was said, before init too', async () => {
    const early = `r46('track','view','1');r46('init','${shop}');r46('track','view','2')`;
    await page.goto(house.put('/early', { calls: early, snippet: 'r46' }));
    const items = (await said('/push', 2)).map((fields) => fields['items']);
    expect(items).toEqual([[{ id: '1' }], [{ id: '2' }]]);
  });

  it('is tried again with the same id, on the next page too', async () => {
    house.status = ({ path }) => (path === '/push' ? 503 : 200);
    await open(`personaclick('track','view','37')`);
    await said('/push', 2);
    house.status = () => 200;
    await page.goto('about:blank');
    const before = house.said.length;
    await open('');
    await vi.waitFor(() => expect(house.said.slice(before).some(({ path }) => path === '/push')).toBe(true), {
      timeout: 5_000,
    });
    const ids = (await said('/push')).map((fields) => fields['event_id']);
    expect(new Set(ids).size).toBe(1);
    await page.waitForFunction(
      () => !Object.keys(localStorage).some((name) => name.startsWith('personaclick_waiting_')),
    );
  });
});

describe.each(['personaclick', 'r46', 'rees46'])('a page that calls %s', (snippet) => {
  it('is heard, and finds the other names too', async () => {
    await open(`${snippet}('track','view','37')`, { snippet });
    await said('/push');
    const names = await page.evaluate(() =>
      ['personaclick', 'r46', 'rees46'].map((name) => typeof Reflect.get(globalThis, name)),
    );
    expect(names).toEqual(['function', 'function', 'function']);
  });
});

describe('a browser', () => {
  it('brings the id that it had, and takes the one that it is given', async () => {
    await shopper.addCookies([
      { name: 'personaclick_device_id', value: 'BPJMmiT3jx', url: `http://shop.test.localhost:${house.port}` },
    ]);
    await open(`personaclick('track','view','37')`);
    expect(await said('/init')).toMatchObject([{ did: 'BPJMmiT3jx', shop_id: shop }]);
    expect(await said('/push')).toMatchObject([{ did: 'OursOurs00' }]);
    const cookies = await shopper.cookies();
    expect(cookies.find(({ name }) => name === 'personaclick_device_id')?.value).toBe('OursOurs00');
    expect(cookies.map(({ name }) => name)).toContain('personaclick_session_code');
  });

  it('keeps nothing in cookies where it must not', async () => {
    await open(`personaclick('track','view','37')`, { options: '{cookieless:true}' });
    await said('/push');
    expect(await shopper.cookies()).toEqual([]);
  });

  it('says for two days which letter it came by', async () => {
    await open(`personaclick('track','view','37')`, { query: '?recommended_by=chain&recommended_code=code123' });
    await said('/push');
    await open(`personaclick('track','view','38')`);
    const sources = (await said('/push', 2)).map((fields) => fields['source']);
    expect(sources).toEqual([
      { from: 'chain', code: 'code123' },
      { from: 'chain', code: 'code123' },
    ]);
  });

  it('does not believe an address in a link', async () => {
    await open(`personaclick('track','view','37')`, { query: `?r46_merger=${btoa('a@b.co')}` });
    await said('/push');
    expect(JSON.stringify(house.said.map(({ fields: { referer: _page, ...fields } }) => fields))).not.toContain(
      'a@b.co',
    );
  });

  it('sends what a plugin left in its cookie, once', async () => {
    const url = `http://shop.test.localhost:${house.port}`;
    await shopper.addCookies([
      { name: 'r46_events_track', value: encodeURIComponent('{"cart":[{"id":"37","amount":1}]}'), url },
    ]);
    await open('');
    expect(await said('/push')).toMatchObject([{ event: 'cart', full_cart: true, items: [{ id: '37', amount: 1 }] }]);
    expect((await shopper.cookies()).map(({ name }) => name)).not.toContain('r46_events_track');
  });
});

describe('a shopper who does not want it', () => {
  it('by consent:false is told nothing of, and gets what everybody gets', async () => {
    await open(
      `personaclick('track','view','37');personaclick('recommend','abc',{},function(){document.title='got'})`,
      { options: '{consent:false}' },
    );
    await page.waitForFunction(() => document.title === 'got');
    expect(house.said.map(({ path }) => path)).toEqual(['/recommend/abc']);
    expect(house.said[0]?.fields).not.toHaveProperty('did');
    expect(house.said[0]?.fields).toMatchObject({ consent: 'functional' });
    expect(await shopper.cookies()).toEqual([]);
  });

  it('by consent later is told of from then on', async () => {
    await open('', { options: '{consent:false}' });
    await page.waitForFunction(() => Reflect.get(globalThis, 'r46')?.ours);
    await page.evaluate(`personaclick('consent','marketing')`);
    await said('/init');
    await page.evaluate(`personaclick('track','view','38')`);
    expect(await said('/push')).toMatchObject([{ consent: 'marketing', did: 'OursOurs00' }]);
  });

  it('by the opt-out cookie is told nothing of', async () => {
    await shopper.addCookies([
      { name: 'r46_personalization_opt_out', value: 'optout', url: `http://shop.test.localhost:${house.port}` },
    ]);
    await open(`personaclick('track','view','37');personaclick('recommend','abc',{},function(){document.title='got'})`);
    await page.waitForFunction(() => document.title === 'got');
    expect(house.said.map(({ path }) => path)).toEqual(['/recommend/abc']);
  });
});

describe('a command', () => {
  it.each<[string, string, object]>([
    [`'profile','set',{id:5,email:'a@b.co'}`, '/profile/set', { external_id: 5, email: 'a@b.co' }],
    [`'subscription','manage',{email:'a@b.co',email_bulk:false}`, '/subscriptions/manage', { email_bulk: false }],
    [`'email_subscription','manage',{email_chain:true}`, '/subscriptions/manage', { email_chain: true }],
    [
      `'subscribe_trigger','product_available',{email:'a@b.co',item:37}`,
      '/subscriptions/subscribe_for_product_available',
      { item_id: 37 },
    ],
    [
      `'subscribe_trigger','product_price_decrease',{item:37,price:10}`,
      '/subscriptions/subscribe_for_product_price',
      { item_id: 37, price: 10 },
    ],
    [
      `'unsubscribe_trigger','product_available',{item_ids:[]}`,
      '/subscriptions/unsubscribe_from_product_available',
      { item_ids: [] },
    ],
    [`'segment','add',{segment_id:5}`, '/segments/add', { segment_id: 5 }],
  ])('(%s) is told', async (call, path, fields) => {
    await open(`personaclick(${call})`);
    expect(await said(path)).toMatchObject([fields]);
  });

  it.each<[string, string]>([
    [`'recommend','interesting',{item:37,cart:[1,2]},say`, '["1","2"]'],
    [
      `'recommend','abc',{},say`,
      '{"recommends":["1","2"],"html":"<div class=\\"recommended-items\\">drawn</div>","title":"You may like"}',
    ],
    [`'check_trigger','product_available',{item:37},say`, 'true'],
    [`'profile','get',say`, '{"status":"success"}'],
    [`'subscription','check',say`, '{"status":"success"}'],
    [`'cart','get',say`, '{"status":"success"}'],
    [`'did',say`, '"OursOurs00"'],
    [`'nps','review',{rate:5},say`, '{}'],
    [`'stories_init',say`, '{}'],
  ])('(%s) calls back', async (call, answer) => {
    await open(`function say(answer){document.title=JSON.stringify(answer)};personaclick(${call})`);
    await vi.waitFor(async () => expect(await page.title()).toBe(answer), { timeout: 5_000 });
  });

  it('add_css loads the shop’s styles from our host', async () => {
    await open(`personaclick('add_css','recommendations')`);
    await page.waitForFunction(() => document.querySelector('link[rel=stylesheet]'));
    expect(await page.getAttribute('link[rel=stylesheet]', 'href')).toBe(
      `http://api.test.localhost:${house.port}/shop_css/${shop}.css`,
    );
  });
});

describe('a place in the page', () => {
  it.each(['personaclick', 'rees46'])('of the class %s-recommend is filled', async (name) => {
    await open('', {
      body: `<div class="${name}-recommend" data-recommender-block="dynamic" data-recommender-code="abc" data-recommender-item="37"></div>`,
    });
    await page.waitForSelector(`.${name}-recommend .recommended-items`);
    expect(await said('/recommend/abc')).toMatchObject([{ item: '37' }]);
  });

  it('with a callback is the page’s to fill', async () => {
    await open('window.mine={draw:function(answer){document.title=answer.recommends.join()}};', {
      body: '<div class="rees46-recommend" data-recommender-code="abc" data-recommender-callback="mine.draw"></div>',
    });
    await page.waitForFunction(() => document.title === '1,2');
  });
});

it('an address typed into a form is heard, but not in a form with a password', async () => {
  const body =
    '<form><input type="email" id="a"><input type="password"></form><form><input type="email" id="b"></form>';
  await open('', { body });
  await said('/init');
  for (const id of ['a', 'b']) {
    await page.fill(`#${id}`, `${id}@mail.example`);
    await page.locator(`#${id}`).blur();
  }
  expect(await said('/profile/set')).toMatchObject([{ email: 'b@mail.example' }]);
});
