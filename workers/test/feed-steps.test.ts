// An import step by step: broken off anywhere, doubled, looked at from outside, and what it leaves in R2.
import { env } from 'cloudflare:workers';
import { importById, lastImports, listProducts, openD1, problemsOfImport } from '@winback/db';
import type { FeedImport, ShopId } from '@winback/domain';
import { feedGuards, productChangeSchema } from '@winback/domain';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importKeys, putRaw, rawFacts } from '../feed-files.ts';
import { importFeed } from '../jobs/import-feed.ts';
import type { ImportDeps } from '../jobs/import-feed-run.ts';
import { emptyD1 } from './database.ts';
import { dyingDeps, importDeps, runImport } from './imports.ts';
import { hour, newShop, token } from './storefront.ts';
import type { YmlOffer } from './yml.ts';
import { someOffers, ymlOf } from './yml.ts';

const url = 'https://shop.example/feed.yml';
const db = openD1(env.DB);
const leaseMs = 60_000;
let shop: ShopId;
let clock = 1_000;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop({ feed: { url, everyMs: hour, guards: feedGuards } });
});

function depsFor(feed: string, more: Partial<ImportDeps> = {}): ImportDeps {
  const fetch = async () => new Response(feed, { headers: { 'content-type': 'application/xml' } });
  return importDeps({ fetch, now: () => clock, leaseMs, ...more });
}

async function imported(feed: string, id = token()): Promise<FeedImport> {
  clock += 1_000;
  await runImport(depsFor(feed), { shop, import: id });
  return told(id);
}

async function told(id: string): Promise<FeedImport> {
  const one = await importById(db, shop, id);
  if (!one) throw new Error('the import left no trace');
  return one;
}

async function rowsOf(table: string, columns: string): Promise<unknown[]> {
  const asked = env.DB.prepare(`SELECT ${columns} FROM ${table} WHERE shop = ? ORDER BY ${columns}`);
  return asked.bind(shop).raw();
}
const history = () => rowsOf('product_history', 'product, price_minor, in_stock');
const facts = () => rowsOf('product_facts', 'kind, product, price_minor, was_minor');
const catalogue = () => rowsOf('products', 'id, price_minor, in_stock');

async function keysUnder(prefix: string): Promise<string[]> {
  return (await env.LAKE.list({ prefix })).objects.map(({ key }) => key.slice(prefix.length)).sort();
}

async function textAt(key: string): Promise<string> {
  return (await env.LAKE.get(key))?.text() ?? '';
}

/** Of 30 offers: one cheaper, one dearer, one back, one renamed, four gone, one new. */
const before: YmlOffer[] = someOffers(30).map((offer) => (offer.id === 'p2' ? { ...offer, available: false } : offer));
const after: YmlOffer[] = [...someOffers(26), { id: 'new' }].map((offer) => {
  if (offer.id === 'p0') return { ...offer, price: '9.9' };
  if (offer.id === 'p1') return { ...offer, price: '29.9' };
  return offer.id === 'p3' ? { ...offer, name: 'Renamed' } : offer;
});
const gone = ['p26', 'p27', 'p28', 'p29'];

async function expectAfter(): Promise<void> {
  const rows = after.map(({ id, price = '19.9' }) => [id, Math.round(Number(price) * 100), 1]);
  expect(await catalogue()).toEqual([...rows, ...gone.map((id) => [id, 1_990, 0])].sort());
  expect(await history()).toEqual(
    [['p0', 1_990, 1], ['p1', 1_990, 1], ['p2', 1_990, 0], ...gone.map((id) => [id, 1_990, 1])].sort(),
  );
  expect(await facts()).toEqual([
    ['back-in-stock', 'p2', 1_990, 1_990],
    ['new', 'new', 1_990, null],
    ['price-drop', 'p0', 990, 1_990],
  ]);
}

describe('an import that is broken off', () => {
  it.each(['before', 'after'] as const)(
    'goes on where it was, %s any of its steps',
    { timeout: 120_000 },
    async (when) => {
      for (let nth = 1, isOver = false; !isOver; nth += 1) {
        shop = await newShop({ feed: { url, everyMs: hour, guards: feedGuards } });
        await imported(ymlOf(before));
        const id = token();
        const dying = dyingDeps(depsFor(ymlOf(after)), nth, when);
        await runImport(dying.deps, { shop, import: id }).catch(() => undefined);
        isOver = !dying.died();
        clock += leaseMs;
        await imported(ymlOf(after), id);
        expect(await told(id)).toMatchObject({ state: 'done', offers: 27, added: 1, changed: 4, repriced: 2, gone: 4 });
        await expectAfter();
        expect(nth).toBeLessThan(60);
      }
    },
  );

  it('has changed nothing where the file was cut, wherever that was', { timeout: 60_000 }, async () => {
    await imported(ymlOf(before));
    const was = await catalogue();
    const whole = ymlOf(after);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.lastIndexOf('</yml_catalog>') }), async (length) => {
        expect(await imported(whole.slice(0, length))).toMatchObject({ state: 'failed' });
        expect(await catalogue()).toEqual(was);
      }),
      { numRuns: 25 },
    );
    expect([await history(), await facts()]).toEqual([[], []]);
  });

  it('is given up where the server breaks off at every try', async () => {
    const id = token();
    const fetch = async () => new Response(new ReadableStream({ pull: (c) => c.error('cut') }));
    const breaking = depsFor('', { fetch });
    for (let round = 0; round < 2; round += 1)
      await expect(importFeed(breaking, { shop, import: id })).rejects.toThrow('broke off');
    expect(await importFeed(breaking, { shop, import: id })).toBe('failed');
    expect((await told(id)).message).toBe('not imported: the server broke off in the middle of the file');
  });

  it('is given up where it comes no further, time after time', async () => {
    await imported(ymlOf(before)); // a first feed is read without R2
    const id = token();
    const broken = new Proxy(env.LAKE, {
      get: (lake, name) => {
        if (name === 'get') return () => Promise.reject(new Error('R2 is down'));
        const value: unknown = Reflect.get(lake, name);
        return typeof value === 'function' ? value.bind(lake) : value;
      },
    });
    const deps = depsFor(ymlOf(after), { lake: broken });
    for (let round = 0; round < 11; round += 1)
      await expect(importFeed(deps, { shop, import: id })).rejects.toThrow('R2 is down');
    expect(await importFeed(deps, { shop, import: id })).toBe('failed');
    expect((await told(id)).message).toBe('not imported: reading it broke off 10 times');
  });
});

describe('two consumers of one import', () => {
  /** Lets everything through until a part is to be switched, and that only when it is opened. */
  function gated(deps: ImportDeps) {
    let open: () => void = () => undefined;
    let batches = 0;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let arrived: () => void = () => undefined;
    const there = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const gate = new Proxy(deps.db, {
      get: (target, name) => {
        if (name !== 'batch') return Reflect.get(target, name).bind(target);
        return async (...input: unknown[]) => {
          batches += 1;
          // Claim, reading, comparison, and then the first part.
          if (batches === 4) {
            arrived();
            await opened;
          }
          return Reflect.apply(target.batch, target, input);
        };
      },
    });
    return { deps: { ...deps, db: gate }, open, there };
  }

  it('do its work once: the second one leaves it alone', async () => {
    await imported(ymlOf(before));
    const id = token();
    const slow = gated(depsFor(ymlOf(after)));
    const first = runImport(slow.deps, { shop, import: id });
    await slow.there;
    expect(await importFeed(depsFor(ymlOf(after)), { shop, import: id })).toBe('busy');
    expect(await told(id)).toMatchObject({ state: 'running', progress: { step: 'switching', done: 0, of: 9 } });
    slow.open();
    expect(await first).toBe('done');
    await expectAfter();
  });

  it('do it once also where the first was thought dead, and wakes up when everything is done and more', async () => {
    await imported(ymlOf(before));
    const id = token();
    const slow = gated(depsFor(ymlOf(after)));
    const first = runImport(slow.deps, { shop, import: id });
    await slow.there;
    clock += leaseMs;
    expect(await runImport(depsFor(ymlOf(after)), { shop, import: id })).toBe('done');
    await expectAfter();
    const later = after.map((offer) => (offer.id === 'p0' ? { ...offer, price: '5' } : offer));
    await imported(ymlOf(later));
    const was = [await catalogue(), await history(), await facts()];
    slow.open();
    expect(await first).toBe('busy');
    expect([await catalogue(), await history(), await facts()]).toEqual(was);
  });
});

describe('an import of what is there already', () => {
  it('writes no row of a product', async () => {
    await imported(ymlOf(before));
    await env.DB.batch([
      env.DB.prepare('CREATE TABLE writes (what text)'),
      ...['INSERT', 'UPDATE', 'DELETE'].map((what) =>
        env.DB.prepare(`CREATE TRIGGER w${what} AFTER ${what} ON products BEGIN INSERT INTO writes VALUES (1); END`),
      ),
    ]);
    const again = await imported(`${ymlOf(before)}\n`);
    const { results } = await env.DB.prepare('SELECT * FROM writes').all();
    await env.DB.batch([
      ...['INSERT', 'UPDATE', 'DELETE'].map((what) => env.DB.prepare(`DROP TRIGGER w${what}`)),
      env.DB.prepare('DROP TABLE writes'),
    ]);
    expect(again).toMatchObject({ state: 'done', offers: 30, added: 0, changed: 0, gone: 0 });
    expect([results, await history(), await facts()]).toEqual([[], [], []]);
  });

  it('ends early where the file is the same to the byte, and is read all the same after a day', async () => {
    await imported(ymlOf(before));
    expect(await imported(ymlOf(before))).toMatchObject({ state: 'unchanged', message: null });
    clock += 25 * hour;
    const asked: Headers[] = [];
    const deps = depsFor(ymlOf(before), {
      fetch: async (_url, init) => {
        asked.push(new Headers(init.headers));
        return new Response(ymlOf(before), { headers: { etag: '"1"' } });
      },
    });
    const [first, second] = [token(), token()];
    await runImport(deps, { shop, import: first });
    clock += 25 * hour;
    await runImport(deps, { shop, import: second });
    expect([(await told(first)).state, (await told(second)).state]).toEqual(['done', 'done']);
    expect(asked.map((headers) => headers.has('if-none-match'))).toEqual([false, false]);
  });
});

describe('what an import leaves behind', () => {
  it('is the file as it came, all problems as a table, and what changed, and nothing of its work', async () => {
    await imported(ymlOf(before));
    const offers = [...after, { id: '=bad', price: 'ask, "please"' }];
    const one = await imported(ymlOf(offers));
    const keys = importKeys(shop, one.id);
    expect(await keysUnder(keys.folder)).toEqual(['changes.jsonl', 'problems.csv', 'raw']);
    expect(await textAt(keys.raw)).toBe(ymlOf(offers));
    const table = (await textAt(keys.problems)).split('\r\n');
    expect(table[0]).toBe('line,column,offer,kind,message,sample');
    const marked = new Uint8Array((await (await env.LAKE.get(keys.problems))?.arrayBuffer()) ?? []);
    expect([...marked.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(table.find((line) => line.includes('bad-price'))).toMatch(/^32,\d+,'=bad,bad-price,.*,"ask, ""please"""$/);
    const { results } = await env.DB.prepare('SELECT problem_kinds FROM feed_imports WHERE id = ?').bind(one.id).all();
    expect(JSON.parse(String(results[0]?.['problem_kinds']))).toMatchObject({ 'bad-price': 1 });
    expect((await problemsOfImport(db, shop, one.id, 9)).map(({ kind }) => kind)).toContain('bad-price');
    const lines = (await textAt(keys.changes)).trim().split('\n');
    const changes = lines.map((line) => productChangeSchema.parse(JSON.parse(line)));
    expect(changes.filter(({ change }) => change === 'gone').map(({ product }) => product)).toEqual(gone);
    expect(changes.find(({ product }) => product === 'p0')).toEqual({
      product: 'p0',
      name: 'Product p0',
      change: 'changed',
      fields: [{ field: 'price', from: '19.90 EUR', to: '9.90 EUR' }],
    });
    expect(changes.find(({ product }) => product === 'p2')?.fields).toEqual([
      { field: 'stock', from: 'out of stock', to: 'in stock' },
    ]);
    expect(changes.find(({ product }) => product === 'new')).toMatchObject({ change: 'added', fields: [] });
  });

  it('can be read before the merchant says yes', async () => {
    await imported(ymlOf(before));
    const one = await imported(ymlOf(someOffers(5)));
    expect(one.state).toBe('waiting');
    expect((await textAt(importKeys(shop, one.id).changes)).trim().split('\n')).toHaveLength(26);
  });

  it('keeps few samples of a problem that every offer has, and counts them all', async () => {
    const one = await imported(ymlOf(someOffers(70).map((offer) => ({ ...offer, picture: null }))));
    expect(one.problems).toBe(70);
    expect(await problemsOfImport(db, shop, one.id, 500)).toHaveLength(20);
    expect((await textAt(importKeys(shop, one.id).problems)).split('\r\n')).toHaveLength(72);
  });

  it('is there for twenty imports', { timeout: 60_000 }, async () => {
    const ids: string[] = [];
    for (let round = 0; round < 22; round += 1)
      ids.push((await imported(ymlOf([{ id: 'a', price: String(round + 1) }]))).id);
    const left = await env.LAKE.list({ prefix: `feeds/${shop}/`, delimiter: '/' });
    expect(left.delimitedPrefixes.sort()).toEqual(
      ids
        .slice(2)
        .map((id) => importKeys(shop, id).folder)
        .sort(),
    );
    expect(await lastImports(db, shop, 50)).toHaveLength(22);
  });
});

describe('a file that the shop gave us', () => {
  it('is imported as it is: nobody is asked for it', async () => {
    const id = token();
    const facts = {
      origin: 'upload',
      contentType: 'application/xml',
      contentEncoding: null,
      fileName: 'a.yml',
      validators: null,
    } as const;
    const bytes = new TextEncoder().encode(ymlOf(before));
    const body = new Response(bytes).body ?? new ReadableStream<Uint8Array>();
    await putRaw(env.LAKE, { shop, import: id, facts }, body);
    expect(await rawFacts(env.LAKE, shop, id)).toEqual({ ...facts, bytes: bytes.length });
    expect(await runImport(importDeps({}), { shop, import: id })).toBe('done');
    expect(await told(id)).toMatchObject({ origin: 'upload', offers: 30, bytes: bytes.length, format: 'yml' });
    expect((await listProducts(db, shop, { limit: 5 })).total).toBe(30);
  });

  it('is kept in parts where it is long, and not at all where it breaks off', async () => {
    const id = token();
    const facts = {
      origin: 'push',
      contentType: null,
      contentEncoding: null,
      fileName: null,
      validators: null,
    } as const;
    const piece = new Uint8Array(1_000_003).map((_, at) => at % 251);
    async function* pieces(count: number, end: 'whole' | 'broken') {
      for (let at = 0; at < count; at += 1) yield piece;
      if (end === 'broken') throw new Error('the connection broke');
    }
    await expect(putRaw(env.LAKE, { shop, import: id, facts }, pieces(18, 'broken'))).rejects.toThrow('broke');
    expect(await rawFacts(env.LAKE, shop, id)).toBeNull();
    const digest = await putRaw(env.LAKE, { shop, import: id, facts }, pieces(18, 'whole'));
    const stored = await (await env.LAKE.get(importKeys(shop, id).raw))?.arrayBuffer();
    const sent = await new Blob(Array.from({ length: 18 }, () => piece)).arrayBuffer();
    const hex = (bytes: ArrayBuffer) =>
      [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(hex(await crypto.subtle.digest('SHA-256', stored ?? new ArrayBuffer(0)))).toBe(digest);
    expect(hex(await crypto.subtle.digest('SHA-256', sent))).toBe(digest);
  });
});
