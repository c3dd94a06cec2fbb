import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverEventSchema } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { Heard } from './heard.ts';
import { eventsOfSegment } from './segment.ts';

const now = Date.parse('2026-11-20T10:00:10Z');
const fixture: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/segment/batch.json'), 'utf8'));
const reading = { now, type: 'track', consentTrait: null, newId: () => 'new-id-00' };
const mug = { product_id: 'mug', price: 19.9, quantity: 2 };
const line = { product: 'mug', quantity: 2, price: 19.9 };

async function track(event: string, properties: Record<string, unknown>): Promise<Heard[]> {
  const [list = []] = await eventsOfSegment(
    { messageId: 'message-1', anonymousId: 'anon-1', event, properties },
    reading,
  );
  return list;
}

function itemsOf(heard: readonly Heard[]): Record<string, unknown>[] {
  return heard.flatMap((one) => (one.kind === 'event' ? [one.item] : []));
}

describe('a track call of the e-commerce spec', () => {
  it.each([
    ['Product Viewed', { product_id: 'mug' }, { type: 'view', product: 'mug' }],
    ['product viewed', { sku: 'MUG-1' }, { type: 'view', product: 'MUG-1' }],
    ['Product List Viewed', { category: 'mugs', list_id: 'l1' }, { type: 'category', category: 'mugs' }],
    ['Product List Viewed', { list_id: 'l1' }, { type: 'category', category: 'l1' }],
    ['Products Searched', { query: ' blue mug ' }, { type: 'search', query: 'blue mug' }],
    ['Product Added', mug, { type: 'cart', change: 'add', items: [line] }],
    ['Product Removed', mug, { type: 'cart', change: 'remove', items: [line] }],
    ['Cart Viewed', { products: [mug] }, { type: 'cart', change: 'full', items: [line] }],
    ['Cart Viewed', { products: [] }, { type: 'cart', change: 'full', items: [] }],
    ['Checkout Started', { products: [mug] }, { type: 'cart', change: 'full', items: [line] }],
    ['Product Added to Wishlist', mug, { type: 'wish', change: 'add', products: ['mug'] }],
    ['Product Removed from Wishlist', mug, { type: 'wish', change: 'remove', products: ['mug'] }],
    [
      'Order Completed',
      { order_id: 9, total: '44.80', products: [mug] },
      { type: 'purchase', order: '9', items: [line], total: 44.8 },
    ],
    [
      'Order Completed',
      { order_id: '9', revenue: 39.8, products: [mug] },
      { type: 'purchase', order: '9', items: [line], total: 39.8 },
    ],
    [
      'Size Guide: Opened',
      { size: 'M', value: 3 },
      { type: 'custom', name: 'size_guide_opened', value: 3, properties: { size: 'M' } },
    ],
    ['sizeGuideOpened', {}, { type: 'custom', name: 'size_guide_opened' }],
    ['constructor', {}, { type: 'custom', name: 'constructor' }],
    ['Order Refunded', { order_id: '9', products: [mug] }, { type: 'custom', name: 'order_refunded' }],
  ])('%s %j is understood', async (event, properties, expected) => {
    const [item, ...more] = itemsOf(await track(event, properties));
    expect(item).toMatchObject(expected);
    expect(more).toEqual([]);
    expect(serverEventSchema.safeParse(item).error).toBeUndefined();
  });

  it.each([
    ['Order Cancelled', { order_id: '9', products: [mug] }],
    ['Order Refunded', { order_id: '9' }],
  ])('%s cancels the order', async (event, properties) => {
    const [heard] = await track(event, properties);
    expect(heard).toMatchObject({ kind: 'order', word: { order: '9', status: 'cancelled', at: now } });
  });

  it.each([
    ['Product Viewed', { name: 'Mug' }, 'properties.product_id'],
    ['Order Completed', { products: [mug] }, 'properties.order_id'],
    ['Order Completed', { order_id: '9' }, 'properties.products'],
    ['Cart Viewed', {}, 'properties.products'],
    ['Products Searched', { query: ' ' }, 'properties.query'],
    ['購入', {}, 'event'],
  ])('%s %j is refused, by the field', async (event, properties, path) => {
    expect(await track(event, properties)).toMatchObject([{ kind: 'refused', path }]);
  });
});

describe('who a call is about', () => {
  const call = { event: 'Product Viewed', properties: { product_id: 'mug' }, messageId: 'message-1' };

  it('is the browser by its anonymousId, where that fits as it is', async () => {
    const [[heard] = []] = await eventsOfSegment({ ...call, anonymousId: '507f191e-810c' }, reading);
    expect(heard).toMatchObject({ item: { person: { visitor: '507f191e-810c' }, id: 'message-1' } });
  });

  it('is the same browser again where its anonymousId does not fit and is digested', async () => {
    const anonymousId = 'a b/c '.repeat(20);
    const [one, other] = await Promise.all([1, 2].map(() => eventsOfSegment({ ...call, anonymousId }, reading)));
    const [person] = itemsOf(one?.[0] ?? []).map((item) => item['person']);
    expect(person).toEqual({ visitor: expect.stringMatching(/^x-[0-9a-f]{40}$/) });
    expect(other).toEqual(one);
  });

  it('is a customer by userId, with a browser of their own until they are known', async () => {
    const [[heard] = []] = await eventsOfSegment({ ...call, userId: 26 }, reading);
    expect(heard).toMatchObject({ item: { person: { externalId: '26' } }, otherwise: expect.stringMatching(/^x-/) });
    expect(itemsOf([heard].flatMap((one) => one ?? []))[0]?.['person']).not.toHaveProperty('visitor');
  });

  it('is nobody where the call names nobody', async () => {
    expect(await eventsOfSegment(call, reading)).toMatchObject([[{ kind: 'refused', path: 'userId' }]]);
  });

  it('agreed to letters only by the trait that the shop names', async () => {
    const identify = { messageId: 'message-1', userId: 'u1', traits: { email: 'ida@mail.example', newsletter: true } };
    const consents = await Promise.all(
      [null, 'newsletter', 'marketing'].map(async (consentTrait) => {
        const [list = []] = await eventsOfSegment(identify, { ...reading, type: 'identify', consentTrait });
        return itemsOf(list).find((item) => item['type'] === 'identify')?.['consent'];
      }),
    );
    expect(consents).toEqual([false, true, false]);
  });
});

it('a batch is read call by call, each with its own id, and times by our clock', async () => {
  const lists = await eventsOfSegment(fixture, { ...reading, type: 'batch', consentTrait: 'newsletter' });
  const items = itemsOf(lists.flat());
  expect(lists.map((list) => list.map((heard) => (heard.kind === 'event' ? heard.item['type'] : heard.kind)))).toEqual([
    ['identify', 'profile'],
    ['cart'],
    ['custom'],
    ['not-ours'],
    ['refused'],
  ]);
  expect(items[0]).toMatchObject({ email: 'ida@mail.example', consent: true, name: 'Ida Berg' });
  expect(items[1]).toMatchObject({ fields: { loyalty_status: 'gold', newsletter: true, external_id: 'u-26' } });
  // The sender's clock is five seconds behind.
  expect(items[0]?.['at']).toBe(Date.parse('2026-11-20T10:00:05Z'));
  expect(items[3]).toMatchObject({
    url: 'https://shop.example/p/1?utm_source=news',
    referrer: 'https://news.example/',
  });
  expect(new Set(items.map((item) => item['id'])).size).toBe(items.length);
  for (const item of items) expect(serverEventSchema.safeParse(item).error).toBeUndefined();
});

it('what is no batch and no call is refused, not thrown', async () => {
  expect(await eventsOfSegment({ batch: 'x' }, { ...reading, type: 'batch' })).toMatchObject([[{ kind: 'refused' }]]);
  expect(await eventsOfSegment({ batch: [null, 7, 'x', []] }, { ...reading, type: 'batch' })).toHaveLength(4);
  expect(await eventsOfSegment(null, reading)).toMatchObject([[{ kind: 'refused' }]]);
  expect(await eventsOfSegment({ traits: 7, userId: 'u' }, { ...reading, type: 'identify' })).toMatchObject([
    [{ kind: 'refused', path: 'traits' }],
  ]);
});
