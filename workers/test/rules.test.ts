// The rules of the voice and the conditions of scenarios, from what a merchant sets to the letter that goes or says why not.
import { env, exports } from 'cloudflare:workers';
import {
  addProfiles,
  addToSegment,
  listProducts,
  openD1,
  putSubscribers,
  shopById,
  writeLetterFacts,
  writeScenarioWorths,
  writeSettings,
} from '@winback/db';
import type { EmailAddress, PersonId, Rules, ScenarioCode, ScenarioSettings, ShopSettings } from '@winback/domain';
import { feedGuards, homeName, rulesSchema, scenarioCodes, usualScenario } from '@winback/domain';
import type { Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { factOf } from '../visitor/letter-row.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import type { Person } from './person.ts';
import { lettersAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import {
  beacon,
  cart,
  cartLetters,
  event,
  hour,
  identify,
  minute,
  newVisitor,
  token,
  visitorAt,
} from './storefront.ts';

const unlimited = { pauseMs: 0, perDay: 24, perWeek: 100, hours: null };
const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 60 * minute, guards: feedGuards };
const db = () => openD1(env.DB);
let own: Merchant;

beforeAll(async () => {
  await emptyD1();
  own = await newMerchant({ feed, voice: unlimited });
  const imported = async () => expect((await listProducts(db(), own.shop, { limit: 9 })).total).toBe(3);
  await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
  // It never goes back: settings are remembered until a moment of it.
  stopClock();
});
afterAll(() => {
  vi.useRealTimers();
});

async function settingsNow(shop = own.shop): Promise<ShopSettings> {
  const record = await shopById(db(), shop);
  if (!record) throw new Error('the shop is gone');
  return record.settings;
}

/** Sets the shop's cart letters, and whatever else. */
async function set(letters: Partial<ScenarioSettings>, more: Partial<ShopSettings> = {}): Promise<void> {
  const abandoned_cart = cartLetters({ delayMs: 0, windowMs: 4 * hour, ...letters });
  const usual = { voice: unlimited, law: { applies: 'agreed', home: 'eu' } } as const;
  await writeSettings(db(), own.shop, { ...(await settingsNow()), ...usual, scenarios: { abandoned_cart }, ...more });
  vi.setSystemTime(Date.now() + 20_000); // no isolate remembers the settings before
}

interface Somebody extends Person {
  email: string;
  browser: string;
}

/** A browser somewhere says these things. */
async function said(browser: string, cf: Record<string, string>, ...events: unknown[]): Promise<void> {
  const request = new Request('https://winback.test/e', {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8' },
    body: JSON.stringify(beacon(own.shop, browser, ...events)),
    cf,
  });
  expect((await exports.default.fetch(request)).status).toBe(202);
}

async function somebody(
  events: unknown[],
  { cf = {}, consent = true }: { cf?: Record<string, string>; consent?: boolean } = {},
): Promise<Somebody> {
  const browser = newVisitor();
  const email = `ann-${token()}@mail.example`;
  await said(browser, cf, ...events, identify(email, { name: 'Ann', consent }));
  return { ...(await personOf(own.shop, email)), email, browser };
}

async function queueRuns({ home }: Person): Promise<void> {
  const waiting = (await lettersAt(home)).filter((row) => row.state === 'waiting');
  await brings(
    'winback-letters',
    waiting.map(({ id }) => ({ shop: own.shop, visitor: home, letter: id })),
  );
}

async function mailsTo({ email }: Somebody): Promise<Email[]> {
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(email)}`);
  return Promise.all((await response.json<string[]>()).map((raw) => PostalMime.parse(raw)));
}

async function lastStep({ home }: Person) {
  const steps = (await lettersAt(home)).flatMap((row) => row.steps).sort((a, b) => a.at - b.at);
  const { state, reason, sentence } = steps.at(-1) ?? {};
  return { state, reason, sentence };
}

describe('a letter whose conditions are not met', () => {
  it('waits with its reason, and goes when the cart has grown', async () => {
    await set({ conditions: { minCartMinor: 15_000 } });
    const ann = await somebody([cart('tent')]);
    await queueRuns(ann);
    expect(await lastStep(ann)).toEqual({
      ...{ state: 'waiting', reason: 'conditions' },
      sentence: 'Waiting: what can be bought of the cart is worth €129, and it is written about from €150 on.',
    });
    vi.setSystemTime(Date.now() + 5 * minute);
    await said(ann.browser, {}, cart('tent', 'stove'));
    await queueRuns(ann);
    expect(await mailsTo(ann)).toHaveLength(1);
  });

  it('ends with its window and the reason, and other letters did not wait for it', async () => {
    const view = { ...usualScenario('viewed_but_not_bought', 'en'), on: true, holdOutPercent: 0 };
    await set({ conditions: { categoriesOut: ['c1'] } });
    const { scenarios } = await settingsNow();
    const viewed_but_not_bought = { ...view, delayMs: 0, windowMs: 48 * hour };
    await set({}, { scenarios: { ...scenarios, viewed_but_not_bought } });
    const long = Date.now() - 26 * hour;
    const ann = await somebody([
      { ...cart('tent'), at: Date.now() - hour },
      { ...event({ product: 'stove' }), at: long },
    ]);
    await queueRuns(ann);
    expect((await lettersAt(ann.home)).map((row) => [row.scenario, row.steps.at(-1)?.reason])).toEqual([
      ['abandoned_cart', 'conditions'],
    ]);
    await timePasses(4 * hour, ann.home);
    await queueRuns(ann);
    expect(await lastStep(ann)).toEqual({
      ...{ state: 'suppressed', reason: 'conditions' },
      sentence: 'Not sent: it would show a product of a category that the shop leaves out.',
    });
    expect(await mailsTo(ann)).toEqual([]);
  });

  it('goes at its next look, when the shop’s lists have the person meanwhile', async () => {
    await set({ conditions: { segmentsIn: [7] } });
    const [ann, ben] = [await somebody([cart('tent')]), await somebody([cart('tent')])];
    for (const one of [ann, ben]) await queueRuns(one);
    expect((await lastStep(ann)).sentence).toBe('Waiting: this person is in none of the segments that the shop chose.');
    await addToSegment(db(), own.shop, 7, { people: [ann.id], now: Date.now() });
    for (const one of [ann, ben]) {
      await timePasses(2 * hour, one.home);
      await queueRuns(one);
    }
    expect([await mailsTo(ann), await mailsTo(ben)].map((mails) => mails.length)).toEqual([1, 0]);
  });
});

describe('who reads a letter', () => {
  it('reads it in their own language, where the merchant wrote words in it', async () => {
    const otherWords = { ru: { subject: 'Ваша корзина ждёт', preheader: '' } };
    await set({ otherWords, subject: 'Your cart waits' });
    const subjectFor = async (profile: Record<string, unknown>) => {
      const ann = await somebody([cart('tent')]);
      await addProfiles(db(), own.shop, [{ person: ann.id, fields: profile }]);
      await queueRuns(ann);
      return (await mailsTo(ann)).map(({ subject }) => subject);
    };
    expect(await subjectFor({ language: 'ru-RU' })).toEqual(['Ваша корзина ждёт']);
    expect(await subjectFor({ locale: 'de' })).toEqual(['Your cart waits']);
    await set({ subject: 'Your cart waits' });
    expect(await subjectFor({ language: 'ru' })).toEqual(['Your cart waits']);
  });

  it('reads what was published in their language, with its own subject where it has one', async () => {
    await set({ otherWords: { ru: { subject: 'Из настроек', preheader: '' } }, subject: 'Your cart waits' });
    const publish = async (subject: string | null, revision: number) => {
      const source = '<p>Своё письмо {{ footer }} <a href="{{ unsubscribe_url }}">Отписаться</a></p>';
      const document = { version: 1, mode: 'advanced', language: 'html', source, text: null };
      const at = '/templates/abandoned_cart/ru';
      await ask(own, at, { method: 'PUT', body: { document, subject, preheader: null, revision } });
      return (await ask(own, `${at}/publish`, { method: 'POST', body: { revision: revision + 1 } })).status;
    };
    const mailFor = async (profile: Record<string, unknown>) => {
      const ann = await somebody([cart('tent')]);
      await addProfiles(db(), own.shop, [{ person: ann.id, fields: profile }]);
      await queueRuns(ann);
      const [mail] = await mailsTo(ann);
      return [mail?.subject, mail?.html?.includes('Своё письмо')];
    };
    const first = await somebody([cart('tent')]);
    await addProfiles(db(), own.shop, [{ person: first.id, fields: { lang: 'ru' } }]);
    await queueRuns(first);
    expect((await mailsTo(first))[0]?.html).toContain('lang="ru"');
    expect(await publish(null, 0)).toBe(200);
    expect(await mailFor({ language: 'ru' })).toEqual(['Из настроек', true]);
    expect(await publish('Своя тема', 2)).toBe(200);
    expect(await mailFor({ language: 'ru' })).toEqual(['Своя тема', true]);
    expect(await mailFor({ language: 'en' })).toEqual(['Your cart waits', false]);
  });

  it('is left alone at night where they are', async () => {
    vi.setSystemTime(Math.ceil(Date.now() / (24 * hour)) * 24 * hour + 10.5 * hour); // 10:30 UTC
    await set({ windowMs: 24 * hour }, { timeZone: 'UTC', voice: { ...unlimited, hours: { from: 10, until: 22 } } });
    const here = await somebody([cart('tent')]);
    const there = await somebody([cart('tent')], { cf: { timezone: 'Pacific/Honolulu', country: 'US' } });
    expect((await lettersAt(here.home)).map(({ state }) => state)).toEqual(['waiting']);
    expect(await lettersAt(there.home)).toEqual([]);
    // What was planned while they were here is held by where they are now.
    await said(here.browser, { timezone: 'Pacific/Honolulu' }, event({ type: 'custom', name: 'hello' }));
    await queueRuns(here);
    expect((await lastStep(here)).reason).toBe('quiet-hours');
  });

  it('is written to by the law of where they are', async () => {
    await set({}, { law: { applies: 'person', home: 'eu' } });
    const [us, fr] = ['US', 'FR'].map((country) => somebody([cart('tent')], { cf: { country }, consent: false }));
    const [ann, claire] = [await us, await fr];
    if (!ann || !claire) throw new Error('nobody came');
    for (const one of [ann, claire]) await queueRuns(one);
    expect(await mailsTo(ann)).toHaveLength(1);
    expect(await lettersAt(claire.home)).toEqual([]);
    await set({}, { law: { applies: 'strictest', home: 'usa' } });
    const again = await somebody([cart('tent')], { cf: { country: 'US' }, consent: false });
    await timePasses(4 * hour, again.home);
    expect(await lastStep(again)).toMatchObject({ state: 'suppressed', reason: 'no-consent' });
  });

  it('is asked to confirm a ticked box in Germany, and nobody is where the shop asks nobody', async () => {
    const consentOf = async (country: string) => {
      const one = await somebody([cart('tent')], { cf: { country } });
      return (await lettersAt(one.home)).map(({ scenario }) => scenario);
    };
    const law = { applies: 'person', home: 'eu' } as const;
    await set({}, { law, consent: { confirm: 'captured' } });
    expect(await consentOf('DE')).toEqual(['double_opt_in']);
    expect(await consentOf('FR')).toEqual(['abandoned_cart']);
    await set({}, { law, consent: { confirm: 'never' } });
    expect(await consentOf('DE')).toEqual(['abandoned_cart']);
  });
});

describe('the rules of a shop', () => {
  let ben: Merchant;
  beforeAll(async () => {
    ben = await newMerchant();
  });
  const change = (body: unknown) => ask(ben, '/rules', { method: 'PATCH', body });

  it('are at first the original’s order and, for a new shop, each person’s own law', async () => {
    const rules = rulesSchema.parse((await ask(ben, '/rules')).body);
    expect(rules.law).toEqual({ applies: 'person', home: 'eu' });
    expect(rules.table.map(({ code }) => code).slice(0, 3)).toEqual([
      ...['second_abandoned_cart', 'recently_purchased', 'abandoned_cart'],
    ]);
    expect(rules.table.map(({ code }) => code)).not.toContain('double_opt_in');
    expect(rules.table.map(({ place }) => place)).toEqual(rules.table.map((_, at) => at + 1));
  });

  it('keep what is not named, and count at the next decision', async () => {
    const table = rulesSchema.parse((await ask(ben, '/rules')).body).table.map(({ code }) => code);
    const order = table.toReversed();
    const answer = await change({ order, hours: { from: 9, until: 21 }, law: { home: 'canada' } });
    const rules = rulesSchema.parse(answer.body);
    expect(rules).toMatchObject({ law: { applies: 'person', home: 'canada' }, voice: { pauseMs: 24 * hour } });
    expect(rules.table.map(({ code }) => code)).toEqual(order);
    expect((await shopById(db(), ben.shop))?.settings.voice).toMatchObject({ order, hours: { from: 9, until: 21 } });
  });

  it('by worth put what brought more per letter first', async () => {
    const worth = (letters: number, revenueMinor: number) => ({ letters, orders: 1, revenueMinor });
    await writeScenarioWorths(db(), ben.shop, { retention: worth(200, 90_000), abandoned_cart: worth(200, 100) });
    const placeOf = ({ table }: Rules, code: ScenarioCode) => table.find((row) => row.code === code)?.place ?? 0;
    await change({ order: scenarioCodes.filter((code) => code !== 'double_opt_in'), precedence: 'order' });
    const before = rulesSchema.parse((await ask(ben, '/rules')).body);
    expect(placeOf(before, 'abandoned_cart')).toBeLessThan(placeOf(before, 'retention'));
    const settings = await settingsNow(ben.shop);
    await writeSettings(db(), ben.shop, { ...settings, voice: { ...settings.voice, precedence: 'worth' } });
    const after = rulesSchema.parse((await ask(ben, '/rules')).body);
    expect(placeOf(after, 'retention')).toBeLessThan(placeOf(after, 'abandoned_cart'));
  });

  it.each([
    [{ perDay: 0 }, 'perDay'],
    [{ pauseMs: -1 }, 'pauseMs'],
    [{ hours: { from: 24, until: 22 } }, 'hours.from'],
    [{ order: ['abandoned_cart', 'abandoned_cart'] }, 'order'],
    [{ order: ['no-such-scenario'] }, 'order.0'],
    [{ law: { home: 'mars' } }, 'law.home'],
    [{ quiet: true }, ''],
  ])('refuse %o, and name the field', async (body, path) => {
    const answer = await change(body);
    expect(answer.status).toBe(400);
    expect((answer.body['problems'] as { path: string }[])[0]?.path).toBe(path);
  });
});

describe('settings that change while people wait', () => {
  const people = 200;

  /** People at whose homes a cart was left; their letters are due, or not yet. */
  async function waiting(): Promise<Person[]> {
    const now = Date.now();
    const claims = Array.from({ length: people }, () => ({
      ...{
        id: `person-${token()}${token()}` as PersonId,
        email: `w-${token()}${token()}@mail.example` as EmailAddress,
      },
      ...{ name: null, consent: 'subscribed' as const, source: 'form', namedBy: null, now },
    }));
    const stored = await putSubscribers(db(), own.shop, claims);
    const all = [...stored.values()].map(({ id }) => ({ id, home: homeName(own.shop, id) }));
    const events = [cart('tent')] as never;
    for (let at = 0; at < all.length; at += 20)
      await Promise.all(
        all.slice(at, at + 20).map(({ id, home }) =>
          visitorAt(home).record({
            ...{ name: home, events, visit: { idleMs: 30 * minute } },
            claim: { person: { id, consent: 'subscribed' }, proof: 'proven' },
          }),
        ),
      );
    return all;
  }

  const reasonsOf = async (all: readonly Person[]) => {
    const rows = (await Promise.all(all.map(({ home }) => lettersAt(home)))).flat();
    return Object.groupBy(rows, (row) => row.steps.at(-1)?.reason ?? row.state);
  };

  it('stop planned letters at their claim, and at once where the merchant says so', { timeout: 60_000 }, async () => {
    await set({});
    const all = await waiting();
    const rows = await Promise.all(all.map(async ({ id, home }) => ({ id, letters: await lettersAt(home) })));
    await writeLetterFacts(
      db(),
      own.shop,
      rows.flatMap(({ id, letters }) =>
        letters.flatMap(({ steps }) => steps.map((step) => ({ ...factOf(step), person: id }))),
      ),
    );
    await set({ on: false });
    const answer = await ask<{ people: number }>(own, '/rules/apply', { method: 'POST' });
    expect(answer.body.people).toBeGreaterThanOrEqual(people);
    await brings('winback-jobs', [{ kind: 'apply-settings', shop: own.shop, after: '' }]);
    const asked = rows.flatMap(({ id, letters }) =>
      letters.map((letter) => ({ shop: own.shop, visitor: homeName(own.shop, id), letter: letter.id })),
    );
    await brings('winback-letters', asked);
    expect(Object.keys(await reasonsOf(all))).toEqual(['scenario-off']);
  });

  it('count for who is not due from their next look, and lose nobody', { timeout: 60_000 }, async () => {
    await set({ delayMs: hour });
    const all = await waiting();
    await set({ delayMs: 2 * hour });
    vi.setSystemTime(Date.now() + hour);
    await Promise.all(all.map(({ home }) => timePasses(0, home)));
    expect(await reasonsOf(all)).toEqual({});
    vi.setSystemTime(Date.now() + hour);
    await Promise.all(all.map(({ home }) => timePasses(0, home)));
    const planned = await reasonsOf(all);
    expect(Object.entries(planned).map(([state, rows]) => [state, rows?.length])).toEqual([['waiting', people]]);
  });
});
