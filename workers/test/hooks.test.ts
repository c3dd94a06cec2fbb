import { env, exports } from 'cloudflare:workers';
import { connectionTo, erasureById, listConnections, listSubscribers, ordersById } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import shopifyCustomer from '../../packages/connectors/fixtures/shopify/customers-update.json' with { type: 'json' };
import shopifyCancelled from '../../packages/connectors/fixtures/shopify/orders-cancelled.json' with { type: 'json' };
import shopifyOrder from '../../packages/connectors/fixtures/shopify/orders-create.json' with { type: 'json' };
import shopifyPaid from '../../packages/connectors/fixtures/shopify/orders-paid.json' with { type: 'json' };
import wooCancelled from '../../packages/connectors/fixtures/woocommerce/order-cancelled.json' with { type: 'json' };
import wooOrder from '../../packages/connectors/fixtures/woocommerce/order-created.json' with { type: 'json' };
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { connect, deliver, fromShopify, fromWooCommerce, secret } from './hook.ts';
import { personOf } from './person.ts';
import { cart, identify, newShop, newVisitor, send, token, visitorAt } from './storefront.ts';

let shop: ShopId;
let email: string;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop();
  email = `ida-${token()}@mail.example`;
  await connect(shop, 'shopify');
  await connect(shop, 'woocommerce');
});

/** A payload with today's dates and a buyer of its own. */
function today(payload: object): Record<string, unknown> {
  const at = new Date().toISOString();
  const cancelledAt = 'cancelled_at' in payload && payload.cancelled_at ? { cancelled_at: at } : {};
  return { ...payload, email, contact_email: email, created_at: at, processed_at: at, updated_at: at, ...cancelledAt };
}

function wooToday(payload: typeof wooOrder): Record<string, unknown> {
  const at = new Date().toISOString().slice(0, 19);
  return { ...payload, date_created_gmt: at, date_modified_gmt: at, billing: { ...payload.billing, email } };
}

async function kindsAt(home: string): Promise<string[]> {
  return (await visitorAt(home).timeline()).entries.map(({ kind }) => kind);
}

async function drops(): Promise<string[]> {
  return (await env.SHOP.getByName(shop).drops()).map(({ reason }) => reason);
}

async function subscribers(of: ShopId = shop): Promise<number> {
  return (await listSubscribers(databaseOf(env), of, { limit: 50 })).total;
}

describe('an order at Shopify', () => {
  it('is an order of its buyer here, and stops what waits for them', async () => {
    await send(shop, newVisitor(), cart('8801'), identify(email));
    const { home } = await personOf(shop, email);
    const answer = await fromShopify(shop, 'orders/create', today(shopifyOrder));
    expect(answer).toEqual({ status: 200, body: { accepted: 2, repeated: 0, refused: [] } });
    expect((await visitorAt(home).timeline()).cart).toEqual([]);
    const [order] = await ordersById(databaseOf(env), shop, ['5550001']);
    expect(order).toMatchObject({ status: 'created', total: { minor: 6_480, currency: 'EUR' } });
    expect(order?.person).toBe((await personOf(shop, email)).id);
  });

  it('is one order, however often and in how many topics it is told', async () => {
    const payload = today(shopifyOrder);
    const delivery = crypto.randomUUID();
    await fromShopify(shop, 'orders/create', payload, { delivery });
    const again = await fromShopify(shop, 'orders/create', payload, { delivery });
    expect(again.body).toEqual({ accepted: 0, repeated: 2, refused: [] });
    const paid = await fromShopify(shop, 'orders/paid', today(shopifyPaid));
    expect(paid.body).toMatchObject({ accepted: 0, repeated: 2 });
    const kinds = await kindsAt((await personOf(shop, email)).home);
    expect(kinds.filter((kind) => kind === 'purchase')).toHaveLength(1);
    expect((await ordersById(databaseOf(env), shop, ['5550001'])).map(({ status }) => status)).toEqual(['completed']);
  });

  it('that changes forty days later is no purchase anew, and nothing is wrong with it', async () => {
    await fromShopify(shop, 'orders/create', today(shopifyOrder));
    const payload = today(shopifyPaid);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40 * 86_400_000 });
    const answer = await fromShopify(shop, 'orders/updated', payload).finally(() => vi.useRealTimers());
    expect(answer.body).toEqual({ accepted: 0, repeated: 2, refused: [] });
    expect((await ordersById(databaseOf(env), shop, ['5550001'])).map(({ status }) => status)).toEqual(['completed']);
  });

  it('that is cancelled is cancelled here, also where nothing was told of it before', async () => {
    await fromShopify(shop, 'orders/create', today(shopifyOrder));
    await fromShopify(shop, 'orders/cancelled', today(shopifyCancelled));
    const never = { ...today(shopifyCancelled), id: 5_550_002 };
    await fromShopify(shop, 'orders/cancelled', never);
    const orders = await ordersById(databaseOf(env), shop, ['5550001', '5550002']);
    expect(orders.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('of nobody’s address is refused by its field, and answered 200 so that it is not sent for days', async () => {
    const answer = await fromShopify(shop, 'orders/create', { ...today(shopifyOrder), line_items: [] });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 0, refused: [{ path: 'line_items' }] } });
    await vi.waitFor(async () => expect(await drops()).toContain('bad-event'), { timeout: 4_000 });
  });
});

describe('a customer at Shopify', () => {
  const consent = (state: string, at = Date.now()) => ({
    ...today(shopifyCustomer),
    email_marketing_consent: { state, opt_in_level: 'single_opt_in', consent_updated_at: new Date(at).toISOString() },
  });
  const consentNow = async () =>
    (await listSubscribers(databaseOf(env), shop, { q: email, limit: 5 })).rows.map((row) => row.consent);

  it('who subscribes is subscribed, who leaves has left, and nobody is brought back by a customer that is updated', async () => {
    await fromShopify(shop, 'customers/create', consent('not_subscribed'));
    expect(await consentNow()).toEqual(['none']);
    await fromShopify(shop, 'customers/update', consent('subscribed'));
    expect(await consentNow()).toEqual(['subscribed']);
    await fromShopify(shop, 'customers/update', consent('unsubscribed', Date.now() + 60_000));
    expect(await consentNow()).toEqual(['unsubscribed']);
    await fromShopify(shop, 'customers/update', consent('subscribed'));
    expect(await consentNow()).toEqual(['unsubscribed']);
  });

  it('who said no there before they said yes here stays', async () => {
    await send(shop, newVisitor(), identify(email));
    await fromShopify(shop, 'customers/update', consent('unsubscribed', Date.now() - 86_400_000));
    expect(await consentNow()).toEqual(['subscribed']);
  });

  it('whom Shopify asks to forget is forgotten, and asking again does no harm', async () => {
    await send(shop, newVisitor(), cart('8801'), identify(email));
    const { id, home } = await personOf(shop, email);
    const body = { shop_id: 1, shop_domain: 'x.myshopify.com', customer: { id: 1, email }, orders_to_redact: [] };
    expect((await fromShopify(shop, 'customers/redact', body)).status).toBe(200);
    expect(await consentNow()).toEqual([]);
    expect((await visitorAt(home).timeline()).entries).toEqual([]);
    expect(await erasureById(databaseOf(env), shop, id)).not.toBeNull();
    expect((await fromShopify(shop, 'customers/redact', body)).status).toBe(200);
  });
});

describe('a person who asks Shopify for their data', () => {
  const request = (address: string) => ({ shop_id: 1, customer: { id: 1, email: address }, data_request: { id: 9 } });

  it('is noted once for the merchant until they are answered or forgotten', async () => {
    await send(shop, newVisitor(), identify(email));
    const { id } = await personOf(shop, email);
    const open = () => env.SHOP.getByName(shop).dataRequests();
    for (const _again of [1, 2])
      expect((await fromShopify(shop, 'customers/data_request', request(email))).status).toBe(200);
    expect(await open()).toMatchObject([{ person: id, platform: 'shopify' }]);
    await env.SHOP.getByName(shop).dataRequestEnded({ person: id });
    expect(await open()).toEqual([]);
    await fromShopify(shop, 'customers/data_request', request(email));
    await fromShopify(shop, 'customers/redact', request(email));
    expect(await open()).toEqual([]);
  });

  it('and is nobody we know is counted, and not kept', async () => {
    expect((await fromShopify(shop, 'customers/data_request', request('nobody@mail.example'))).status).toBe(200);
    await vi.waitFor(async () => expect(await drops()).toContain('unknown-person'), { timeout: 4_000 });
    expect(await env.SHOP.getByName(shop).dataRequests()).toEqual([]);
  });
});

it('a shop that left Shopify is disconnected', async () => {
  expect((await fromShopify(shop, 'shop/redact', { shop_id: 1 })).status).toBe(200);
  expect(await connectionTo(databaseOf(env), shop, 'shopify')).toBeNull();
  expect((await fromShopify(shop, 'orders/create', today(shopifyOrder))).status).toBe(401);
});

it.each(['products/update', ''])('the topic «%s» is answered and counted', async (topic) => {
  expect(await fromShopify(shop, topic, { id: 1 })).toMatchObject({ status: 200, body: { accepted: 0 } });
  await vi.waitFor(async () => expect(await drops()).toContain('not-ours'), { timeout: 4_000 });
});

describe('a delivery that is not believed', () => {
  const refusal = { status: 401, body: { code: 'bad-signature' } };

  it.each([
    ['unsigned', { signedBy: null }],
    ['signed with another secret', { signedBy: 'another-secret' }],
    ['signed with nothing', { signedBy: ' ' }],
  ])('%s stores nothing, and is counted', async (_how, more) => {
    expect(await fromShopify(shop, 'orders/create', today(shopifyOrder), more)).toMatchObject(refusal);
    expect(await subscribers()).toBe(0);
    await vi.waitFor(async () => expect(await drops()).toContain('bad-signature'), { timeout: 4_000 });
  });

  it('is one whose body was changed by a character', async () => {
    const body = JSON.stringify(today(shopifyOrder));
    const { signatureOf } = await import('./hook.ts');
    const headers = { 'x-shopify-topic': 'orders/create', 'x-shopify-hmac-sha256': await signatureOf(body) };
    const changed = body.replace('"quantity":2', '"quantity":9');
    expect(changed).not.toBe(body);
    expect(await deliver(`/hooks/shopify/${shop}`, changed, headers)).toMatchObject(refusal);
  });

  it('is one of another shop, signed with that shop’s own secret', async () => {
    const other = await newShop();
    await connect(other, 'shopify', 'the-secret-of-the-other');
    const more = { signedBy: 'the-secret-of-the-other' };
    expect(await fromShopify(shop, 'orders/create', today(shopifyOrder), more)).toMatchObject(refusal);
    expect((await fromShopify(other, 'orders/create', today(shopifyOrder), more)).status).toBe(200);
    expect([await subscribers(), await subscribers(other)]).toEqual([0, 1]);
  });

  it('is one with a secret that was sealed for another place', async () => {
    const other = await newShop();
    const mine = await connectionTo(databaseOf(env), shop, 'shopify');
    await env.DB.prepare('INSERT INTO connections (shop, platform, sealed, created_at) VALUES (?, ?, ?, ?)')
      .bind(other, 'shopify', mine?.sealed, Date.now())
      .run();
    expect(await fromShopify(other, 'orders/create', today(shopifyOrder))).toMatchObject(refusal);
  });

  it('answers the same for a shop that is not there, or not connected', async () => {
    const unconnected = await newShop();
    const answers = await Promise.all(
      ['never-was', unconnected, '..', shop].map((name) =>
        fromShopify(name, 'orders/create', today(shopifyOrder), { signedBy: 'wrong-secret' }),
      ),
    );
    const [first] = answers;
    expect(first).toMatchObject(refusal);
    expect(
      answers.filter((answer) => answer.status === 401).every((answer) => answer.body.code === 'bad-signature'),
    ).toBe(true);
  });
});

it('a body of more than 2 MB is refused before it is read to its end', async () => {
  const answer = await fromShopify(shop, 'orders/create', `{"note":"${'x'.repeat(2_100_000)}"}`);
  expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
});

it('what is signed and no JSON is said to be none', async () => {
  expect(await fromShopify(shop, 'orders/create', 'id=1')).toMatchObject({ status: 400, body: { code: 'bad-json' } });
});

it('the merchant sees what was heard last', async () => {
  await fromShopify(shop, 'orders/create', today(shopifyOrder));
  const rows = await listConnections(databaseOf(env), shop);
  const heard = rows.map(({ platform, last }) => [platform, last?.topic ?? null]);
  expect(heard.sort()).toEqual([
    ['shopify', 'orders/create'],
    ['woocommerce', null],
  ]);
});

describe('WooCommerce', () => {
  it('tells an order with its buyer, who agreed by the plugin’s box', async () => {
    const answer = await fromWooCommerce(shop, 'order.created', wooToday(wooOrder));
    expect(answer).toEqual({ status: 200, body: { accepted: 2, repeated: 0, refused: [] } });
    const { rows } = await listSubscribers(databaseOf(env), shop, { limit: 5 });
    expect(rows).toMatchObject([{ email, consent: 'subscribed', name: 'Ida Berg' }]);
  });

  it('cancels it', async () => {
    await fromWooCommerce(shop, 'order.created', wooToday(wooOrder));
    await fromWooCommerce(shop, 'order.updated', wooToday(wooCancelled));
    expect((await ordersById(databaseOf(env), shop, ['727'])).map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('is not believed with another secret', async () => {
    const answer = await fromWooCommerce(shop, 'order.created', wooToday(wooOrder), 'another-secret');
    expect(answer).toMatchObject({ status: 401, body: { code: 'bad-signature' } });
  });

  it('is not believed with the secret of this shop’s Shopify', async () => {
    await connect(shop, 'woocommerce', 'a-secret-of-woocommerce');
    expect((await fromWooCommerce(shop, 'order.created', wooToday(wooOrder), secret)).status).toBe(401);
  });

  it('hears 200 to the ping that it sends when a webhook is saved, and nothing is stored', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ping = { method: 'POST', headers, body: 'webhook_id=12' };
    const response = await exports.default.fetch(`https://winback.test/hooks/woocommerce/${shop}`, ping);
    expect(response.status).toBe(200);
    expect(await subscribers()).toBe(0);
  });

  it('is not believed where it leaves out the signature and names a topic', async () => {
    const body = JSON.stringify(wooToday(wooOrder));
    const answer = await deliver(`/hooks/woocommerce/${shop}`, body, { 'x-wc-webhook-topic': 'order.created' });
    expect(answer.status).toBe(401);
  });
});
