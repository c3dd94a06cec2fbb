import { env, exports } from 'cloudflare:workers';
import { listSubscribers, writeLetterFacts } from '@winback/db';
import type { ShopId, VisitorId } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Person } from './person.ts';
import { personOf } from './person.ts';
import {
  beacon,
  cart,
  deviceAt,
  event,
  identify,
  newShop,
  newVisitor,
  purchase,
  send,
  token,
  visitorAt,
} from './storefront.ts';

let shop: ShopId;
let email: string;
let ann: Person;

beforeAll(async () => {
  await emptyD1();
  shop = await newShop();
});
beforeEach(async () => {
  email = `ann-${token()}@mail.example`;
  await send(shop, newVisitor(), event(), identify(email));
  ann = await personOf(shop, email);
});

async function cartOf(name: string): Promise<string[]> {
  return (await visitorAt(name).timeline()).cart.map(({ product }) => product);
}

async function cartAtDevice(browser: VisitorId): Promise<string[]> {
  return (await deviceAt(shop, browser).timeline()).cart.map(({ product }) => product);
}

async function strangerWithCart(): Promise<VisitorId> {
  const stranger = newVisitor();
  await send(shop, stranger, event({ product: 'spade' }), cart('spade'));
  return stranger;
}

describe('a stranger’s browser', () => {
  it('does not put its cart into the letters of somebody whose address it types', async () => {
    const stranger = await strangerWithCart();
    await send(shop, stranger, identify(email, { consent: false }));
    expect(await cartOf(ann.home)).toEqual([]);
    expect(await cartAtDevice(stranger)).toEqual(['spade']);
    const drops = async () => (await env.SHOP.getByName(shop).drops()).map(({ reason }) => reason);
    await vi.waitFor(async () => expect(await drops()).toContain('unproven-identity'), { timeout: 4_000 });
  });

  it('does not by ticking the box either, where it did nothing else', async () => {
    const stranger = newVisitor();
    await send(shop, stranger, cart('spade'), identify(email));
    expect(await cartOf(ann.home)).toEqual([]);
  });

  it('does not where it tries one address after the other', async () => {
    const stranger = await strangerWithCart();
    for (let tries = 0; tries < 2; tries += 1) {
      const other = `other-${token()}@mail.example`;
      await send(shop, newVisitor(), event(), identify(other));
      await send(shop, stranger, identify(other, { consent: false }));
    }
    await send(shop, stranger, identify(email));
    expect(await cartOf(ann.home)).toEqual([]);
  });

  it('leaves no device of the person behind', async () => {
    await send(shop, await strangerWithCart(), identify(email, { consent: false }));
    const devices = await env.DB.prepare('SELECT visitor FROM devices WHERE shop = ? AND subscriber = ?')
      .bind(shop, ann.id)
      .all();
    expect(devices.results).toHaveLength(1);
  });

  it('stops the person’s reminders by an order in their name, and is believed nothing else', async () => {
    const buyer = newVisitor();
    await send(shop, buyer, { ...purchase(token(), 'tent'), email });
    const { entries, cart: lines } = await visitorAt(ann.home).timeline();
    expect(entries.some(({ kind }) => kind === 'purchase')).toBe(true);
    expect(lines).toEqual([]);
  });
});

describe('the person’s own second browser', () => {
  it('joins once they tick the box after looking around, with all that it did before', async () => {
    const phone = await strangerWithCart();
    await send(shop, phone, identify(email, { consent: false }));
    await send(shop, phone, event({ product: 'rake' }));
    await send(shop, phone, identify(email));
    expect(await cartOf(ann.home)).toEqual(['spade']);
    expect((await visitorAt(ann.home).timeline()).entries.flatMap(({ product }) => product ?? [])).toContain('rake');
  });

  it('joins by the address alone when it came here by a letter to them', async () => {
    const letter = token();
    const fact = {
      letter,
      slot: 's',
      scenario: 'abandoned_cart',
      state: 'sent',
      reason: null,
      sentence: 'Sent.',
    } as const;
    await writeLetterFacts(databaseOf(env), shop, [
      { ...fact, plannedAt: 1, at: 1, rev: 1, subject: null, person: ann.id },
    ]);
    const phone = newVisitor();
    const url = `https://shop.example/cart?utm_source=winback&utm_medium=email&utm_content=${letter}`;
    await send(shop, phone, event({ url }), cart('lamp'));
    expect(await cartOf(ann.home)).toEqual([]);
    await send(shop, phone, identify(email, { consent: false }));
    expect(await cartOf(ann.home)).toEqual(['lamp']);
  });
});

it('a friend who follows a forwarded letter stays who they are', async () => {
  const friend = newVisitor();
  const url = 'https://shop.example/?utm_source=winback&utm_content=some-letter';
  await send(shop, friend, event({ url }), cart('lamp'));
  await send(shop, friend, identify(`friend-${token()}@mail.example`));
  expect(await cartOf(ann.home)).toEqual([]);
});

it('a browser that names somebody else leaves the home it had, and nobody is merged', async () => {
  const shared = newVisitor();
  const wife = `wife-${token()}@mail.example`;
  await send(shop, shared, event(), cart('drill'), identify(wife));
  const first = await personOf(shop, wife);
  expect(await cartOf(first.home)).toEqual(['drill']);
  await send(shop, shared, identify(email, { consent: false }));
  await send(shop, shared, cart('saw'));
  expect([await cartOf(first.home), await cartOf(ann.home), await cartAtDevice(shared)]).toEqual([
    ['drill'],
    [],
    ['saw'],
  ]);
  await send(shop, shared, identify(wife, { consent: false }));
  expect(await cartOf(first.home)).toEqual(['saw']);
  const { rows } = await listSubscribers(databaseOf(env), shop, { limit: 50 });
  expect(rows.filter((row) => row.email === wife || row.email === email)).toHaveLength(2);
});

describe('a shopper who allows counting only', () => {
  const gpc = { 'sec-gpc': '1' };

  async function postAs(body: unknown, headers: Record<string, string>): Promise<Response> {
    const init = { method: 'POST', headers: { 'content-type': 'text/plain', ...headers }, body: JSON.stringify(body) };
    return exports.default.fetch('https://winback.test/e', init);
  }

  it.each([
    ['by a banner', { consent: 'analytics' }, {}],
    ['by Global Privacy Control', {}, gpc],
  ])('%s is counted, named to nobody, and remembered by no Visitor', async (_how, more, headers) => {
    const browser = newVisitor();
    const someone = `typed-${token()}@mail.example`;
    const body = { ...beacon(shop, browser, cart('tent'), identify(someone, { consent: false })), ...more };
    const answer = await postAs(body, headers);
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 1, repeated: 0 }]);
    expect(await cartAtDevice(browser)).toEqual([]);
    const { total } = await listSubscribers(databaseOf(env), shop, { q: someone, limit: 5 });
    expect(total).toBe(0);
  });

  it('is a subscriber where they ticked the box, and their browser is still nobody’s', async () => {
    const browser = newVisitor();
    const someone = `agreed-${token()}@mail.example`;
    await postAs({ ...beacon(shop, browser, cart('tent'), identify(someone)), consent: 'analytics' }, {});
    const { rows } = await listSubscribers(databaseOf(env), shop, { q: someone, limit: 5 });
    expect(rows.map(({ consent }) => consent)).toEqual(['subscribed']);
    expect(await cartOf((await personOf(shop, someone)).home)).toEqual([]);
  });

  it('is not held to it where the shop does not honour the browser’s signal', async () => {
    const other = await newShop({ privacy: { honourGpc: false, defaultConsent: 'marketing', cookie: 'server' } });
    const someone = `typed-${token()}@mail.example`;
    await postAs(beacon(other, newVisitor(), cart('tent'), identify(someone)), gpc);
    expect((await personOf(other, someone)).id).toBeTruthy();
  });
});

describe('the cookie', () => {
  async function postFrom(site: string, visitor: VisitorId, cookie = ''): Promise<Response> {
    const headers = { 'sec-fetch-site': site, origin: 'https://shop.example', ...(cookie ? { cookie } : {}) };
    const body = JSON.stringify(beacon(shop, visitor, event()));
    return exports.default.fetch('https://winback.test/e', { method: 'POST', headers, body });
  }

  it('is set by the first answer on the shop’s own domain, for 400 days, out of scripts’ reach', async () => {
    const browser = newVisitor();
    const answer = await postFrom('same-site', browser);
    expect(answer.headers.get('set-cookie')).toMatch(
      new RegExp(`^wb_${shop}=${browser}\\.\\d+; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Lax$`),
    );
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  });

  it('is not set for a page of another domain', async () => {
    expect((await postFrom('cross-site', newVisitor())).headers.get('set-cookie')).toBeNull();
  });

  it('names the visitor whatever the script has forgotten, and tells it', async () => {
    const browser = newVisitor();
    const [cookie = ''] = (await postFrom('same-site', browser)).headers.get('set-cookie')?.split(';') ?? [];
    const forgot = newVisitor();
    const answer = await postFrom('same-site', forgot, `a=b; ${cookie}`);
    expect(await answer.json()).toEqual({ accepted: 1, repeated: 0, visitor: browser });
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await deviceAt(shop, browser).timeline()).entries).toHaveLength(2);
    expect((await deviceAt(shop, forgot).timeline()).entries).toEqual([]);
  });
});

it('remembers what led to the session, and what led here first', async () => {
  const browser = newVisitor();
  const headers = { 'user-agent': 'Mozilla/5.0 (iPhone) Mobile/15E148 Safari/604.1' };
  const url = 'https://shop.example/p/1?utm_source=news&utm_campaign=may';
  const init = { method: 'POST', headers, body: JSON.stringify(beacon(shop, browser, event({ url }), event())) };
  await exports.default.fetch('https://winback.test/e', init);
  const { firstSource, place } = await deviceAt(shop, browser).timeline();
  expect(firstSource).toEqual({ kind: 'campaign', utm: { source: 'news', campaign: 'may' }, at: expect.any(Number) });
  expect(place).toMatchObject({ device: 'phone' });
});
