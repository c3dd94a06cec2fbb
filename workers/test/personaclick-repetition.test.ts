// Clients of the older wire that send again, and are heard by another isolate.
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { idsWithin, windowMs } from '../ingest/personaclick/repetition.ts';
import { emptyD1 } from './database.ts';
import { personOf } from './person.ts';
import { token, visitorAt } from './storefront.ts';
import type { WireShop } from './wire.ts';
import { newBrowser, newWireShop, postJson, storedOf } from './wire.ts';

let shop: WireShop;
let did: string;
beforeAll(async () => {
  await emptyD1();
  shop = await newWireShop();
});
beforeEach(async () => {
  did = await newBrowser(shop);
  vi.useFakeTimers({ toFake: ['Date'], now: border - 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A border of the grid, by which other isolates know a repetition. */
const border = (1 + Math.floor(Date.now() / windowMs)) * windowMs;

/** What an isolate remembers of what was said leaves it by much else that is said: as if another one heard the next word. */
function anotherIsolate(): void {
  for (let n = 0; n < 20_000; n += 1) idsWithin(`${token()} ${n}`, windowMs, Date.now());
}

const at = (ms: number) => {
  anotherIsolate();
  vi.setSystemTime(border + ms);
};
const say = (more: object) => postJson('/push', { shop_id: shop.id, did, ...more });
const view = () => say({ event: 'view', items: ['37'] });
const stored = async () => (await storedOf(shop.shop, did)).length;

it('what is said again on the other side of the border is one event, and later it is news', async () => {
  await view();
  at(1_000);
  await view();
  expect(await stored()).toBe(1);
  at(windowMs - 1_500);
  await view();
  expect(await stored()).toBe(1);
  at(windowMs - 500);
  await view();
  expect(await stored()).toBe(2);
});

it('one more of the same in the cart is news after five seconds, over a border too', async () => {
  const more = () => say({ event: 'cart', items: [{ id: '37', quantity: 1 }] });
  await more();
  at(3_500);
  await more();
  expect(await stored()).toBe(1);
  at(4_500);
  await more();
  expect(await stored()).toBe(2);
});

it('an order without a number is one order', async () => {
  const buy = () => say({ event: 'purchase', items: [{ id: '37', quantity: 1, price: 10 }] });
  await buy();
  at(2_000);
  await buy();
  expect(await stored()).toBe(1);
});

it('a browser that moved in with somebody is heard once too', async () => {
  const email = `ann-${token()}@mail.example`;
  await postJson('/subscriptions/manage', { shop_id: shop.id, did, email, email_bulk: true });
  await view();
  at(1_000);
  await view();
  const { home } = await personOf(shop.shop, email);
  expect((await visitorAt(home).timeline()).entries.filter(({ kind }) => kind === 'view')).toHaveLength(1);
});
