import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { profileOf, watchShop } from '@winback/db';
import type { ShopId, VisitorId } from '@winback/domain';
import { deviceName } from '@winback/domain';
import { newVisitorState, triggerSettingsOf } from '@winback/engine/triggers';
import { signToken } from '@winback/mail';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import type { Claim } from '../visitor/answers.ts';
import { emptyD1 } from './database.ts';
import type { Person } from './person.ts';
import { letterAt, lettersAt, memoryAt, personOf, stopClock, timePasses } from './person.ts';
import {
  beacon,
  cart,
  cartLetters,
  deviceAt,
  event,
  hour,
  identify,
  minute,
  newShop,
  newVisitor,
  post,
  purchase,
  send,
  settingsOfShop,
  token,
  visitorAt,
} from './storefront.ts';

const leaseMs = 120_000;
const flushMs = 20_000;
const idleMs = 300_000;
const settings = triggerSettingsOf(settingsOfShop());
let shop: ShopId;
let browser: VisitorId;
let email: string;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  stopClock();
  shop = await newShop();
  browser = newVisitor();
  email = `ann-${token()}@mail.example`;
});
afterEach(() => {
  vi.useRealTimers();
});

/** Ann puts a tent into the cart, says who she is and agrees to letters. */
async function annLeavesCart(): Promise<Person> {
  await send(shop, browser, cart('tent'));
  await send(shop, browser, identify(email));
  return personOf(shop, email);
}

/** The same, and the hour has passed: her letter waits in the queue. */
async function annsLetterWaits(): Promise<Person & { letter: string }> {
  const ann = await annLeavesCart();
  await timePasses(hour, ann.home);
  const { id, state } = await letterAt(ann.home);
  expect(state).toBe('waiting');
  return { ...ann, letter: id };
}

/** What the consumer does before it hands a letter over. */
async function claim({ home, letter }: { home: string; letter: string }): Promise<Claim> {
  const brief = await visitorAt(home).brief({ letter });
  if (brief.kind !== 'compose') return { kind: 'leave' };
  return visitorAt(home).claim({ letter, subject: 'You left a tent', rev: brief.about.rev, shows: [], settings });
}

/** The numbers of the outbox's rows. */
function outboxNumbers(name: string): Promise<number[]> {
  return runInDurableObject(visitorAt(name), (_instance, { storage }) =>
    storage.sql
      .exec<{ seq: number }>('SELECT seq FROM outbox')
      .toArray()
      .map((row) => row.seq),
  );
}

async function unsubscribes({ id }: Person): Promise<void> {
  const payload = { kind: 'unsubscribe', shop, person: id, letter: 'l', expiresAt: Date.now() + hour } as const;
  const link = await signToken(env.LINK_SECRET, payload);
  const answer = await exports.default.fetch(`https://winback.test/u/${link}`, { method: 'POST' });
  expect(answer.status).toBe(200);
}

describe('a browser that says who it is', () => {
  it('moves in with the person, and what it does from now on is done there', async () => {
    await send(shop, browser, cart('tent'), event({ product: 'stove' }));
    await send(shop, browser, identify(email));
    const { home } = await personOf(shop, email);
    expect((await visitorAt(home).timeline()).cart).toEqual([{ product: 'tent', quantity: 1 }]);
    expect((await deviceAt(shop, browser).timeline()).entries).toEqual([]);

    const name = deviceName(shop, browser);
    expect(await visitorAt(name).record({ name, events: [], visit: { idleMs: hour }, claim: null })).toEqual({
      kind: 'moved',
      home,
      events: [],
    });
    await send(shop, browser, event({ product: 'lamp' }));
    const seen = (await visitorAt(home).timeline()).entries.filter((entry) => entry.kind === 'view');
    expect(seen.map((entry) => entry.product).sort()).toEqual(['lamp', 'stove']);
    expect((await deviceAt(shop, browser).timeline()).entries).toEqual([]);
  });

  it('shares one home with the person’s other browser, however the address is typed', async () => {
    const phone = newVisitor();
    await send(shop, browser, cart('tent'));
    await send(shop, browser, identify(email));
    await send(shop, phone, event({ type: 'category', category: 'stoves' }), event({ product: 'stove' }));
    await send(shop, phone, identify(` ${email.toUpperCase()}`));
    const { home } = await personOf(shop, email);
    const { cart: lines, entries } = await visitorAt(home).timeline();
    expect(lines).toEqual([{ product: 'tent', quantity: 1 }]);
    expect(entries.filter((entry) => entry.kind === 'view').map((entry) => entry.product)).toEqual(['stove']);
    const devices = await env.DB.prepare('SELECT visitor FROM devices WHERE shop = ?').bind(shop).all();
    expect(devices.results.map((row) => row['visitor']).sort()).toEqual([browser, phone].sort());
  });

  it('moves in once, though it asks again because it heard no answer', async () => {
    const { home, id } = await annLeavesCart();
    const state = { ...newVisitorState(), views: [{ product: 'stove', at: Date.now() }] };
    const move = { id: 'move-1', to: home, person: { id, consent: 'subscribed' as const }, state };
    await visitorAt(home).absorb({ name: home, move });
    await visitorAt(home).absorb({ name: home, move });
    const { entries } = await visitorAt(home).timeline();
    expect(entries.filter((entry) => entry.kind === 'view')).toHaveLength(1);
  });

  it('is counted once, though it says the same again because it heard no answer', async () => {
    const said = [cart('tent'), identify(email), event({ product: 'stove' })];
    await send(shop, browser, ...said);
    const again = await post(beacon(shop, browser, ...said, event({ product: 'lamp' })));
    expect(again).toMatchObject({ status: 202, body: { accepted: 1, repeated: 3 } });
    const { home } = await personOf(shop, email);
    const { entries } = await visitorAt(home).timeline();
    expect(entries.flatMap((entry) => (entry.kind === 'view' ? [entry.product] : [])).sort()).toEqual([
      'lamp',
      'stove',
    ]);
  });

  it('brings along what the shop told of somebody, and what they wait for', async () => {
    await send(shop, browser, event({ type: 'profile', fields: { first_name: 'Ann', loyalty: 'gold' } }));
    const waits = { type: 'watch', change: 'add', waitsFor: 'price-drop', products: ['tent'], price: 19.9 };
    await send(shop, browser, event(waits), identify(email));
    const { id, home } = await personOf(shop, email);
    expect((await visitorAt(home).timeline()).entries).toContainEqual(
      expect.objectContaining({ kind: 'watch', product: 'tent', waitsFor: 'price-drop' }),
    );
    await send(shop, browser, event({ type: 'profile', fields: { loyalty: null, size: 'L' } }));
    await timePasses(flushMs, home);
    await vi.waitFor(
      async () => expect(await profileOf(databaseOf(env), shop, id)).toEqual({ first_name: 'Ann', size: 'L' }),
      { timeout: 6_000, interval: 100 },
    );
  });

  it('takes nothing of the first person to the second when somebody else signs in', async () => {
    const ann = await annLeavesCart();
    await send(shop, browser, identify(`ben-${email}`));
    const ben = await personOf(shop, `ben-${email}`);
    await send(shop, browser, event({ product: 'lamp' }));
    expect((await visitorAt(ann.home).timeline()).cart).toEqual([{ product: 'tent', quantity: 1 }]);
    const seen = await visitorAt(ben.home).timeline();
    expect(seen.cart).toEqual([]);
    expect(seen.entries.map((entry) => entry.product ?? entry.kind).sort()).toEqual(['identify', 'lamp']);
  });
});

describe('a cart that is left', () => {
  it('brings one letter when the delay is over, and never a second one', async () => {
    const { home } = await annLeavesCart();
    await timePasses(hour - 1, home);
    expect(await lettersAt(home)).toEqual([]);
    await timePasses(1, home);
    expect(await letterAt(home)).toMatchObject({ state: 'waiting', scenario: 'abandoned_cart', attempts: 0 });
    for (const wait of [0, leaseMs, hour]) await timePasses(wait, home);
    await send(shop, browser, event());
    expect(await lettersAt(home)).toHaveLength(1);
  });

  it('waits anew when it is changed', async () => {
    const { home } = await annLeavesCart();
    await timePasses(40 * minute, home);
    await send(shop, browser, cart('tent', 'stove'));
    await timePasses(20 * minute, home);
    expect(await lettersAt(home)).toEqual([]);
    await timePasses(40 * minute, home);
    expect((await letterAt(home)).state).toBe('waiting');
  });

  it('brings no letter to somebody whose address nobody knows', async () => {
    await send(shop, browser, cart('tent'));
    const name = deviceName(shop, browser);
    await timePasses(hour, name);
    expect(await lettersAt(name)).toEqual([]);
    await timePasses(3 * hour, name);
    expect(await letterAt(name)).toMatchObject({ state: 'suppressed', steps: [{ reason: 'no-address' }] });
  });

  it('brings no letter to somebody who did not agree, nor to somebody who only bought', async () => {
    await send(shop, browser, identify(email, { consent: false }), cart('tent'));
    await send(shop, newVisitor(), { ...purchase('1', 'lamp'), email });
    const { home } = await personOf(shop, email);
    await send(shop, browser, cart('tent', 'stove'));
    await timePasses(hour, home);
    await timePasses(3 * hour, home);
    const rows = await lettersAt(home);
    expect(rows.map((row) => row.state)).not.toContain('waiting');
    expect(rows.flatMap((row) => row.steps.map((step) => step.reason))).toContain('no-consent');
  });

  it('brings a letter after all when the shop could not be asked at the first try', async () => {
    const { home } = await annLeavesCart();
    const { settings: kept } =
      (await env.DB.prepare('SELECT settings FROM shops WHERE id = ?').bind(shop).first()) ?? {};
    await env.DB.prepare(`UPDATE shops SET settings = 'broken' WHERE id = ?`).bind(shop).run();
    await evictDurableObject(visitorAt(home));
    await timePasses(hour, home);
    const broken = await memoryAt(home);
    await env.DB.prepare('UPDATE shops SET settings = ? WHERE id = ?').bind(kept, shop).run();
    await timePasses(minute, home);
    expect((await letterAt(home)).state).toBe('waiting');
    expect(broken.alarmAt).not.toBeNull();
  });
});

describe('a letter is stopped, and says why, when the person', () => {
  const acts = [
    { what: 'buys', reason: 'bought', act: () => send(shop, browser, purchase('1001', 'tent')) },
    { what: 'buys something else', reason: 'bought', act: () => send(shop, browser, purchase('1001', 'lamp')) },
    { what: 'empties the cart', reason: 'cart-emptied', act: () => send(shop, browser, cart()) },
    {
      what: 'takes everything out of the cart',
      reason: 'cart-emptied',
      act: () => send(shop, browser, event({ type: 'cart', change: 'remove', items: [{ product: 'tent' }] })),
    },
    { what: 'unsubscribes', reason: 'unsubscribed', act: (ann: Person) => unsubscribes(ann) },
    {
      what: 'buys on another device that knows them',
      reason: 'bought',
      act: async () => {
        const phone = newVisitor();
        await send(shop, phone, identify(email));
        await send(shop, phone, purchase('1001', 'tent'));
      },
    },
    {
      what: 'buys as a guest on another device',
      reason: 'bought',
      act: () => send(shop, newVisitor(), { ...purchase('1001', 'tent'), email }),
    },
  ];

  it.each(acts)('$what before it is planned', async ({ reason, act }) => {
    const ann = await annLeavesCart();
    await timePasses(30 * minute, ann.home);
    await act(ann);
    await timePasses(hour, ann.home);
    expect((await letterAt(ann.home)).steps.map((step) => [step.state, step.reason])).toEqual([['suppressed', reason]]);
  });

  it.each(acts)('$what while it waits in the queue', async ({ reason, act }) => {
    const ann = await annsLetterWaits();
    await timePasses(minute, ann.home);
    await act(ann);
    const { steps } = await letterAt(ann.home);
    expect(steps.map((step) => [step.state, step.reason])).toEqual([
      ['waiting', null],
      ['suppressed', reason],
    ]);
    expect(steps.at(-1)?.sentence).toMatch(/^Not sent: .+\.$/);
    expect(await claim(ann)).toEqual({ kind: 'leave' });
  });

  it('buys between the writing of the letter and its handing over', async () => {
    const ann = await annsLetterWaits();
    const brief = await visitorAt(ann.home).brief(ann);
    expect(brief).toMatchObject({
      kind: 'compose',
      about: { kind: 'cart', lines: [{ product: 'tent', quantity: 1 }] },
    });
    await send(shop, browser, purchase('1001', 'tent'));
    const rev = brief.kind === 'compose' ? brief.about.rev : -1;
    const answer = await visitorAt(ann.home).claim({ letter: ann.letter, subject: 'S', rev, shows: [], settings });
    expect(answer).toEqual({ kind: 'leave' });
    expect(await letterAt(ann.home)).toMatchObject({ state: 'suppressed', attempts: 0 });
  });
});

describe('a letter that is about to leave', () => {
  it('is stopped when its scenario was switched off while it waited', async () => {
    const ann = await annsLetterWaits();
    const off = {
      ...settings,
      scenarios: { ...settings.scenarios, abandoned_cart: { ...settings.scenarios.abandoned_cart, on: false } },
    };
    const answer = await visitorAt(ann.home).claim({
      letter: ann.letter,
      subject: 'S',
      rev: 1,
      shows: [],
      settings: off,
    });
    expect(answer).toEqual({ kind: 'leave' });
    expect((await letterAt(ann.home)).steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'scenario-off' });
  });

  it('is given to one consumer, however many ask at once', async () => {
    const ann = await annsLetterWaits();
    const answers = await Promise.all([claim(ann), claim(ann), claim(ann)]);
    expect(answers.map((answer) => answer.kind).sort()).toEqual(['go', 'leave', 'leave']);
    expect(await letterAt(ann.home)).toMatchObject({ state: 'sending', attempts: 1, subject: 'You left a tent' });
  });

  it('is composed again when its cart is no longer the one it was written for', async () => {
    const ann = await annsLetterWaits();
    const late = event({ type: 'cart', change: 'add', items: [{ product: 'stove' }], at: Date.now() - hour });
    await send(shop, browser, late);
    const answer = await visitorAt(ann.home).claim({ letter: ann.letter, subject: 'S', rev: 1, shows: [], settings });
    expect(answer).toEqual({ kind: 'compose-again' });
    expect(await claim(ann)).toEqual({ kind: 'go', attempt: 1 });
  });

  it('waits while the shopper is choosing again, and goes an hour later', async () => {
    const ann = await annsLetterWaits();
    await send(shop, browser, cart('tent', 'stove'));
    expect(await claim(ann)).toEqual({ kind: 'leave' });
    expect((await letterAt(ann.home)).state).toBe('waiting');
    await timePasses(hour, ann.home);
    expect(await claim(ann)).toEqual({ kind: 'go', attempt: 1 });
  });

  it('is claimed by one row of the ledger: the memory is written again when it says more', async () => {
    const ann = await annsLetterWaits();
    const { memory } = await memoryAt(ann.home);
    expect(await claim(ann)).toEqual({ kind: 'go', attempt: 1 });
    expect((await memoryAt(ann.home)).memory).toEqual(memory);
  });

  it('is unknown when nobody says what became of it, and is not sent again', async () => {
    const ann = await annsLetterWaits();
    expect(await claim(ann)).toEqual({ kind: 'go', attempt: 1 });
    await timePasses(leaseMs - 1, ann.home);
    expect((await letterAt(ann.home)).state).toBe('sending');
    await timePasses(1, ann.home);
    expect((await letterAt(ann.home)).steps.at(-1)).toMatchObject({ state: 'unknown', reason: 'answer-lost' });
    expect(await claim(ann)).toEqual({ kind: 'leave' });
    await timePasses(hour, ann.home);
    expect(await claim(ann)).toEqual({ kind: 'leave' });
    expect(await letterAt(ann.home)).toMatchObject({ state: 'unknown', attempts: 1 });
  });

  it('is sent when the word comes late, but no later word makes it unsent', async () => {
    const ann = await annsLetterWaits();
    await claim(ann);
    await timePasses(leaseMs, ann.home);
    const { letter } = ann;
    const refused = { kind: 'refused', permanent: true, answer: '550 no' } as const;
    await visitorAt(ann.home).settle({ letter, attempt: 1, settlement: refused });
    expect((await letterAt(ann.home)).state).toBe('unknown');
    await visitorAt(ann.home).settle({ letter, attempt: 1, settlement: { kind: 'sent' } });
    expect((await letterAt(ann.home)).state).toBe('sent');
    await visitorAt(ann.home).settle({ letter, attempt: 1, settlement: refused });
    expect((await letterAt(ann.home)).state).toBe('sent');
  });

  it('is tried again later when the mail server puts it off, five times and no more', async () => {
    const ann = await annsLetterWaits();
    const settlement = { kind: 'refused', permanent: false, answer: '451 later' } as const;
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(await claim(ann)).toEqual({ kind: 'go', attempt });
      await visitorAt(ann.home).settle({ letter: ann.letter, attempt, settlement });
      expect(await claim(ann)).toEqual({ kind: 'leave' }); // the repeated message comes too early
      await timePasses(5 * minute, ann.home);
    }
    expect(await letterAt(ann.home)).toMatchObject({ state: 'failed', attempts: 5 });
    expect((await letterAt(ann.home)).steps.at(-1)?.reason).toBe('provider-refused');
  });

  it('fails at once when the mail server refuses it for good', async () => {
    const ann = await annsLetterWaits();
    await claim(ann);
    const settlement = { kind: 'refused', permanent: true, answer: '550 no such user' } as const;
    await visitorAt(ann.home).settle({ letter: ann.letter, attempt: 1, settlement });
    expect((await letterAt(ann.home)).steps.at(-1)).toMatchObject({ state: 'failed', reason: 'provider-refused' });
  });

  it('is not sent again when the cart was bought while the mail server put it off', async () => {
    const ann = await annsLetterWaits();
    await claim(ann);
    await send(shop, browser, purchase('1001', 'tent'));
    expect((await letterAt(ann.home)).state).toBe('sending');
    await visitorAt(ann.home).settle({
      letter: ann.letter,
      attempt: 1,
      settlement: { kind: 'unreachable', because: 'x' },
    });
    expect((await letterAt(ann.home)).steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'bought' });
  });

  it('keeps its distance to the letter before', async () => {
    const ann = await annsLetterWaits();
    await claim(ann);
    await visitorAt(ann.home).settle({ letter: ann.letter, attempt: 1, settlement: { kind: 'sent' } });
    await send(shop, browser, purchase('1001', 'tent'));
    await send(shop, browser, cart('stove'));
    await timePasses(2 * hour, ann.home);
    const [, second] = (await lettersAt(ann.home)).sort((a, b) => a.plannedAt - b.plannedAt);
    expect(second?.steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'pause' });
  });
});

describe('an eviction', () => {
  const end = { kind: 'sent' } as const;

  async function story(between: (name: string) => Promise<void>): Promise<string[]> {
    const device = deviceName(shop, browser);
    await send(shop, browser, cart('tent'));
    await between(device);
    await send(shop, browser, identify(email));
    const ann = await personOf(shop, email);
    await between(device);
    await between(ann.home);
    await send(shop, browser, cart('tent', 'stove'));
    await between(ann.home);
    await timePasses(hour, ann.home);
    await between(ann.home);
    const { id: letter } = await letterAt(ann.home);
    const asked = await claim({ ...ann, letter });
    await between(ann.home);
    await visitorAt(ann.home).settle({ letter, attempt: 1, settlement: end });
    await between(ann.home);
    await timePasses(hour, ann.home);
    const lines = (await visitorAt(ann.home).timeline()).cart.map((line) => line.product);
    const facts = (await visitorAt(ann.home).story({ letter })).map((fact) => fact.state);
    const steps = (await letterAt(ann.home)).steps.map(({ seq = 0 }) => seq);
    const numbers = [...(await outboxNumbers(ann.home)), ...steps].sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_number, at) => at + 1)); // each once, none left out
    return [asked.kind, ...lines, ...facts];
  }

  it('at any point of a letter’s life loses nothing', async () => {
    const told = await story((name) => evictDurableObject(visitorAt(name)));
    expect(told).toEqual(['go', 'tent', 'stove', 'waiting', 'sending', 'sent']);
    shop = await newShop();
    browser = newVisitor();
    expect(await story(async () => undefined)).toEqual(told);
  });

  it('finds the steps of letters that an earlier version wrote, and numbers the next after them', async () => {
    const ann = await annsLetterWaits();
    await runInDurableObject(visitorAt(ann.home), (_instance, { storage: { sql } }) => {
      const step = `(SELECT body->'$.steps[0]' FROM letters)`;
      sql.exec(`INSERT INTO outbox SELECT ${step}->>'seq', ${step}->>'at',
        json_object('kind', 'letter', 'fact', json_remove(${step}, '$.seq'))`);
      sql.exec(`UPDATE letters SET body = json_remove(body, '$.steps[0].seq')`);
    });
    await evictDurableObject(visitorAt(ann.home));
    await claim(ann);
    await evictDurableObject(visitorAt(ann.home));
    await visitorAt(ann.home).settle({ letter: ann.letter, attempt: 1, settlement: end });
    const books = () =>
      env.DB.prepare('SELECT state, rev FROM letters WHERE id = ?').bind(ann.letter).first<{ state: string }>();
    await vi.waitFor(async () => expect(await books()).toEqual({ state: 'sent', rev: 3 }), {
      timeout: 6_000,
      interval: 100,
    });
    const { today } = await env.SHOP.getByName(shop).figures({ now: Date.now(), dayStart: Date.now() - 24 * hour });
    expect(today.lettersSent).toBe(1);
    expect((await letterAt(ann.home)).steps.map(({ seq }) => seq)).toEqual([undefined, 2, 3]);
  });

  it('finds every look again, though the memory on disk is some beacons behind', async () => {
    const looks = Array.from({ length: 30 }, (_, at) => event({ product: `p${at}`, at: Date.now() - 60_000 + at }));
    for (const [at, look] of looks.entries()) {
      await send(shop, browser, look);
      if (at % 7 === 6) await evictDurableObject(deviceAt(shop, browser));
    }
    const before = await deviceAt(shop, browser).timeline();
    await evictDurableObject(deviceAt(shop, browser));
    expect(await deviceAt(shop, browser).timeline()).toEqual(before);
    expect(before.entries.map((entry) => entry.product).slice(0, 3)).toEqual(['p29', 'p28', 'p27']);
    expect((await post(beacon(shop, browser, ...looks))).body).toEqual({ accepted: 0, repeated: 30 });
  });

  it('does not make a repeated beacon new', async () => {
    const name = deviceName(shop, browser);
    const same = event();
    await send(shop, browser, same);
    await evictDurableObject(visitorAt(name));
    await send(shop, browser, same);
    expect((await visitorAt(name).timeline()).entries).toHaveLength(1);
  });

  it('leaves the alarm armed', async () => {
    const { home } = await annLeavesCart();
    await evictDurableObject(visitorAt(home));
    const { memory, alarmAt } = await memoryAt(home);
    expect(alarmAt).toBe(Math.min(...Object.values(memory.alarms)));
  });
});

describe('the one alarm of a Visitor', () => {
  it('carries several: the flush, the decision and the look at the letters', async () => {
    const started = Date.now();
    const { home } = await annLeavesCart();
    await send(shop, browser, event());
    const { memory, alarmAt } = await memoryAt(home);
    expect(memory.alarms).toEqual({ flush: started + idleMs, decide: started + hour });
    expect(alarmAt).toBe(started + idleMs);
    await timePasses(hour, home);
    const after = await memoryAt(home);
    expect(after.memory.alarms).toMatchObject({ letters: Date.now() + leaseMs });
    expect(after.memory.alarms.decide).toBeUndefined();
    expect(after.alarmAt).toBeGreaterThan(Date.now());
  });

  it('lets events gather while nobody looks at the dashboard, and hurries while somebody does', async () => {
    const flushOf = async (visitor: VisitorId) => (await memoryAt(deviceName(shop, visitor))).memory.alarms.flush;
    await send(shop, browser, event());
    expect(await flushOf(browser)).toBe(Date.now() + idleMs);
    await send(shop, browser, purchase('1001', 'tent'));
    expect(await flushOf(browser)).toBe(Date.now() + flushMs);

    await watchShop(databaseOf(env), shop, Date.now() + hour);
    vi.setSystemTime(Date.now() + minute); // settings are kept for a quarter of that
    const other = newVisitor();
    await send(shop, other, event());
    expect(await flushOf(other)).toBe(Date.now() + flushMs);
  });

  it('rings by itself, without a test that rings it', async () => {
    vi.useRealTimers();
    shop = await newShop({ scenarios: { abandoned_cart: cartLetters({ delayMs: 300 }) } });
    const { home } = await annLeavesCart();
    expect(await lettersAt(home)).toEqual([]);
    await vi.waitFor(async () => expect((await letterAt(home)).state).toBe('waiting'), {
      timeout: 5_000,
      interval: 50,
    });
  });

  it('rings for the outbox until the books confirm it; what is confirmed and two days old is forgotten', async () => {
    const { home } = await annLeavesCart();
    await send(shop, browser, event(), event());
    await send(shop, browser, event());
    const numbers = () => outboxNumbers(home);
    await visitorAt(home).confirm({ upto: 1 });
    expect((await memoryAt(home)).memory.alarms.flush).toBeDefined();
    await visitorAt(home).confirm({ upto: 2 });
    expect((await memoryAt(home)).memory.outbox).toEqual({ seq: 2, sent: 2, confirmed: 2 });
    expect((await memoryAt(home)).memory.alarms.flush).toBeUndefined();
    expect(await numbers()).toEqual([1, 2]);
    vi.setSystemTime(Date.now() + 49 * hour);
    await send(shop, browser, event());
    await visitorAt(home).confirm({ upto: 3 });
    expect((await numbers()).filter((seq) => seq < 3)).toEqual([]);
  });
});
