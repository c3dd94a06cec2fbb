import { env } from 'cloudflare:workers';
import { legacyIdOf } from '@winback/db';
import type { OrderRow } from '@winback/domain';
import { deviceName } from '@winback/domain';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import { stopClock, timePasses } from './person.ts';
import { wire } from './plugin.ts';
import { newKey } from './shop-server.ts';
import { event, newVisitor, send } from './storefront.ts';

let merchant: Merchant;
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  merchant = await newMerchant();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Page {
  rows: OrderRow[];
  total: number;
  unmatched: number;
  next: string | null;
}
const page = (query = '') => ask<Page>(merchant, `/orders${query}`);

async function reports(orders: object[]): Promise<void> {
  const shop_id = await legacyIdOf(databaseOf(env), merchant.shop);
  const keys = { shop_id, shop_secret: await newKey(merchant.shop) };
  expect(await wire('POST', '/sync/orders', { ...keys, orders })).toMatchObject({ status: 200 });
}

describe('the page of orders', () => {
  it('shows what only the shop’s system knows, and what its system should have known', {
    timeout: 20_000,
  }, async () => {
    const visitor = newVisitor();
    stopClock();
    const items = [{ product: 'tent', quantity: 2, price: 10 }];
    for (const order of ['web-1', 'web-2'])
      await send(merchant.shop, visitor, event({ type: 'purchase', order, items }));
    await timePasses(20_000, deviceName(merchant.shop, visitor));
    await vi.waitFor(async () => expect((await page()).body.total).toBe(2), { timeout: 10_000, interval: 100 });
    // A shop whose system reports nothing misses nothing.
    expect((await page('?unmatched=1')).body).toMatchObject({ rows: [], total: 0, unmatched: 0 });
    await reports([
      { id: 'web-1', status: 'delivered', email: 'ann@mail.example' },
      { id: 'crm-9', status: 'awaiting pickup', value: { total: 55 } },
    ]);
    const { body } = await page();
    expect(body).toMatchObject({ total: 3, unmatched: 2 });
    const told = body.rows.map(({ id, knownBy, status, statusWord, pieces }) => [
      id,
      knownBy,
      status,
      statusWord,
      pieces,
    ]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['web-1', 'both', 'completed', 'delivered', 2],
        ['web-2', 'storefront', null, null, 2],
        ['crm-9', 'server', 'created', 'awaiting pickup', 0],
      ]),
    );
    const only = await page('?unmatched=1');
    expect(only.body.rows.map((row) => row.id).sort()).toEqual(['crm-9', 'web-2']);
  });

  it('is searched by number and by address, and leafed through', async () => {
    await reports(
      Array.from({ length: 5 }, (_, at) => ({ id: `n-${at}`, status: 1, email: `buyer-${at % 2}@mail.example` })),
    );
    expect((await page('?q=N-3')).body.rows).toMatchObject([{ id: 'n-3', person: { email: 'buyer-1@mail.example' } }]);
    expect((await page('?q=buyer-0')).body.total).toBe(3);
    const first = (await page('?limit=2')).body;
    const second = (await page(`?limit=2&cursor=${first.next}`)).body;
    const third = (await page(`?limit=2&cursor=${second.next}`)).body;
    const ids = [first, second, third].flatMap(({ rows }) => rows.map((row) => row.id));
    expect([ids.sort(), third.next]).toEqual([['n-0', 'n-1', 'n-2', 'n-3', 'n-4'], null]);
  });

  it('tells of one order what the storefront said besides', { timeout: 20_000 }, async () => {
    const visitor = newVisitor();
    const items = [{ product: 'tent', quantity: 2, price: 10, extras: { size: 'XL' } }];
    const extras = { promo_code: 'MAY', delivery_address: 'Elm St 1' };
    stopClock();
    await send(merchant.shop, visitor, event({ type: 'purchase', order: 'web/1', items, extras }));
    await timePasses(20_000, deviceName(merchant.shop, visitor));
    const one = () => ask(merchant, `/orders/${encodeURIComponent('web/1')}`);
    await vi.waitFor(async () => expect((await one()).status).toBe(200), { timeout: 10_000, interval: 100 });
    expect((await one()).body).toMatchObject({ id: 'web/1', lines: items, extras });
    expect(await ask(merchant, '/orders/none')).toMatchObject({ status: 404 });
    expect(await ask(await newMerchant(), `/orders/${encodeURIComponent('web/1')}`)).toMatchObject({ status: 404 });
  });

  it('is the members’ own, and takes nothing it does not know', async () => {
    const neighbour = await newMerchant();
    await reports([{ id: '1', status: 1 }]);
    expect((await ask<Page>(neighbour, '/orders')).body.total).toBe(0);
    expect(await ask({ shop: merchant.shop, cookie: neighbour.cookie }, '/orders')).toMatchObject({ status: 404 });
    expect(await page('?unmatched=yes')).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  });
});
