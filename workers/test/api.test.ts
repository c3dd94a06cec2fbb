import { env, exports } from 'cloudflare:workers';
import { addMember, lastImports, openD1 } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { errorSchema, feedGuards, scenarioSchema, subscriberSchema, todaySchema } from '@winback/domain';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin, setUp, signIn } from './merchant.ts';
import { personOf } from './person.ts';
import { brings } from './queue.ts';
import {
  cart,
  cartLetters,
  event,
  hour,
  identify,
  newVisitor,
  send,
  settingsOfShop,
  token,
  visitorAt,
} from './storefront.ts';

const source = '<p>{{ unsubscribeUrl }} {{ shop.postalAddress }}</p>';
const words = {
  document: { version: 1, mode: 'advanced', language: 'html', source, text: null },
  subject: 'Hi',
  preheader: null,
} as const;
const template = '/templates/abandoned_cart/ru';
const file = { ...words, format: 'winback-template', name: 'Mine', use: 'abandoned_cart', language: 'ru' } as const;
const documented = (below = '') => `/templates/{use}/{language}${below}`;

/** Every route below a shop, with a body that it takes. */
const routes: { method: string; path: string; body?: unknown; documented?: string }[] = [
  { method: 'GET', path: '' },
  { method: 'GET', path: '/today' },
  { method: 'GET', path: '/install' },
  { method: 'GET', path: '/install/drops' },
  { method: 'GET', path: '/install/console?code=somebody1', documented: '/install/console' },
  { method: 'GET', path: '/keys' },
  { method: 'POST', path: '/keys', body: { name: 'Till' } },
  { method: 'POST', path: '/keys/adopt', body: { name: 'Plugin', secret: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6' } },
  { method: 'POST', path: '/keys/some-key/rotate', documented: '/keys/{id}/rotate' },
  { method: 'POST', path: '/keys/some-key/revoke', documented: '/keys/{id}/revoke' },
  { method: 'PATCH', path: '/keys/legacy', body: { legacyId: '0123456789abcdef0123456789abcd' } },
  { method: 'GET', path: '/settings/storefront' },
  { method: 'PATCH', path: '/settings/storefront', body: { privacy: { honourGpc: false } } },
  { method: 'GET', path: '/products' },
  { method: 'GET', path: '/products/facets' },
  { method: 'GET', path: '/products/one?id=p1', documented: '/products/one' },
  { method: 'POST', path: '/products/wish', body: { ids: ['p1'], wish: 'boost' } },
  { method: 'GET', path: '/feed' },
  { method: 'PATCH', path: '/feed', body: { url: 'https://shop.example/feed.yml' } },
  { method: 'POST', path: '/feed/import' },
  { method: 'POST', path: '/feed/resume' },
  { method: 'POST', path: '/feed/upload', body: '<yml_catalog/>' },
  { method: 'POST', path: '/feed/test', body: { url: 'https://shop.example/feed.yml' } },
  { method: 'GET', path: '/feed/imports/some-import', documented: '/feed/imports/{import}' },
  { method: 'POST', path: '/feed/imports/some-import/confirm', documented: '/feed/imports/{import}/confirm' },
  { method: 'POST', path: '/feed/imports/some-import/stop', documented: '/feed/imports/{import}/stop' },
  { method: 'GET', path: '/scenarios' },
  { method: 'PATCH', path: '/scenarios/abandoned_cart', body: { subject: 'Hi' }, documented: '/scenarios/{code}' },
  { method: 'GET', path: '/scenarios/abandoned_cart/preview', documented: '/scenarios/{code}/preview' },
  { method: 'GET', path: '/rules' },
  { method: 'PATCH', path: '/rules', body: { perDay: 2 } },
  { method: 'POST', path: '/rules/apply' },
  { method: 'GET', path: '/segments' },
  { method: 'GET', path: '/scenario-numbers' },
  { method: 'GET', path: '/scenarios/abandoned_cart/simulation', documented: '/scenarios/{code}/simulation' },
  {
    method: 'POST',
    path: '/scenarios/abandoned_cart/simulation',
    body: {},
    documented: '/scenarios/{code}/simulation',
  },
  { method: 'DELETE', path: '/scenarios/abandoned_cart/simulation', documented: '/scenarios/{code}/simulation' },
  { method: 'GET', path: '/letters' },
  { method: 'GET', path: '/letters/some-letter', documented: '/letters/{id}' },
  { method: 'GET', path: '/templates' },
  { method: 'GET', path: '/template-variables?use=digest', documented: '/template-variables' },
  { method: 'POST', path: '/templates/preview', body: { ...words, use: 'digest', language: 'en', person: null } },
  {
    method: 'POST',
    path: '/templates/test',
    body: { ...words, use: 'digest', language: 'en', person: null, to: 'a@b.example' },
  },
  { method: 'GET', path: template, documented: documented() },
  { method: 'PUT', path: template, body: { ...words, revision: 0 }, documented: documented() },
  { method: 'DELETE', path: `${template}/draft`, documented: documented('/draft') },
  { method: 'POST', path: `${template}/publish`, body: { revision: 0 }, documented: documented('/publish') },
  { method: 'POST', path: `${template}/rollback`, body: { version: 0 }, documented: documented('/rollback') },
  { method: 'GET', path: `${template}/versions`, documented: documented('/versions') },
  { method: 'GET', path: `${template}/versions/0`, documented: documented('/versions/{version}') },
  { method: 'GET', path: `${template}/export`, documented: documented('/export') },
  { method: 'POST', path: `${template}/import`, body: { file, revision: 0 }, documented: documented('/import') },
  { method: 'GET', path: '/template-store' },
  {
    method: 'GET',
    path: '/template-store/night/preview?use=digest&language=en',
    documented: '/template-store/{design}/preview',
  },
  {
    method: 'POST',
    path: '/template-store/night/install',
    body: { use: 'retention', language: 'en', revision: 0 },
    documented: '/template-store/{design}/install',
  },
  { method: 'GET', path: '/orders' },
  { method: 'GET', path: '/orders/some-order', documented: '/orders/{id}' },
  { method: 'GET', path: '/subscribers' },
  { method: 'GET', path: '/subscribers/some-person', documented: '/subscribers/{id}' },
  { method: 'DELETE', path: '/subscribers/some-person', documented: '/subscribers/{id}' },
  { method: 'GET', path: '/erasures/some-person', documented: '/erasures/{id}' },
  { method: 'GET', path: '/subscribers/some-person/export', documented: '/subscribers/{id}/export' },
  { method: 'GET', path: '/data-requests' },
  { method: 'DELETE', path: '/data-requests/some-person', documented: '/data-requests/{person}' },
  { method: 'GET', path: '/parked' },
  { method: 'POST', path: '/parked/some-job/retry', documented: '/parked/{id}/retry' },
  { method: 'GET', path: '/connections' },
  {
    method: 'PUT',
    path: '/connections/shopify',
    body: { secret: 'a-secret-of-the-tests' },
    documented: '/connections/{platform}',
  },
  { method: 'DELETE', path: '/connections/shopify', documented: '/connections/{platform}' },
  { method: 'GET', path: '/settings/sender' },
  { method: 'PATCH', path: '/settings/sender', body: { name: 'Mallory' } },
  { method: 'GET', path: '/settings/sender/domain' },
  {
    method: 'PUT',
    path: '/settings/provider',
    body: { kind: 'postmark', serverToken: 'a-token-of-the-tests', stream: 'broadcast' },
  },
  { method: 'DELETE', path: '/settings/provider' },
  { method: 'POST', path: '/settings/provider/verify' },
  { method: 'PUT', path: '/settings/logo', body: {} },
  { method: 'DELETE', path: '/settings/logo' },
  { method: 'GET', path: '/returns' },
  { method: 'PUT', path: '/returns/resend', body: { secret: 'whsec_1234' }, documented: '/returns/{provider}' },
  { method: 'DELETE', path: '/returns/resend', documented: '/returns/{provider}' },
  { method: 'POST', path: '/sending/resume' },
  { method: 'GET', path: '/answers' },
];
const off = { scenarios: { abandoned_cart: cartLetters({ on: false }) } };
let ann: Merchant;
let ben: Merchant;

beforeAll(async () => {
  await emptyD1();
  ann = await newMerchant(off);
  ben = await newMerchant({ name: 'Ben’s shop' });
});

function withFeed() {
  return { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: hour, guards: feedGuards };
}

async function imported(shop: ShopId): Promise<void> {
  const states = async () => (await lastImports(openD1(env.DB), shop, 9)).map((one) => one.state);
  await vi.waitFor(async () => expect(await states()).toContain('done'), { timeout: 10_000, interval: 100 });
}

describe('who may ask', () => {
  it.each(routes)('nobody who is signed out: $method $path', async ({ method, path, body }) => {
    const answer = await ask({ shop: ann.shop, cookie: '' }, path, { method, body });
    expect(answer).toMatchObject({ status: 401, body: { code: 'signed-out' } });
  });

  it.each(routes)('nobody of another shop, for whom it is not there: $method $path', async ({ method, path, body }) => {
    const answer = await ask({ shop: ann.shop, cookie: ben.cookie }, path, { method, body });
    const never = await ask({ shop: 'never-was' as ShopId, cookie: ben.cookie }, path, { method, body });
    expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-shop' } });
    expect(never).toEqual(answer);
  });

  it('nobody with a cookie that somebody else signed', async () => {
    const [name, value = ''] = ann.cookie.split('=');
    const forged = `${name}=${value.slice(0, 20)}${'A'.repeat(20)}`;
    expect((await ask({ shop: ann.shop, cookie: forged }, '')).status).toBe(401);
  });

  it('viewers look, but do not change', async () => {
    const email = `viewer-${token()}@shop.example`;
    await setUp(`shop-${token()}`, email, settingsOfShop());
    const { id } =
      (await env.DB.prepare('SELECT id FROM user WHERE email = ?').bind(email).first<{ id: string }>()) ?? {};
    await addMember(openD1(env.DB), ann.shop, String(id), 'viewer', Date.now());
    const viewer = { shop: ann.shop, cookie: (await signIn(email)).cookie };
    const before = (await ask(viewer, '')).body;
    expect(before['role']).toBe('viewer');
    for (const { method, path, body } of routes) {
      const answer = await ask(viewer, path, { method, body });
      if (method === 'GET') expect([path, answer.status]).not.toEqual([path, 403]);
      else expect([path, answer]).toMatchObject([path, { status: 403, body: { code: 'role' } }]);
    }
    expect((await ask(viewer, '')).body).toEqual(before);
  });

  it.each(['https://evil.example', 'null', 'https://winback.test.evil.example', 'http://winback.test'])(
    'no page of another site may act: %s',
    async (foreign) => {
      for (const { method, path, body } of routes.filter((route) => route.method !== 'GET')) {
        const answer = await ask(ann, path, { method, body, headers: { origin: foreign } });
        expect([path, answer]).toMatchObject([path, { status: 403, body: { code: 'foreign-origin' } }]);
      }
      const response = await exports.default.fetch(`${origin}/api/shops`, {
        headers: { origin: foreign, cookie: ann.cookie },
      });
      expect(response.headers.get('access-control-allow-origin')).not.toBe(foreign);
    },
  );

  it('a merchant sees their own shops and nobody else’s, and no cache keeps them', async () => {
    const response = await exports.default.fetch(`${origin}/api/shops`, { headers: { cookie: ann.cookie } });
    expect(await response.json()).toEqual({ rows: [{ id: ann.shop, name: 'Fjell & Fern', role: 'owner' }] });
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });
});

describe('signing in', () => {
  it('takes the password and no other, and tells nobody whether the address is known', async () => {
    const wrong = await signIn(ann.email, 'wrong password');
    const unknown = await signIn('nobody@shop.example', 'wrong password');
    expect([wrong, unknown]).toEqual([
      { status: 401, cookie: '' },
      { status: 401, cookie: '' },
    ]);
    expect((await signIn(ann.email)).status).toBe(200);
  });

  it('cannot be had by signing up', async () => {
    const response = await exports.default.fetch(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ name: 'Eve', email: 'eve@mail.example', password: 'correct horse battery' }),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await env.DB.prepare(`SELECT id FROM user WHERE email = 'eve@mail.example'`).first()).toBeNull();
  });

  it('is not to be guessed: after ten tries a minute there are no more', async () => {
    const guess = () =>
      exports.default.fetch(`${origin}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, 'cf-connecting-ip': '10.9.9.9' },
        body: JSON.stringify({ email: ann.email, password: `guess ${token()}` }),
      });
    const statuses: number[] = [];
    for (let tried = 0; tried < 12; tried += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  });

  it('gives a cookie that scripts cannot read and other sites do not send', async () => {
    const response = await exports.default.fetch(`${origin}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, 'cf-connecting-ip': '10.1.1.1' },
      body: JSON.stringify({ email: ann.email, password: 'correct horse battery' }),
    });
    expect(response.headers.getSetCookie().join()).toMatch(/HttpOnly.*SameSite=Lax|SameSite=Lax.*HttpOnly/i);
    expect(response.headers.getSetCookie().join()).toMatch(/Secure/);
  });
});

describe('the setup', () => {
  it.each([
    ['no token', null],
    ['another token', 'x'.repeat(64)],
    ['an empty token', ''],
  ])('is refused with %s, with a code', async (_what, bearer) => {
    const shop = `shop-${token()}`;
    const response = await setUp(shop, 'eve@mail.example', settingsOfShop(), bearer);
    expect([401, 400]).toContain(response.status);
    expect(errorSchema.safeParse(await response.json().catch(() => null)).success).toBe(true);
    expect(await env.DB.prepare('SELECT id FROM shops WHERE id = ?').bind(shop).first()).toBeNull();
  });

  it('may be repeated and changes nothing: neither settings nor password', async () => {
    const before = await ask(ann, '');
    const again = await exports.default.fetch(`${origin}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${env.SETUP_TOKEN}` },
      body: JSON.stringify({
        shop: { id: ann.shop, settings: settingsOfShop({ name: 'Taken over' }) },
        owner: { name: 'Owner', email: ann.email.toUpperCase(), password: 'another password' },
      }),
    });
    expect(again.status).toBe(200);
    expect(await ask(ann, '')).toEqual(before);
    expect([(await signIn(ann.email)).status, (await signIn(ann.email, 'another password')).status]).toEqual([
      200, 401,
    ]);
  });

  it('names the field that is wrong', async () => {
    const response = await setUp(`shop-${token()}`, 'x@mail.example', settingsOfShop({ timeZone: 'Mars/Olympus' }));
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'bad-request', problems: [{ path: 'shop.settings.timeZone' }] },
    ]);
  });
});

describe('two shops', () => {
  it('never see each other’s subscribers, letters, products and jobs', async () => {
    const own = await newMerchant({ feed: withFeed(), scenarios: { abandoned_cart: cartLetters({ delayMs: 0 }) } });
    const browser = newVisitor();
    await send(own.shop, browser, cart('tent'));
    await send(own.shop, browser, identify('ann@mail.example'));
    const { id, home } = await personOf(own.shop, 'ann@mail.example');
    const [letter] = (await visitorAt(home).timeline()).entries.flatMap((entry) => entry.letter ?? []);
    const steps = await visitorAt(home).story({ letter: String(letter) });
    const rows = steps.map((fact, at) => ({ seq: at + 1, kind: 'letter', at: fact.at, fact }));
    await brings('winback-events', [{ shop: own.shop, visitor: home, person: id, rows }]);
    await brings('winback-jobs-dead', [{ kind: 'import-feed', shop: own.shop, import: 'i1' }], 6);
    await imported(own.shop);
    const [job] = (await ask<{ rows: { id: string }[] }>(own, '/parked')).body.rows;
    for (const [path, mine] of [
      ['/subscribers', id],
      ['/letters', letter],
      ['/products', 'tent'],
      ['/parked', job?.id],
    ] as const) {
      const ids = async (who: Merchant) =>
        (await ask<{ rows: { id: string }[] }>(who, path)).body.rows.map((row) => row.id);
      expect([path, await ids(own)]).toEqual([path, expect.arrayContaining([mine])]);
      expect([path, await ids(ben)]).toEqual([path, []]);
    }
    for (const path of [`/subscribers/${id}`, `/letters/${letter}`]) {
      expect([path, (await ask(own, path)).status, (await ask(ben, path)).status]).toEqual([path, 200, 404]);
    }
    expect((await ask(ben, `/parked/${job?.id}/retry`, { method: 'POST' })).status).toBe(404);
    expect((await ask<{ rows: unknown[] }>(own, '/parked')).body.rows).toHaveLength(1);
  });
});

describe('a request that does not fit', () => {
  const bad = [
    {
      what: 'a wait below zero',
      method: 'PATCH',
      path: '/scenarios/abandoned_cart',
      body: { delayMs: -1 },
      problem: 'delayMs',
    },
    {
      what: 'a switch that is a word',
      method: 'PATCH',
      path: '/scenarios/abandoned_cart',
      body: { on: 'yes' },
      problem: 'on',
    },
    {
      what: 'a subject without a letter',
      method: 'PATCH',
      path: '/scenarios/abandoned_cart',
      body: { subject: '  ' },
      problem: 'subject',
    },
    {
      what: 'a feed that is no web address',
      method: 'PATCH',
      path: '/feed',
      body: { url: 'ftp://shop.example/feed' },
      problem: 'url',
    },
    {
      what: 'a script as a feed',
      method: 'PATCH',
      path: '/feed',
      body: { url: 'javascript:alert(1)' },
      problem: 'url',
    },
    { what: 'a page of nothing', method: 'GET', path: '/letters?limit=0', problem: 'limit' },
    { what: 'a page of everything', method: 'GET', path: '/subscribers?limit=100000', problem: 'limit' },
    { what: 'a state that no letter has', method: 'GET', path: '/letters?state=lost', problem: 'state' },
  ];

  it.each(bad)('is told which field, and how to mend it: $what', async ({ method, path, body, problem }) => {
    const answer = await ask(ann, path, { method, body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request', problems: [{ path: problem }] } });
    expect(errorSchema.parse(answer.body).message).toContain(problem);
  });

  it('is a mistake of the caller and not ours: a body that is not JSON', async () => {
    const answer = await ask(ann, '/scenarios/abandoned_cart', { method: 'PATCH', body: '{"on":' });
    expect([answer.status, errorSchema.safeParse(answer.body).success]).toEqual([400, true]);
  });

  it.each(['garbage', 'e30', '%00', "'; DROP TABLE letters; --"])('is not a way in: the cursor %s', async (cursor) => {
    for (const list of ['/letters', '/subscribers', '/products']) {
      const { status } = await ask(ann, `${list}?cursor=${encodeURIComponent(cursor)}`);
      expect([list, status < 500]).toEqual([list, true]);
    }
  });

  it.each(['/scenarios/no_such/preview', '/letters/no-such', '/subscribers/no-such', '/nothing-here'])(
    'is answered 404 with a code: %s',
    async (path) => {
      const answer = await ask(ann, path);
      expect([answer.status, errorSchema.safeParse(answer.body).success]).toEqual([404, true]);
    },
  );
});

describe('the description of the API', () => {
  it('lists every route at its whole address, with a schema for what it answers', async () => {
    const response = await exports.default.fetch(`${origin}/api/openapi.json`);
    const { paths, servers } = await response.json<Description>();
    const base = new URL(servers?.[0]?.url ?? '/', origin).pathname.replace(/\/$/, '');
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => {
        const schema = route.responses?.['200']?.content?.['application/json']?.schema;
        return [`${method.toUpperCase()} ${base}${path}`, typeof schema] as const;
      }),
    );
    const expected = routes.map(({ method, path, documented }) => `${method} /api/shops/{shop}${documented ?? path}`);
    expect(described.filter(([, schema]) => schema !== 'object')).toEqual([]);
    expect(described.map(([route]) => route).sort()).toEqual(
      [
        ...expected,
        'GET /api/shops',
        'POST /api/setup',
        'POST /v1/events',
        'POST /v1/feed',
        'GET /v1/feed/{import}',
        'POST /v1/products',
        'DELETE /v1/products',
        'POST /v1/categories',
      ].sort(),
    );
  });

  it('says of each field what it may be', async () => {
    const text = await (await exports.default.fetch(`${origin}/api/openapi.json`)).text();
    for (const word of ['delayMs', 'windowMs', 'blockedBy', 'notForLetters', 'lettersWaiting'])
      expect(text).toContain(word);
  });

  interface Description {
    servers?: { url: string }[];
    paths: Record<
      string,
      Record<string, { responses?: Record<string, { content?: Record<string, { schema?: unknown }> }> }>
    >;
  }
});

describe('a scenario', () => {
  it('cannot be switched on before the feed was imported, and can afterwards', async () => {
    const { status, body } = await ask(ann, '/scenarios/abandoned_cart', { method: 'PATCH', body: { on: true } });
    expect([status, body]).toMatchObject([409, { code: 'blocked', message: expect.stringContaining('feed') }]);
    const before = await ask<{ rows: unknown[] }>(ann, '/scenarios');
    expect(scenarioSchema.parse(before.body.rows[0])).toMatchObject({
      settings: { on: false },
      blockedBy: body['message'],
    });

    expect((await ask(ann, '/feed', { method: 'PATCH', body: { url: withFeed().url } })).status).toBe(200);
    await imported(ann.shop);
    const changed = await ask(ann, '/scenarios/abandoned_cart', {
      method: 'PATCH',
      body: { on: true, delayMs: 1_000 },
    });
    expect([changed.status, changed.body]).toMatchObject([
      200,
      { blockedBy: null, settings: { on: true, delayMs: 1_000 } },
    ]);
    const after = await ask<{ rows: unknown[] }>(ann, '/scenarios');
    expect(scenarioSchema.parse(after.body.rows[0]).settings).toEqual({ ...cartLetters(), on: true, delayMs: 1_000 });
  });

  it('stays blocked while the only import is one that failed', async () => {
    const own = await newMerchant({
      ...off,
      feed: { url: 'http://127.0.0.1:1/feed.yml', everyMs: hour, guards: feedGuards },
    });
    const failed = async () =>
      expect((await lastImports(openD1(env.DB), own.shop, 3)).map((one) => one.state)).toEqual(['failed']);
    await vi.waitFor(failed, { timeout: 10_000, interval: 100 });
    const { status } = await ask(own, '/scenarios/abandoned_cart', { method: 'PATCH', body: { on: true } });
    expect(status).toBe(409);
    const { body } = await ask(own, '/feed');
    expect(body['notice']).toContain('private network');
  });
});

describe('a job that failed at every try', () => {
  it('is parked for its merchant, goes back to its queue when it is retried, and is parked no more', async () => {
    const own = await newMerchant({ feed: { url: null, everyMs: hour, guards: feedGuards } });
    await brings('winback-jobs-dead', [{ kind: 'import-feed', shop: own.shop, import: 'parked-import' }], 6);
    const parked = async () =>
      (await ask<{ rows: { id: string; kind: string; attempts: number }[] }>(own, '/parked')).body.rows;
    const [job] = await parked();
    expect(job).toMatchObject({ kind: 'import-feed', attempts: 6, subject: 'import parked-import' });
    const answer = await ask(own, `/parked/${job?.id}/retry`, { method: 'POST' });
    expect(answer).toEqual({ status: 200, body: { ok: true } });
    expect(await parked()).toEqual([]);
    const ran = async () =>
      expect((await lastImports(openD1(env.DB), own.shop, 3)).map((one) => one.id)).toEqual(['parked-import']);
    await vi.waitFor(ran, { timeout: 10_000, interval: 100 });
    expect((await ask(own, `/parked/${job?.id}/retry`, { method: 'POST' })).status).toBe(404);
  });

  it('keeps what it was about: events that come back are counted', { timeout: 20_000 }, async () => {
    const browser = newVisitor();
    await send(ben.shop, browser, event());
    const [one] = [{ ...event({ id: 'event-parked' }), product: 'tent' }];
    const rows = [{ seq: 1, kind: 'beacon', at: Date.now(), events: [one], seenWith: {} }];
    await brings(
      'winback-events-dead',
      [{ shop: ben.shop, visitor: `${ben.shop}/v/${browser}`, person: null, rows }],
      9,
    );
    const [job] = (await ask<{ rows: { id: string }[] }>(ben, '/parked')).body.rows;
    const retried = await ask(ben, `/parked/${encodeURIComponent(String(job?.id))}/retry`, { method: 'POST' });
    expect(retried.status).toBe(200);
    const views = async () => todaySchema.parse((await ask(ben, '/today')).body).figures.views;
    await vi.waitFor(async () => expect(await views()).toBe(1), { timeout: 15_000, interval: 100 });
  });
});

describe('the pages of a shop', () => {
  it('tell a person’s story in words, newest first', async () => {
    const browser = newVisitor();
    await send(ben.shop, browser, event({ product: 'tent', at: Date.now() - 3_000 }));
    await send(ben.shop, browser, { ...cart('tent'), at: Date.now() - 2_000 });
    await send(ben.shop, browser, identify('story@mail.example'));
    const { id } = await personOf(ben.shop, 'story@mail.example');
    const told = subscriberSchema.parse((await ask(ben, `/subscribers/${id}`)).body);
    expect(told.timeline.map((entry) => entry.words)).toEqual(
      expect.arrayContaining(['Agreed to letters (checkout)', 'Left the address (checkout)', 'Looked at product tent']),
    );
    expect(told.timeline.map((entry) => entry.at)).toEqual(
      told.timeline.map((entry) => entry.at).sort((a, b) => b - a),
    );
    expect(told.cart).toEqual([{ product: 'tent', quantity: 1, name: null }]);
    expect(told.consentLog).toMatchObject([{ consent: 'subscribed', source: 'checkout' }]);
  });

  it('show the snippet of this shop', async () => {
    const { body } = await ask(ann, '/install');
    expect(body['snippet']).toContain(`src="${origin}/t.js?shop=${ann.shop}"`);
    expect(String(body['snippet']).length).toBeLessThanOrEqual(500);
  });
});
