// Letters through a shop's own provider: what is too fast waits and is never lost, what is broken is left alone for a while.

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { listProducts, openD1, putSender } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { feedGuards, providerSettingsSchema } from '@winback/domain';
import { type newPacing, newWarmUp } from '@winback/engine/pacing';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { keys } from '../../packages/mail/test/vendor-keys.ts';
import type { LetterMessage } from '../messages.ts';
import { sealedSettings, shopChannel } from '../shop-provider.ts';
import type { LetterRow } from '../visitor/letter-row.ts';
import { emptyD1 } from './database.ts';
import { newMerchant } from './merchant.ts';
import { letterAt, lettersAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import { cart, cartLetters, identify, minute, newVisitor, send, token } from './storefront.ts';

const unlimited = { pauseMs: 0, perDay: 24, perWeek: 100, hours: null };
const window = 59 * 24 * 60 * minute;

beforeAll(async () => {
  await emptyD1();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A shop with products that sends through Postmark; its people have mailboxes at a domain of their own. */
async function postmarkShop(): Promise<{ shop: ShopId; domain: string }> {
  const scenarios = { abandoned_cart: cartLetters({ delayMs: 0, windowMs: window }) };
  const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml?${token()}`, everyMs: 60 * minute, guards: feedGuards };
  const { shop } = await newMerchant({ scenarios, feed, voice: unlimited });
  const imported = async () => expect((await listProducts(openD1(env.DB), shop, { limit: 9 })).total).toBe(3);
  await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
  const settings = providerSettingsSchema.parse({ kind: 'postmark', serverToken: keys.postmark });
  const address = 'letters@shop.example';
  const sealed = await sealedSettings(env, shop, settings);
  await putSender(openD1(env.DB), shop, {
    ...sealed,
    changedAt: 0,
    verified: { address, at: 0 },
    vouchedAddress: address,
  });
  return { shop, domain: `d${token()}.example` };
}

async function lettersFor(shop: ShopId, domain: string, count: number): Promise<LetterMessage[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const browser = newVisitor();
      const email = `ann${at}@${domain}`;
      await send(shop, browser, cart('tent'));
      await send(shop, browser, identify(email, { name: 'Ann' }));
      const { home } = await personOf(shop, email);
      return { shop, visitor: home, letter: (await letterAt(home)).id };
    }),
  );
}

async function vendorMode(
  domain: string,
  mode: string,
): Promise<{ taken: { letter: string; to: string }[]; asked: number }> {
  const answer = await fetch(`http://${env.OUTSIDE_HOST}/vendors?domain=${domain}&mode=${mode}`, { method: 'POST' });
  return answer.json();
}

function senderAt(shop: ShopId) {
  return env.SENDER.getByName(shopChannel(shop));
}

/** What the queue would do: brings in tens, and again after the delays that were asked for. */
async function drain(letters: readonly LetterMessage[], until: (rows: LetterRow[]) => boolean): Promise<number> {
  let attempts = 1;
  for (let rounds = 0; rounds < 400; rounds += 1) {
    const rows = (await Promise.all(letters.map(({ visitor }) => lettersAt(visitor)))).flat();
    if (until(rows)) return rounds;
    const open = letters.filter(({ letter }) =>
      rows.some((row) => row.id === letter && row.state === 'waiting' && (row.notBefore ?? 0) <= Date.now()),
    );
    for (let at = 0; at < open.length; at += 10) await brings('winback-letters', open.slice(at, at + 10), attempts);
    attempts = 1 + (attempts % 6);
    vi.setSystemTime(Date.now() + 2_000);
  }
  throw new Error('the queue was never empty');
}

const allSent = (rows: LetterRow[]) => rows.every((row) => row.state === 'sent');

describe('a provider that says «too many» to every other letter', () => {
  it('gets each of them once in the end, and none has failed', { timeout: 60_000 }, async () => {
    const { shop, domain } = await postmarkShop();
    await vendorMode(domain, 'half');
    const letters = await lettersFor(shop, domain, 20);
    stopClock();
    await drain(letters, allSent);
    const { taken, asked } = await vendorMode(domain, 'take');
    expect(asked).toBeGreaterThan(20);
    expect(taken.map(({ letter }) => letter).sort()).toEqual(letters.map(({ letter }) => letter).sort());
  });

  it('is said to the merchant, with its words, and the letter’s wait is no failure', async () => {
    const { shop, domain } = await postmarkShop();
    await vendorMode(domain, 'busy');
    const [letter] = await lettersFor(shop, domain, 1);
    stopClock();
    for (let tries = 0; tries < 8; tries += 1) {
      await brings('winback-letters', [letter]);
      vi.setSystemTime(Date.now() + 5 * minute);
    }
    const row = await letterAt(letter?.visitor ?? '');
    expect(row).toMatchObject({
      state: 'waiting',
      steps: expect.arrayContaining([expect.objectContaining({ reason: 'provider-busy' })]),
    });
    expect(row.attempts).toBeGreaterThan(5);
    await vendorMode(domain, 'take');
    vi.setSystemTime(Date.now() + 5 * minute);
    await brings('winback-letters', [letter]);
    expect(await letterAt(letter?.visitor ?? '')).toMatchObject({ state: 'sent' });
  });
});

describe('a provider that is down', () => {
  it('is left alone but for a look now and then, and gets every letter once when it is back', {
    timeout: 60_000,
  }, async () => {
    const { shop, domain } = await postmarkShop();
    await vendorMode(domain, 'down');
    const letters = await lettersFor(shop, domain, 9);
    stopClock();
    for (let second = 0; second < 240; second += 4) {
      await brings('winback-letters', letters);
      vi.setSystemTime(Date.now() + 4_000);
    }
    // Each was tried once before anybody knew, and once in each of the pauses of 15, 30, 60 and 120 seconds.
    const { asked } = await vendorMode(domain, 'take');
    expect([asked >= 5, asked <= 30]).toEqual([true, true]);
    vi.setSystemTime(Date.now() + 10 * minute);
    await drain(letters, allSent);
    const { taken } = await vendorMode(domain, 'take');
    expect(taken.map(({ letter }) => letter).sort()).toEqual(letters.map(({ letter }) => letter).sort());
  });

  it('waits longer than a queue waits, at the Visitor', async () => {
    const { shop, domain } = await postmarkShop();
    const [letter] = await lettersFor(shop, domain, 1);
    stopClock();
    const channel = shopChannel(shop);
    const rejected = { because: 'the token was revoked' };
    await senderAt(shop).heard({ channel, taken: {}, later: null, failures: null, rejected, domains: {} });
    const result = await brings('winback-letters', [letter]);
    expect([result.explicitAcks.length, result.retryMessages.length]).toEqual([1, 0]);
    const row = await letterAt(letter?.visitor ?? '');
    expect(row.steps.at(-1)).toMatchObject({
      state: 'waiting',
      reason: 'provider-busy',
      sentence: expect.stringContaining('revoked'),
    });
    expect((row.notBefore ?? 0) - Date.now()).toBeGreaterThan(4 * minute);
    await timePasses(6 * minute, letter?.visitor ?? '');
    await brings('winback-letters', [letter]);
    expect(await letterAt(letter?.visitor ?? '')).toMatchObject({ state: 'sent' });
  });
});

it('an answer that was lost leaves one letter at most, and a doubt', async () => {
  const { shop, domain } = await postmarkShop();
  await vendorMode(domain, 'cut');
  const [letter] = await lettersFor(shop, domain, 1);
  await brings('winback-letters', [letter]);
  await brings('winback-letters', [letter]);
  expect(await letterAt(letter?.visitor ?? '')).toMatchObject({ state: 'unknown', attempts: 1 });
  expect((await vendorMode(domain, 'take')).taken).toHaveLength(1);
});

it('a key that is wrong fails no letter: they wait until it is mended', async () => {
  const { shop, domain } = await postmarkShop();
  const address = 'letters@shop.example';
  const wrong = await sealedSettings(
    env,
    shop,
    providerSettingsSchema.parse({ kind: 'postmark', serverToken: 'wrong-token' }),
  );
  await putSender(openD1(env.DB), shop, {
    ...wrong,
    changedAt: 0,
    verified: { address, at: 0 },
    vouchedAddress: address,
  });
  const [letter] = await lettersFor(shop, domain, 1);
  await brings('winback-letters', [letter]);
  const row = await letterAt(letter?.visitor ?? '');
  expect(row.steps.at(-1)).toMatchObject({ state: 'waiting', reason: 'provider-rejects-us' });
});

it('letters wait while the sender’s address is not verified', async () => {
  const { shop, domain } = await postmarkShop();
  const settings = providerSettingsSchema.parse({ kind: 'postmark', serverToken: keys.postmark });
  const sealed = await sealedSettings(env, shop, settings);
  await putSender(openD1(env.DB), shop, {
    ...sealed,
    changedAt: 0,
    verified: null,
    vouchedAddress: 'letters@shop.example',
  });
  const [letter] = await lettersFor(shop, domain, 1);
  await brings('winback-letters', [letter]);
  expect((await letterAt(letter?.visitor ?? '')).state).toBe('waiting');
  expect((await vendorMode(domain, 'take')).asked).toBe(0);
});

describe('a domain that is warmed up', () => {
  it('sends no more on its first day than it may, and the rest stands at its Visitors', {
    timeout: 60_000,
  }, async () => {
    const { shop, domain } = await postmarkShop();
    const letters = await lettersFor(shop, domain, 12);
    stopClock();
    const channel = shopChannel(shop);
    await senderAt(shop).warmUp({ channel, what: 'begin' });
    await brings('winback-letters', letters.slice(0, 6), 5);
    await brings('winback-letters', letters.slice(6), 5);
    // Fifty a day, a twelfth of them an hour.
    expect((await vendorMode(domain, 'take')).taken).toHaveLength(5);
    const rows = (await Promise.all(letters.map(({ visitor }) => lettersAt(visitor)))).flat();
    const waits = rows.filter(({ state }) => state === 'waiting').map(({ notBefore }) => (notBefore ?? 0) - Date.now());
    expect(waits).toHaveLength(7);
    expect(Math.min(...waits)).toBeGreaterThan(minute);
  });

  it('is remembered over a restart of its Sender', async () => {
    const { shop } = await postmarkShop();
    const channel = shopChannel(shop);
    await senderAt(shop).warmUp({ channel, what: 'begin' });
    const kept = await runInDurableObject(senderAt(shop), (_sender, { storage }) =>
      storage.kv.get<ReturnType<typeof newPacing>>('pacing'),
    );
    expect(kept?.warmUp).toMatchObject({ day: newWarmUp(0).day, sentToday: 0 });
  });
});

it('a shop that sends in peace costs its Sender nothing', async () => {
  const { shop, domain } = await postmarkShop();
  const letters = await lettersFor(shop, domain, 3);
  await brings('winback-letters', letters);
  expect((await vendorMode(domain, 'take')).taken).toHaveLength(3);
  const kept = await runInDurableObject(senderAt(shop), (_sender, { storage }) => storage.kv.get('pacing'));
  expect(kept).toBeUndefined();
});
