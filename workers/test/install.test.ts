import { createExecutionContext, runDurableObjectAlarm, waitOnExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { legacyIdOf } from '@winback/db';
import type { ConsoleNote, DropReason, EventType } from '@winback/domain';
import {
  consoleSchema,
  deviceName,
  dropReasons,
  dropsSchema,
  eventSchema,
  feedGuards,
  installSchema,
  subscriberSchema,
  visitorNameParts,
} from '@winback/domain';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cameFromOf, lastSeenOf } from '../api/origin-words.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import worker from '../index.ts';
import { newDid } from '../ingest/personaclick/did.ts';
import { pulseOf } from '../pulse.ts';
import type { WatchedNote } from '../shop/answers.ts';
import { emptyD1 } from './database.ts';
import { connect, fromShopify } from './hook.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import { personOf, stopClock } from './person.ts';
import { brings } from './queue.ts';
import { about, newKey, tell } from './shop-server.ts';
import { beacon, event, hour, identify, newVisitor, post, purchase, token } from './storefront.ts';
import { postJson } from './wire.ts';

const dayMs = 24 * hour;
let own: Merchant;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  own = await newMerchant();
});
afterEach(() => {
  vi.useRealTimers();
});

function newCode(): string {
  return `code${token()}`;
}

/** Posts events as a browser whose owner looks on. */
async function watchedPost(code: string, events: unknown[], headers: Record<string, string> = {}): Promise<Response> {
  return exports.default.fetch('https://winback.test/e', {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...beacon(own.shop, newVisitor(), ...events), watcher: code }),
  });
}

async function told(code: string, after = 0, by: Merchant = own): Promise<ConsoleNote[]> {
  return consoleSchema.parse((await ask(by, `/install/console?code=${code}&after=${after}`)).body).notes;
}

/** The notes of a code, once there are this many; they must come within a second. */
async function toldOnce(code: string, count: number): Promise<ConsoleNote[]> {
  return vi.waitFor(
    async () => {
      const notes = await told(code);
      expect(notes).toHaveLength(count);
      return notes;
    },
    { timeout: 1_000, interval: 50 },
  );
}

describe('the console', () => {
  it('shows each event of the browser that carries the code within a second, in order, and once', async () => {
    const code = newCode();
    expect(await told(code)).toEqual([]);
    await watchedPost(code, [event({ product: 'tent' }), event({ type: 'search', query: 'stove' })]);
    const first = await toldOnce(code, 2);
    expect(first).toMatchObject([
      { type: 'view', state: 'stored', reason: null, payload: expect.stringContaining('"tent"') },
      { type: 'search', state: 'stored', reason: null, payload: expect.stringContaining('"stove"') },
    ]);
    await watchedPost(code, [event({ product: 'lamp' })]);
    await toldOnce(code, 3);
    const more = await told(code, first.at(-1)?.seq);
    expect(more.map((note) => note.payload.includes('lamp'))).toEqual([true]);
  });

  it('says of an event that came before that it came before', async () => {
    const code = newCode();
    const body = { ...beacon(own.shop, newVisitor(), event()), watcher: code };
    await post(body);
    await post(body);
    expect((await toldOnce(code, 2)).map((note) => note.state)).toEqual(['stored', 'repeated']);
  });

  it('shows what is refused with its problems, each at its own event', async () => {
    const code = newCode();
    await watchedPost(code, [
      event({ product: 'tent' }),
      purchase('1', 'tent'),
      { ...purchase('2', 'tent'), total: -1 },
    ]);
    const notes = await toldOnce(code, 3);
    expect(notes.map(({ type, state, reason }) => ({ type, state, reason }))).toEqual([
      { type: 'view', state: 'refused', reason: 'bad-price' },
      { type: 'purchase', state: 'refused', reason: 'bad-price' },
      { type: 'purchase', state: 'refused', reason: 'bad-price' },
    ]);
    expect(notes.map(({ problems }) => problems[0]?.path)).toEqual(['', '', 'total']);
    expect(notes[2]?.problems[0]?.message).toContain('negative');
    expect(notes[0]?.problems[0]?.message).toContain('nothing is wrong with this one');
  });

  it('shows a beacon that is no JSON, as far as it can be read', async () => {
    const code = newCode();
    await post(`{"shop":"${own.shop}","watcher":"${code}","mail":"ann@mail.example","events":[{`);
    expect(await toldOnce(code, 1)).toMatchObject([
      {
        type: null,
        state: 'refused',
        reason: 'bad-json',
        problems: [{ message: expect.stringContaining('not JSON') }],
      },
    ]);
  });

  it.each([
    ['a crawler’s', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }, 'bot'],
    ['a page’s that was loaded ahead', { 'sec-purpose': 'prefetch' }, 'prefetch'],
    ['the shop’s own people’s', { 'cf-connecting-ip': '203.0.113.7' }, 'internal'],
  ])('shows what is not wanted, with the reason: %s', async (_whose, headers, reason) => {
    const traffic = { internalAddresses: ['203.0.113.0/24'] };
    await ask(own, '/settings/storefront', { method: 'PATCH', body: { traffic } });
    const code = newCode();
    await watchedPost(code, [event()], headers);
    expect(await toldOnce(code, 1)).toMatchObject([{ type: 'view', state: 'dropped', reason }]);
  });

  it('shows what comes by the other doors too, by their names, while somebody looks', { timeout: 20_000 }, async () => {
    const code = newCode();
    await told(code); // looks on
    const key = await newKey(own.shop);
    const shop_id = (await legacyIdOf(databaseOf(env), own.shop)) ?? '';
    const did = await newDid(env, own.shop);
    await connect(own.shop, 'shopify');
    const since = Date.now();
    await postJson('/push', { shop_id, did, event: 'view', items: ['tent'] });
    await postJson('/push', { shop_id, did, event: 'no_such_event' });
    await postJson('/search', { shop_id, did });
    await postJson('/import/audience', { shop_id, shop_secret: key, audience: [{ email: 'ann@mail.example' }, {}] });
    const sent = about({ email: 'ann@mail.example' });
    await tell(key, [sent, { type: 'view' }]);
    await tell(key, [sent]);
    await fromShopify(own.shop, 'orders/none', { id: 1 });
    await fromShopify(own.shop, 'orders/create', {}, { signedBy: 'another-secret' });
    const seen = async () =>
      (await told(code))
        .filter(({ at }) => at >= since)
        .map(({ door, type, state, reason }) => [door, type, state, reason]);
    await vi.waitFor(
      async () =>
        expect(await seen()).toEqual([
          ['personaclick', 'view', 'stored', null],
          ['personaclick', 'no_such_event', 'refused', 'unknown-event'],
          ['personaclick', null, 'dropped', 'not-ours'],
          ['personaclick', null, 'stored', null],
          ['server', 'view', 'stored', null],
          ['server', null, 'refused', 'bad-event'],
          ['server', 'view', 'repeated', null],
          ['shopify', null, 'dropped', 'not-ours'],
          ['shopify', null, 'refused', 'bad-signature'],
        ]),
      { timeout: 5_000, interval: 100 },
    );
    expect(JSON.stringify(await told(code))).not.toContain('ann@mail.example');
    const stranger = await newMerchant();
    expect(await told(newCode(), 0, stranger)).toEqual([]);
  });

  it('shows a flood as a flood', async () => {
    const code = newCode();
    const body = JSON.stringify({ ...beacon(own.shop, newVisitor(), event()), watcher: code });
    const strict: Env = { ...env, BEACONS_PER_VISITOR: '1' };
    for (const status of [202, 429]) {
      const context = createExecutionContext();
      const request = new Request('https://winback.test/e', { method: 'POST', body });
      expect((await worker.fetch(request, strict, context)).status).toBe(status);
      await waitOnExecutionContext(context);
    }
    expect(await toldOnce(code, 2)).toMatchObject([
      { state: 'stored' },
      { type: 'view', state: 'dropped', reason: 'rate-limit' },
    ]);
  });

  it('says what was withheld from whom allows counting only', async () => {
    const code = newCode();
    await post({
      ...beacon(own.shop, newVisitor(), event(), identify('ann@mail.example', { consent: false })),
      watcher: code,
      consent: 'analytics',
    });
    expect((await toldOnce(code, 2)).map(({ state, reason }) => ({ state, reason }))).toEqual([
      { state: 'stored', reason: null },
      { state: 'dropped', reason: 'no-consent' },
    ]);
  });

  it('shows nobody’s address and name, taken or refused', async () => {
    const code = newCode();
    const who = identify('ann@mail.example', { name: 'Ann Example' });
    const profile = event({ type: 'profile', fields: { first_name: 'Ann', phone: '+491234567', city: 'Kiel' } });
    await watchedPost(code, [who, profile, event({ url: 'https://shop.example/?mail=ann@mail.example' })]);
    await watchedPost(code, [{ ...identify('ann@mail.example', { name: 'Ann Example' }), at: 'now' }]);
    const text = JSON.stringify(await toldOnce(code, 4));
    expect(text).not.toMatch(/ann@|Ann|4912345/);
    expect(text).toContain('Kiel');
  });

  it('keeps the name of a custom event', async () => {
    const code = newCode();
    await watchedPost(code, [event({ type: 'custom', name: 'size_guide', properties: { name: 'Ann' } })]);
    const [note] = await toldOnce(code, 1);
    expect(note?.payload).toContain('"size_guide"');
    expect(note?.payload).not.toContain('Ann');
  });

  it('shows a code’s events to no other code and to no other shop', async () => {
    const code = newCode();
    const ben = await newMerchant({ name: 'Ben’s shop' });
    await watchedPost(code, [event()]);
    await toldOnce(code, 1);
    expect(await told(newCode())).toEqual([]);
    expect(await told(code, 0, ben)).toEqual([]);
  });

  it('knows nothing of browsers that carry no code', async () => {
    await post(beacon(own.shop, newVisitor(), event()));
    const code = newCode();
    await watchedPost(code, [event()]);
    await toldOnce(code, 1);
  });

  it('keeps the last hundred of a code', async () => {
    const code = newCode();
    for (let n = 0; n < 3; n += 1)
      await watchedPost(
        code,
        Array.from({ length: 50 }, (_, at) => event({ product: `p${n * 50 + at}` })),
      );
    const notes = await vi.waitFor(async () => {
      const all = await told(code);
      expect(all.at(-1)?.payload).toContain('"p149"');
      return all;
    });
    expect([notes.length, notes[0]?.payload.includes('"p50"')]).toEqual([100, true]);
  });

  it.each(['short', 'UPPERCASE1', 'with-dash-1', 'x'.repeat(33), ''])('has no code “%s”', async (code) => {
    const answer = await ask(own, `/install/console?code=${code}`);
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: 'code' }] } });
  });
});

describe('codes that strangers make up', () => {
  const note: WatchedNote = {
    at: 1,
    door: 'script',
    type: 'view',
    state: 'stored',
    reason: null,
    payload: '{}',
    problems: [],
  };

  it('never take the place of one that somebody looks at', async () => {
    const pulse = pulseOf(env, own.shop);
    const code = newCode();
    const now = Date.now();
    await pulse.told(code, 0, now);
    await pulse.noteWatched(code, [note], now);
    for (let n = 0; n < 30; n += 1) await pulse.noteWatched(`stranger${n}`, [note], now + n + 1);
    expect(await pulse.told(code, 0, now + 100)).toHaveLength(1);
    expect(await pulse.told('stranger0', 0, now + 100)).toEqual([]);
  });

  it('that are words of the language are codes like others', async () => {
    const pulse = pulseOf(env, own.shop);
    expect(await pulse.told('constructor', 0, Date.now())).toEqual([]);
  });

  it('are forgotten after half an hour in which nobody asked or told', async () => {
    const pulse = pulseOf(env, own.shop);
    const code = newCode();
    const now = Date.now();
    await pulse.noteWatched(code, [note], now);
    expect(await pulse.told(code, 0, now + 29 * 60_000)).toHaveLength(1);
    expect(await pulse.told(code, 0, now + 60 * 60_000)).toEqual([]);
  });
});

describe('what was turned away', () => {
  function dropped(reason: DropReason, at: number, count = 1, type?: EventType) {
    const drops = [{ reason, count, at, sample: `sample of ${reason}`, problems: [], ...(type ? { type } : {}) }];
    return env.SHOP.getByName(own.shop).dropped({ shop: own.shop, drops });
  }

  async function drops(period: string) {
    return dropsSchema.parse((await ask(own, `/install/drops?period=${period}`)).body);
  }

  it.each([
    ['24h', 24, 23 * hour],
    ['7d', 7, 6 * dayMs],
    ['30d', 30, 29 * dayMs],
  ])('is told over %s in %i bars that add up to the reasons', async (period, bars, oldest) => {
    const now = Date.now();
    await dropped('bad-price', now, 2);
    await dropped('bot', now - oldest, 5);
    await dropped('bot', now - oldest - 2 * dayMs, 7);
    const { buckets, reasons } = await drops(period);
    expect(buckets).toHaveLength(bars);
    expect(reasons).toMatchObject([
      { reason: 'bot', count: 5, sample: 'sample of bot' },
      { reason: 'bad-price', count: 2 },
    ]);
    expect(buckets[0]?.counts).toEqual({ bot: 5 });
    expect(buckets.at(-1)?.counts).toEqual({ 'bad-price': 2 });
  });

  it('is told by the days of the shop, which begin at its midnight', async () => {
    const { buckets } = await drops('7d');
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' });
    expect(buckets.map(({ at }) => clock.format(at))).toEqual(Array.from({ length: 7 }, () => '00:00'));
  });

  it('is the last 24 hours unless another period is asked for, and no other than three', async () => {
    expect((await ask(own, '/install/drops')).body).toMatchObject({ period: '24h', reasons: [] });
    expect((await ask(own, '/install/drops?period=1y')).status).toBe(400);
  });

  it('is kept by the hour for a month, and in all for good', async () => {
    stopClock();
    const stub = env.SHOP.getByName(own.shop);
    await dropped('bad-json', Date.now());
    vi.setSystemTime(Date.now() + 40 * dayMs);
    await dropped('bot', Date.now());
    await runDurableObjectAlarm(stub);
    const reasons = (await stub.dropHours({ since: 0 })).map(({ reason }) => reason);
    expect(reasons).toEqual(['bot']);
    expect((await stub.drops()).map(({ reason }) => reason).sort()).toEqual(['bad-json', 'bot']);
  });

  it('quotes nobody who is being forgotten, and still counts', async () => {
    const stub = env.SHOP.getByName(own.shop);
    const visitor = deviceName(own.shop, newVisitor());
    const { id } = visitorNameParts(visitor);
    const problems = [{ path: 'events.0.total', code: 'too-small', message: 'no' }];
    const drop = { reason: 'bad-price', count: 1, at: Date.now(), problems, type: 'purchase' } as const;
    await stub.dropped({ shop: own.shop, drops: [{ ...drop, sample: `{"visitor":"${id}"` }] });
    await stub.erasureBegan({ shop: own.shop, erasure: 'e1', visitors: [visitor], at: Date.now() });
    expect(await stub.refusedEvents()).toMatchObject([{ type: 'purchase', sample: '', problems: [] }]);
    expect((await drops('24h')).reasons).toMatchObject([{ count: 1, sample: '', problems: [] }]);
    await stub.erasureEnded({ erasure: 'e1' });
  });

  it('takes every reason there is', async () => {
    for (const reason of dropReasons) await dropped(reason, Date.now());
    expect((await drops('24h')).reasons.map(({ reason }) => reason).sort()).toEqual([...dropReasons].sort());
  });
});

describe('the light of an event', () => {
  async function light(type: EventType) {
    const { lights } = installSchema.parse((await ask(own, '/install')).body);
    return lights.find((one) => one.type === type);
  }

  it('shows the last that was refused, with its problem at its own field, and which kind it was', async () => {
    await post(beacon(own.shop, newVisitor(), event(), { ...purchase('7', 'tent'), total: -1 }));
    await vi.waitFor(async () => expect((await light('purchase'))?.refused).not.toBeNull(), { timeout: 3_000 });
    expect(await light('purchase')).toMatchObject({
      count: 0,
      refused: { reason: 'bad-price', problems: [{ path: 'events.1.total' }] },
    });
    expect((await light('view'))?.refused).toBeNull();
  });

  /** Events on their way from a browser's outbox to the live view. */
  async function brought(...events: Record<string, unknown>[]): Promise<void> {
    const visitor = newVisitor();
    await post(beacon(own.shop, visitor, event()));
    const rows = [
      {
        seq: 1,
        kind: 'beacon',
        at: Date.now(),
        events: events.map((one) => eventSchema.parse(one)),
        seenWith: {},
        visit: { idleMs: hour },
      },
    ];
    await brings('winback-events', [{ shop: own.shop, visitor: deviceName(own.shop, visitor), person: null, rows }]);
  }

  it.each([
    [{ type: 'purchase', order: '9', items: [{ product: 'tent' }] }, 'without a total'],
    [{ type: 'cart', change: 'full', items: [{ product: 'tent' }] }, 'without prices'],
    [{ type: 'identify', email: 'ann@mail.example' }, 'agreed to nothing'],
  ])('says what could be better about the last one: %j', async (fields, words) => {
    await brought(event(fields));
    expect((await light(fields.type as EventType))?.advice.join()).toContain(words);
  });

  it('says nothing of one that is as it should be', async () => {
    const items = [{ product: 'tent', price: 129 }];
    await brought(event({ type: 'cart', change: 'full', items }), event({ type: 'purchase', order: '9', items }));
    expect([(await light('cart'))?.advice, (await light('purchase'))?.advice]).toEqual([[], []]);
  });

  it('says which product is not in the catalogue, once there is one', async () => {
    await brought(event({ product: 'kayak' }));
    expect((await light('view'))?.advice).toEqual([]);
    own = await newMerchant({
      feed: { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: hour, guards: feedGuards },
    });
    const products = async () => (await ask<{ rows: unknown[] }>(own, '/products')).body.rows.length;
    await vi.waitFor(async () => expect(await products()).toBeGreaterThan(0), { timeout: 10_000, interval: 100 });
    await brought(event({ product: 'kayak' }), event({ type: 'wish', change: 'full', products: ['tent'] }));
    expect((await light('view'))?.advice.join()).toContain('Product kayak is not in your catalogue');
    expect((await light('wish'))?.advice).toEqual([]);
  }, 20_000);

  it('comes with the shop’s own values for every platform', async () => {
    const { values, snippet } = installSchema.parse((await ask(own, '/install')).body);
    expect(values).toEqual({
      shop: own.shop,
      api: 'https://winback.test',
      legacyId: expect.stringMatching(/^[0-9a-f]{30}$/),
    });
    expect(snippet.length).toBeLessThanOrEqual(500);
    expect(snippet).toContain(own.shop);
  });
});

describe('where a person came from', () => {
  it('is told in words, with the day, and where they were last', async () => {
    const visitor = newVisitor();
    await exports.default.fetch('https://winback.test/e', {
      method: 'POST',
      headers: {
        'user-agent':
          'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 Safari/604.1',
      },
      body: JSON.stringify(
        beacon(own.shop, visitor, event({ url: 'https://shop.example/?gclid=x' }), identify('came@mail.example')),
      ),
    });
    const { id } = await personOf(own.shop, 'came@mail.example');
    const person = subscriberSchema.parse((await ask(own, `/subscribers/${id}`)).body);
    expect(person.cameFrom).toEqual({ words: 'an ad on Google', at: expect.any(Number) });
    expect(person.lastSeen).toMatch(/^on a phone( in (the United States|[A-Z].*))?$/);
  });

  it.each([
    [
      { kind: 'letter', utm: { source: 'winback', campaign: 'abandoned_cart' } },
      'a letter of this shop (Abandoned Cart)',
    ],
    [{ kind: 'campaign', utm: { source: 'google', medium: 'cpc', campaign: 'may' } }, 'an ad on google (campaign may)'],
    [{ kind: 'campaign', utm: { source: 'news' } }, 'a link on news'],
    [{ kind: 'campaign', utm: { campaign: 'may' } }, 'a campaign (campaign may)'],
    [{ kind: 'ad', click: 'fbclid' }, 'an ad on Facebook or Instagram'],
    [{ kind: 'referrer', referrer: 'blog.example' }, 'a link on blog.example'],
  ] as const)('is said as %j is meant', (source, words) => {
    expect(cameFromOf(source)).toEqual({ words, at: null });
  });

  it.each([
    [{ device: 'phone', country: 'DE' }, 'on a phone in Germany'],
    [{ country: 'US' }, 'in the United States'],
    [{ device: 'tablet' }, 'on a tablet'],
    [{ device: 'desktop', country: 'T1' }, 'on a computer in T1'],
    [{ timeZone: 'Europe/Berlin' }, null],
    [null, null],
  ] as const)('is not said of %j where it is not known', (place, words) => {
    expect(lastSeenOf(place)).toBe(words);
  });
});
