// Products that came back or cost less, from the fact in the catalogue to the letter in the mailbox.
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Database } from '@winback/db';
import { setStock, watchersBetween } from '@winback/db';
import { productFacts, products, watches } from '@winback/db/schema';
import type { ScenarioCode, ShopId, VisitorId } from '@winback/domain';
import { byScenario, deviceName, productIdSchema, usualScenario } from '@winback/domain';
import { and, eq } from 'drizzle-orm';
import type { Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyD1 } from './database.ts';
import type { Person } from './person.ts';
import { lettersAt, memoryAt, personOf } from './person.ts';
import { brings } from './queue.ts';
import { event, hour, identify, newShop, newVisitor, purchase, send, token } from './storefront.ts';

let db: Database;

beforeAll(async () => {
  db = await emptyD1();
});

afterEach(() => {
  vi.useRealTimers();
});

type Facts = typeof productFacts.$inferInsert;

/** A shop that tells of products, and has these two. */
async function shopThatTells(more: { leastDropPercent?: number } = {}): Promise<ShopId> {
  const scenario = (code: ScenarioCode) => ({ ...usualScenario(code, 'en'), on: code.startsWith('product_') });
  const { double_opt_in: _asked, ...scenarios } = byScenario(scenario);
  const shop = await newShop({
    scenarios: { ...scenarios, product_price_decrease: { ...scenarios.product_price_decrease, ...more } },
    voice: { pauseMs: 24 * hour, perDay: 24, perWeek: 100, hours: null },
  });
  await db.insert(products).values(['tent', 'stove', 'lamp'].map((id) => ({ shop, ...productRow(id) })));
  return shop;
}

function productRow(id: string) {
  const url = `https://shop.example/${id}`;
  const shown = { url, picture: `${url}.png`, pictures: JSON.stringify([`${url}.png`]), category: 'c1' };
  const price = { priceMinor: 9_000, currency: 'EUR', inStock: true };
  return { id, name: `The ${id}`, ...shown, ...price, hash: id, search: id, changedAt: Date.now() };
}

async function fact(shop: ShopId, product: string, more: Partial<Facts> = {}): Promise<number> {
  const base = { shop, product, kind: 'back-in-stock', at: Date.now(), priceMinor: 9_000, wasMinor: 9_000 };
  const [row] = await db
    .insert(productFacts)
    .values({ ...base, currency: 'EUR', ...more })
    .returning();
  return row?.id ?? 0;
}

const drop = (shop: ShopId, product: string) =>
  fact(shop, product, { kind: 'price-drop', priceMinor: 9_000, wasMinor: 10_000 });
const watchFor = (waitsFor: string, products: string[], more: object = {}) =>
  event({ type: 'watch', change: 'add', waitsFor, products, at: Date.now() - 1_000, ...more });

interface Somebody extends Person {
  shop: ShopId;
  browser: VisitorId;
  email: string;
}

async function somebody(shop: ShopId, ...events: unknown[]): Promise<Somebody> {
  const [browser, email] = [newVisitor(), `ann-${token()}@mail.example`];
  await send(shop, browser, ...events, identify(email, { name: 'Ann' }));
  return { ...(await personOf(shop, email)), shop, browser, email };
}

/** What the outboxes say comes to the books. */
async function inTheBooks({ home, id, shop, browser }: Somebody): Promise<void> {
  for (const [visitor, person] of [[deviceName(shop, browser), null] as const, [home, id] as const]) {
    const { confirmed } = (await memoryAt(visitor)).memory.outbox;
    const rows = await runInDurableObject(env.VISITOR.getByName(visitor), (_one, { storage: { sql } }) =>
      sql
        .exec<{ seq: number; at: number; body: string }>('SELECT * FROM outbox WHERE seq > ?1 ORDER BY seq', confirmed)
        .toArray()
        .map(({ seq, at, body }) => ({ ...(JSON.parse(body) as object), seq, at })),
    );
    if (rows.length > 0) await brings('winback-events', [{ shop, visitor, person, rows }]);
  }
}

async function told(shop: ShopId): Promise<void> {
  const answer = await brings('winback-jobs', [{ kind: 'tell-watchers', shop }]);
  expect(answer.retryMessages).toEqual([]);
}

async function mailsTo({ home, shop, email }: Somebody): Promise<Email[]> {
  const waiting = (await lettersAt(home)).filter((row) => row.state === 'waiting');
  await brings(
    'winback-letters',
    waiting.map(({ id }) => ({ shop, visitor: home, letter: id })),
  );
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(email)}`);
  return Promise.all((await response.json<string[]>()).map((raw) => PostalMime.parse(raw)));
}

async function whyOf({ home }: Somebody): Promise<string> {
  return (await lettersAt(home)).map((row) => row.steps.at(-1)?.sentence).join(' ');
}

async function watchedIn(shop: ShopId): Promise<string[]> {
  const rows = await db.select().from(watches).where(eq(watches.shop, shop));
  return rows.map(({ origin, product }) => `${origin} ${product}`).sort();
}

describe('a product that came back', () => {
  it('reaches who waited for it, once, and ends the wait everywhere', async () => {
    const shop = await shopThatTells();
    const ann = await somebody(shop, watchFor('back-in-stock', ['tent', 'lamp']));
    await inTheBooks(ann);
    expect(await watchedIn(shop)).toEqual(['asked lamp', 'asked tent']);
    await fact(shop, 'tent');
    await Promise.all([told(shop), told(shop)]);
    const [mail, ...more] = await mailsTo(ann);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('Back in stock: The tent');
    expect(mail?.text).toMatch(/- The tent, €90[\s\S]*You may also like/);
    expect(mail?.text).toContain('and waited for this there');
    await inTheBooks(ann);
    expect(await watchedIn(shop)).toEqual(['asked lamp']);
    expect((await memoryAt(ann.home)).memory.state.watches).toMatchObject([{ product: 'lamp' }]);
    await fact(shop, 'tent');
    await told(shop);
    expect(await mailsTo(ann)).toHaveLength(1);
  }, 30_000);

  it('is one letter for several, and goes out in spite of the pause', async () => {
    const shop = await shopThatTells();
    const ann = await somebody(shop, watchFor('back-in-stock', ['tent', 'stove', 'lamp']));
    await inTheBooks(ann);
    await fact(shop, 'tent');
    await fact(shop, 'stove');
    await told(shop);
    expect((await mailsTo(ann)).map((mail) => mail.subject)).toEqual(['Back in stock: The stove and 1 more']);
    await fact(shop, 'lamp');
    await told(shop);
    expect((await mailsTo(ann)).map((mail) => mail.subject)).toContain('Back in stock: The lamp');
  }, 30_000);

  it('is not told when it is sold out again before the letter is written; the wait goes on', async () => {
    const shop = await shopThatTells();
    const ann = await somebody(shop, watchFor('back-in-stock', ['tent']));
    await inTheBooks(ann);
    await fact(shop, 'tent');
    await setStock(db, shop, [productIdSchema.parse('tent')], { inStock: false, now: Date.now() });
    await told(shop);
    expect(await mailsTo(ann)).toEqual([]);
    expect(await whyOf(ann)).toBe('Not sent: it was sold out again before the letter was written.');
    await setStock(db, shop, [productIdSchema.parse('tent')], { inStock: true, now: Date.now() });
    await fact(shop, 'tent');
    await told(shop);
    expect(await mailsTo(ann)).toHaveLength(1);
  }, 30_000);

  it('is not told to who bought it since', async () => {
    const shop = await shopThatTells();
    const ann = await somebody(shop, watchFor('back-in-stock', ['tent']));
    await inTheBooks(ann);
    await fact(shop, 'tent');
    await told(shop);
    await send(shop, ann.browser, purchase(`o-${token()}`, 'tent'));
    expect(await mailsTo(ann)).toEqual([]);
    expect(await whyOf(ann)).toMatch(/^Not sent: it was bought at \d\d:\d\d\.$/);
  }, 30_000);

  it('is asked about no more where nobody waits', async () => {
    const shop = await shopThatTells();
    const ann = await somebody(shop, watchFor('back-in-stock', ['tent']));
    await inTheBooks(ann);
    await db
      .update(watches)
      .set({ product: 'stove' })
      .where(and(eq(watches.shop, shop), eq(watches.product, 'tent')));
    await fact(shop, 'stove');
    await told(shop);
    expect(await watchedIn(shop)).toEqual([]);
    expect(await lettersAt(ann.home)).toEqual([]);
  }, 30_000);

  it('is looked for page by page by as many jobs as it takes, each told once', async () => {
    const shop = await shopThatTells();
    const people = 410;
    await db
      .insert(productFacts)
      .values({ shop, product: 'tent', kind: 'back-in-stock', at: Date.now(), currency: 'EUR' });
    for (let n = 0; n < people; n += 10) {
      const rows = Array.from({ length: 10 }, (_, at) => ({
        ...{ shop, product: 'tent', waitsFor: 'back-in-stock', at: 1 },
        visitor: deviceName(shop, `visitor-${String(n + at).padStart(4, '0')}` as VisitorId),
      }));
      await db.insert(watches).values(rows);
    }
    await told(shop);
    const place = await env.SHOP.getByName(shop).factsPlace({ shop });
    expect(place).toMatchObject({ visitor: deviceName(shop, 'visitor-0399' as VisitorId) });
    await told(shop);
    // Nobody has met these Visitors: they wait for nothing, and nothing is written into them.
    expect(await watchedIn(shop)).toEqual([]);
    const stub = env.VISITOR.getByName(deviceName(shop, 'visitor-0042' as VisitorId));
    const tables = await runInDurableObject(stub, (_one, { storage: { sql } }) =>
      sql.exec(`SELECT name FROM sqlite_master WHERE name = 'memory'`).toArray(),
    );
    expect(tables).toEqual([]);
  }, 60_000);
});

describe('a price that fell', () => {
  it('shows the price at which they began to wait, and today’s', async () => {
    const shop = await shopThatTells();
    const ann = await somebody(shop, watchFor('price-drop', ['tent'], { price: 129 }));
    await inTheBooks(ann);
    await drop(shop, 'tent');
    await told(shop);
    const [mail] = await mailsTo(ann);
    expect(mail?.subject).toBe('The tent costs less now: €90');
    expect(mail?.text).toContain('- The tent, €129 → €90');
    expect(mail?.html).toMatch(/<strong>€90<\/strong> <s [^>]*>€129<\/s>/);
  }, 30_000);

  it('is not told where it fell by less than the shop says, or rose again', async () => {
    const shop = await shopThatTells({ leastDropPercent: 20 });
    const ann = await somebody(shop, watchFor('price-drop', ['tent', 'stove'], { price: 100 }));
    await inTheBooks(ann);
    await drop(shop, 'tent');
    await told(shop);
    expect(await lettersAt(ann.home)).toEqual([]);
    await fact(shop, 'stove', { kind: 'price-drop', priceMinor: 7_000, wasMinor: 9_000 });
    await told(shop);
    expect(await mailsTo(ann)).toEqual([]);
    expect(await whyOf(ann)).toBe('Not sent: the price rose again before the letter was written.');
  }, 30_000);

  it('is told of what a person carted or wished for, also before anybody knew them', async () => {
    const shop = await shopThatTells();
    const at = Date.now() - 1_000;
    const lines = [{ product: 'tent', quantity: 1, price: 110 }];
    const ann = await somebody(shop, event({ type: 'cart', change: 'add', items: lines, at }));
    const wish = event({ type: 'wish', change: 'add', products: ['stove'], at: Date.now() - 500 });
    await send(shop, ann.browser, wish);
    await inTheBooks(ann);
    expect(await watchedIn(shop)).toEqual(['kept stove', 'kept tent']);
    const asked = { waitsFor: 'price-drop' as const, from: 0, until: Date.now() + 1_000, limit: 9 };
    expect(await watchersBetween(db, shop, asked)).toEqual([]);
    await drop(shop, 'tent');
    await drop(shop, 'stove');
    await told(shop);
    const [mail, ...more] = await mailsTo(ann);
    expect(more).toEqual([]);
    expect(mail?.text).toContain('- The stove, €100 → €90');
    expect(mail?.text).toContain('- The tent, €110 → €90');
    await inTheBooks(ann);
    expect(await watchedIn(shop)).toEqual([]);
  }, 30_000);
});

describe('the place up to which people were told', () => {
  it('is moved by one of two who told from it', async () => {
    const object = env.SHOP.getByName(`shop-${token()}`);
    const from = { fact: 0, visitor: '' };
    const to = { fact: 7, visitor: 'b' };
    expect(await object.moveFacts({ from, to })).toBe(true);
    expect(await object.moveFacts({ from, to: { fact: 3, visitor: 'a' } })).toBe(false);
    expect(await object.moveFacts({ from: to, to })).toBe(true);
  });

  it('is gone on from by the shop’s own daily round, where an import’s message was lost', async () => {
    const shop = await shopThatTells();
    const ann = await somebody(shop, watchFor('back-in-stock', ['tent']));
    await inTheBooks(ann);
    await fact(shop, 'tent');
    await runInDurableObject(env.SHOP.getByName(shop), async (_one, { storage }) => {
      const row = storage.sql.exec<{ value: string }>(`SELECT value FROM memory WHERE key = 'schedule'`).one();
      expect(JSON.parse(row.value)).toHaveProperty('tidy');
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * hour });
    await runDurableObjectAlarm(env.SHOP.getByName(shop));
    vi.useRealTimers();
    const isTold = async () => expect((await memoryAt(ann.home)).memory.state.alerts.open).toHaveLength(1);
    await vi.waitFor(isTold, { timeout: 15_000, interval: 100 });
  }, 30_000);
});
