import { env } from 'cloudflare:workers';
import {
  confirmImport,
  lastImports,
  listProducts,
  openD1,
  problemsOfImport,
  productCounts,
  stopImport,
} from '@winback/db';
import type { FeedImport, ShopId } from '@winback/domain';
import { feedGuards } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportDeps } from '../jobs/import-feed-run.ts';
import { emptyD1 } from './database.ts';
import { importDeps, runImport } from './imports.ts';
import { hour, newShop, token } from './storefront.ts';
import { someOffers, ymlOf } from './yml.ts';

const url = 'https://shop.example/feed.yml';
const db = openD1(env.DB);
let shop: ShopId;
let clock = 1_000;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop({ feed: { url, everyMs: hour, guards: feedGuards } });
});

type Answer = (asked: string, init: RequestInit) => Promise<Response> | Response;

/** Imports what the shop's server answers; answers the import as the merchant sees it. */
async function importing(answer: Answer, id = `import-${token()}`): Promise<FeedImport> {
  const fetch: ImportDeps['fetch'] = async (asked, init) => answer(asked, init);
  clock += 1_000;
  await runImport(importDeps({ fetch, now: () => clock }), { shop, import: id });
  const told = (await lastImports(db, shop, 20)).find((one) => one.id === id);
  if (!told) throw new Error('the import left no trace');
  return told;
}

function xml(text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { headers: { 'content-type': 'application/xml', ...headers } });
}

async function catalogue(): Promise<{ id: string; inStock: boolean; price: number }[]> {
  const { rows } = await listProducts(db, shop, { limit: 200 });
  return rows.map((row) => ({ id: row.id, inStock: row.inStock, price: row.price?.minor ?? 0 }));
}

const whole = ymlOf(someOffers(30));
const cutAt = whole.indexOf('<offer id="p20"') + 60;

describe('a good feed', () => {
  it('becomes the catalogue, read in pieces of any size', async () => {
    const bytes = new TextEncoder().encode(whole);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, n) => bytes.slice(n * 7, n * 7 + 7));
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const next = pieces.shift();
        if (next) controller.enqueue(next);
        else controller.close();
      },
    });
    const told = await importing(() => new Response(body));
    expect(told).toMatchObject({
      state: 'done',
      offers: 30,
      added: 30,
      changed: 0,
      gone: 0,
      problems: 0,
      bytes: bytes.length,
    });
    expect(await catalogue()).toHaveLength(30);
    expect((await catalogue()).every((row) => row.inStock && row.price === 1_990)).toBe(true);
  });

  it('of thousands of offers comes in whole, and again writes only what changed', async () => {
    const offers = someOffers(2_300);
    expect(await importing(() => xml(ymlOf(offers)))).toMatchObject({ state: 'done', added: 2_300 });
    const changed = offers.map((offer, n) => (n === 1_234 ? { ...offer, price: '5' } : offer)).slice(0, 2_299);
    expect(await importing(() => xml(ymlOf(changed)))).toMatchObject({ added: 0, changed: 1, gone: 1 });
    expect(await productCounts(db, shop)).toEqual({ all: 2_300, inStock: 2_299 });
  });

  it('tells what is wrong with single offers by line, and takes them as far as they go', async () => {
    const told = await importing(() =>
      xml(ymlOf([{ id: 'a' }, { id: 'b', price: 'on request' }, { id: 'c', picture: null }])),
    );
    expect(told).toMatchObject({ state: 'done', offers: 3, problems: 2 });
    expect(await problemsOfImport(db, shop, told.id, 9)).toMatchObject([
      { line: 6, offer: 'b', kind: 'bad-price', sample: 'on request' },
      { line: 7, offer: 'c', kind: 'no-picture' },
    ]);
  });

  it.each([
    [
      'Google Merchant',
      'application/rss+xml',
      '<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>a</g:id><title>Tent</title><link>https://shop.example/a</link><g:price>19.90 EUR</g:price></item></channel></rss>',
    ],
    ['a table', 'text/csv', 'id,title,link,price\na,Tent,https://shop.example/a,"19,90 EUR"\n'],
    ['JSON Lines', 'application/x-ndjson', '{"id":"a","name":"Tent","url":"https://shop.example/a","price":19.9}\n'],
    [
      'YML in windows-1251',
      'text/xml; charset=windows-1251',
      '<yml_catalog><shop><offers><offer id="a"><name>\u00cf\u00e0\u00eb\u00e0\u00f2\u00ea\u00e0</name><url>https://shop.example/a</url><price>19.90</price></offer></offers></shop></yml_catalog>',
    ],
  ])('may be %s, packed or not', async (_what, type, text) => {
    const plain = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const packed = new Response(plain).body?.pipeThrough(new CompressionStream('gzip'));
    expect(await importing(() => new Response(packed, { headers: { 'content-type': type } }))).toMatchObject({
      state: 'done',
      offers: 1,
    });
    const again = await importing(() => new Response(plain, { headers: { 'content-type': type } }));
    expect(again).toMatchObject({ state: 'done', offers: 1, changed: 0 });
    expect(await catalogue()).toEqual([{ id: 'a', inStock: true, price: 1_990 }]);
  });

  it('is asked for by what the server said last, and 304 leaves all as it is', async () => {
    await importing(() => xml(whole, { etag: '"v1"', 'last-modified': 'Mon, 02 Nov 2026 06:00:00 GMT' }));
    const before = await catalogue();
    const asked: Headers[] = [];
    const told = await importing((_url, init) => {
      asked.push(new Headers(init.headers));
      return new Response(null, { status: 304 });
    });
    expect(told).toMatchObject({ state: 'unchanged', message: null });
    expect(asked.map((headers) => [headers.get('if-none-match'), headers.get('if-modified-since')])).toEqual([
      ['"v1"', 'Mon, 02 Nov 2026 06:00:00 GMT'],
    ]);
    expect(await catalogue()).toEqual(before);
    await importing((_url, init) => {
      asked.push(new Headers(init.headers));
      return xml(whole);
    });
    expect(asked[1]?.get('if-none-match')).toBe('"v1"');
  });

  it('is imported once under one id, however often the job comes', async () => {
    const id = `import-${token()}`;
    const first = await importing(() => xml(whole), id);
    let asked = 0;
    const again = await importing(() => {
      asked += 1;
      return xml(ymlOf(someOffers(3)));
    }, id);
    expect([asked, again]).toEqual([0, first]);
    expect(await catalogue()).toHaveLength(30);
  });

  it('is whole though two consumers import it at the same time', async () => {
    const id = `import-${token()}`;
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return xml(ymlOf(someOffers(1_200)));
    };
    await Promise.all([importing(slowly, id), importing(slowly, id)]);
    expect(await productCounts(db, shop)).toEqual({ all: 1_200, inStock: 1_200 });
  });
});

describe('the last good catalogue stays, and the import says why, when the answer is', () => {
  const bad: { what: string; answer: Answer; message: RegExp; problem?: { kind: string; line: number } }[] = [
    {
      what: 'a login page',
      answer: () =>
        new Response('<!DOCTYPE html>\n<html><body>Sign in</body></html>', {
          headers: { 'content-type': 'text/html' },
        }),
      message: /web page, not a feed/,
      problem: { kind: 'web-page', line: 1 },
    },
    {
      what: 'another kind of XML',
      answer: () => xml('<urlset><url/></urlset>'),
      message: /this is a sitemap: it lists pages/,
      problem: { kind: 'not-a-feed', line: 1 },
    },
    { what: 'JSON without items', answer: () => xml('{"offers":[]}'), message: /the feed has no offer/ },
    {
      what: 'of a packing that is not read',
      answer: () => xml('x', { 'content-encoding': 'zstd' }),
      message: /packed as zstd: gzip is read/,
    },
    { what: 'empty', answer: () => xml(''), message: /the feed is empty/ },
    { what: 'nothing but spaces', answer: () => xml(' \n \n'), message: /the feed is empty/ },
    { what: 'a feed without offers', answer: () => xml(ymlOf([])), message: /the feed has no offer/ },
    {
      what: 'offers of which none can be taken',
      answer: () => xml(ymlOf(someOffers(30).map((offer) => ({ ...offer, name: '' })))),
      message: /none of the 30 offers of the feed can be taken/,
    },
    {
      what: 'cut off in the middle of an offer',
      answer: () => xml(whole.slice(0, cutAt)),
      message: /ends before <\/yml_catalog>/,
      problem: { kind: 'truncated', line: 25 },
    },
    {
      what: 'cut off between two offers',
      answer: () => xml(whole.slice(0, whole.indexOf('<offer id="p20"'))),
      message: /ends before <\/yml_catalog>/,
      problem: { kind: 'truncated', line: 25 },
    },
    { what: '404', answer: () => new Response('gone', { status: 404 }), message: /the server answered 404/ },
    { what: '500', answer: () => new Response('oops', { status: 500 }), message: /the server answered 500/ },
    {
      what: 'none: the server cannot be reached',
      answer: () => Promise.reject(new TypeError('connection refused')),
      message: /could not be reached/,
    },
    {
      what: 'none in time',
      answer: () => Promise.reject(new DOMException('late', 'TimeoutError')),
      message: /did not answer within 30 seconds/,
    },
    {
      what: 'a way into the private network',
      answer: () => Response.redirect('http://169.254.169.254/latest/meta-data'),
      message: /private network/,
    },
    { what: 'a circle', answer: () => Response.redirect(url), message: /redirects more than 5 times/ },
  ];

  it.each(bad)('$what', async ({ answer, message, problem }) => {
    await importing(() => xml(whole));
    const before = await catalogue();
    const told = await importing(answer);
    expect(told).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(message),
      added: 0,
      changed: 0,
      gone: 0,
    });
    expect(told.message).toMatch(/^not imported: /);
    expect(await catalogue()).toEqual(before);
    if (problem) expect(await problemsOfImport(db, shop, told.id, 1)).toMatchObject([problem]);
    expect(await importing(() => xml(`${whole}\n`))).toMatchObject({ state: 'done', added: 0, changed: 0, gone: 0 });
  });

  it.each([
    ['a feed without offers', () => xml(ymlOf([])), 'not imported: the feed has no offer'],
    ['304 at the first import', () => new Response(null, { status: 304 }), 'not imported: the server answered 304'],
  ])('%s, for a shop that has nothing yet', async (_what, answer, message) => {
    expect(await importing(answer)).toMatchObject({ state: 'failed', message });
  });
});

describe('a feed that would change too much', () => {
  const fewer = ymlOf(someOffers(20));
  const others = ymlOf(someOffers(60).slice(30));
  const dearer = ymlOf(someOffers(30).map((offer, at) => ({ ...offer, price: at < 16 ? '29.9' : '19.9' })));
  const unpriced = ymlOf(someOffers(30).map((offer) => ({ ...offer, price: 'ask' })));

  it.each([
    [
      'a third of the products less',
      fewer,
      { gone: 10 },
      'misses 10 of 30 products that are in stock (more than 30 %)',
    ],
    ['other products altogether', others, { added: 30, gone: 30 }, 'misses 30 of 30 products'],
    [
      'more than half of the prices anew',
      dearer,
      { repriced: 16 },
      'has another price, or none, for 16 of 30 products',
    ],
    ['no price at all', unpriced, { repriced: 30 }, 'has another price, or none, for 30 of 30 products'],
  ])('waits with %s, then does what the merchant says', async (_what, feed, sums, words) => {
    await importing(() => xml(whole));
    const before = await catalogue();
    const told = await importing(() => xml(feed));
    expect(told).toMatchObject({ state: 'waiting', endedAt: null, ...sums, message: expect.stringContaining(words) });
    expect(await catalogue()).toEqual(before);
    const again = await importing(() => xml(feed), told.id);
    expect(again).toEqual(told);
    await confirmImport(db, shop, told.id);
    expect(await importing(() => xml(''), told.id)).toMatchObject({ state: 'done', message: null, ...sums });
    const after = new Set((await catalogue()).filter((row) => row.inStock).map((row) => row.id));
    expect(after).toEqual(new Set([...feed.matchAll(/<offer id="(\w+)"/g)].map(([, id]) => id)));
    expect(await importing(() => xml(`${feed}\n`))).toMatchObject({ state: 'done', added: 0, changed: 0, gone: 0 });
  });

  it('leaves everything as it is where the merchant stops it', async () => {
    await importing(() => xml(whole));
    const before = await catalogue();
    const told = await importing(() => xml(fewer));
    await stopImport(db, shop, told.id, clock);
    expect(await importing(() => xml(fewer), told.id)).toMatchObject({ state: 'stopped' });
    expect(await catalogue()).toEqual(before);
  });

  it('makes way for a newer one that was read, and not for one that failed', async () => {
    await importing(() => xml(whole));
    const told = await importing(() => xml(fewer));
    await importing(() => new Response('', { status: 500 }));
    expect((await lastImports(db, shop, 5)).map(({ state }) => state)).toEqual(['failed', 'waiting', 'done']);
    await importing(() => xml(ymlOf(someOffers(29))));
    expect((await lastImports(db, shop, 5)).map(({ state }) => state)).toEqual(['done', 'failed', 'stopped', 'done']);
    expect(await confirmImport(db, shop, told.id)).toBe(false);
  });

  it('is believed as the shop says', async () => {
    shop = await newShop({ feed: { url, everyMs: hour, guards: { gonePercent: 90, repricedPercent: 90 } } });
    await importing(() => xml(whole));
    expect(await importing(() => xml(ymlOf(someOffers(3))))).toMatchObject({ state: 'done', gone: 27 });
  });

  it('is believed of a small shop', async () => {
    await importing(() => xml(ymlOf(someOffers(20))));
    expect(await importing(() => xml(ymlOf([{ id: 'p0', price: '1' }])))).toMatchObject({ state: 'done', gone: 19 });
  });
});
