import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { listProducts, openD1, putOffers } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { offer } from '../../packages/db/src/queries.suite.ts';
import { lookForPictures } from '../jobs/look-for-pictures.ts';
import { emptyD1 } from './database.ts';
import { stopClock } from './person.ts';
import { hour, minute, newShop } from './storefront.ts';

const db = openD1(env.DB);
const day = 24 * hour;
let shop: ShopId;
let now = 1_000_000;
/** Every request, as `HEAD https://…`. */
let asked: string[];

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop();
  now += 400 * day;
  asked = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (id: string, host = 'cdn.example') => `https://${host}/${id}.jpg`;

async function put(ids: readonly string[], host?: string, hash = '1') {
  const offers = ids.map((id) => offer(id, { picture: at(id, host), pictures: [at(id, host)], hash: `${id}-${hash}` }));
  await putOffers(db, shop, offers, now);
}

type Answer = (url: string, method: string) => Response;
const picture = () => new Response(null, { headers: { 'content-type': 'image/jpeg' } });
const missing = () => new Response('no', { status: 404 });

async function look(answer: Answer, after = 0): Promise<number | null> {
  const fetch = async (url: string, init: RequestInit) => {
    const { method = 'GET' } = init;
    asked.push(`${method} ${url}`);
    return answer(url, method);
  };
  return lookForPictures({ db, fetch, now: () => now, allow: [] }, { shop, after });
}

async function gone(): Promise<string[]> {
  return (await listProducts(db, shop, { limit: 50, letters: 'gone' })).rows.map(({ id }) => id);
}

describe('pictures', () => {
  it('are gone when their server says so twice, hours apart, and come back when it has them again', async () => {
    await put(['a', 'b']);
    const answer: Answer = (url) => (url === at('a') ? missing() : picture());
    await look(answer);
    expect(asked.sort()).toEqual([`GET ${at('a')}`, `HEAD ${at('a')}`, `HEAD ${at('b')}`]);
    expect(await gone()).toEqual([]);
    now += hour;
    await look(answer);
    expect(asked).toHaveLength(3);
    now += 6 * hour;
    await look(answer);
    expect(await gone()).toEqual(['a']);
    now += 8 * day;
    await look(picture);
    expect(await gone()).toEqual([]);
    expect(asked.filter((one) => one.endsWith(at('b')))).toHaveLength(1);
  });

  it('are looked for again after a month, and at once where a product has another one', async () => {
    await put(['a', 'b']);
    await look(picture);
    await put(['a'], 'new.example', '2');
    now += day;
    await look(picture);
    expect(asked.filter((one) => one.includes('new.example'))).toEqual([`HEAD ${at('a', 'new.example')}`]);
    expect(asked).toHaveLength(3);
    now += 31 * day;
    await look(picture);
    expect(asked).toHaveLength(5);
  });

  it('of a server that knows no HEAD are found by their first byte', async () => {
    await put(['a']);
    await look((_url, method) =>
      method === 'HEAD' ? new Response(null, { status: 405 }) : new Response('x', { status: 206 }),
    );
    now += 7 * hour;
    await look(missing);
    expect(asked).toEqual([`HEAD ${at('a')}`, `GET ${at('a')}`]);
  });

  it('that turn out to be pages are missing', async () => {
    await put(['a']);
    const page: Answer = () =>
      new Response('<h1>Not found', { headers: { 'content-type': 'text/html; charset=utf-8' } });
    await look(page);
    now += 7 * hour;
    await look(page);
    expect(await gone()).toEqual(['a']);
  });

  it('are not looked for where products cannot stand in a letter for another reason', async () => {
    await putOffers(db, shop, [offer('a', { url: null }), offer('b', { priceMinor: null })], now);
    await look(missing);
    expect(asked).toEqual([]);
  });

  it('of a host that is down say nothing, and it is left alone after a few tries while others go on', async () => {
    await put(
      Array.from({ length: 20 }, (_, n) => `down-${n}`),
      'down.example',
    );
    await put(['up']);
    for (let round = 0; round < 3; round += 1) {
      await look((url) => (url.includes('down.example') ? new Response(null, { status: 503 }) : picture()));
      now += day;
    }
    const tries = asked.filter((one) => one.includes('down.example')).length;
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThanOrEqual(3 * 6);
    expect(asked).toContain(`HEAD ${at('up')}`);
    expect(await gone()).toEqual([]);
  });

  it('are looked for two hundred at a time, each once, by two at once', async () => {
    await put(Array.from({ length: 250 }, (_, n) => `p-${n}`));
    let open = 0;
    let most = 0;
    const fetch = async (url: string) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open -= 1;
      asked.push(url);
      return picture();
    };
    const deps = { db, fetch, now: () => now, allow: [] };
    const after = await lookForPictures(deps, { shop, after: 0 });
    expect(asked).toHaveLength(200);
    expect(await lookForPictures(deps, { shop, after: after ?? 0 })).toBeNull();
    expect(new Set(asked).size).toBe(250);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('are asked for by the shop’s alarm after an import, from row to row, and then once a day', async () => {
    stopClock();
    const stub = env.SHOP.getByName(shop);
    const kept = () =>
      runInDurableObject(stub, async (_shop, { storage }) => {
        const read = (key: string) =>
          storage.sql.exec<{ value: string }>('SELECT value FROM memory WHERE key = ?1', key).toArray()[0]?.value ??
          '{}';
        const { pictures }: { pictures?: number } = JSON.parse(read('schedule'));
        return { from: Number(read('pictures')), inMs: (pictures ?? 0) - Date.now() };
      });
    const { import: id } = await stub.importNow({ shop });
    await stub.importEnded({ shop, import: id, state: 'done' });
    expect(await kept()).toEqual({ from: 0, inMs: minute });
    await stub.picturesLookedFor({ from: 0, after: 77 });
    await stub.picturesLookedFor({ from: 0, after: 55 }); // heard twice: the first answer stands
    expect(await kept()).toEqual({ from: 77, inMs: 10 * minute });
    vi.setSystemTime(Date.now() + 11 * minute);
    await runDurableObjectAlarm(stub);
    expect(await kept()).toEqual({ from: 77, inMs: day }); // the message may be lost
    await stub.picturesLookedFor({ from: 77, after: null });
    expect(await kept()).toEqual({ from: 0, inMs: day });
  });
});
