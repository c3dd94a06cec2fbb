// The validation table of the original's documentation, row by row: what `/push` answers, and what is stored of it.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyD1 } from './database.ts';
import type { WireShop } from './wire.ts';
import { call, newBrowser, newWireShop, postJson, secretOf, storedOf } from './wire.ts';

let shop: WireShop;
let did: string;

beforeAll(async () => {
  await emptyD1();
  shop = await newWireShop();
});
beforeEach(async () => {
  did = await newBrowser(shop);
});

const view = { event: 'view', items: [{ id: '37' }] };

/** Pushes what is good but for `more`; a field that is undefined is left out. */
function push(more: Record<string, unknown> = {}) {
  return postJson('/push', { shop_id: shop.id, did, sid: 'abcdefghij', ...view, ...more });
}

/** What was stored, without what every event has. */
async function stored(): Promise<Record<string, unknown>[]> {
  return (await storedOf(shop.shop, did)).map(({ id: _id, at: _at, ...rest }) => rest);
}

describe('a call', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('by %s is 405', async (method) => {
    expect((await call('/push', { method })).status).toBe(405);
  });

  it.each([
    ['no shop', undefined, 401],
    ['an empty shop', '', 422],
    ['29 digits', 'a'.repeat(29), 422],
    ['a sign that is no hex digit', 'g'.repeat(30), 422],
    ['a list', ['a'], 422],
    ['an unknown shop', 'a'.repeat(30), 404],
  ])('of %s is %s → %s', async (_what, shop_id, status) => {
    const answer = await push({ shop_id });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      status: 'error',
      message: expect.any(String),
      payload: { message: expect.any(String) },
    });
  });

  it('of a shop that was closed is 403, to every door', async () => {
    const closed = await newWireShop({ standing: { open: false, since: Date.now() } });
    const browser = { shop_id: closed.id, did: await newBrowser(closed) };
    const key = await secretOf(closed);
    const answers = await Promise.all([
      postJson('/push', { ...browser, ...view }),
      postJson('/init', { shop_id: closed.id }),
      postJson('/import/audience', { shop_id: closed.id, shop_secret: key, audience: [{ email: 'ann@mail.example' }] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(answers[0]?.body).toMatchObject({ status: 'error', message: 'Shop is inactive' });
  });

  it.each([
    ['no browser', undefined, 401],
    ['null', null, 401],
    ['an empty id', '', 401],
    ['an id of nine signs', 'abcdefghi', 422],
    ['an id with a hyphen', 'abcd-fghij', 422],
    ['a number', 1234567890, 422],
    ['an id that was never issued', '0000000000', 404],
  ])('of %s → %s', async (_what, id, status) => {
    expect((await push({ did: id })).status).toBe(status);
  });

  it('of another shop’s browser is 404', async () => {
    const other = await newWireShop();
    // One did of 3,844 has by chance the other shop's check too.
    const strangers = await Promise.all([1, 2, 3].map(() => newBrowser(other)));
    const answers = await Promise.all(strangers.map((id) => push({ did: id })));
    expect(answers.map(({ status }) => status)).toContain(404);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['unknown', 'dance'],
    ['of every object', 'constructor'],
    ['a list', ['view']],
  ])('whose event is %s is 422', async (_what, event) => {
    expect((await push({ event })).status).toBe(422);
    expect(await stored()).toEqual([]);
  });
});

describe('items', () => {
  it.each(['view', 'cart', 'remove_from_cart', 'wish', 'remove_wish', 'purchase'])(
    'of %s must be there',
    async (event) => {
      for (const items of [undefined, '', []]) expect((await push({ event, items })).status).toBe(422);
      expect((await push({ event, items: [{ id: 'Hello\\World' }] })).status).toBe(422);
      expect((await push({ event, items: [{ id: '' }, { id: 'x'.repeat(256) }] })).status).toBe(422);
      expect(await stored()).toEqual([]);
    },
  );

  it.each([
    ['cart', 'full_cart', []],
    ['cart', 'full_cart', undefined],
    ['wish', 'full_wish', []],
    ['wish', 'full_wish', undefined],
  ])('of a whole %s may be none', async (event, full, items) => {
    expect((await push({ event, [full]: true, items })).status).toBe(200);
    expect(await stored()).toMatchObject([{ type: event, change: 'full' }]);
  });

  it('without a good id are dropped, the others stay', async () => {
    expect((await push({ event: 'cart', items: [{ id: '' }, { id: '37' }, { id: 'x'.repeat(256) }] })).status).toBe(
      200,
    );
    expect(await stored()).toEqual([{ type: 'cart', change: 'add', items: [{ product: '37', quantity: 1 }] }]);
  });

  it('of 255 signs are good', async () => {
    expect((await push({ items: [{ id: 'x'.repeat(255) }] })).status).toBe(200);
  });

  it.each([
    [{ amount: 0 }, 1],
    [{ quantity: -5 }, 1],
    [{ amount: 2 }, 2],
    [{ quantity: '3' }, 3],
    [{ quantity: 1_001 }, 1_000],
    [{ quantity: 'many' }, 1],
  ])('as many as %j are %i', async (said, quantity) => {
    await push({ event: 'cart', items: [{ id: '37', ...said }] });
    expect(await stored()).toMatchObject([{ items: [{ product: '37', quantity }] }]);
  });

  it.each([[-1], ['cheap'], [''], [null], [1e12]])('whose price is %s have none', async (price) => {
    const answer = await push({ event: 'cart', items: [{ id: '37', price, line_id: '', fashion_size: '' }] });
    expect(answer.status).toBe(200);
    expect(await stored()).toEqual([{ type: 'cart', change: 'add', items: [{ product: '37', quantity: 1 }] }]);
  });
});

describe('an optional word', () => {
  it.each(['stream', 'sid', 'referer', 'recommended_code', 'segment', 'recommended_by', 'source'])(
    '%s that is empty is 422',
    async (name) => {
      expect((await push({ [name]: '' })).status).toBe(422);
    },
  );

  it.each(['stream', 'sid', 'referer', 'recommended_code', 'segment', 'recommended_by'])(
    '%s that is no text is 422',
    async (name) => {
      for (const value of [7, ['a'], { a: 1 }, true]) expect((await push({ [name]: value })).status).toBe(422);
    },
  );

  it.each(['stream', 'sid', 'referer', 'recommended_code', 'segment', 'recommended_by', 'source'])(
    '%s that is null is as if it were not there',
    async (name) => {
      expect((await push({ [name]: null })).status).toBe(200);
    },
  );

  it.each([
    ['segment', 'C'],
    ['recommended_by', 'magic'],
    ['source', 'not json'],
  ])('%s of %s is 422', async (name, value) => {
    expect((await push({ [name]: value })).status).toBe(422);
  });

  it.each([['{"code":"abc"}'], ['{"from":"dynamic"}'], ['{"code":"abc","from":"magic"}'], ['[]'], ['5']])(
    'source of %s is ignored',
    async (source) => {
      expect((await push({ source })).status).toBe(200);
      expect(await stored()).toEqual([{ type: 'view', product: '37' }]);
    },
  );

  it.each([['{"code":"abc","from":"dynamic"}'], [{ code: 'abc', from: 'dynamic' }]])(
    'source of %j tells what led here',
    async (source) => {
      expect((await push({ source })).status).toBe(200);
      expect(await stored()).toEqual([{ type: 'view', product: '37', via: { by: 'dynamic', code: 'abc' } }]);
    },
  );

  it('full_wish of "yes" is true', async () => {
    expect((await push({ event: 'wish', items: ['37'], full_wish: 'yes' })).status).toBe(200);
    expect(await stored()).toEqual([{ type: 'wish', change: 'full', products: ['37'] }]);
  });
});

describe('a purchase', () => {
  const purchase = {
    event: 'purchase',
    items: [{ id: '37', price: 10, quantity: 2 }],
    order_id: 'N2',
    order_price: 20,
  };

  it.each(['order_id', 'delivery_type', 'payment_type'])('with an empty %s is taken', async (name) => {
    expect((await push({ ...purchase, [name]: '' })).status).toBe(200);
    expect(await stored()).toMatchObject([{ type: 'purchase', total: 20 }]);
  });

  it('with an order number of more than 255 signs is 422', async () => {
    expect((await push({ ...purchase, order_id: '1'.repeat(256) })).status).toBe(422);
    expect((await push({ ...purchase, order_id: '1'.repeat(255) })).status).toBe(200);
  });
});

describe('a search', () => {
  it.each([[undefined], [''], [['phone']]])('for %j is 422', async (search_query) => {
    expect((await push({ event: 'search', search_query })).status).toBe(422);
  });

  it('in any script is good', async () => {
    expect((await push({ event: 'search', search_query: 'телефон 电话' })).status).toBe(200);
    expect(await stored()).toEqual([{ type: 'search', query: 'телефон 电话' }]);
  });
});

describe('a category', () => {
  it.each([[undefined], [''], [['37']]])('of %j is 422', async (category_id) => {
    expect((await push({ event: 'category', category_id })).status).toBe(422);
  });

  it.each([
    [37, '37'],
    ['men/shoes', 'men/shoes'],
  ])('of %j is good', async (category_id, category) => {
    expect((await push({ event: 'category', category_id })).status).toBe(200);
    expect(await stored()).toEqual([{ type: 'category', category }]);
  });
});

it('a good call is answered with success', async () => {
  expect((await push()).body).toEqual({ status: 'success' });
});
