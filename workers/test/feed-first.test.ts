// A shop's first feed is read while it comes: what that must not change.
import { env } from 'cloudflare:workers';
import { importById, listProducts, openD1 } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { feedGuards } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importKeys } from '../feed-files.ts';
import { importFeed } from '../jobs/import-feed.ts';
import type { ImportDeps } from '../jobs/import-feed-run.ts';
import { emptyD1 } from './database.ts';
import { dyingDeps, importDeps, runImport } from './imports.ts';
import { hour, newShop, token } from './storefront.ts';
import { someOffers, ymlOf } from './yml.ts';

const url = 'https://shop.example/feed.yml';
const db = openD1(env.DB);
const leaseMs = 60_000;
let shop: ShopId;
let clock = 1_000;

beforeAll(() => emptyD1());
beforeEach(async () => {
  shop = await newShop({ feed: { url, everyMs: hour, guards: feedGuards } });
});

/** A server that sends pieces of its answer, and breaks off behind them where it is told to. */
function depsFor(feed: string | Uint8Array, end: 'whole' | 'broken' = 'whole'): ImportDeps {
  const bytes = typeof feed === 'string' ? new TextEncoder().encode(feed) : feed;
  const fetch = async () => {
    let from = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (from < bytes.length) {
          controller.enqueue(bytes.slice(from, from + 1_000));
          from += 1_000;
        } else if (end === 'broken') controller.error(new Error('the connection broke'));
        else controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': 'application/xml', etag: '"1"' } });
  };
  return importDeps({ fetch, now: () => clock, leaseMs });
}

const told = (id: string) => importById(db, shop, id);
const total = async () => (await listProducts(db, shop, { limit: 1 })).total;

async function raw(id: string): Promise<Uint8Array | null> {
  const object = await env.LAKE.get(importKeys(shop, id).raw);
  return object ? new Uint8Array(await object.arrayBuffer()) : null;
}

async function gzipped(text: string): Promise<Uint8Array> {
  const packed = new Response(text).body?.pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

describe('a first feed', () => {
  it.each([
    ['as it is', async (feed: string) => new TextEncoder().encode(feed)],
    ['packed', gzipped],
  ])('is imported, kept as it came, and known again: %s', async (_how, packed) => {
    const bytes = await packed(ymlOf(someOffers(60)));
    const [first, second] = [token(), token()];
    expect(await runImport(depsFor(bytes), { shop, import: first })).toBe('done');
    expect(await told(first)).toMatchObject({ offers: 60, added: 60, bytes: bytes.length, format: 'yml' });
    expect(await raw(first)).toEqual(bytes);
    expect(await total()).toBe(60);
    expect(await runImport(depsFor(bytes), { shop, import: second })).toBe('unchanged');
  });

  it.each(['before', 'after'] as const)(
    'that is broken off %s any of its steps is in the catalogue once',
    async (when) => {
      const feed = ymlOf(someOffers(12));
      for (let nth = 1, isOver = false; !isOver; nth += 1) {
        shop = await newShop({ feed: { url, everyMs: hour, guards: feedGuards } });
        const id = token();
        const dying = dyingDeps(depsFor(feed), nth, when);
        await runImport(dying.deps, { shop, import: id }).catch(() => undefined);
        isOver = !dying.died();
        clock += leaseMs;
        await runImport(depsFor(feed), { shop, import: id });
        expect(await told(id)).toMatchObject({ state: 'done', offers: 12, added: 12, changed: 0, gone: 0 });
        expect([await total(), (await raw(id))?.length]).toEqual([12, feed.length]);
        expect(nth).toBeLessThan(60);
      }
    },
  );

  it('that breaks off in the middle is tried again, and leaves nothing', async () => {
    const id = token();
    const half = ymlOf(someOffers(90)).slice(0, 9_000);
    await expect(importFeed(depsFor(half, 'broken'), { shop, import: id })).rejects.toThrow('broke off');
    expect([await total(), await raw(id), (await told(id))?.state]).toEqual([0, null, 'running']);
    expect(await runImport(depsFor(ymlOf(someOffers(3))), { shop, import: id })).toBe('done');
    expect(await total()).toBe(3);
  });

  it.each([
    [
      'a page',
      async () => new TextEncoder().encode(`<html><body>${'<p>please sign in</p>'.repeat(900)}</body></html>`),
    ],
    ['cut off', async () => new TextEncoder().encode(ymlOf(someOffers(60)).slice(0, 9_000))],
    [
      'packed, and no feed',
      () => gzipped(`<html>${Array.from({ length: 9_000 }, (_, n) => n * 7_919).join(' ')}</html>`),
    ],
  ])('that is refused is kept whole for whoever wants to see why: %s', async (_what, bytesOf) => {
    const bytes = await bytesOf();
    const id = token();
    expect(await runImport(depsFor(bytes), { shop, import: id })).toBe('failed');
    expect(await told(id)).toMatchObject({ state: 'failed', bytes: bytes.length });
    expect(await raw(id)).toEqual(bytes);
    expect(await total()).toBe(0);
  });
});
