// Settings tried on the past, from the merchant's question to the answer: real raw events, tables, queue and API.
import { env } from 'cloudflare:workers';
import { putOrders, putSubscriber, startSimulation, touchLetter, writeLetterFacts } from '@winback/db';
import type {
  EmailAddress,
  LetterFact,
  OrderId,
  PersonId,
  ScenarioNumbers,
  ShopId,
  Simulation,
  SubscriberDetail,
  Today,
} from '@winback/domain';
import { deviceName, homeName } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { simulationFolder } from '../simulation.ts';
import { emptyD1 } from './database.ts';
import { booked, messageOf } from './lake.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import { brings } from './queue.ts';
import { cart, cartLetters, hour, identify, minute, newVisitor, purchase, send, token } from './storefront.ts';

const day = 24 * hour;
const path = '/scenarios/abandoned_cart/simulation';
let merchant: Merchant;
let shop: ShopId;
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  merchant = await newMerchant({ scenarios: { abandoned_cart: cartLetters({ on: false }) } });
  ({ shop } = merchant);
});

/** Somebody who agreed to letters so long ago. */
async function known(name: string, ago: number): Promise<PersonId> {
  const id = `${name}-${token()}` as PersonId;
  const claim = { id, email: `${id}@mail.example` as EmailAddress, name: null, source: 'form', namedBy: null };
  await putSubscriber(databaseOf(env), shop, { ...claim, consent: 'subscribed', now: Date.now() - ago });
  return id;
}

let seq = 0;
function at(person: PersonId, moment: number, doing: Record<string, unknown>) {
  seq += 1;
  return messageOf({ shop, visitor: homeName(shop, person), person, seq, at: moment }, { ...doing, at: moment });
}

async function tried(tries: Record<string, unknown> = {}): Promise<Simulation> {
  const begun = await ask<Simulation>(merchant, path, { method: 'POST', body: tries });
  expect(begun.status).toBe(200);
  return ended(tries);
}

async function ended(tries: Record<string, unknown> = {}): Promise<Simulation> {
  const query = new URLSearchParams(Object.entries(tries).map(([name, value]) => [name, String(value)]));
  return vi.waitFor(
    async () => {
      const { body } = await ask<Simulation>(merchant, `${path}?${query}`);
      expect(body.state).not.toBe('running');
      return body;
    },
    { timeout: 15_000, interval: 50 },
  );
}

async function filesLeft(): Promise<number> {
  return (await env.LAKE.list({ prefix: simulationFolder(shop) })).objects.length;
}

/** Ten days ago: Ann left a cart, Ben bought his, Cem left one and was nobody's, Dua had one too and has never agreed. */
async function aMonth(): Promise<{ ann: PersonId; ben: PersonId }> {
  const [ann, ben] = [await known('ann', 60 * day), await known('ben', 60 * day)];
  const then = Math.floor((Date.now() - 10 * day) / hour) * hour;
  const browser = newVisitor();
  await booked(
    at(ann, then, cart('tent')),
    at(ann, then + 3 * day, cart('stove')),
    at(ben, then, cart('tent')),
    at(ben, then + 5 * minute, purchase(`order-${token()}`, 'tent')),
    messageOf({ shop, visitor: deviceName(shop, browser), seq: 1, at: then }, { ...cart('tent'), at: then }),
  );
  return { ann, ben };
}

describe('settings that are tried on the last month', () => {
  it('say how many letters to how many people, why others got none, and show people with what they did', async () => {
    const { ann } = await aMonth();
    expect((await ask<Simulation>(merchant, path)).body).toMatchObject({ state: null, result: null, unable: null });
    const { state, result } = await tried();
    expect({ state, letters: result?.letters, reached: result?.reached }).toEqual({
      state: 'done',
      letters: 1,
      reached: 1,
    });
    expect(result).toMatchObject({ occasions: 3, waiting: 0, share: 1, lettersMargin: 0, collisions: [], events: 5 });
    expect(result?.blocked.map(({ reason, count }) => [reason, count]).toSorted()).toEqual([
      ['bought', 1],
      ['no-address', 1],
    ]);
    const example = result?.examples.find(({ id }) => id === ann);
    expect(example?.email).toBe(`${ann}@mail.example`);
    expect(example?.lines.map(({ words }) => words)).toEqual([
      'Changed the cart: product tent',
      'Abandoned Cart. Planned: 1 product lay in the cart for 1 hour and nothing was bought.',
      'Abandoned Cart. Sent.',
    ]);
    await vi.waitFor(async () => expect(await filesLeft()).toBe(0));
  });

  it('are answered at once when they were tried before, and are others where a number is', async () => {
    await aMonth();
    await tried();
    const slow = { delayMs: 3 * hour, windowMs: 4 * hour };
    expect(
      (await ask<Simulation>(merchant, `${path}?delayMs=${slow.delayMs}&windowMs=${slow.windowMs}`)).body,
    ).toMatchObject({
      ...{ state: null, savedLetters: 1 },
    });
    // Nobody bought later than five minutes after the cart.
    expect(await tried(slow)).toMatchObject({ state: 'done', savedLetters: 1, result: { letters: 1 } });
    expect((await ask<Simulation>(merchant, path)).body).toMatchObject({ state: 'done', result: { letters: 1 } });
    expect(await tried({ holdOutPercent: 50, delayMs: hour, windowMs: 4 * hour })).toMatchObject({ state: 'done' });
    const saved = await ask(merchant, '/scenarios/abandoned_cart', { method: 'PATCH', body: slow });
    expect(saved.status).toBe(200);
    expect((await ask<Simulation>(merchant, path)).body).toMatchObject({ state: 'done', savedLetters: null });
  });

  it('come to the same however often a message comes, by whomever it is taken up', async () => {
    await aMonth();
    const { result } = await tried();
    const db = databaseOf(env);
    const [{ id, settings } = { id: '', settings: '' }] = (
      await env.DB.prepare('select id, settings from simulations where shop = ?')
        .bind(shop)
        .all<{ id: string; settings: string }>()
    ).results;
    await startSimulation(db, shop, { id, scenario: 'abandoned_cart', settings, now: Date.now() });
    const message = { kind: 'simulate', shop, simulation: id };
    const answers = await Promise.all([1, 2, 3].map(() => brings('winback-jobs', [message])));
    expect(answers.map(({ explicitAcks }) => explicitAcks.length)).toEqual([1, 1, 1]);
    const again = await ended();
    expect({ ...again.result, from: 0, until: 0 }).toEqual({ ...result, from: 0, until: 0 });
  });

  it('know whom the shop’s server told of a time before anybody knew them, and that they agreed', async () => {
    const then = Math.floor((Date.now() - 10 * day) / hour) * hour;
    const [ann, ben] = [await known('ann', 0), await known('ben', 0)];
    const told = (person: PersonId, moment: number, doing: Record<string, unknown>) => {
      seq += 1;
      const visitor = homeName(shop, person);
      return messageOf(
        { shop, visitor, person, seq, at: Date.now(), visit: { by: 'server' } },
        { ...doing, at: moment },
      );
    };
    await booked(
      ...[told(ann, then, identify(`${ann}@mail.example`)), told(ann, then + 1, cart('tent'))],
      ...[told(ben, then, identify(`${ben}@mail.example`, { consent: false })), told(ben, then + 1, cart('tent'))],
    );
    const { result } = await tried();
    expect(result).toMatchObject({ letters: 1, occasions: 2, blocked: [{ reason: 'no-consent', count: 1 }] });
    expect(result?.examples.map(({ id }) => id).toSorted()).toEqual([ann, ben].toSorted());
  });

  it('are one at a time, and can be stopped', async () => {
    await startSimulation(databaseOf(env), shop, {
      id: 'other',
      scenario: 'retention',
      settings: '{}',
      now: Date.now(),
    });
    const refused = await ask(merchant, path, { method: 'POST', body: {} });
    expect(refused).toMatchObject({ status: 409, body: { code: 'busy' } });
    expect(refused.body['message']).toContain('Most Interesting This Month');
    expect((await ask<Simulation>(merchant, path)).body.other).toMatchObject({ scenario: 'retention' });
    expect((await ask<Simulation>(merchant, path, { method: 'DELETE' })).body.other).toBeNull();
    expect((await tried()).state).toBe('done');
  });

  it('say that there is nothing to replay in a shop where nothing has happened, and what cannot be tried', async () => {
    expect(await tried()).toMatchObject({
      state: 'done',
      result: { events: 0, occasions: 0, letters: 0, examples: [] },
    });
    const optIn = '/scenarios/double_opt_in/simulation';
    expect((await ask<Simulation>(merchant, optIn)).body.unable).toContain('nothing to try');
    expect((await ask(merchant, optIn, { method: 'POST', body: {} })).status).toBe(409);
    expect(await ask(merchant, `${path}?delayMs=-1`)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    expect((await ask(merchant, '/scenarios/nothing/simulation')).status).toBe(404);
  });

  it('hear of orders that only the shop’s system told of, and of nobody who has been forgotten', async () => {
    const { ann, ben } = await aMonth();
    const then = Math.floor((Date.now() - 10 * day) / hour) * hour;
    const order = { order: 'told-1' as OrderId, person: ann, visitor: '', at: then + minute };
    const rest = { total: { minor: 100, currency: 'EUR' }, items: [], origin: 'server' as const };
    await putOrders(databaseOf(env), shop, [{ ...order, ...rest }]);
    const before = (await tried()).result;
    // Her first cart was bought; the one three days later is another.
    expect(before?.blocked.find(({ reason }) => reason === 'bought')?.count).toBe(2);
    expect(before).toMatchObject({ letters: 1, occasions: 4 });
    expect((await ask(merchant, `/subscribers/${ann}`, { method: 'DELETE' })).status).toBeLessThan(300);
    expect((await ask<Simulation>(merchant, path)).body).toMatchObject({ state: null, result: null });
    const after = await vi.waitFor(async () => {
      const { result } = await tried();
      expect(result?.examples.map(({ id }) => id)).toEqual([ben]);
      return result;
    });
    expect(after).toMatchObject({ letters: 0 });
  });
});

describe('the numbers of scenarios', () => {
  const fact = (letter: string, person: PersonId, plannedAt: number, more: Partial<LetterFact> = {}) => ({
    ...{ letter, person, slot: `abandoned_cart:${letter}`, scenario: 'abandoned_cart', state: 'sent' as const },
    ...{ reason: null, sentence: 'Sent.', plannedAt, at: plannedAt, subject: null, rev: 1 },
    ...more,
  });
  async function numbers(): Promise<ScenarioNumbers | undefined> {
    const { body } = await ask<{ rows: ScenarioNumbers[] }>(merchant, '/scenario-numbers');
    return body.rows.find(({ code }) => code === 'abandoned_cart');
  }

  it('count the order of who came by a letter, whichever is heard first; and in how many letters people clicked', async () => {
    const ann = await known('ann', 9 * day);
    const letter = `letter-${token()}`;
    const now = Date.now();
    await writeLetterFacts(databaseOf(env), shop, [fact(letter, ann, now - hour)]);
    const source = { kind: 'letter', utm: { source: 'winback', medium: 'email', content: letter } } as const;
    const came = { visit: { letterTo: ann, source } };
    const visitor = homeName(shop, ann);
    await booked(
      messageOf(
        { shop, visitor, person: ann, seq: 2, at: now },
        { ...purchase(`order-${letter}`, 'tent'), total: 40, at: now },
      ),
    );
    expect(await numbers()).toMatchObject({ sent: 1, orders: 0, clicks: { letters: 0, rate: 0 } });
    await touchLetter(databaseOf(env), shop, letter, { touch: 'clicked', now });
    expect(await numbers()).toMatchObject({ clicks: { letters: 1, rate: 1 } });
    await booked(
      messageOf({ shop, visitor, person: ann, seq: 1, at: now - 9, ...came }, { ...cart('tent'), at: now - 9 }),
    );
    expect(await numbers()).toMatchObject({ orders: 1, revenue: { minor: 4_000, currency: 'EUR' } });
  });

  it('tell what letters bring by people, with a margin, when a week has gone by', async () => {
    const db = databaseOf(env);
    expect(await numbers()).toMatchObject({ lift: null });
    const then = Math.floor(Date.now() / day) * day - 12 * day + hour;
    const named = (side: string, n: number) => `${side}-${n}-${shop}` as PersonId;
    const side = (name: string, count: number, more: Partial<LetterFact> = {}) =>
      Array.from({ length: count }, (_, n) => fact(`${name}-${n}-${shop}`, named(name, n), then + n, more));
    const heldOut = { state: 'suppressed', reason: 'hold-out', sentence: 'Not sent: held out.' } as const;
    await writeLetterFacts(db, shop, [...side('w', 300), ...side('h', 100, heldOut)]);
    const bought = (name: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({
        ...{ order: `${name}-${n}` as OrderId, person: named(name, n), visitor: '', at: then + day },
        ...{ total: { minor: 5_000, currency: 'EUR' }, items: [], origin: 'storefront' as const },
      }));
    await putOrders(db, shop, [...bought('w', 90), ...bought('h', 5)]);
    await brings('winback-jobs', [{ kind: 'measure-lift', shop }]);
    await numbers();
    const measured = await vi.waitFor(async () => {
      const found = await numbers();
      expect(found?.lift).not.toBeNull();
      return found;
    });
    expect(measured?.lift).toMatchObject({
      ...{ written: { people: 300, buyers: 90 }, heldOut: { people: 100, buyers: 5 }, isSure: true },
    });
    expect(measured?.lift?.rate.value).toBeCloseTo(0.25, 9);
    const today = (await ask<Today>(merchant, '/today')).body.sentence;
    expect(today).toContain('would not have come without them.');
  });

  it('say why a scenario sends nothing', async () => {
    expect((await numbers())?.health).toMatchObject({ level: 'idle', words: 'Off' });
    const settings = { scenarios: { abandoned_cart: cartLetters() } };
    merchant = await newMerchant(settings);
    ({ shop } = merchant);
    expect((await numbers())?.health).toMatchObject({ level: 'bad', words: 'Nothing to show' });
  });
});

describe('a person’s page', () => {
  it('tells what may come to a letter, why it waits and until when', async () => {
    merchant = await newMerchant({ scenarios: { abandoned_cart: cartLetters() } });
    ({ shop } = merchant);
    const email = `ann-${token()}@mail.example`;
    const visitor = newVisitor();
    await send(shop, visitor, identify(email), cart('tent'));
    const id = await vi.waitFor(async () => {
      const { body } = await ask<{ rows: { id: string }[] }>(merchant, '/subscribers');
      expect(body.rows).toHaveLength(1);
      return body.rows[0]?.id;
    });
    await vi.waitFor(async () => {
      const { waiting } = (await ask<SubscriberDetail>(merchant, `/subscribers/${id}`)).body;
      expect(waiting).toMatchObject([{ name: 'Abandoned Cart' }]);
      expect(waiting[0]?.words).toMatch(/^Waiting until \d\d:\d\d: the shopper may still be choosing\.$/);
    });
  });
});
