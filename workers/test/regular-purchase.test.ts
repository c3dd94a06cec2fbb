// Regular Purchase, from orders of months to the letter in the mailbox: what nights teach, what homes are told, when the letter goes.
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { ServerOrder } from '@winback/db';
import {
  openD1,
  ordersById,
  productHabitsOf,
  putProductHabits,
  putReplenishment,
  replenishmentOf,
  syncOrders,
} from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { deviceName, feedGuards, orderIdSchema, productIdSchema, usualScenario } from '@winback/domain';
import type { Habits } from '@winback/engine/replenish';
import PostalMime from 'postal-mime';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import type { Person } from './person.ts';
import { lettersAt, memoryAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import { event, hour, identify, minute, newVisitor, purchase, send, token } from './storefront.ts';

const day = 24 * hour;
const unlimited = { pauseMs: 0, perDay: 24, perWeek: 100, hours: null };
const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 60 * minute, guards: feedGuards };
const db = () => openD1(env.DB);

beforeAll(emptyD1);
afterEach(() => {
  vi.useRealTimers();
});

async function shopOf(on: boolean): Promise<Merchant> {
  const low_on_supply = { ...usualScenario('low_on_supply', 'en'), on, holdOutPercent: 0 };
  const abandoned_cart = usualScenario('abandoned_cart', 'en');
  const merchant = await newMerchant({ scenarios: { abandoned_cart, low_on_supply }, feed, voice: unlimited });
  const known = async () => expect((await ask(merchant, '/products')).body).toMatchObject({ total: 3 });
  await vi.waitFor(known, { timeout: 10_000, interval: 100 });
  return merchant;
}

interface Somebody extends Person {
  shop: ShopId;
  email: string;
}

/** Somebody whose address the shop knows, and who agreed to letters. */
async function somebody(shop: ShopId): Promise<Somebody> {
  const email = `ann-${token()}@mail.example`;
  await send(shop, newVisitor(), event({ product: 'tent' }), identify(email));
  return { ...(await personOf(shop, email)), shop, email };
}

function order(person: PersonId | null, product: string, at: number, more: Partial<ServerOrder> = {}): ServerOrder {
  const items = [{ product: productIdSchema.parse(product), quantity: 1, price: 15 }];
  const total = { minor: 1_500, currency: 'EUR' };
  const id = orderIdSchema.parse(`o-${token()}-${token()}`);
  return { ...{ order: id, person, at, total, items, status: 'completed', statusWord: 'completed' }, ...more };
}

/** The shop's system tells of orders, as an import of years does. */
async function imported(shop: ShopId, orders: readonly ServerOrder[]): Promise<void> {
  await syncOrders(db(), shop, orders, Date.now());
  await brings('winback-jobs', [{ kind: 'orders-told', shop, orders: orders.map((one) => one.order) }]);
}

/** What homes hear from the queue of jobs by itself. */
function suppliesAt(home: string) {
  return memoryAt(home).then(({ memory }) => memory.state.supplies.list);
}

async function queueRuns({ shop, home }: Somebody): Promise<void> {
  const waiting = (await lettersAt(home)).filter((row) => row.state === 'waiting');
  await brings(
    'winback-letters',
    waiting.map(({ id }) => ({ shop, visitor: home, letter: id })),
  );
}

async function mailsTo({ email }: Somebody) {
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(email)}`);
  return Promise.all((await response.json<string[]>()).map((raw) => PostalMime.parse(raw)));
}

async function sentencesOf({ home }: Somebody): Promise<string[]> {
  return (await lettersAt(home)).flatMap((row) => row.steps.map(({ sentence }) => sentence));
}

/** Every month, last ten days ago. */
const monthly = (person: PersonId | null, product: string) =>
  [100, 70, 40, 10].map((days) => order(person, product, Date.now() - days * day));

describe('who buys a product every month', () => {
  it('is reminded five days before it runs out, by the orders that an import told of', async () => {
    stopClock();
    const { shop } = await shopOf(true);
    const ann = await somebody(shop);
    await imported(shop, monthly(ann.id, 'stove'));
    expect(await suppliesAt(ann.home)).toMatchObject([{ product: 'stove', times: 4, name: 'Little stove' }]);
    await timePasses(14 * day, ann.home);
    await queueRuns(ann);
    expect(await mailsTo(ann)).toEqual([]);
    await timePasses(2 * day, ann.home);
    await queueRuns(ann);
    const [mail, ...more] = await mailsTo(ann);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Running low? Little stove');
    expect(mail?.text).toMatch(/Time to buy it again\?[\s\S]*- Little stove, €49.90[\s\S]*Buy again: /);
    expect((await sentencesOf(ann)).at(0)).toBe(
      'Planned: Little stove was bought every 4 weeks or so, last 26 days ago.',
    );
    // The books say it again with every order: the purchase was told.
    await imported(shop, [order(ann.id, 'lamp', Date.now())]);
    expect(await suppliesAt(ann.home)).toEqual([]);
    await timePasses(10 * day, ann.home);
    expect(await lettersAt(ann.home)).toHaveLength(1);
  });

  it('is not reminded once it was bought again, or where the newest nights think otherwise, or it is sold out', async () => {
    stopClock();
    const { shop } = await shopOf(true);
    const [ann, bob, cleo] = [await somebody(shop), await somebody(shop), await somebody(shop)];
    await imported(shop, [...monthly(ann.id, 'stove'), ...monthly(bob.id, 'stove'), ...monthly(cleo.id, 'lamp')]);
    for (const one of [ann, bob, cleo]) await timePasses(one === ann ? 16 * day : 0, one.home);
    for (const one of [ann, bob, cleo]) expect(await lettersAt(one.home)).toMatchObject([{ state: 'waiting' }]);
    await env.VISITOR.getByName(ann.home).bought({
      name: ann.home,
      order: { id: 'again', at: Date.now(), products: ['stove'] },
    });
    const { habits } = (await replenishmentOf(db(), shop)) ?? { habits: '' };
    const usual: Habits = habits
      ? (JSON.parse(habits) as Habits)
      : {
          shop: { intervalMs: 30 * day, repeatShare: 0.2, periodicAbove: 1 },
          rhythm: { heights: Array(13).fill(0.1) },
        };
    await queueRuns(cleo);
    await putReplenishment(db(), shop, { habits: JSON.stringify(usual), atLeast: 0.99, learntAt: Date.now() });
    for (const one of [ann, bob]) await queueRuns(one);
    expect((await sentencesOf(ann)).at(-1)).toMatch(/^Not sent: it was bought again at/);
    expect((await sentencesOf(bob)).at(-1)).toMatch(/^Not sent: by what the shop has learnt since/);
    expect((await sentencesOf(cleo)).at(-1)).toMatch(/^Not sent: what runs out cannot be bought again now/);
    for (const one of [ann, bob, cleo]) expect(await mailsTo(one)).toEqual([]);
  });

  it('waits with the letter where a night has learnt that it lasts longer', async () => {
    stopClock();
    const { shop } = await shopOf(true);
    const ann = await somebody(shop);
    const orders = [50, 20].map((days) => order(ann.id, 'stove', Date.now() - days * day));
    await imported(shop, orders);
    await timePasses(8 * day, ann.home);
    expect(await lettersAt(ann.home)).toMatchObject([{ state: 'waiting' }]);
    const habit = { buyers: 40, repeaters: 40, orders: 400, intervals: 300, intervalMs: 90 * day };
    await putProductHabits(db(), shop, [
      { product: 'stove', ...habit, first: Date.now() - 700 * day, last: Date.now() },
    ]);
    const habits: Habits = {
      shop: { intervalMs: 90 * day, repeatShare: 0.9, periodicAbove: 0.5 },
      rhythm: { heights: [0.1, 0.3, 0.5, 0.7, 0.9, 1, 1, 1, 1, 1, 1, 1, 1] },
    };
    await putReplenishment(db(), shop, { habits: JSON.stringify(habits), atLeast: 0, learntAt: Date.now() });
    await queueRuns(ann);
    const [letter] = await lettersAt(ann.home);
    expect(letter?.state).toBe('waiting');
    expect((letter?.dueAt ?? 0) - Date.now()).toBeGreaterThan(20 * day);
    expect(await mailsTo(ann)).toEqual([]);
    await timePasses((letter?.dueAt ?? 0) - Date.now() + minute, ann.home);
    await queueRuns(ann);
    expect(await mailsTo(ann)).toHaveLength(1);
  });

  it('is told of by the storefront’s own orders too: those of a browser that was nobody’s get their buyer', async () => {
    stopClock();
    const { shop } = await shopOf(true);
    const browser = newVisitor();
    const email = `ann-${token()}@mail.example`;
    const ids = [`o-${token()}`, `o-${token()}`];
    await send(shop, browser, { ...purchase(ids[0] ?? '', 'stove'), at: Date.now() - day });
    await send(shop, browser, purchase(ids[1] ?? '', 'stove'), identify(email));
    const { id, home } = await personOf(shop, email);
    for (const name of [home, deviceName(shop, browser)]) await timePasses(10 * minute, name);
    const booked = async () => {
      const found = await ordersById(db(), shop, ids);
      expect(found.map(({ person }) => person)).toEqual([id, id]);
    };
    await vi.waitFor(booked, { timeout: 10_000, interval: 200 });
  });
});

describe('what the nights teach', () => {
  it('is how often each product is bought again, and when; guests and the forgotten are nobody, the cancelled nothing', async () => {
    const merchant = await shopOf(false);
    const { shop } = merchant;
    const people = await Promise.all([somebody(shop), somebody(shop), somebody(shop)]);
    const [ann, bob, cleo] = people.map(({ id }) => id);
    if (!ann || !bob || !cleo) throw new Error('three people were asked for');
    const guests = Array.from({ length: 6 }, (_, at) => order(null, 'lamp', Date.now() - at * 9 * day));
    const erased = Array.from({ length: 6 }, (_, at) => order('erased' as PersonId, 'lamp', Date.now() - at * 9 * day));
    const orders = [
      ...[...monthly(ann, 'stove'), ...monthly(bob, 'stove'), order(cleo, 'stove', Date.now() - 5 * day)],
      ...[...guests, ...erased, order(ann, 'lamp', Date.now() - day)],
      ...[order(ann, 'tent', Date.now() - day, { status: 'cancelled', statusWord: 'cancelled' })],
    ];
    await imported(shop, orders);
    for (const { home } of people) expect(await suppliesAt(home)).toEqual([]);
    const { status } = await ask(merchant, '/scenarios/low_on_supply', { method: 'PATCH', body: { on: true } });
    expect(status).toBe(200);
    const learnt = async () => {
      await runDurableObjectAlarm(env.SHOP.getByName(shop));
      expect(await replenishmentOf(db(), shop)).not.toBeNull();
    };
    await vi.waitFor(learnt, { timeout: 10_000, interval: 200 });
    const habits = await productHabitsOf(db(), shop, ['stove', 'lamp', 'tent']);
    expect(habits.get('stove')).toMatchObject({
      buyers: 3,
      repeaters: 2,
      orders: 9,
      intervals: 6,
      intervalMs: 30 * day,
    });
    expect(habits.get('lamp')).toMatchObject({ buyers: 1, repeaters: 0, orders: 1, intervalMs: null });
    expect(habits.get('tent')).toBeUndefined();
    // Who ordered before it was switched on is told then.
    const told = async () => {
      for (const { home } of people.slice(0, 2))
        expect(await suppliesAt(home)).toMatchObject([{ product: 'stove', times: 4 }]);
    };
    await vi.waitFor(told, { timeout: 10_000, interval: 200 });
  });
});
