import { env, exports } from 'cloudflare:workers';
import { consentLogOf, findSubscriber, kindsOf, peopleNamed, profileOf, segmentsOf, unsubscribe } from '@winback/db';
import type { PersonId } from '@winback/domain';
import { homeName } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { memoryAt, personOf } from './person.ts';
import type { Plugin } from './plugin.ts';
import { newPlugin, wire, wireGet } from './plugin.ts';
import { cart, identify, newVisitor, send, token } from './storefront.ts';

let plugin: Plugin;
let email = '';
const db = () => databaseOf(env);
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  plugin = await newPlugin();
  email = `ann-${token()}@mail.example`;
});

const audience = (list: unknown, more: object = {}) =>
  wire('POST', '/import/audience', { ...plugin.keys, audience: list, ...more });
const found = (address: string) => findSubscriber(db(), plugin.shop, { email: address });

/** Drops of the shop once they are written, a second after they were counted. */
async function drops(): Promise<unknown[]> {
  return vi.waitFor(
    async () => {
      const list = await env.SHOP.getByName(plugin.shop).drops();
      if (list.length === 0) throw new Error('no drop is counted yet');
      return list;
    },
    { timeout: 5_000, interval: 100 },
  );
}

describe('the secret of a shop', () => {
  const doors: [string, string, object][] = [
    ['POST', '/import/audience', { audience: [] }],
    ['POST', '/import/suppressed', { audience: [] }],
    ['POST', '/import/orders', { orders: [] }],
    ['POST', '/import/sync_orders', { orders: [] }],
    ['POST', '/sync/orders', { orders: [] }],
    ['POST', '/import/disable', { item_ids: '1' }],
    ['POST', '/import/categories', { categories: [] }],
    ['PUT', '/import/categories', { categories: [] }],
    ['DELETE', '/import/categories', { categories: [] }],
    ['POST', '/import/locations', { locations: [] }],
    ['PUT', '/import/products', { items: [] }],
    ['PATCH', '/import/products', { items: [] }],
    ['POST', '/import/products', { items: [], method: 'PATCH' }],
    ['DELETE', '/import/products', { items: [] }],
    ['POST', '/segments/includes', { segment_id: 1, email: 'a@b.example' }],
    ['POST', '/subscriptions/callback', { email: 'a@b.example', event: 'complained' }],
    ['POST', '/profile/force_change_email', { old_email: 'a@b.example', new_email: 'c@b.example' }],
    ['POST', '/profile/force_change_id', { old_id: '1', new_id: '2' }],
    ['POST', '/profile/force_change_phone', { old_phone: '1', new_phone: '2' }],
  ];
  it.each(doors)('opens %s %s, and no neighbour’s does', async (method, path, body) => {
    const { shop_id, shop_secret } = plugin.keys;
    const neighbour = await newPlugin();
    expect(await wire(method, path, { ...body, shop_id })).toMatchObject({ status: 401 });
    const stranger = await wire(method, path, { ...body, shop_id, shop_secret: neighbour.keys.shop_secret });
    expect(stranger).toMatchObject({ status: 403, body: { status: 'error', message: 'Invalid secret key' } });
    expect(await wire(method, path, { ...body, shop_secret })).toMatchObject({ status: 401 });
    expect(await wire(method, path, { ...body, shop_id: 'f'.repeat(30), shop_secret })).toMatchObject({ status: 404 });
    expect(await wire(method, path, { ...body, shop_id: '1', shop_secret })).toMatchObject({ status: 422 });
  });

  it.each(['/orders/by_user', '/subscriptions/changes', '/products/subscribers/stock', '/products/subscribers/price'])(
    'opens GET %s, by the header too',
    async (path) => {
      const { shop_id, shop_secret } = plugin.keys;
      await audience([{ email }]);
      expect(await wireGet(path, { shop_id, email })).toMatchObject({ status: 401 });
      expect(await wireGet(path, { shop_id, email, shop_secret: 'wrong' })).toMatchObject({ status: 403 });
      const response = await exports.default.fetch(
        `https://winback.test${path}?${new URLSearchParams({ shop_id, email })}`,
        { headers: { 'x-shop-secret': shop_secret } },
      );
      expect(response.status).toBe(200);
      await response.body?.cancel();
    },
  );
});

describe('people whom a shop imports', () => {
  it('come as Magento’s plugin sends its customers: known by name, agreed to nothing', async () => {
    expect(await audience([{ id: '5', email }])).toMatchObject({
      status: 200,
      body: { status: 'success', accepted: 1 },
    });
    const row = await found(email);
    expect(row).toMatchObject({ consent: 'none' });
    const { byExternalId } = await peopleNamed(db(), plugin.shop, { externalIds: ['5'], phones: [] });
    expect(byExternalId.get('5')).toBe(row?.id);
    expect(await consentLogOf(db(), plugin.shop, row?.id as PersonId)).toMatchObject([
      { consent: 'none', source: 'import' },
    ]);
  });

  it('come with what is known of them, in a segment', async () => {
    const ann = {
      email: email.toUpperCase(),
      external_id: 7,
      phone: '+49 30 1',
      first_name: 'Ann',
      last_name: 'Fern',
      email_bulk: true,
      email_chain: 'false',
      kids: '[{"gender":"m"}]',
      custom: { bonus_level: 3 },
      loyalty_id: '',
      mobile_token: 'secret-token',
    };
    expect(await audience([ann], { segment_id: '313' })).toMatchObject({ status: 200 });
    const row = await found(email);
    const id = row?.id as PersonId;
    expect(row).toMatchObject({ consent: 'subscribed', name: 'Ann Fern' });
    expect(await kindsOf(db(), plugin.shop, id)).toEqual({ bulk: true, chain: false });
    const profile = { first_name: 'Ann', last_name: 'Fern', kids: [{ gender: 'm' }], bonus_level: 3 };
    expect(await profileOf(db(), plugin.shop, id)).toEqual(profile);
    expect(await segmentsOf(db(), plugin.shop, id)).toEqual([313]);
  });

  it('change nothing when they come again', async () => {
    const list = [{ email, email_bulk: true, first_name: 'Ann' }];
    await audience(list);
    const before = await found(email);
    expect(await audience(list)).toMatchObject({ status: 200 });
    expect(await found(email)).toEqual(before);
    expect(await consentLogOf(db(), plugin.shop, before?.id as PersonId)).toHaveLength(1);
  });

  it('are not resurrected: who unsubscribed, complained or is on the shop’s own list', async () => {
    const [left, complained, listed] = ['left', 'complained', 'listed'].map((one) => `${one}-${email}`);
    await audience([{ email: left, email_bulk: true }]);
    const id = (await found(left ?? ''))?.id as PersonId;
    await unsubscribe(db(), plugin.shop, id, { source: 'letter', now: Date.now() });
    const callback = { ...plugin.keys, email: complained, event: 'complained' };
    expect(await wire('POST', '/subscriptions/callback', callback)).toMatchObject({ status: 200 });
    const suppressed = { ...plugin.keys, audience: [{ email: listed }, listed, { email: 'no address' }] };
    expect(await wire('POST', '/import/suppressed', suppressed)).toMatchObject({
      status: 200,
      body: { accepted: 2, refused_total: 1, refused: [{ index: 2 }] },
    });
    const back = [left, complained, listed].map((one) => ({ email: one, email_bulk: true, email_chain: true }));
    expect(await audience(back)).toMatchObject({ status: 200, body: { accepted: 3 } });
    expect((await found(left ?? ''))?.consent).toBe('unsubscribed');
    expect((await found(complained ?? ''))?.consent).toBe('unsubscribed');
    expect((await found(listed ?? ''))?.consent).toBe('none');
  });

  it('take letters back: the home of somebody whom the shop says has left hears of it', async () => {
    await send(plugin.shop, newVisitor(), cart('p1'), identify(email));
    const { home } = await personOf(plugin.shop, email);
    const consent = async () => (await memoryAt(home)).memory.state.person?.consent;
    expect(await consent()).toBe('subscribed');
    await audience([{ email, email_bulk: false, email_chain: false }]);
    await vi.waitFor(async () => expect(await consent()).toBe('unsubscribed'), { timeout: 8_000 });
  });

  it('do not take the others along when one is wrong', async () => {
    const hostile = JSON.parse(
      '{"email":"","__proto__":{"email":"proto@mail.example"},"constructor":{"prototype":{}}}',
    );
    const list = [
      'ann',
      null,
      { id: '1' },
      { email: 'no address' },
      { email: `long-${email}`, id: 'x'.repeat(300) },
      hostile,
      { email, first_name: '<script>alert(1)</script>', UPPER: 1, big: 'x'.repeat(9_000), age: 1e308 },
    ];
    const answer = await audience(list);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, refused_total: 6 } });
    const row = await found(email);
    expect(row?.name).toBe('<script>alert(1)</script>');
    expect(await profileOf(db(), plugin.shop, row?.id as PersonId)).toEqual({
      first_name: '<script>alert(1)</script>',
      age: 1e308,
    });
    expect(await found('proto@mail.example')).toBeNull();
    expect(Object.keys({})).toEqual([]);
    expect(await drops()).toMatchObject([
      { reason: 'bad-event', count: 1, problems: [{ path: 'audience.0' }, {}, {}, {}, {}] },
    ]);
  });

  it.each([
    ['nobody', undefined],
    ['a number', 5],
    ['more than 5,000', Array.from({ length: 5_001 }, (_, at) => ({ email: `p${at}@mail.example` }))],
  ])('are refused as %s', async (_what, list) => {
    expect(await audience(list)).toMatchObject({ status: 422, body: { status: 'error' } });
  });

  it('come 5,000 at once, and twice', async () => {
    const list = Array.from({ length: 5_000 }, (_, at) => ({
      id: String(at),
      email: `p${at}@mail.example`,
      email_bulk: 1,
    }));
    expect(await audience(list)).toMatchObject({ status: 200, body: { accepted: 5_000 } });
    expect(await audience(list)).toMatchObject({ status: 200, body: { accepted: 5_000 } });
    const { results } = await env.DB.prepare('SELECT count(*) AS count FROM subscribers WHERE shop = ? AND consent = ?')
      .bind(plugin.shop, 'subscribed')
      .all();
    expect(results).toEqual([{ count: 5_000 }]);
  });

  it('keep their shop: the neighbour’s customer of the same address is another person', async () => {
    const neighbour = await newPlugin();
    await audience([{ email, email_bulk: true }]);
    expect(await findSubscriber(db(), neighbour.shop, { email })).toBeNull();
  });
});

describe('segments of the wire', () => {
  const of = (more: object = {}) => ({ ...plugin.keys, segment_id: 313, email, ...more });
  const got = async (more: object = {}) => (await wire('POST', '/segments/get', of(more))).body;

  it('hold whom the shop’s server puts in, once, until it takes them out', async () => {
    for (const _twice of [1, 2])
      expect((await wire('POST', '/segments/add', of())).body).toEqual({ status: 'success' });
    expect(await got()).toEqual([{ id: 313, type: 'static' }]);
    expect((await wire('POST', '/segments/includes', of())).text).toBe('true');
    expect((await wireGet('/segments/includes', { ...plugin.keys, segment_id: '7', email })).text).toBe('false');
    for (const _twice of [1, 2]) expect((await wire('POST', '/segments/remove', of())).status).toBe(200);
    expect(await got()).toEqual([]);
  });

  it('do not tell a browser whose address it claims', async () => {
    await wire('POST', '/segments/add', of());
    const { shop_id } = plugin.keys;
    expect(await wire('POST', '/segments/get', { shop_id, email })).toMatchObject({ status: 401 });
    const ssid = `browser-${token()}`;
    expect((await wire('POST', '/segments/get', { shop_id, email, ssid })).body).toEqual([]);
    expect(await wire('POST', '/segments/add', { shop_id, email, ssid, segment_id: 9 })).toMatchObject({ status: 200 });
    expect(await got()).toEqual([{ id: 313, type: 'static' }]);
  });

  it.each([undefined, '', 'A', -1, 1.5, 1e308, '__proto__'])('have a number, and %s is none', async (segment_id) => {
    expect(await wire('POST', '/segments/add', of({ segment_id }))).toMatchObject({ status: 422 });
  });
});

describe('what became of consent', () => {
  const callback = (event: unknown, address = email) =>
    wire('POST', '/subscriptions/callback', { ...plugin.keys, email: address, event });
  const changes = async (more: Record<string, string> = {}) =>
    (await wireGet('/subscriptions/changes', { ...plugin.keys, ...more })).body;

  it('is told with who did it: the log of consent and the addresses that were given up', async () => {
    await audience([{ email, email_bulk: true }]);
    await callback('hard_bounced');
    await callback('unsubscribed', `other-${email}`);
    const told = {
      contact_type: 'email',
      campaign_type: 'everything',
      ip: null,
      datetime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    };
    expect(await changes()).toEqual([
      { ...told, contact: email, event: 'subscribe', channel: 'import' },
      { ...told, contact: email, event: 'hard_bounced', channel: 'api_callback' },
      { ...told, contact: `other-${email}`, event: 'unsubscribe', channel: 'api_callback' },
    ]);
    expect(await changes({ event: 'hard_bounced' })).toHaveLength(1);
    expect(await changes({ channel: 'api_callback', offset: '1', limit: '5' })).toMatchObject([
      { event: 'unsubscribe' },
    ]);
    expect(await changes({ email: `other-${email}` })).toHaveLength(1);
    expect(await changes({ phone: '1' })).toEqual([]);
    expect(await changes({ from: '2020-01-01', to: '2020-12-31' })).toEqual([]);
    expect((await found(email))?.consent).toBe('subscribed');
  });

  it('speaks of each door in the wire’s words', async () => {
    const doors: Record<string, string> = {
      letter: 'unsubscribe_page',
      popup: 'popup',
      mobile_sdk: 'mobile_sdk',
      newsletter: 'js_sdk',
      api: 'api',
    };
    for (const source of Object.keys(doors)) {
      await audience([{ email: `${source}-${email}`, email_bulk: true }]);
      const person = (await found(`${source}-${email}`))?.id as PersonId;
      await unsubscribe(db(), plugin.shop, person, { source, now: Date.now(), ip: '203.0.113.7' });
    }
    const told = await changes({ event: 'unsubscribe' });
    expect(told).toHaveLength(5);
    for (const [source, channel] of Object.entries(doors))
      expect(told).toContainEqual(
        expect.objectContaining({ contact: `${source}-${email}`, channel, ip: '203.0.113.7' }),
      );
  });

  it('stops what waits when the shop’s mailer hears a complaint', async () => {
    await send(plugin.shop, newVisitor(), cart('p1'), identify(email));
    const { home } = await personOf(plugin.shop, email);
    expect(await callback('complained')).toMatchObject({ status: 200 });
    await vi.waitFor(async () => expect((await memoryAt(home)).memory.state.person?.consent).toBe('unsubscribed'), {
      timeout: 8_000,
    });
  });

  it.each([
    ['an event that is none', { event: 'liked' }],
    ['no address', { email: 'nobody' }],
  ])('is not changed by %s', async (_what, more) => {
    const body = { ...plugin.keys, email, event: 'complained', ...more };
    expect(await wire('POST', '/subscriptions/callback', body)).toMatchObject({ status: 422 });
  });

  it.each([{ from: 'yesterday' }, { limit: '20001' }, { offset: '-1' }])('is not asked by %o', async (more) => {
    expect(await wireGet('/subscriptions/changes', { ...plugin.keys, ...more })).toMatchObject({ status: 422 });
  });
});

describe('a person whom the shop forgets', () => {
  it('is gone from the tables, and no import agrees for them again', async () => {
    await audience([{ email, email_bulk: true, external_id: '5' }]);
    expect(await wire('DELETE', '/profile/purge', { ...plugin.keys, external_id: '5' })).toMatchObject({ status: 200 });
    expect(await found(email)).toBeNull();
    expect(await wire('DELETE', '/profile/purge', { ...plugin.keys, email })).toMatchObject({ status: 404 });
    await audience([{ email, email_bulk: true }]);
    expect((await found(email))?.consent).toBe('none');
    const asked = await wireGet('/subscriptions/changes', plugin.keys);
    expect(asked.body).toEqual([]);
  });

  it('is forgotten by nobody but the shop’s server', async () => {
    await audience([{ email }]);
    const { shop_id } = plugin.keys;
    expect(await wire('DELETE', '/profile/purge', { shop_id, email })).toMatchObject({ status: 401 });
    const neighbour = await newPlugin();
    expect(await wire('DELETE', '/profile/purge', { ...neighbour.keys, email })).toMatchObject({ status: 404 });
    expect(await found(email)).not.toBeNull();
  });
});

describe('a person who is called otherwise', () => {
  const change = (what: string, more: object) =>
    wire('POST', `/profile/force_change_${what}`, { ...plugin.keys, i_understand_what_i_am_doing: true, ...more });

  it('keeps their history under the new address, and the address keeps its refusal', async () => {
    const to = `new-${email}`;
    await audience([
      { email, email_bulk: true },
      { email: to, email_bulk: true },
    ]);
    const [person, other] = [(await found(email))?.id, (await found(to))?.id];
    await unsubscribe(db(), plugin.shop, other as PersonId, { source: 'letter', now: Date.now() });
    expect(await change('email', { old_email: email, new_email: to })).toMatchObject({ status: 200 });
    expect(await found(to)).toMatchObject({ id: person, consent: 'unsubscribed' });
    expect(await found(email)).toBeNull();
    expect(await change('email', { old_email: email, new_email: to })).toMatchObject({ status: 404 });
    const home = homeName(plugin.shop, person as PersonId);
    await vi.waitFor(async () => expect((await memoryAt(home)).memory.state.person?.consent).toBe('unsubscribed'), {
      timeout: 8_000,
    });
  });

  it('takes an id and a phone along, and whoever had them has none', async () => {
    await audience([
      { email, external_id: '1', phone: '100' },
      { email: `b-${email}`, external_id: '2', phone: '200' },
    ]);
    const id = (await found(email))?.id;
    expect(await change('id', { old_id: '1', new_id: '2' })).toMatchObject({ status: 200 });
    expect(await change('phone', { old_phone: '100', new_phone: '200' })).toMatchObject({ status: 200 });
    const names = await peopleNamed(db(), plugin.shop, { externalIds: ['1', '2'], phones: ['100', '200'] });
    expect([[...names.byExternalId], [...names.byPhone]]).toEqual([[['2', id]], [['200', id]]]);
  });

  it('is not renamed by somebody who does not say that they mean it', async () => {
    await audience([{ email }]);
    const body = { ...plugin.keys, old_email: email, new_email: `x-${email}` };
    expect(await wire('POST', '/profile/force_change_email', body)).toMatchObject({ status: 422 });
    expect(await found(email)).not.toBeNull();
  });
});
