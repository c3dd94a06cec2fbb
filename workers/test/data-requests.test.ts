import { env } from 'cloudflare:workers';
import { addToSegment, keptOfPerson, suppress } from '@winback/db';
import type { DataRequests, EmailAddress, PersonExport, PersonId } from '@winback/domain';
import { deviceName, personExportSchema } from '@winback/domain';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import type { Person } from './person.ts';
import { personOf, stopClock, timePasses } from './person.ts';
import { event, identify, newVisitor, send, token } from './storefront.ts';

let merchant: Merchant;
let email = '';
let ann: Person;
const visitor = newVisitor();
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  merchant = await newMerchant();
  email = `ann-${token()}@mail.example`;
});
afterEach(() => {
  vi.useRealTimers();
});
const db = () => databaseOf(env);
const exported = (of: Merchant, id: string) => ask<PersonExport>(of, `/subscribers/${id}/export`);

async function busyPerson(): Promise<void> {
  stopClock();
  const items = [{ product: 'tent', quantity: 2, price: 10, extras: { size: 'XL' } }];
  await send(
    merchant.shop,
    visitor,
    identify(email),
    event({ type: 'view', product: 'stove' }),
    event({ type: 'purchase', order: '1001', items, extras: { delivery_address: 'Elm St 1' } }),
    event({ type: 'watch', change: 'add', waitsFor: 'back-in-stock', products: ['lamp'] }),
    event({ type: 'profile', fields: { gender: 'f' } }),
  );
  ann = await personOf(merchant.shop, email);
  await timePasses(400_000, ann.home);
  await timePasses(0, deviceName(merchant.shop, visitor));
  await addToSegment(db(), merchant.shop, 7, { people: [ann.id], now: 1 });
  await suppress(db(), merchant.shop, email as EmailAddress, 'complained', 2);
  const rows = [
    `INSERT INTO letters (id, shop, subscriber, scenario, slot, state, sentence, planned_at, at, rev)
     VALUES ('l-ann', ?1, ?2, 'retention', 's', 'sent', 'Sent.', 1, 1, 1)`,
    `INSERT INTO letter_returns (shop, letter, what, words, source, at) VALUES (?1, 'l-ann', 'delivered', ?2, 'mail', 1)`,
    `INSERT INTO letter_touches (shop, letter, id, kind, link, at, verdict) VALUES (?1, 'l-ann', ?2, 'click', 1, 1, 'human')`,
    `INSERT INTO letter_wishes (shop, subscriber, per_week, changed_at) VALUES (?1, ?2, 1, 1)`,
  ];
  await env.DB.batch(rows.map((sql) => env.DB.prepare(sql).bind(merchant.shop, ann.id)));
}

describe('what is kept of a person', () => {
  it('is one file for the merchant', { timeout: 20_000 }, async () => {
    await busyPerson();
    await vi.waitFor(async () => expect((await keptOfPerson(db(), merchant.shop, ann.id))?.orders).toHaveLength(1), {
      timeout: 10_000,
      interval: 100,
    });
    const { status, body } = await exported(merchant, ann.id);
    expect(status).toBe(200);
    const file = personExportSchema.parse(body);
    expect(file).toMatchObject({
      person: { id: ann.id, email, profile: { gender: 'f' }, consent: 'subscribed' },
      consentLog: [{ consent: 'subscribed' }],
      suppression: { reason: 'complained' },
      browsers: [{ visitor }],
      orders: [
        { id: '1001', items: [{ product: 'tent', extras: { size: 'XL' } }], extras: { delivery_address: 'Elm St 1' } },
      ],
      watches: [{ product: 'lamp', waitsFor: 'back-in-stock' }],
      segments: [{ segment: 7 }],
      returns: [{ letter: 'l-ann', what: 'delivered' }],
      touches: [{ letter: 'l-ann', kind: 'click', verdict: 'human' }],
      wishes: [{ perWeek: 1 }],
    });
    expect(file.memory.map(({ of }) => of)).toEqual([ann.home, deviceName(merchant.shop, visitor)]);
    expect(JSON.stringify(file.memory[0]?.state)).toContain('stove');
  });

  it('is for members of the shop only', async () => {
    await send(merchant.shop, newVisitor(), identify(email));
    const { id } = await personOf(merchant.shop, email);
    const neighbour = await newMerchant();
    expect(await exported(neighbour, id)).toMatchObject({ status: 404 });
    expect(await exported({ ...neighbour, shop: merchant.shop }, id)).toMatchObject({ status: 404 });
  });
});

it('who asked for their data is told to the merchant until it is noted as answered', async () => {
  await send(merchant.shop, newVisitor(), identify(email));
  const { id } = await personOf(merchant.shop, email);
  const stub = env.SHOP.getByName(merchant.shop);
  await stub.dataRequested({ shop: merchant.shop, person: id, platform: 'shopify', at: 5 });
  await stub.dataRequested({ shop: merchant.shop, person: 'gone' as PersonId, platform: 'shopify', at: 6 });
  const open = { requests: [{ person: id, email, platform: 'shopify', at: 5 }] };
  expect((await ask<DataRequests>(merchant, '/data-requests')).body).toEqual(open);
  expect((await ask<DataRequests>(await newMerchant(), '/data-requests')).body).toEqual({ requests: [] });
  expect(await ask(merchant, `/data-requests/${id}`, { method: 'DELETE' })).toMatchObject({ body: { requests: [] } });
});
