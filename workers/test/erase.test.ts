import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beginErasure, findSubscriber, isSuppressed, park, putDevice, suppress } from '@winback/db';
import type { Erasure, PersonId, ShopId, VisitorId } from '@winback/domain';
import { byScenario, deviceName } from '@winback/domain';
import { newVisitorState } from '@winback/engine/triggers';
import { signToken } from '@winback/mail';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { hourPrefix, packed } from '../lake.ts';
import { emptyD1 } from './database.ts';
import { booked, keysOf, linesOf, messageOf } from './lake.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin } from './merchant.ts';
import type { Person } from './person.ts';
import { lettersAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import { about, newKey, tell } from './shop-server.ts';
import {
  beacon,
  cart,
  cartLetters,
  event,
  hour,
  identify,
  minute,
  newVisitor,
  post,
  purchase,
  send,
  token,
  visitorAt,
} from './storefront.ts';

const day = 24 * hour;
const lease = 120_000;
let merchant: Merchant;
let shop: ShopId;
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  merchant = await newMerchant({ scenarios: { abandoned_cart: cartLetters({ delayMs: 0 }) } });
  ({ shop } = merchant);
});
afterEach(() => {
  vi.useRealTimers();
});

interface Shopper extends Person {
  email: string;
  browsers: VisitorId[];
  order: string;
}

/** Somebody with two browsers, an order, a cart whose letter waits, a product that they wait for. All of it is in the books. */
async function shopper(): Promise<Shopper> {
  const browsers = [newVisitor(), newVisitor()];
  const [phone, laptop] = browsers as [VisitorId, VisitorId];
  const email = `ann-${token()}@mail.example`;
  const order = `order-${token()}`;
  await send(shop, phone, event({ product: 'lamp' }), { ...purchase(order, 'tent'), total: 70 });
  await send(shop, phone, identify(email, { name: 'Ann Lee' }));
  await tell(await newKey(shop), [about({ visitor: laptop, email, externalId: `c-${email}`, phone: '+49 30 77' })]);
  await send(
    shop,
    laptop,
    cart('stove'),
    event({ type: 'watch', change: 'add', waitsFor: 'price-drop', products: ['tent'] }),
  );
  const person = await personOf(shop, email);
  stopClock();
  for (const name of [...browsers.map((one) => deviceName(shop, one)), person.home]) await timePasses(minute, name);
  vi.useRealTimers();
  const inTheBooks = async () => {
    expect(await countOf('letters', 'subscriber = ?2', person.id)).toBeGreaterThan(0);
    expect(await countOf('watches', 'subscriber = ?2', person.id)).toBe(1);
    expect((await linesOf(shop)).filter(({ visitor }) => visitor === person.home).length).toBeGreaterThanOrEqual(2);
  };
  await vi.waitFor(inTheBooks, { timeout: 10_000, interval: 100 });
  return { ...person, email, browsers, order };
}

async function countOf(table: string, where: string, ...values: string[]): Promise<number> {
  const row = await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE shop = ?1 AND ${where}`)
    .bind(shop, ...values)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

/** All that the database holds, but for the list of erasures, and for an index of words that can only be asked. */
async function allTables(): Promise<string> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND name NOT IN ('erasures', 'product_words')`,
  ).all<{ name: string }>();
  const tables = await Promise.all(
    results.map(async ({ name }) => (await env.DB.prepare(`SELECT * FROM "${name}"`).all()).results),
  );
  return JSON.stringify(tables);
}

/** What an object of a Visitor keeps on disk: rows of all tables, and its alarm. */
async function keptAt(name: string): Promise<{ tables: string[]; alarmAt: number | null }> {
  return runInDurableObject(visitorAt(name), async (_instance, { storage }) => ({
    tables: storage.sql
      .exec<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '_cf_%'`)
      .toArray()
      .map((row) => row.name),
    alarmAt: await storage.getAlarm(),
  }));
}
const nothing = { tables: [], alarmAt: null };

function forget(person: PersonId) {
  return ask<Erasure & { code?: string }>(merchant, `/subscribers/${person}`, { method: 'DELETE' });
}

async function progressOf(person: PersonId): Promise<Erasure> {
  return (await ask<Erasure>(merchant, `/erasures/${person}`)).body;
}

/** The erasure comes to its end: the first look by the queue, the second after a lease by the Shop's alarm. */
async function ended(person: PersonId): Promise<void> {
  const first = async () => expect((await progressOf(person)).step).toBe('second-look');
  await vi.waitFor(first, { timeout: 10_000, interval: 100 });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + lease + minute });
  await runDurableObjectAlarm(env.SHOP.getByName(shop));
  await vi.waitFor(async () => expect((await progressOf(person)).endedAt).not.toBeNull(), {
    timeout: 10_000,
    interval: 100,
  });
}

describe('a person who is forgotten', () => {
  it('is in no table any more; orders and letters keep their figures; nobody else loses anything', async () => {
    const [ann, bob] = [await shopper(), await shopper()];
    await env.DB.prepare(
      `INSERT INTO segment_members (shop, segment, subscriber, at) VALUES (?1, 1, ?2, 1), (?1, 1, ?3, 1)`,
    )
      .bind(shop, ann.id, bob.id)
      .run();
    await park(databaseOf(env), shop, {
      id: `p-${token()}`,
      queue: 'events',
      kind: 'events',
      subject: 's',
      attempts: 9,
      error: 'e',
      body: JSON.stringify({ shop, visitor: ann.home, rows: [] }),
      now: 1,
    });
    await suppress(databaseOf(env), shop, ann.email, 'hard bounce', 1);
    await env.DB.prepare(
      `INSERT INTO letter_returns (shop, letter, what, kind, words, source, at)
       SELECT shop, id, 'bounced', 'hard', ?2, 'mail', 1 FROM letters WHERE subscriber = ?1`,
    )
      .bind(ann.id, `550 5.1.1 <${ann.email}>: no such user`)
      .run();
    await env.DB.prepare('INSERT INTO letter_wishes (shop, subscriber, per_week, changed_at) VALUES (?1, ?2, 1, 1)')
      .bind(shop, ann.id)
      .run();
    const letters = await countOf('letters', '1');
    const answer = await forget(ann.id);
    expect(answer).toMatchObject({ status: 200, body: { id: ann.id, step: 'first-look', endedAt: null } });
    const text = await allTables();
    for (const trace of [ann.id, ann.email, ...ann.browsers, `c-${ann.email}`]) expect(text).not.toContain(trace);
    for (const trace of [bob.id, bob.email, ...bob.browsers]) expect(text).toContain(trace);
    expect([await countOf('letters', '1'), await countOf('letters', `subscriber = 'erased'`)]).toEqual([
      letters,
      letters / 2,
    ]);
    const { results } = await env.DB.prepare(
      'SELECT subscriber, visitor, total_minor AS minor FROM orders WHERE id = ?1',
    )
      .bind(ann.order)
      .all();
    expect(results).toEqual([{ subscriber: 'erased', visitor: 'erased', minor: 7_000 }]);
    expect(await countOf('segment_members', '1')).toBe(1);
    expect((await ask(merchant, `/subscribers/${ann.id}`)).status).toBe(404);
    expect((await ask(merchant, '/letters')).status).toBe(200);
  }, 40_000);

  it('has no home and no browsers any more, neither on disk nor in memory, and none of them wakes up', async () => {
    const ann = await shopper();
    const names = [ann.home, ...ann.browsers.map((one) => deviceName(shop, one))];
    expect(await Promise.all(names.map(keptAt))).not.toContainEqual(nothing);
    await forget(ann.id);
    expect(await Promise.all(names.map(keptAt))).toEqual(names.map(() => nothing));
    for (const name of names) {
      expect(await runDurableObjectAlarm(visitorAt(name))).toBe(false);
      expect((await visitorAt(name).timeline()).entries).toEqual([]);
    }
  }, 30_000);

  it('is not quoted in what was refused of their browsers', async () => {
    const ann = await shopper();
    const refused = (visitor: string) => post({ ...beacon(shop, visitor), events: [{ ...event(), type: 'dance' }] });
    const samples = async () =>
      (await env.SHOP.getByName(shop).drops()).map(({ reason, count, sample }) => [reason, count, sample]);
    await refused(ann.browsers[0] ?? '');
    const noted = async () => expect(JSON.stringify(await samples())).toContain(ann.browsers[0]);
    await vi.waitFor(noted, { timeout: 4_000 });
    await forget(ann.id);
    expect(await samples()).toEqual([['unknown-event', 1, '']]);
  }, 20_000);

  it('leaves no line in the raw events, and the others’ lines stay', async () => {
    const [ann, bob] = [await shopper(), await shopper()];
    const bobs = async () =>
      (await linesOf(shop)).filter(
        ({ visitor }) => visitor === bob.home || bob.browsers.some((one) => visitor === deviceName(shop, one)),
      );
    const before = await bobs();
    await forget(ann.id);
    await ended(ann.id);
    const text = JSON.stringify(await linesOf(shop));
    for (const trace of [ann.id, ...ann.browsers]) expect(text).not.toContain(trace);
    expect(await bobs()).toEqual(before);
    expect(
      JSON.stringify(await env.DB.prepare('SELECT visitors FROM erasures WHERE id = ?1').bind(ann.id).first()),
    ).toBe('{"visitors":"[]"}');
  }, 40_000);

  it('may be forgotten twice, which is once; nobody can forget somebody of another shop', async () => {
    const ann = await shopper();
    const other = await newMerchant();
    const foreign = await ask(other, `/subscribers/${ann.id}`, { method: 'DELETE' });
    expect([foreign.status, await countOf('subscribers', 'id = ?2', ann.id)]).toEqual([404, 1]);
    const [one, two] = [await forget(ann.id), await forget(ann.id)];
    expect([one.status, two.status, two.body.startedAt]).toEqual([200, 200, one.body.startedAt]);
    expect((await forget('nobody-at-all' as PersonId)).status).toBe(404);
  }, 20_000);
});

describe('forgetting that was cut short', () => {
  it('after its first line goes on where it was, by whoever asks next', async () => {
    const [ann, bob] = [await shopper(), await shopper()];
    for (const { id, home } of [ann, bob]) {
      const progress = { step: 'stores', from: hourPrefix(shop, 0), after: '' } as const;
      await beginErasure(databaseOf(env), shop, { id, visitors: [home], progress, startedAt: Date.now() });
    }
    expect((await forget(ann.id)).body.step).toBe('first-look');
    await brings('winback-jobs', [{ kind: 'erase-person', shop, erasure: bob.id }]);
    for (const one of [ann, bob]) {
      const names = [one.home, ...one.browsers.map((browser) => deviceName(shop, browser))];
      expect(await Promise.all(names.map(keptAt))).toEqual(names.map(() => nothing));
      expect(await allTables()).not.toContain(one.email);
    }
  }, 30_000);

  it('in the middle of the raw events, and done again from an older place, comes to the same end', async () => {
    const [ann, bob] = [await shopper(), await shopper()];
    await forget(ann.id);
    const first = async () => expect((await progressOf(ann.id)).step).toBe('second-look');
    await vi.waitFor(first, { timeout: 10_000, interval: 100 });
    const lines = await linesOf(shop);
    const old = JSON.stringify({ step: 'first-look', from: hourPrefix(shop, 0), after: '' });
    await env.DB.prepare('UPDATE erasures SET cursor = ?1 WHERE id = ?2').bind(old, ann.id).run();
    await brings('winback-jobs', [{ kind: 'erase-person', shop, erasure: ann.id }]);
    expect([(await progressOf(ann.id)).step, await linesOf(shop)]).toEqual(['second-look', lines]);
    expect(lines.some(({ visitor }) => visitor === bob.home)).toBe(true);
  }, 30_000);
});

describe('the raw events of a person', () => {
  const line = (visitor: string, at: number) => JSON.stringify({ visitor, seq: 1, id: `e-${at}`, at, type: 'view' });
  /** `count` objects, one an hour up to now, each with a line of the person and one of somebody else. */
  async function laid(ann: Person, count: number): Promise<void> {
    const moments = Array.from({ length: count }, (_, n) => Date.now() - n * hour);
    await Promise.all(
      moments.map(async (at) =>
        env.LAKE.put(
          `${hourPrefix(shop, at)}many.ndjson.gz`,
          await packed([line(ann.home, at), line('somebody', at), line(`${ann.home}x`, at)]),
        ),
      ),
    );
  }
  async function subscriber(): Promise<Person & { email: string }> {
    const email = `ann-${token()}@mail.example`;
    await tell(await newKey(shop), [about({ email })]);
    return { ...(await personOf(shop, email)), email };
  }
  const hers = async (ann: Person) => (await linesOf(shop)).filter(({ visitor }) => visitor === ann.home).length;

  it('go page by page, and whoever dies on the way goes on where they were', async () => {
    const ann = await subscriber();
    await laid(ann, 320);
    await forget(ann.id);
    // The queue brings the work again and again, at the same time and after it is done.
    await Promise.all([1, 2, 3].map(() => brings('winback-jobs', [{ kind: 'erase-person', shop, erasure: ann.id }])));
    await ended(ann.id);
    const left = await linesOf(shop);
    expect([await hers(ann), left.length]).toEqual([0, 640]);
    await brings('winback-jobs', [{ kind: 'erase-person', shop, erasure: ann.id }]);
    expect((await linesOf(shop)).length).toBe(640);
  }, 60_000);

  it('are looked for from the hour in which the person was first seen; what is older is not opened', async () => {
    const ann = await subscriber();
    const before = Date.now() - 40 * day;
    const key = `${hourPrefix(shop, before)}old.ndjson.gz`;
    await env.LAKE.put(key, 'not even gzip');
    await laid(ann, 2);
    await forget(ann.id);
    await ended(ann.id);
    expect(await (await env.LAKE.get(key))?.text()).toBe('not even gzip');
    await env.LAKE.delete(key);
    expect(await hers(ann)).toBe(0);
  }, 30_000);

  it('that have only their lines go as whole objects', async () => {
    const ann = await subscriber();
    const key = `${hourPrefix(shop, Date.now())}only.ndjson.gz`;
    await env.LAKE.put(key, await packed([line(ann.home, 1)]));
    await forget(ann.id);
    await ended(ann.id);
    expect(await keysOf(shop)).not.toContain(key);
  }, 30_000);
});

describe('what comes after somebody was forgotten', () => {
  it('a letter that was being sent at that moment settles nothing and brings nothing back', async () => {
    const ann = await shopper();
    const [letter] = await lettersAt(ann.home);
    const brief = await visitorAt(ann.home).brief({ letter: letter?.id ?? '' });
    const rev = brief.kind === 'compose' ? brief.about.rev : -1;
    const settings = {
      voice: { pauseMs: 0, perDay: 24, perWeek: 100, hours: null },
      timeZone: 'UTC',
      scenarios: byScenario((code) => cartLetters({ delayMs: 0, on: code === 'abandoned_cart' })),
    };
    const claim = await visitorAt(ann.home).claim({ letter: letter?.id ?? '', subject: 's', rev, shows: [], settings });
    expect(claim).toMatchObject({ kind: 'go' });
    await forget(ann.id);
    await visitorAt(ann.home).settle({ letter: letter?.id ?? '', attempt: 1, settlement: { kind: 'sent' } });
    await visitorAt(ann.home).confirm({ upto: 1_000 });
    expect(await keptAt(ann.home)).toEqual(nothing);
    const late = await brings('winback-letters', [{ shop, visitor: ann.home, letter: letter?.id }]);
    expect([late.explicitAcks.length, await keptAt(ann.home)]).toEqual([1, nothing]);
  }, 30_000);

  it('what a queue still held of them is ignored; what their browser does from then on is a new visitor’s', async () => {
    const ann = await shopper();
    const device = deviceName(shop, ann.browsers[0] ?? newVisitor());
    const views = async () =>
      (await env.SHOP.getByName(shop).figures({ now: Date.now(), dayStart: 0 })).events.view.count;
    const at = Date.now() - 1_000;
    await forget(ann.id);
    const counted = await views();
    const held = { ...purchase('late', 'tent'), email: ann.email };
    await booked(
      messageOf({ shop, visitor: ann.home, person: ann.id, seq: 90, at }, held, event()),
      messageOf({ shop, visitor: device, seq: 90, at }, event(), { ...held, order: 'later' }),
      messageOf({ shop, visitor: ann.home, person: ann.id, seq: 91, at: Date.now() + minute }, event()),
    );
    expect(await countOf('orders', `id IN ('late', 'later')`)).toBe(0);
    expect([await views(), (await linesOf(shop)).filter(({ seq }) => seq === 90 || seq === 91)]).toEqual([counted, []]);
    await booked(messageOf({ shop, visitor: device, seq: 1, at: Date.now() + 1 }, event({ product: 'anew' })));
    expect([await views(), (await linesOf(shop)).filter(({ product }) => product === 'anew').length]).toEqual([
      counted + 1,
      1,
    ]);
  }, 30_000);

  it('the second look finds what was on its way home, and leaves alone who came anew', async () => {
    const ann = await shopper();
    const [phone = newVisitor(), laptop = newVisitor()] = ann.browsers;
    await forget(ann.id);
    // A browser whose request was under way: it moves in after all.
    const claim = { person: { id: ann.id, consent: 'subscribed' }, proof: 'proven' } as const;
    const name = deviceName(shop, phone);
    const seen = { id: `event-${token()}`, at: Date.now(), type: 'view', product: 'tent' as never } as const;
    await visitorAt(name).record({ name, events: [seen], visit: { idleMs: hour }, claim });
    await putDevice(databaseOf(env), shop, phone, ann.id, Date.now());
    await send(shop, laptop, cart('kettle'));
    expect(await keptAt(ann.home)).not.toEqual(nothing);
    await ended(ann.id);
    expect([await keptAt(ann.home), await keptAt(name)]).toEqual([nothing, nothing]);
    expect(await countOf('devices', '1')).toBe(0);
    expect((await visitorAt(deviceName(shop, laptop)).timeline()).cart).toEqual([{ product: 'kettle', quantity: 1 }]);
  }, 40_000);

  it('a browser that moves in while the home is being erased does not bring it back', async () => {
    const ann = await shopper();
    const home = visitorAt(ann.home);
    await env.DB.prepare('UPDATE shops SET watched_until = 0 WHERE id = ?1').bind(shop).run();
    stopClock();
    vi.setSystemTime(Date.now() + minute); // settings have to be read anew: the move waits for the database
    const move = {
      id: token(),
      to: ann.home,
      person: { id: ann.id, consent: 'subscribed' as const },
      state: newVisitorState(),
    };
    await Promise.all([home.absorb({ name: ann.home, move }), home.erase()]);
    expect(await keptAt(ann.home)).toEqual(nothing);
  }, 30_000);

  it('the same address is somebody new, whom no letter reaches, and the address stands nowhere but with them', async () => {
    const ann = await shopper();
    await forget(ann.id);
    expect((await allTables()).includes(ann.email)).toBe(false);
    expect([
      await isSuppressed(databaseOf(env), shop, ann.email),
      await isSuppressed(databaseOf(env), shop, `x${ann.email}`),
    ]).toEqual([true, false]);
    const browser = newVisitor();
    await send(shop, browser, cart('stove'), identify(ann.email));
    const anew = await personOf(shop, ann.email);
    expect(anew.id).not.toBe(ann.id);
    const { entries } = await visitorAt(anew.home).timeline();
    expect(entries.filter(({ kind }) => kind === 'purchase' || kind === 'view')).toEqual([]);
    expect(await findSubscriber(databaseOf(env), shop, { externalId: `c-${ann.email}` })).toBeNull();
    const [letter] = await lettersAt(anew.home);
    await brings('winback-letters', [{ shop, visitor: anew.home, letter: letter?.id }]);
    expect((await lettersAt(anew.home))[0]).toMatchObject({ state: 'suppressed' });
    expect((await lettersAt(anew.home))[0]?.steps.at(-1)?.sentence).toContain('forgotten');
  }, 30_000);

  it('a letter that they still have unsubscribes nobody, says so politely and makes no store anew', async () => {
    const ann = await shopper();
    await forget(ann.id);
    const url = `${origin}/u/${await signToken(env.LINK_SECRET, { kind: 'unsubscribe', shop, person: ann.id, letter: 'some-letter', expiresAt: Date.now() + day })}`;
    const answer = await exports.default.fetch(url, {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await answer.body?.cancel();
    expect([answer.status, await keptAt(ann.home)]).toEqual([200, nothing]);
  }, 30_000);
});
