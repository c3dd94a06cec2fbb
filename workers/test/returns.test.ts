import { env, exports } from 'cloudflare:workers';
import {
  consentLogOf,
  listProducts,
  openD1,
  reportedLetter,
  scenarioAnswers,
  subscriberById,
  suppressionOf,
} from '@winback/db';
import type { LetterTouch, MailReport, Returns, ShopId } from '@winback/domain';
import { feedGuards } from '@winback/domain';
import { triggerSettingsOf } from '@winback/engine/triggers';
import { readClick, signToken } from '@winback/mail';
import PostalMime from 'postal-mime';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import worker from '../index.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin } from './merchant.ts';
import type { Person } from './person.ts';
import { letterAt, lettersAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import {
  cart,
  cartLetters,
  hour,
  identify,
  minute,
  newVisitor,
  purchase,
  send,
  settingsOfShop,
  token,
  visitorAt,
} from './storefront.ts';

const day = 86_400_000;
const db = openD1(env.DB);
const browserHeaders = {
  'user-agent':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'accept-language': 'de',
  'cf-connecting-ip': '203.0.113.7',
};
let merchant: Merchant;
let shop: ShopId;

beforeAll(async () => {
  await emptyD1();
  const scenarios = {
    abandoned_cart: cartLetters({ delayMs: 0 }),
    second_abandoned_cart: cartLetters({ delayMs: hour, windowMs: day }),
  };
  const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 60 * minute, guards: feedGuards };
  merchant = await newMerchant({ scenarios, feed, voice: { pauseMs: 0, perDay: 24, perWeek: 100, hours: null } });
  ({ shop } = merchant);
  const imported = async () => expect((await listProducts(db, shop, { limit: 9 })).total).toBe(3);
  await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
});

interface Sent extends Person {
  email: string;
  letter: string;
  browser: ReturnType<typeof newVisitor>;
  html: string;
  wayOut: string;
}

/** Somebody whose letter about a cart went out and is in the books. */
async function letterSent(): Promise<Sent> {
  const email = `ann-${token()}@mail.example`;
  const browser = newVisitor();
  await send(shop, browser, cart('tent'), identify(email));
  const person = await personOf(shop, email);
  const letter = (await lettersAt(person.home)).find((row) => row.scenario === 'abandoned_cart')?.id ?? '';
  await brings('winback-letters', [{ shop, visitor: person.home, letter }]);
  await vi.waitFor(async () => expect((await reportedLetter(db, letter))?.state).toBe('sent'), {
    timeout: 10_000,
    interval: 100,
  });
  const raw = await (await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(email)}`)).json<
    string[]
  >();
  const mail = await PostalMime.parse(raw[0] ?? '');
  const wayOut = mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value.slice(1, -1) ?? '';
  return { ...person, email, letter, browser, html: mail.html ?? '', wayOut };
}

function touch(letter: string, link: number | null, more: Partial<LetterTouch> = {}) {
  const kind = link === null ? 'open' : 'click';
  const base = {
    letter,
    kind,
    link,
    id: token() + token(),
    at: Date.now() + minute,
    verdict: 'human',
    network: null,
  } as const;
  return { kind: 'touch', shop, touch: { ...base, ...more } };
}

function report(letter: string | null, of: Partial<MailReport>) {
  const base = {
    letter,
    recipient: null,
    what: 'bounced',
    kind: null,
    words: '550 5.1.1 no such user',
    at: Date.now(),
  } as const;
  return { kind: 'report', shop, source: 'mailgun', report: { ...base, ...of } };
}

async function seenOf(letter: string) {
  return env.DB.prepare(
    'SELECT opened_at IS NOT NULL AS opened, clicked_at IS NOT NULL AS clicked FROM letters WHERE id = ?',
  )
    .bind(letter)
    .first();
}

function visit(url: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(url, { redirect: 'manual', ...init });
}

describe('a click of a person', () => {
  it('leads to the shop, is counted once a link and day, and is heard at home', async () => {
    const { letter, home, html } = await letterSent();
    const link = [...html.matchAll(/href="([^"]+\/c\/[^"]+)"/g)].map(([, url = '']) => url)[1] ?? '';
    const answer = await visit(link, { headers: browserHeaders });
    expect([answer.status, new URL(answer.headers.get('location') ?? '').host]).toEqual([302, 'shop.example']);
    const clicks = [touch(letter, 2), touch(letter, 2), touch(letter, 2, { at: Date.now() + 2 * day })];
    await brings('winback-returns', clicks);
    await brings('winback-returns', clicks);
    expect(await seenOf(letter)).toEqual({ opened: 1, clicked: 1 });
    expect((await letterAt(home)).answeredAt).toBeGreaterThan(0);
    const figures = (await scenarioAnswers(db, shop, 0)).find(({ scenario }) => scenario === 'abandoned_cart');
    expect(figures).toMatchObject({ clicked: 1, clicks: 2 });
  });

  it('comes through the page and the real queue as what its request was', async () => {
    const { letter, html } = await letterSent();
    const [, link = ''] = /href="([^"]+\/c\/[^"]+)"/.exec(html) ?? [];
    const [, picture = ''] = /src="([^"]+\/o\/[^"]+)"/.exec(html) ?? [];
    const read = readClick(env.LINK_SECRET, link.split('/c/')[1] ?? '', Date.now());
    expect(read).toMatchObject({ ok: true, value: { shop, letter, scenario: 'abandoned_cart' } });
    const sent = vi.spyOn(env.RETURNS, 'send');
    await visit(link, { headers: browserHeaders });
    await visit(link, { headers: { ...browserHeaders, 'user-agent': 'Mozilla/5.0 (compatible; Barracuda Sentinel)' } });
    await visit(link, { method: 'HEAD', headers: browserHeaders });
    await visit(link);
    expect((await visit(picture, { headers: { 'user-agent': 'Mozilla/5.0' } })).headers.get('content-type')).toBe(
      'image/gif',
    );
    await visit(picture, {
      headers: {
        'user-agent': 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      },
    });
    await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(5));
    const verdicts = sent.mock.calls.map(([message]) => (message.kind === 'touch' ? message.touch.verdict : ''));
    expect(verdicts.sort()).toEqual(['apple-mpp', 'gmail-proxy', 'human', 'no-agent', 'scanner']);
    sent.mockRestore();
  });
});

describe('a follow-up', () => {
  it('is not planned for who clicked in the first letter, and is for who did not', async () => {
    const [one, other] = [await letterSent(), await letterSent()];
    await brings('winback-returns', [touch(one.letter, 2)]);
    stopClock();
    for (const { home } of [one, other]) await timePasses(2 * hour, home);
    vi.useRealTimers();
    expect([(await lettersAt(one.home)).length, (await lettersAt(other.home)).length]).toEqual([1, 2]);
  });
});

describe('a machine', () => {
  it('is never counted, and nobody hears of it: proxies, traps, bursts, haste', async () => {
    const { letter, home } = await letterSent();
    const machines = [
      touch(letter, null, { verdict: 'apple-mpp' }),
      ...[1, 2, 3].map((link) => touch(letter, link)),
      touch(letter, 0, { at: Date.now() + day }),
      touch(letter, 1, { at: Date.now() + day }),
    ];
    await brings('winback-returns', machines);
    expect(await seenOf(letter)).toEqual({ opened: 0, clicked: 0 });
    expect((await letterAt(home)).answeredAt).toBeUndefined();
  });

  it('is not believed to touch letters of another shop', async () => {
    const { letter } = await letterSent();
    await brings('winback-returns', [{ ...touch(letter, 1), shop: 'no-such-shop' }]);
    expect(await seenOf(letter)).toEqual({ opened: 0, clicked: 0 });
  });
});

describe('what mail systems report', () => {
  it('is shown with the letter, and acts once', async () => {
    const { letter, email, id } = await letterSent();
    const told = [
      report(letter, { what: 'delivered', words: '250 ok' }),
      report(letter, { what: 'complained', words: 'abuse' }),
    ];
    for (const _again of [1, 2]) await brings('winback-returns', told);
    expect(await suppressionOf(db, shop, email)).toContain('complaint');
    expect((await subscriberById(db, shop, id))?.consent).toBe('unsubscribed');
    expect((await consentLogOf(db, shop, id)).filter(({ consent }) => consent === 'unsubscribed')).toHaveLength(1);
    const shown = await ask<{ arrival: { what: string } | null; steps: { sentence: string }[] }>(
      merchant,
      `/letters/${letter}`,
    );
    expect(shown.body.arrival).toMatchObject({ what: 'complained' });
    expect(shown.body.steps.map(({ sentence }) => sentence)).toEqual(
      expect.arrayContaining([expect.stringContaining('Delivered'), expect.stringContaining('reported as spam')]),
    );
    const person = await ask<{ timeline: { words: string }[] }>(merchant, `/subscribers/${id}`);
    expect(person.body.timeline.map(({ words }) => words)).toEqual(
      expect.arrayContaining([expect.stringContaining('reported as spam')]),
    );
  });

  it('suppresses after a hard bounce and never for policy; neither unsubscribes', async () => {
    const [hard, policy] = [await letterSent(), await letterSent()];
    await brings('winback-returns', [
      report(hard.letter, { kind: 'hard' }),
      report(policy.letter, { kind: 'policy', words: '550 5.7.1 blocked' }),
    ]);
    expect(await suppressionOf(db, shop, hard.email)).toContain('hard bounce');
    expect(await suppressionOf(db, shop, policy.email)).toBeNull();
    expect((await subscriberById(db, shop, hard.id))?.consent).toBe('subscribed');
  });

  it('says of a letter whose answer was lost that it left', async () => {
    const email = `ann-${token()}@mail.example`;
    await send(shop, newVisitor(), cart('tent'), identify(email));
    const { home } = await personOf(shop, email);
    const { id: letter } = await letterAt(home);
    const brief = await visitorAt(home).brief({ letter });
    if (brief.kind !== 'compose') throw new Error('no letter waits');
    const settings = triggerSettingsOf(settingsOfShop({ scenarios: { abandoned_cart: cartLetters({ delayMs: 0 }) } }));
    const claim = await visitorAt(home).claim({
      letter,
      subject: 's',
      rev: brief.about.rev,
      shows: ['tent'],
      settings,
    });
    expect(claim).toMatchObject({ kind: 'go' });
    await visitorAt(home).settle({ letter, attempt: 1, settlement: { kind: 'unknown', because: 'silence' } });
    await vi.waitFor(async () => expect((await reportedLetter(db, letter))?.state).toBe('unknown'), {
      timeout: 10_000,
      interval: 100,
    });
    await brings('winback-returns', [report(letter, { what: 'delivered' })]);
    expect((await letterAt(home)).steps.at(-1)).toMatchObject({
      state: 'sent',
      sentence: expect.stringContaining('after all'),
    });
  });

  it('does nothing where the letter is another shop’s, or nobody’s', async () => {
    const { letter, email } = await letterSent();
    const other = { ...report(letter, { kind: 'hard' }), shop: 'another-shop' };
    expect((await brings('winback-returns', [other])).explicitAcks).toHaveLength(1);
    expect(await suppressionOf(db, shop, email)).toBeNull();
    const nobodys = report('zzzzzzzzzzzzzzzzzzzzzzzzzz', { kind: 'hard' });
    expect((await brings('winback-returns', [nobodys])).retryMessages).toHaveLength(1);
    expect((await brings('winback-returns', [nobodys], 9)).explicitAcks).toHaveLength(1);
  });

  it('comes by webhook where it is signed: 200, in the queue, and the merchant sees it; else 401 whatever is wrong', async () => {
    const { letter } = await letterSent();
    const made = await ask<{ address: string }>(merchant, '/returns/postmark', { method: 'PUT', body: {} });
    const { username, password, pathname } = new URL(made.body.address);
    const post = (path: string, authorization: string) =>
      visit(`${origin}${path}`, {
        method: 'POST',
        headers: { authorization },
        body: JSON.stringify({ RecordType: 'Delivery', Recipient: 'x', Metadata: { letter } }),
      });
    const basic = `Basic ${btoa(`${username}:${password}`)}`;
    const sent = vi.spyOn(env.RETURNS, 'sendBatch');
    expect((await post(pathname, basic)).status).toBe(200);
    expect(sent.mock.calls[0]?.[0]).toMatchObject([
      { body: { kind: 'report', shop, source: 'postmark', report: { letter, what: 'delivered' } } },
    ]);
    for (const [path, authorization] of [
      [pathname, 'Basic eA=='],
      [`/returns/postmark/no-such-shop`, basic],
      [`/returns/mailgun/${shop}`, basic],
      [`/returns/nobody/${shop}`, basic],
    ] as const)
      expect([path, (await post(path, authorization)).status]).toEqual([path, 401]);
    expect(sent).toHaveBeenCalledTimes(1);
    sent.mockRestore();
    await vi.waitFor(async () => {
      const { body } = await ask<Returns>(merchant, '/returns');
      expect(body.providers.find(({ provider }) => provider === 'postmark')).toMatchObject({
        state: 'connected',
        last: { what: 'delivered' },
      });
      expect(JSON.stringify(body)).not.toContain(password);
    });
    expect((await ask(merchant, '/returns/mailgun', { method: 'PUT', body: {} })).status).toBe(400);
  });
});

describe('the way out', () => {
  const plain = (link: string, path = '') => `${link}${path}`;
  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });

  it('works for any or no browser, five times, and leads back by a button', async () => {
    const { id, email, wayOut } = await letterSent();
    for (const headers of [{}, { 'user-agent': '' }, { 'user-agent': 'Gmail' }, browserHeaders, {}])
      expect((await visit(wayOut, { ...form({ 'List-Unsubscribe': 'One-Click' }), headers })).status).toBe(200);
    expect((await subscriberById(db, shop, id))?.consent).toBe('unsubscribed');
    expect(await (await visit(wayOut)).text()).toContain(`${new URL(wayOut).pathname}/back`);
    expect((await subscriberById(db, shop, id))?.consent).toBe('unsubscribed');
    const back = await visit(plain(wayOut, '/back'), { method: 'POST' });
    expect(await back.text()).toContain('subscribed again');
    expect((await subscriberById(db, shop, id))?.consent).toBe('subscribed');
    const [line] = await consentLogOf(db, shop, id);
    expect(line).toMatchObject({
      consent: 'subscribed',
      how: 'confirmed',
      wording: expect.stringContaining('mistake'),
    });
    expect(await back.text().catch(() => '')).not.toContain(email);
  });

  it('lets them choose: one a week at most, no news; GET changes nothing', async () => {
    const { wayOut, email, browser, home, letter } = await letterSent();
    const before = await (await visit(plain(wayOut, '/letters'))).text();
    expect(before).toMatch(/name="bulk" checked/);
    expect(before).not.toContain(email);
    await visit(plain(wayOut, '/letters'), form({ chain: 'on', often: 'weekly' }));
    const after = await (await visit(plain(wayOut, '/letters'))).text();
    expect(after).toMatch(/name="bulk" >/);
    expect(after).toMatch(/value="weekly" checked/);
    await send(shop, browser, purchase(token(), 'tent'), cart('stove'));
    const next = (await lettersAt(home)).find((row) => row.id !== letter && row.scenario === 'abandoned_cart');
    await brings('winback-letters', [{ shop, visitor: home, letter: next?.id }]);
    const stopped = (await lettersAt(home)).find((row) => row.id === next?.id);
    expect(stopped?.steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'cap' });
  });

  it('takes no word of somebody whose mailbox called a letter spam, nor of a forged link', async () => {
    const { letter, id, wayOut } = await letterSent();
    await brings('winback-returns', [report(letter, { what: 'complained' })]);
    expect(await (await visit(plain(wayOut, '/back'), { method: 'POST' })).text()).not.toContain('subscribed again');
    expect((await subscriberById(db, shop, id))?.consent).toBe('unsubscribed');
    const payload = { kind: 'unsubscribe', shop, person: id, letter, expiresAt: Date.now() + day } as const;
    const forged = `${origin}/u/${await signToken('x'.repeat(40), payload)}`;
    for (const path of ['/letters', '/back']) expect((await visit(forged + path, { method: 'POST' })).status).toBe(404);
  });

  it('is heard by mail as well', async () => {
    const { letter, id } = await letterSent();
    const raw = new TextEncoder().encode('From: Ann <ann@mail.example>\r\nSubject: whatever\r\n\r\n');
    await worker.email({ raw: new Blob([raw]).stream(), rawSize: raw.length, to: `u+${letter}@back.example` }, env);
    expect((await subscriberById(db, shop, id))?.consent).toBe('unsubscribed');
  });
});

describe('a shop whose letters are complained about', () => {
  it('is paused at three in a thousand, with a reason, and goes on when its merchant says so', async () => {
    const { browser, home, letter } = await letterSent();
    const three = [await letterSent(), await letterSent(), await letterSent()];
    await brings(
      'winback-returns',
      three.map((sent) => report(sent.letter, { what: 'complained' })),
    );
    const { body } = await ask<Returns>(merchant, '/returns');
    expect(body.sending).toMatchObject({ level: 'pause', words: expect.stringContaining('reported as spam') });
    await send(shop, browser, purchase(token(), 'tent'), cart('stove'));
    const next = (await lettersAt(home)).find((row) => row.id !== letter && row.state === 'waiting');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 }); // past what the isolate remembers
    await brings('winback-letters', [{ shop, visitor: home, letter: next?.id }]);
    const held = async () => (await lettersAt(home)).find((row) => row.id === next?.id);
    expect((await held())?.steps.at(-1)).toMatchObject({ state: 'waiting', reason: 'sending-paused' });
    expect((await held())?.attempts).toBe(0);
    expect((await ask<Returns>(merchant, '/sending/resume', { method: 'POST' })).body.sending).toMatchObject({
      level: 'fine',
      pausedAt: null,
    });
    vi.setSystemTime(Date.now() + 11_000);
    await brings('winback-letters', [{ shop, visitor: home, letter: next?.id }]);
    expect((await held())?.state).toBe('sent');
    vi.useRealTimers();
  });
});
