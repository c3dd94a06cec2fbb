import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverEventSchema } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { Heard } from './heard.ts';
import { eventsOfShopify } from './shopify.ts';

const now = Date.parse('2026-11-20T12:00:30Z');

function payload(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const file = join(import.meta.dirname, '../fixtures/shopify', `${name}.json`);
  return { ...JSON.parse(readFileSync(file, 'utf8')), ...more };
}

function hear(topic: string, body: unknown): Promise<Heard[]> {
  return eventsOfShopify(body, { topic, delivery: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043', now });
}

const items = [
  { product: '8801', quantity: 2, price: 19.9 },
  { product: '8802', quantity: 1, price: 20 },
];

describe('an order', () => {
  it('is its buyer, a purchase of products by their numbers, and a status', async () => {
    const heard = await hear('orders/create', payload('orders-create'));
    const person = { email: 'ida@mail.example', externalId: '7120001' };
    const at = Date.parse('2026-11-20T09:14:58Z');
    expect(heard).toEqual([
      {
        kind: 'event',
        item: {
          person,
          at,
          id: 'shopify-buyer-5550001',
          type: 'identify',
          email: person.email,
          consent: false,
          source: 'shopify checkout',
          name: 'Ida Berg',
        },
      },
      {
        kind: 'event',
        item: {
          person,
          at,
          id: 'shopify-order-5550001',
          type: 'purchase',
          order: '5550001',
          items,
          email: person.email,
          total: 64.8,
          extras: expect.objectContaining({ delivery_type: 'Standard', delivery_price: 5 }),
        },
      },
      {
        kind: 'order',
        word: {
          order: '5550001',
          status: 'created',
          at: at + 3_000,
          placedAt: at,
          email: person.email,
          items,
          total: 64.8,
        },
      },
    ]);
    for (const one of heard)
      if (one.kind === 'event') expect(serverEventSchema.safeParse(one.item).error).toBeUndefined();
  });

  it('brings what was said besides: the code, the discount, how it is delivered and paid', async () => {
    const said = {
      discount_codes: [{ code: 'AUTUMN', amount: '5.00', type: 'fixed_amount' }, { code: 'SHIP' }],
      total_discounts: '5.00',
      shipping_lines: [
        { title: 'Express', price: '7.95' },
        { title: 'Fragile', price: '2.10' },
      ],
      payment_gateway_names: ['shopify_payments', 'gift_card'],
      note: 'ring twice',
    };
    const heard = await hear('orders/create', payload('orders-create', said));
    const extras = heard.flatMap((one) => (one.kind === 'event' ? (one.item['extras'] ?? []) : []));
    expect(extras).toEqual([
      {
        promo_code: 'AUTUMN, SHIP',
        discount: 5,
        delivery_type: 'Express, Fragile',
        delivery_price: 10.05,
        payment_type: 'shopify_payments, gift_card',
        channel: 'web',
      },
    ]);
  });

  it.each([[{ shipping_lines: 'x', discount_codes: [null, 3], payment_gateway_names: {}, source_name: 7 }]])(
    'says nothing more where %j says nothing',
    async (more) => {
      const [, order] = await hear('orders/create', payload('orders-create', more));
      expect(order).not.toHaveProperty('item.extras');
    },
  );

  it('has the same ids in every topic that tells of it', async () => {
    const ids = async (topic: string, name: string) =>
      (await hear(topic, payload(name))).flatMap((one) => (one.kind === 'event' ? [one.item['id']] : []));
    expect(await ids('orders/paid', 'orders-paid')).toEqual(await ids('orders/create', 'orders-create'));
  });

  it.each([
    ['orders/paid', 'orders-paid', {}, 'completed'],
    ['orders/updated', 'orders-create', {}, 'created'],
    ['orders/updated', 'orders-paid', {}, 'completed'],
    ['orders/updated', 'orders-paid', { financial_status: 'voided' }, 'cancelled'],
    ['orders/updated', 'orders-cancelled', {}, 'cancelled'],
    ['orders/cancelled', 'orders-create', {}, 'cancelled'],
  ])('%s of %s %j is %s', async (topic, name, more, status) => {
    expect((await hear(topic, payload(name, more))).at(-1)).toMatchObject({ kind: 'order', word: { status } });
  });

  it('that is cancelled is no purchase', async () => {
    const heard = await hear('orders/cancelled', payload('orders-cancelled'));
    expect(heard.map((one) => one.kind)).toEqual(['order']);
  });

  it('says that letters are welcome only where the box was ticked', async () => {
    const [who] = await hear('orders/create', payload('orders-create', { buyer_accepts_marketing: true }));
    expect(who).toMatchObject({ item: { type: 'identify', consent: true } });
  });

  it.each([
    ['a test', { test: true }, 'not-ours'],
    ['without a number', { id: null }, 'refused'],
    ['of gift wrapping only', { line_items: [{ product_id: null, title: 'Wrap', quantity: 1 }] }, 'refused'],
  ])('%s is no order of ours', async (_what, more, kind) => {
    expect((await hear('orders/create', payload('orders-create', more))).map((one) => one.kind)).toEqual([kind]);
  });

  it('of somebody who gives no address and no account is still in the books', async () => {
    const anonymous = payload('orders-create', { email: '', contact_email: null, customer: null });
    expect((await hear('orders/create', anonymous)).map((one) => one.kind)).toEqual(['order']);
  });
});

describe('a customer', () => {
  it.each([
    ['subscribed', true, false],
    ['not_subscribed', false, false],
    ['pending', false, false],
    ['unsubscribed', false, true],
    ['redacted', false, true],
  ])('whose e-mail consent is %s: agreed %s, left %s', async (state, agreed, left) => {
    const consent = { state, opt_in_level: 'single_opt_in', consent_updated_at: '2026-11-19T08:00:00Z' };
    const heard = await hear('customers/update', payload('customers-update', { email_marketing_consent: consent }));
    expect(heard[0]).toMatchObject({ item: { type: 'identify', consent: agreed, source: 'shopify' } });
    expect(heard.filter((one) => one.kind === 'left')).toEqual(
      left ? [{ kind: 'left', email: 'ida@mail.example', at: Date.parse('2026-11-19T08:00:00Z') }] : [],
    );
  });

  it('is known by name, phone and number', async () => {
    const [, profile] = await hear('customers/create', payload('customers-update'));
    expect(profile).toMatchObject({
      item: { type: 'profile', fields: { external_id: '7120001', phone: '+4512345678', first_name: 'Ida' } },
    });
  });
});

it.each([
  ['customers/redact', 'customers-redact', { kind: 'forget', email: 'ida@mail.example', externalId: '7120001' }],
  [
    'customers/data_request',
    'customers-data-request',
    { kind: 'data-request', email: 'ida@mail.example', externalId: '7120001' },
  ],
  ['shop/redact', 'shop-redact', { kind: 'closed' }],
  ['products/update', 'shop-redact', { kind: 'not-ours' }],
])('%s is %j', async (topic, name, expected) => {
  expect(await hear(topic, payload(name))).toMatchObject([expected]);
});

it.each([[null], [7], ['x'], [[]], [{}], [{ id: {}, line_items: 'x' }]])('%j throws nothing', async (body) => {
  for (const topic of ['orders/create', 'customers/update', 'customers/redact'])
    expect(await hear(topic, body)).toHaveLength(1);
});
