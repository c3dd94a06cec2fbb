import { env, exports } from 'cloudflare:workers';
import { connectionTo, listSubscribers, makeKey, ordersById, revokeKey } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import batchFixture from '../../packages/connectors/fixtures/segment/batch.json' with { type: 'json' };
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { personOf } from './person.ts';
import { deviceAt, newShop, newVisitor, token, visitorAt } from './storefront.ts';

let shop: ShopId;
let key: { id: string; secret: string };
let email: string;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  shop = await newShop();
  key = await makeKey(databaseOf(env), shop, { name: 'Segment', now: Date.now() });
  email = `ida-${token()}@mail.example`;
});

interface Reply {
  status: number;
  body: {
    success?: boolean;
    code?: string;
    accepted?: number;
    repeated?: number;
    refused?: { index: number; path: string }[];
  };
}

async function call(path: string, body: unknown, secret: string | null = key.secret): Promise<Reply> {
  const response = await exports.default.fetch(`https://winback.test/v1/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret === null ? {} : { authorization: `Basic ${btoa(`${secret}:`)}` }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

function track(event: string, properties: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return { messageId: `message-${token()}`, anonymousId: newVisitor(), event, properties, ...more };
}

async function cartAt(name: string): Promise<string[]> {
  return (await visitorAt(name).timeline()).cart.map(({ product }) => product);
}

describe('a call', () => {
  it('tells what a browser did', async () => {
    const anonymousId = newVisitor();
    const answer = await call('track', track('Product Added', { product_id: 'mug' }, { anonymousId }));
    expect(answer).toEqual({ status: 200, body: { success: true, accepted: 1, repeated: 0, refused: [] } });
    expect((await deviceAt(shop, anonymousId).timeline()).cart.map(({ product }) => product)).toEqual(['mug']);
  });

  it('is stored once by its messageId', async () => {
    const body = track('Product Added', { product_id: 'mug' });
    await call('track', body);
    expect((await call('track', body)).body).toMatchObject({ accepted: 0, repeated: 1 });
  });

  it('that identifies somebody takes along what their browser did, and names them by the shop’s own id', async () => {
    const anonymousId = newVisitor();
    await call('track', track('Product Added', { product_id: 'mug' }, { anonymousId }));
    await call('identify', { messageId: 'identify-1', anonymousId, userId: 'u-26', traits: { email } });
    const { home } = await personOf(shop, email);
    expect(await cartAt(home)).toEqual(['mug']);
    await call('track', {
      messageId: 'from-server-1',
      userId: 'u-26',
      event: 'Product Added',
      properties: { product_id: 'sock' },
    });
    expect((await cartAt(home)).sort()).toEqual(['mug', 'sock']);
  });

  it('of a customer whom nobody knows yet waits for them', async () => {
    const more = { anonymousId: undefined, userId: 'u-99' };
    await call('track', track('Product Added', { product_id: 'mug' }, more));
    await call('identify', { messageId: 'identify-2', userId: 'u-99', traits: { email } });
    expect(await cartAt((await personOf(shop, email)).home)).toEqual(['mug']);
  });

  it('orders, and cancels the order', async () => {
    const products = [{ product_id: 'mug', quantity: 2, price: 19.9 }];
    const properties = { order_id: '9', total: 39.8, products, email };
    await call('track', track('Order Completed', properties));
    await call('track', track('Order Cancelled', properties));
    const [order] = await ordersById(databaseOf(env), shop, ['9']);
    expect(order).toMatchObject({ status: 'cancelled', person: (await personOf(shop, email)).id });
  });

  it.each(['group', 'alias', 'screen'])('%s is answered and counted as not ours', async (path) => {
    expect(await call(path, { userId: 'u', groupId: 'g' })).toMatchObject({
      status: 200,
      body: { success: true, accepted: 0 },
    });
    const drops = async () => (await env.SHOP.getByName(shop).drops()).map(({ reason }) => reason);
    await vi.waitFor(async () => expect(await drops()).toContain('not-ours'), { timeout: 4_000 });
  });

  it('of another name is not there', async () => {
    expect((await call('import', {})).status).toBe(404);
  });
});

describe('a batch', () => {
  /** The recorded batch, a minute old. */
  function recent() {
    const at = new Date(Date.now() - 60_000).toISOString();
    const batch = batchFixture.batch.map((one) => {
      const anonymous = 'anonymousId' in one ? { anonymousId: `${one.anonymousId}-${shop.slice(-8)}` } : {};
      return { ...one, ...anonymous, timestamp: at, ...('traits' in one ? { traits: { ...one.traits, email } } : {}) };
    });
    return { batch, sentAt: new Date().toISOString() };
  }

  it('is taken call by call: one that is wrong does not take the others along', async () => {
    const answer = await call('batch', recent());
    expect(answer).toMatchObject({ status: 200, body: { success: false, accepted: 4, repeated: 0 } });
    expect(answer.body.refused).toEqual([{ index: 4, path: 'properties.product_id', message: expect.any(String) }]);
  });

  it('is the same batch when it comes again', async () => {
    const body = recent();
    await call('batch', body);
    expect((await call('batch', body)).body).toMatchObject({ accepted: 0, repeated: 4 });
  });

  it('agrees to letters by the trait that the shop named, and by no other', async () => {
    await call('batch', recent());
    const consents = async () =>
      (await listSubscribers(databaseOf(env), shop, { limit: 5 })).rows.map((row) => row.consent);
    expect(await consents()).toEqual(['none']);
    await env.DB.prepare('UPDATE connections SET options = ? WHERE shop = ?')
      .bind('{"consentTrait":"newsletter"}', shop)
      .run();
    const { batch, sentAt } = recent();
    const again = batch.map((one) => ({ ...one, messageId: `second-${one.messageId}` }));
    await call('batch', { batch: again, sentAt });
    expect(await consents()).toEqual(['subscribed']);
  });

  it('has at most 500 calls and 2 MB', async () => {
    const many = Array.from({ length: 501 }, () => track('Product Viewed', { product_id: 'mug' }));
    expect(await call('batch', { batch: many })).toMatchObject({ status: 400, body: { code: 'bad-event' } });
    expect((await call('batch', `{"batch":["${'x'.repeat(2_100_000)}"]}`)).status).toBe(413);
  });
});

describe('the key', () => {
  const body = track('Product Viewed', { product_id: 'mug' });

  it('may stand in the body', async () => {
    expect((await call('track', { ...body, writeKey: key.secret }, null)).status).toBe(200);
  });

  it.each([
    ['nobody’s', 'wbk_nobody-ever-made-this'],
    ['missing', null],
    ['the shop’s public id', 'public-shop-id'],
  ])('%s opens nothing', async (_what, secret) => {
    expect(await call('track', body, secret)).toMatchObject({ status: 401, body: { code: 'wrong-key' } });
  });

  it('that was revoked opens nothing', async () => {
    await revokeKey(databaseOf(env), shop, key.id, Date.now());
    expect((await call('track', body)).status).toBe(401);
  });
});

it('what is no JSON is said to be none', async () => {
  expect(await call('track', '{"event":')).toMatchObject({ status: 400, body: { code: 'bad-json' } });
});

it('the first call makes the connection, and the merchant sees what was heard last', async () => {
  await call('track', track('Product Viewed', { product_id: 'mug' }));
  expect(await connectionTo(databaseOf(env), shop, 'segment')).toMatchObject({ last: { topic: 'track' } });
});
