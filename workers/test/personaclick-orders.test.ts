import { env } from 'cloudflare:workers';
import { findSubscriber, listOrders, ordersById } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { deviceName, homeName } from '@winback/domain';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { memoryAt, personOf, stopClock, timePasses } from './person.ts';
import type { Plugin } from './plugin.ts';
import { newPlugin, wire, wireGet } from './plugin.ts';
import { cart, event, identify, newVisitor, send, token } from './storefront.ts';

let plugin: Plugin;
let email = '';
const db = () => databaseOf(env);
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  plugin = await newPlugin();
  email = `ann-${token()}@mail.example`;
});

afterEach(() => {
  vi.useRealTimers();
});

const post = (path: string, orders: unknown) => wire('POST', path, { ...plugin.keys, orders });
const order = async (id: string) => (await ordersById(db(), plugin.shop, [id]))[0];
const waits = { timeout: 10_000, interval: 100 };
// Orders of browsers go their way: by the Visitor's alarm and two queues.
vi.setConfig({ testTimeout: 20_000 });
const sqlDate = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** As Magento's plugin exports it. */
function exported(id: string, more: object = {}): object {
  const items = [{ id: '37', price: 10.5, categories: ['3'], is_available: 1, amount: 2 }];
  return { id, user_id: '5', user_email: email, date: sqlDate(Date.now()), items, ...more };
}

/** The browser of Magento's shop: the number of the order and its prices are cut to whole numbers. */
async function boughtInBrowser(id: string): Promise<void> {
  const items = [{ product: '37', quantity: 2, price: 10 }];
  const visitor = newVisitor();
  stopClock();
  await send(plugin.shop, visitor, event({ type: 'purchase', order: id, total: 21, items }));
  await timePasses(20_000, deviceName(plugin.shop, visitor));
  await vi.waitFor(async () => expect(await order(id)).toBeDefined(), waits);
}

async function products(...ids: string[]): Promise<void> {
  const items = ids.map((id) => ({
    ...{ id, name: `Tent ${id}`, url: `https://shop.example/${id}`, picture: `https://shop.example/${id}.png` },
    ...{ price: 10.5, categories: ['3'], available: true },
  }));
  expect(await wire('PUT', '/import/products', { ...plugin.keys, items })).toMatchObject({ status: 204 });
}

describe('orders that a shop’s system reports', () => {
  it('come as Magento’s plugin exports and follows them', async () => {
    const answer = await post('/import/orders', [exported('1001', { date: '2026-09-01 10:00:00' })]);
    expect(answer).toMatchObject({ status: 200, body: { status: 'success', accepted: 1 } });
    expect(await order('1001')).toMatchObject({
      at: Date.UTC(2026, 8, 1, 10),
      total: { minor: 2_100, currency: 'EUR' },
      items: [{ product: '37', quantity: 2, price: 10.5 }],
      status: 'created',
      knownBy: 'server',
      person: (await findSubscriber(db(), plugin.shop, { email }))?.id,
    });
    expect(
      await wire('POST', '/import/sync_orders', { ...plugin.keys, orders: { id: '1001', status: 1 } }),
    ).toMatchObject({
      status: 200,
    });
    expect(await order('1001')).toMatchObject({ status: 'completed', statusWord: '1', total: { minor: 2_100 } });
  });

  it('come as Bitrix syncs them, and are cancelled by number and status alone', async () => {
    const bitrix = {
      id: 88,
      status: 'N',
      date: 1_788_000_000,
      email,
      value: { total: '59.80', delivery: '5', discount: '0' },
      items: [{ id: 't1', price: '27.40', quantity: '2' }],
    };
    expect(await post('/sync/orders', [bitrix])).toMatchObject({ status: 200 });
    expect(await order('88')).toMatchObject({
      at: 1_788_000_000_000,
      status: 'created',
      statusWord: 'N',
      total: { minor: 5_980 },
    });
    expect(await post('/sync/orders', [{ id: 88, status: 'cancelled' }])).toMatchObject({ status: 200 });
    expect(await order('88')).toMatchObject({ status: 'cancelled', total: { minor: 5_980 }, items: [{ quantity: 2 }] });
  });

  it.each([
    [0, 'created'],
    [1, 'completed'],
    ['2', 'cancelled'],
    ['Complete', 'completed'],
    ['canceled', 'cancelled'],
    ['auf dem Weg', 'created'],
  ])('have the status %s of their shop and ours: %s', async (word, status) => {
    await post('/sync/orders', [{ id: 'A-1', status: word }]);
    expect(await order('A-1')).toMatchObject({ status, statusWord: String(word) });
  });

  it('change nothing when they come again, in lists as long as CS-Cart’s two months', async () => {
    const list = Array.from({ length: 5_000 }, (_, at) => ({ id: String(at), status: at % 3 }));
    for (const _twice of [1, 2]) expect(await post('/sync/orders', list)).toMatchObject({ body: { accepted: 5_000 } });
    const count = env.DB.prepare(
      'SELECT count(*) AS count, count(DISTINCT status_at) AS times FROM orders WHERE shop = ?',
    );
    expect(await count.bind(plugin.shop).first()).toEqual({ count: 5_000, times: 1 });
  });

  it.each<[string, object]>([
    ['has no number', { id: '' }],
    ['has a number that is too long', { id: 'x'.repeat(256) }],
    ['has a number that is an object', { id: {} }],
    ['costs more than anything', { value: { total: 1e308 } }],
    ['costs less than nothing', { value: { total: -1 } }],
    ['is of no day', { date: 'tomorrow' }],
    ['is of a day to come', { date: Math.floor(Date.now() / 1_000) + 200_000 }],
  ])('do not take the others along when one %s', async (_why, more) => {
    const answer = await post('/sync/orders', [exported('bad', more), null, exported('good')]);
    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: 1, refused_total: 2, refused: [{ index: 0 }, { index: 1 }] },
    });
    expect(await order('good')).toBeDefined();
    expect(await order('bad')).toBeUndefined();
  });

  it('keep promo code, delivery, payment and the shop’s own fields, and tell them again', async () => {
    const items = [
      { id: 't1', price: 10, quantity: 1, line_id: 7, fashion_size: 'XL', status: 'shipped', barcode: '' },
    ];
    await post('/sync/orders', [
      {
        ...{
          id: '90',
          status: 'N',
          email,
          items,
          promocode: 'MAY',
          delivery_type: 'courier',
          comment: 'c'.repeat(900),
        },
        ...{ value: { total: '25', delivery: '5' }, payment_structure: '{"cash":20,"bonuses":"5"}', tax_free: false },
        ...{ bank_name: 'Own', custom: { gift: 'yes', none: null, far: { deep: [1] } }, delivery_address: ' ' },
      },
    ]);
    expect(await order('90')).toMatchObject({
      items: [{ product: 't1', extras: { line_id: 7, size: 'XL', status: 'shipped' } }],
      extras: {
        ...{ promo_code: 'MAY', delivery_type: 'courier', delivery_price: '5', paid_cash: 20, paid_bonuses: '5' },
        ...{ tax_free: false, comment: 'c'.repeat(500), bank_name: 'Own' },
        custom: { gift: 'yes', far: { deep: [1] } },
      },
    });
    expect((await wireGet('/orders/by_user', { ...plugin.keys, email })).body).toMatchObject({
      data: { orders: [{ promocode: 'MAY', delivery_value: '5', cash_value: 20, items: [{ fashion_size: 'XL' }] }] },
    });
    await post('/sync/orders', [{ id: '91', status: 'N', custom: { a: 'x'.repeat(5_000) }, promocode: 'JUNE' }]);
    expect((await order('91'))?.extras).toEqual({ promo_code: 'JUNE' });
  });

  it('lose a line that is none, and a price that is none', async () => {
    const items = [
      { id: 'a', price: 1e308 },
      { id: '' },
      'b',
      { id: 'c', price: -1, amount: 1e9 },
      { id: 'x'.repeat(300) },
    ];
    await post('/sync/orders', [{ id: '5', status: 0, items }]);
    expect((await order('5'))?.items).toEqual([
      { product: 'a', quantity: 1 },
      { product: 'c', quantity: 100_000 },
    ]);
  });

  it('stay in their shop', async () => {
    const neighbour = await newPlugin();
    await post('/sync/orders', [{ id: '7', status: 1 }]);
    await wire('POST', '/sync/orders', { ...neighbour.keys, orders: [{ id: '7', status: 2 }] });
    expect((await order('7'))?.status).toBe('completed');
  });
});

describe('an order that only the shop’s system knows', () => {
  const openCart = async () => {
    await send(plugin.shop, newVisitor(), cart('37'), identify(email));
    return (await personOf(plugin.shop, email)).home;
  };
  const state = async (home: string) => (await memoryAt(home)).memory.state;

  it('stops the reminders of its buyer', async () => {
    const home = await openCart();
    expect((await state(home)).cart).not.toBeNull();
    await post('/sync/orders', [{ id: '501', status: 'N', email, items: [{ id: '37', price: 10, quantity: 1 }] }]);
    await vi.waitFor(async () => expect((await state(home)).cart).toBeNull(), waits);
    expect((await state(home)).orders).toMatchObject([{ id: '501', products: ['37'] }]);
    await post('/sync/orders', [{ id: '501', status: 'done', email }]);
    expect((await state(home)).orders).toHaveLength(1);
  });

  it.each([
    ['is cancelled', { status: 2 }],
    ['is months old', { status: 1, date: Math.floor(Date.now() / 1_000) - 90 * 86_400 }],
  ])('stops nothing where it %s', async (_why, more) => {
    const home = await openCart();
    await post('/sync/orders', [{ id: '502', email, ...more }]);
    await post('/sync/orders', [{ id: '503', status: 1, email: `other-${email}` }]);
    const other = await findSubscriber(db(), plugin.shop, { email: `other-${email}` });
    // The second batch is told after the first.
    const later = homeName(plugin.shop, other?.id as PersonId);
    await vi.waitFor(async () => expect((await state(later)).orders).toHaveLength(1), waits);
    expect((await state(home)).cart).not.toBeNull();
    expect((await order('502'))?.person).not.toBeNull();
  });
});

describe('two numbers of one order (Magento 2)', () => {
  it('are joined where the browser told first, and the status goes across', async () => {
    await boughtInBrowser('1001');
    await post('/import/orders', [exported('77')]);
    await vi.waitFor(async () => expect(await order('1001')).toMatchObject({ twin: '77', status: 'created' }), waits);
    await wire('POST', '/import/sync_orders', { ...plugin.keys, orders: { id: '77', status: 1 } });
    expect(await order('1001')).toMatchObject({ status: 'completed' });
    const { rows, unmatched } = await listOrders(db(), plugin.shop, { limit: 10 });
    expect([rows.map((row) => row.id), unmatched]).toEqual([['1001'], 0]);
  });

  it('are joined where the shop told first', async () => {
    await post('/import/orders', [exported('77')]);
    await boughtInBrowser('1001');
    await vi.waitFor(async () => expect(await order('1001')).toMatchObject({ twin: '77' }), waits);
  });

  it('are not guessed where two orders look alike: both are shown', async () => {
    await boughtInBrowser('1001');
    await boughtInBrowser('1002');
    await post('/import/orders', [exported('77'), exported('78')]);
    await post('/sync/orders', [{ id: '79', status: 1, email: `b-${email}` }]);
    const other = await findSubscriber(db(), plugin.shop, { email: `b-${email}` });
    const home = homeName(plugin.shop, other?.id as PersonId);
    await vi.waitFor(async () => expect((await memoryAt(home)).memory.state.orders).toHaveLength(1), waits);
    const { rows } = await listOrders(db(), plugin.shop, { limit: 10, unmatched: '1' });
    expect(rows.map((row) => [row.id, row.knownBy]).sort()).toEqual([
      ['1001', 'storefront'],
      ['1002', 'storefront'],
      ['77', 'server'],
      ['78', 'server'],
      ['79', 'server'],
    ]);
  });
});

describe('what somebody bought', () => {
  it('is told to the shop’s server, and to the browser of its owner', async () => {
    await products('37');
    await post('/import/orders', [exported('1001'), exported('1000', { date: sqlDate(Date.now() - 86_400_000) })]);
    await post('/sync/orders', [{ id: '1001', status: 'delivered' }]);
    const told = await wireGet('/orders/by_user', { ...plugin.keys, email });
    expect(told.body).toMatchObject({
      status: 'success',
      data: {
        orders: [
          {
            id: '1001',
            value: 21,
            internal_status: 1,
            order_status: { name: 'delivered' },
            items: [{ amount: 2, price: 10.5, item: { id: '37', name: 'Tent 37', price: 10.5 } }],
          },
          { id: '1000', internal_status: 0 },
        ],
      },
    });
    const recent = { ...plugin.keys, email, date_from: sqlDate(Date.now() - 3_600_000) };
    expect((await wireGet('/orders/by_user', recent)).body).toMatchObject({ data: { orders: [{ id: '1001' }] } });
    expect((await wireGet('/orders/last_for_user', { ...plugin.keys, email })).body).toMatchObject([
      { id: '37', name: 'Tent 37' },
    ]);
  });

  it('is not told to a browser that claims an address', async () => {
    await products('37');
    await post('/import/orders', [exported('1001')]);
    const { shop_id } = plugin.keys;
    expect(await wireGet('/orders/last_for_user', { shop_id, email })).toMatchObject({ status: 401 });
    expect((await wireGet('/orders/last_for_user', { shop_id, email, ssid: 'browser-1' })).body).toEqual([]);
    expect(await wireGet('/orders/by_user', { ...plugin.keys, email: `no-${email}` })).toMatchObject({ status: 404 });
  });
});
