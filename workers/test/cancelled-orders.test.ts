import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { ordersById } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { deviceName } from '@winback/domain';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import shopifyCancelled from '../../packages/connectors/fixtures/shopify/orders-cancelled.json' with { type: 'json' };
import shopifyOrder from '../../packages/connectors/fixtures/shopify/orders-create.json' with { type: 'json' };
import { databaseOf } from '../env.ts';
import type { OrderState } from '../shop/answers.ts';
import { emptyD1 } from './database.ts';
import { connect, fromShopify } from './hook.ts';
import { stopClock, timePasses } from './person.ts';
import type { Plugin } from './plugin.ts';
import { newPlugin, wire } from './plugin.ts';
import { brings } from './queue.ts';
import { event, hour, newShop, newVisitor, purchase, send, token } from './storefront.ts';

const waits = { timeout: 10_000, interval: 100 };
// What is told goes its way by alarms and queues.
vi.setConfig({ testTimeout: 20_000 });
let plugin: Plugin;
let shop: ShopId;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  plugin = await newPlugin();
  shop = plugin.shop;
});
afterEach(() => {
  vi.useRealTimers();
});

/** Orders and revenue of the last 24 hours. */
async function figures(): Promise<[number, number]> {
  const { today } = await env.SHOP.getByName(shop).figures({ now: Date.now(), dayStart: Date.now() - 24 * hour });
  return [today.orders, today.revenueMinor];
}

async function figuresBecome(orders: number, revenueMinor: number): Promise<void> {
  await vi.waitFor(async () => expect(await figures()).toEqual([orders, revenueMinor]), waits);
}

/** A browser orders for 21 euros, and its Visitor's outbox goes to the books. */
async function bought(id: string): Promise<void> {
  const visitor = newVisitor();
  stopClock();
  const items = [{ product: '37', quantity: 2, price: 10 }];
  await send(shop, visitor, event({ type: 'purchase', order: id, total: 21, items }));
  await timePasses(20_000, deviceName(shop, visitor));
  const told = async () => expect(await ordersById(databaseOf(env), shop, [id])).toHaveLength(1);
  await vi.waitFor(told, waits);
}

/** The shop's system says how an order stands, at a later moment. */
async function says(id: string, status: string, more: object = {}): Promise<void> {
  vi.setSystemTime(Date.now() + 1_000);
  const answer = await wire('POST', '/sync/orders', { ...plugin.keys, orders: [{ id, status, ...more }] });
  expect(answer.status).toBe(200);
}

describe('an order that the shop’s system cancels', () => {
  it('takes its revenue back once, however often that is told, and counts again when it stands again', async () => {
    await bought('1001');
    await bought('1002');
    await figuresBecome(2, 4_200);
    await says('1001', 'cancelled');
    await figuresBecome(1, 2_100);
    for (const _again of [1, 2]) await says('1001', 'cancelled');
    await says('1001', 'completed');
    await figuresBecome(2, 4_200);
    await says('1001', 'delivered');
    await says('1001', 'cancelled');
    await figuresBecome(1, 2_100);
  });

  it('is not counted where its browser is heard after that, and nothing of what was bought together is lost', async () => {
    stopClock();
    await says('1001', 'cancelled');
    await bought('1001');
    await bought('1002');
    await figuresBecome(1, 2_100);
    expect((await env.SHOP.getByName(shop).product({ id: '37', now: Date.now() })).day.buys).toBe(2);
    await says('1001', 'completed');
    await figuresBecome(2, 4_200);
  });

  it('takes the revenue back that was counted under the storefront’s number', async () => {
    const lines = { items: [{ id: '37', price: 10.5, amount: 2 }] };
    await bought('1001');
    await says('77', 'N', lines);
    await vi.waitFor(async () => expect((await order('1001'))?.twin).toBe('77'), waits);
    await says('77', 'cancelled');
    await figuresBecome(0, 0);
    await says('77', 'N');
    await figuresBecome(1, 2_100);
  });

  it('takes it back as well where the two numbers are found to be one only after that', async () => {
    stopClock();
    await says('77', 'N', { items: [{ id: '37', price: 10.5, amount: 2 }] });
    await says('77', 'cancelled');
    await bought('1001');
    await vi.waitFor(async () => expect((await order('1001'))?.twin).toBe('77'), waits);
    await figuresBecome(0, 0);
  });

  it('stays cancelled though an older word of the platform comes late', async () => {
    await connect(shop, 'shopify');
    const at = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
    const placed = {
      created_at: at(-60),
      processed_at: at(-60),
      updated_at: at(-60),
      email: `ida-${token()}@mail.example`,
    };
    const cancelled = { ...shopifyCancelled, ...placed, updated_at: at(-30), cancelled_at: at(-30) };
    expect(await fromShopify(shop, 'orders/cancelled', cancelled)).toMatchObject({ status: 200 });
    expect(await fromShopify(shop, 'orders/create', { ...shopifyOrder, ...placed })).toMatchObject({ status: 200 });
    expect((await order('5550001'))?.status).toBe('cancelled');
    await bought('1002');
    const told = async () =>
      expect((await env.SHOP.getByName(shop).figures({ now: Date.now(), dayStart: 0 })).events.purchase.count).toBe(2);
    await brings('winback-events', [
      {
        ...{ shop, visitor: deviceName(shop, newVisitor()), person: null },
        rows: [
          {
            ...{ seq: 1, kind: 'beacon', at: Date.now(), seenWith: {}, visit: { idleMs: hour } },
            events: [
              event({ type: 'purchase', order: '5550001', items: [{ product: '8801', quantity: 1, price: 64.8 }] }),
            ],
          },
        ],
      },
    ]);
    await vi.waitFor(told, waits);
    await figuresBecome(1, 2_100);
  });

  const order = async (id: string) => (await ordersById(databaseOf(env), shop, [id]))[0];
});

describe('the figures of orders', () => {
  it('are what stands of what was reported, in whatever order and how often it was told', async () => {
    const id = fc.nat({ max: 4 }).map((n) => `order-${n}`);
    const report = fc.record({ id, visitor: fc.nat({ max: 2 }) });
    const tell = fc.record({ id, statusAt: fc.integer({ min: 1, max: 9 }) });
    const acts = fc.array(fc.oneof(report, tell), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        shop = await newShop();
        const seqs = new Map<number, number>();
        const reported = new Set<string>();
        const last = new Map<string, { cancelled: boolean; statusAt: number }>();
        for (const act of list) {
          if ('visitor' in act) {
            const seq = 1 + (seqs.get(act.visitor) ?? 0);
            seqs.set(act.visitor, seq);
            reported.add(act.id);
            await report1(act.visitor, seq, act.id);
          } else {
            // A moment has one status.
            const told = { ...act, cancelled: act.statusAt % 2 === 0 };
            await tell1(told);
            if (told.statusAt >= (last.get(act.id)?.statusAt ?? 0)) last.set(act.id, told);
          }
        }
        const standing = [...reported].filter((one) => !last.get(one)?.cancelled).length;
        expect(await figures()).toEqual([standing, standing * 1_990]);
      }),
      { numRuns: 20 },
    );
  });

  it('lose an order that was counted before its revenue was noted, by what the database says it brought', async () => {
    await bought('1001');
    await figuresBecome(1, 2_100);
    await runInDurableObject(env.SHOP.getByName(shop), (_instance, { storage }) => {
      storage.sql.exec('UPDATE orders SET minor = NULL');
    });
    await says('1001', 'cancelled');
    await figuresBecome(0, 0);
  });

  async function report1(visitor: number, seq: number, order: string): Promise<void> {
    const row = { seq, kind: 'beacon', at: Date.now(), seenWith: {}, visit: { idleMs: hour } } as const;
    const message = { shop, visitor: `${shop}/v/visitor-${visitor}`, person: null };
    const events = [purchase(order, 'tent')] as never;
    await env.SHOP.getByName(shop).count({
      shop,
      messages: [{ ...message, rows: [{ ...row, events }] }],
      currency: 'EUR',
    });
  }

  async function tell1(state: Pick<OrderState, 'id' | 'cancelled' | 'statusAt'>): Promise<void> {
    await env.SHOP.getByName(shop).ordersTold({ shop, orders: [{ ...state, at: Date.now(), minor: 1 }] });
  }
});
