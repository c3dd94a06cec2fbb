import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverEventSchema } from '@winback/domain';
import { expect, it } from 'vitest';
import type { Heard } from './heard.ts';
import { eventsOfWooCommerce } from './woocommerce.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

function payload(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const file = join(import.meta.dirname, '../fixtures/woocommerce', `${name}.json`);
  return { ...JSON.parse(readFileSync(file, 'utf8')), ...more };
}

function hear(topic: string, body: unknown): Promise<Heard[]> {
  return eventsOfWooCommerce(body, { topic, now });
}

it('an order is its buyer with what they ticked, a purchase of products and not of variations, and a status', async () => {
  const heard = await hear('order.created', payload('order-created'));
  const at = Date.parse('2026-11-20T09:15:00Z');
  const items = [
    { product: '93', quantity: 2, price: 16.725 },
    { product: '94', quantity: 1, price: 16.8 },
  ];
  expect(heard).toMatchObject([
    {
      item: { id: 'woo-buyer-727', type: 'identify', consent: true, source: 'woocommerce checkout', name: 'Ida Berg' },
    },
    { item: { id: 'woo-order-727', type: 'purchase', order: '727', items, total: 64.8, at } },
    { kind: 'order', word: { order: '727', status: 'created', at: at + 5_000, placedAt: at } },
  ]);
  for (const one of heard)
    if (one.kind === 'event') expect(serverEventSchema.safeParse(one.item).error).toBeUndefined();
});

it('an order brings what was said besides: the coupon, the discount, how it is delivered and paid', async () => {
  const said = {
    coupon_lines: [{ code: 'autumn' }],
    discount_total: '3.50',
    shipping_lines: [{ method_title: 'Flat rate' }],
    shipping_total: '4.90',
    payment_method_title: 'Credit card',
    created_via: 'checkout',
  };
  const [, order] = await hear('order.created', payload('order-created', said));
  expect(order).toHaveProperty('item.extras', {
    promo_code: 'autumn',
    discount: 3.5,
    delivery_type: 'Flat rate',
    delivery_price: 4.9,
    payment_type: 'Credit card',
    channel: 'checkout',
  });
});

it.each([
  ['order-created', ['event', 'event', 'order'], 'created'],
  ['order-completed', ['event', 'event', 'order'], 'completed'],
  ['order-cancelled', ['order'], 'cancelled'],
  ['order-pending', ['not-ours'], null],
])('%s, when it is updated, is %j', async (name, kinds, status) => {
  const heard = await hear('order.updated', payload(name));
  expect(heard.map((one) => one.kind)).toEqual(kinds);
  const last = heard.at(-1);
  expect(last?.kind === 'order' ? last.word.status : null).toBe(status);
});

it('nobody agreed where our box was not ticked', async () => {
  const [who] = await hear(
    'order.created',
    payload('order-created', { meta_data: [{ key: '_winback_consent', value: '' }] }),
  );
  expect(who).toMatchObject({ item: { type: 'identify', consent: false } });
});

it('a customer is an address and a number', async () => {
  expect(await hear('customer.created', payload('customer-created'))).toMatchObject([
    { item: { id: 'woo-who-customer-26', type: 'identify', email: 'ida@mail.example', consent: false } },
    { item: { type: 'profile', fields: { external_id: '26', first_name: 'Ida' } } },
  ]);
});

it.each([['product.updated'], ['action.woocommerce_add_to_cart'], ['']])('%s is not ours', async (topic) => {
  expect(await hear(topic, payload('order-created'))).toEqual([{ kind: 'not-ours' }]);
});

it.each([[null], [7], [{}], [{ id: 1, status: 'processing', line_items: {} }]])('%j throws nothing', async (body) => {
  for (const topic of ['order.created', 'customer.created']) expect(await hear(topic, body)).toHaveLength(1);
});
