// Double opt-in from the form to the cart letter: a beacon, the home, the queue, the mail server, the page.
import { env, exports } from 'cloudflare:workers';
import { addressDigest, consentLogOf, listProducts, openD1, subscriberById, suppress } from '@winback/db';
import type { ConfirmRule, ShopId, ShopSettings } from '@winback/domain';
import { feedGuards, storefrontDefaults } from '@winback/domain';
import { signToken } from '@winback/mail';
import type { Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin } from './merchant.ts';
import type { Person } from './person.ts';
import { lettersAt, memoryAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import { cart, cartLetters, hour, identify, minute, newVisitor, send, token } from './storefront.ts';

const day = 24 * hour;
/** Newsletter form without a box, checkout with one. */
const capture: ShopSettings['capture'] = {
  anyField: false,
  forms: [
    { form: '#news', consentBox: null, source: 'news' },
    { form: '#checkout', consentBox: '#agree', source: 'checkout' },
  ],
};
const nightly = { pauseMs: day, perDay: 1, perWeek: 1, hours: { from: 3, until: 4 } };

let merchants: Record<ConfirmRule, Merchant>;
let shop: ShopId;
let browser = newVisitor();
let email = '';

async function merchantWith(confirm: ConfirmRule, more: Partial<ShopSettings> = {}): Promise<Merchant> {
  const scenarios = { abandoned_cart: cartLetters({ delayMs: 0 }) };
  const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: hour, guards: feedGuards };
  const voice = { pauseMs: 0, perDay: 24, perWeek: 100, hours: null };
  return newMerchant({ scenarios, feed, voice, capture, consent: { confirm }, ...more });
}

beforeAll(async () => {
  await emptyD1();
  merchants = {
    never: await merchantWith('never'),
    captured: await merchantWith('captured'),
    always: await merchantWith('always'),
  };
  for (const { shop: one } of Object.values(merchants)) {
    const imported = async () => expect((await listProducts(openD1(env.DB), one, { limit: 9 })).total).toBe(3);
    await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
  }
});
beforeEach(() => {
  ({ shop } = merchants.captured);
  browser = newVisitor();
  email = `ann-${token()}@mail.example`;
});
afterEach(() => {
  vi.useRealTimers();
});

const captured = (more: Record<string, unknown> = {}) => identify(email, { consent: false, source: 'news', ...more });
const agreed = (more: Record<string, unknown> = {}) => identify(email, { source: 'popup', ...more });
const consentNow = async () => (await subscriberById(openD1(env.DB), shop, (await personOf(shop, email)).id))?.consent;
const logOf = (person: Person) => consentLogOf(openD1(env.DB), shop, person.id);

/** Everything that waits at somebody's home is brought by the queue. */
async function brought({ home }: Person): Promise<void> {
  const waiting = (await lettersAt(home)).filter((row) => row.state === 'waiting');
  await brings(
    'winback-letters',
    waiting.map(({ id }) => ({ shop, visitor: home, letter: id })),
  );
}

async function mails(address = email): Promise<Email[]> {
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(address)}`);
  return Promise.all((await response.json<string[]>()).map((raw) => PostalMime.parse(raw)));
}

async function theMail(): Promise<Email> {
  const [mail, ...more] = await mails();
  if (!mail || more.length > 0) throw new Error(`${more.length + (mail ? 1 : 0)} mails came`);
  return mail;
}

function linkIn({ text = '' }: Email): string {
  return /https:\/\/winback\.test\/confirm\/\S+/.exec(text)?.[0] ?? '';
}

function visit(url: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(url, { redirect: 'manual', ...init });
}

/** Somebody is asked, and the letter is in their mailbox. */
async function asked(...events: unknown[]): Promise<Person & { link: string }> {
  await send(shop, browser, ...events);
  const person = await personOf(shop, email);
  await brought(person);
  return { ...person, link: linkIn(await theMail()) };
}

const answer = (link: string, form: Record<string, string> = {}) =>
  visit(link, { method: 'POST', body: new URLSearchParams(form) });

async function world({ home }: Person): Promise<unknown> {
  const tables = ['subscribers', 'consent_log', 'suppressions', 'letters', 'confirmation_asks'];
  const rows = tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all());
  return {
    rows: (await Promise.all(rows)).map(({ results }) => results),
    memory: await memoryAt(home),
    letters: await lettersAt(home),
  };
}

describe('an address that has to be confirmed', () => {
  it('gets one letter that asks, then nothing until its owner confirms; then the cart’s letter', async () => {
    const person = await asked(cart('tent'), captured());
    expect(await consentNow()).toBe('pending');
    expect((await theMail()).subject).toBe('Please confirm: letters from Fjell & Fern');
    expect((await answer(person.link)).status).toBe(200);
    expect(await consentNow()).toBe('subscribed');
    await brought(person);
    expect((await mails()).map((mail) => mail.subject)).toEqual([
      'Please confirm: letters from Fjell & Fern',
      'You left something in your cart',
    ]);
    expect((await lettersAt(person.home)).map(({ scenario, state }) => [scenario, state]).sort()).toEqual([
      ['abandoned_cart', 'sent'],
      ['double_opt_in', 'sent'],
    ]);
  });

  it('gets no other letter before it is confirmed, and the books say why', async () => {
    stopClock();
    const person = await asked(cart('tent'), captured());
    await timePasses(4 * hour, person.home);
    await brought(person);
    expect(await mails()).toHaveLength(1);
    const closed = (await lettersAt(person.home)).find((row) => row.scenario === 'abandoned_cart');
    expect(closed?.steps.at(-1)).toMatchObject({
      reason: 'not-confirmed',
      sentence: 'Not sent: this person was asked to confirm their address and has not done so.',
    });
  });

  it('is asked at once, at night and after any letter', async () => {
    ({ shop } = await merchantWith('always', { voice: nightly }));
    await asked(agreed());
    expect(await mails()).toHaveLength(1);
  });

  it('leaves sentences: why it was asked, that it was sent, what its owner said', async () => {
    const person = await asked(captured());
    const [letter] = await lettersAt(person.home);
    expect(letter?.steps.map((step) => step.sentence)).toEqual([
      'Planned: this address was left for letters and has to be confirmed.',
      'Handed to the mail server.',
      'Sent: this address was left for letters and has to be confirmed.',
    ]);
    await answer(person.link);
    const { timeline, consentLog } = (
      await ask<{ timeline: { words: string }[]; consentLog: object[] }>(
        merchants.captured,
        `/subscribers/${person.id}`,
      )
    ).body;
    expect(timeline.map(({ words }) => words)).toEqual(
      expect.arrayContaining([
        'Confirmed the address by the letter’s button',
        'Was asked to confirm the address (news)',
      ]),
    );
    expect(consentLog).toMatchObject([
      {
        consent: 'subscribed',
        how: 'confirmed',
        source: 'confirm page',
        wording: expect.stringContaining('Yes, write to me'),
      },
      { consent: 'pending', how: 'captured', source: 'news' },
      { consent: 'none' },
    ]);
  });

  it('is asked in vain where mail does not reach it, and the reason is in the books', async () => {
    await suppress(openD1(env.DB), shop, email, 'hard bounce: 550', Date.now());
    await send(shop, browser, captured());
    const person = await personOf(shop, email);
    await brought(person);
    expect(await mails()).toEqual([]);
    expect((await lettersAt(person.home))[0]?.steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'bounced' });
  });
});

describe('the rule of the shop', () => {
  it.each<[ConfirmRule, string, string, () => unknown]>([
    ['never', 'captured', 'none', captured],
    ['never', 'agreed', 'subscribed', agreed],
    ['captured', 'captured', 'pending', captured],
    ['captured', 'agreed', 'subscribed', agreed],
    ['always', 'captured', 'pending', captured],
    ['always', 'agreed', 'pending', agreed],
    ['always', 'a box that was left empty', 'none', () => captured({ source: 'checkout' })],
    ['always', 'a call of the page without consent', 'none', () => captured({ source: 'account' })],
  ])('%s: what is %s comes to %s', async (rule, _word, consent, event) => {
    ({ shop } = merchants[rule]);
    await send(shop, browser, event());
    expect(await consentNow()).toBe(consent);
  });

  it('asks nobody for whom the shop’s own server vouches', async () => {
    ({ shop } = merchants.always);
    const made = await ask<{ secret: string }>(merchants.always, '/keys', { method: 'POST', body: { name: 'till' } });
    const told = { person: { email }, ...identify(email, { source: 'till' }) };
    const response = await visit(`${origin}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${made.body.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events: [told] }),
    });
    expect(await response.json()).toMatchObject({ accepted: 1 });
    expect(await consentNow()).toBe('subscribed');
    expect((await logOf(await personOf(shop, email)))[0]).toMatchObject({ how: 'server', source: 'till' });
  });

  it('keeps the words beside the box: our form’s, and those that a page tells', async () => {
    await send(shop, browser, agreed());
    expect((await logOf(await personOf(shop, email)))[0]).toMatchObject({
      how: 'box',
      wording: storefrontDefaults.form.agreement,
    });
    email = `ben-${token()}@mail.example`;
    await send(shop, newVisitor(), agreed({ source: 'checkout', wording: 'Write to me about my cart' }));
    expect((await logOf(await personOf(shop, email)))[0]).toMatchObject({
      how: 'checkbox',
      wording: 'Write to me about my cart',
    });
  });

  it('is switched on and off with the scenario', async () => {
    const own = await merchantWith('always');
    const scenario = async (body: unknown) =>
      (await ask<{ settings: unknown }>(own, '/scenarios/double_opt_in', { method: 'PATCH', body })).body.settings;
    const rule = async () => (await ask<{ consent: unknown }>(own, '/settings/storefront')).body.consent;
    expect(await scenario({ on: true })).toMatchObject({ on: true });
    expect(await rule()).toEqual({ confirm: 'always' });
    expect(await scenario({ on: false })).toMatchObject({ on: false });
    expect(await rule()).toEqual({ confirm: 'never' });
    await scenario({ on: true, subject: 'Is it you?' });
    expect(await rule()).toEqual({ confirm: 'captured' });
    expect(await scenario({ delayMs: hour })).toMatchObject({ on: true, delayMs: 0, subject: 'Is it you?' });
  });
});

describe('nobody is bombed', () => {
  it('with letters that ask: twenty browsers in a day bring one, and the rest is counted', async () => {
    ({ shop } = merchants.always);
    for (let n = 0; n < 20; n += 1) await send(shop, newVisitor(), agreed());
    const person = await personOf(shop, email);
    await brought(person);
    expect(await mails()).toHaveLength(1);
    const drops = async () => (await env.SHOP.getByName(shop).drops()).map(({ reason }) => reason);
    await vi.waitFor(async () => expect(await drops()).toContain('asked-enough'), { timeout: 4_000 });
  });

  it('by a beacon that comes again: it asks what it asked', async () => {
    const event = captured();
    const person = await asked(event);
    await send(shop, browser, event);
    await brought(person);
    expect(await mails()).toHaveLength(1);
  });

  it('after they said that it was not them', async () => {
    ({ shop } = merchants.always);
    stopClock();
    const person = await asked(agreed());
    const said = await answer(person.link, { answer: 'no' });
    expect(await said.text()).toContain('does not ask again');
    expect(await consentNow()).toBe('unsubscribed');
    for (const days of [2, 9, 12]) {
      await timePasses(days * day, person.home);
      await send(shop, newVisitor(), agreed());
      await brought(person);
    }
    expect(await mails()).toHaveLength(1);
  });
});

describe('somebody who left', () => {
  async function leaves(): Promise<Person> {
    await send(shop, browser, agreed());
    const person = await personOf(shop, email);
    const way = { kind: 'unsubscribe', shop, person: person.id, letter: 'l', expiresAt: Date.now() + day } as const;
    await visit(`${origin}/u/${await signToken(env.LINK_SECRET, way)}`, { method: 'POST' });
    expect(await consentNow()).toBe('unsubscribed');
    return person;
  }

  it('and fills in the form again is asked by one letter, and subscribed by their own click alone', async () => {
    const person = await leaves();
    await send(shop, browser, cart('tent'), agreed());
    await brought(person);
    expect(await consentNow()).toBe('unsubscribed');
    const link = linkIn(await theMail());
    await visit(link);
    expect(await consentNow()).toBe('unsubscribed');
    await answer(link);
    expect(await consentNow()).toBe('subscribed');
  });

  it('is not asked because their address was heard by the way', async () => {
    const person = await leaves();
    await send(shop, browser, captured());
    await brought(person);
    expect([await mails(), await consentNow()]).toEqual([[], 'unsubscribed']);
  });

  it('after they were asked is not brought back by the old letter', async () => {
    const person = await asked(captured());
    await answer(person.link);
    const way = { kind: 'unsubscribe', shop, person: person.id, letter: 'l', expiresAt: Date.now() + day } as const;
    await visit(`${origin}/u/${await signToken(env.LINK_SECRET, way)}`, { method: 'POST' });
    expect(await (await answer(person.link)).text()).toContain('You said no since');
    expect(await consentNow()).toBe('unsubscribed');
  });
});

describe('the letter', () => {
  it('says who asks, where and when, and carries nothing that a stranger chose', async () => {
    const evil = 'https://evil.example Win money';
    await asked(captured({ name: evil }));
    const mail = await theMail();
    const both = `${mail.html} ${mail.text}`;
    expect(both).toContain('Fjell & Fern');
    expect(mail.text).toMatch(/^On \d+ \w+ 20\d\d at \d\d:\d\d this address was left in our store \(news\)/m);
    expect(mail.text).toContain('Weg 1, 10115 Berlin');
    expect(both).not.toContain('evil');
    email = `eve-${token()}@mail.example`;
    ({ shop } = merchants.always);
    browser = newVisitor();
    await asked(agreed({ source: evil.slice(0, 64), name: evil }));
    expect(JSON.stringify(await theMail())).not.toContain('evil');
  });

  it('sells nothing, watches nothing, and needs no way out', async () => {
    await asked(cart('tent'), captured());
    const { html = '', headers } = await theMail();
    expect(html).not.toMatch(/<img|\/c\/|utm_|Tent|stove/);
    expect(headers.map(({ key }) => key)).not.toContain('list-unsubscribe');
    expect(headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
  });

  it('speaks Russian in a Russian shop, and is written for shops that are older than it', async () => {
    ({ shop } = await merchantWith('captured', { language: 'ru' }));
    await env.DB.prepare(`DELETE FROM templates WHERE shop = ? AND scenario = 'double_opt_in'`).bind(shop).run();
    await asked(captured());
    const mail = await theMail();
    expect(mail.subject).toBe('Подтвердите подписку на письма Fjell & Fern');
    expect(mail.text).toContain('Да, пишите мне: https://winback.test/confirm/');
  });
});

describe('the page', () => {
  it('changes nothing when it is opened, whoever opens it, and does not say whose it is', async () => {
    const person = await asked(captured());
    const before = await world(person);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const opened = await visit(person.link, { method });
      expect(opened.status).toBe(200);
      expect(opened.headers.get('referrer-policy')).toBe('no-referrer');
      expect(opened.headers.get('cache-control')).toBe('no-store');
      const text = await opened.text();
      expect(text).not.toContain(email);
      if (method === 'GET') expect(text).toContain('Yes, write to me');
      expect(text).not.toContain('<script');
    }
    expect(await world(person)).toEqual(before);
  });

  it('is answered once, though the answer comes five times', async () => {
    const person = await asked(captured());
    for (let n = 0; n < 5; n += 1) {
      const said = await answer(person.link);
      expect([said.status, (await said.text()).includes('you are subscribed')]).toEqual([200, true]);
    }
    expect((await logOf(person)).filter(({ how }) => how === 'confirmed')).toHaveLength(1);
    expect(await (await visit(person.link)).text()).toContain('you are subscribed');
  });

  it('is too old after seven days, says so, and confirms nothing', async () => {
    stopClock();
    const person = await asked(captured());
    vi.setSystemTime(Date.now() + 7 * day + minute);
    for (const init of [{}, { method: 'POST' }]) {
      const text = await (await visit(person.link, init)).text();
      expect(text).toContain('too old');
      expect(text).toContain('leave your address in the form of the store once more');
      expect(text).not.toContain('<form');
    }
    expect(await consentNow()).toBe('pending');
  });

  it('is for one person of one shop under our signature; everything else answers 404', async () => {
    const { id } = await asked(captured());
    const good = {
      kind: 'confirm',
      ...{ shop, person: id as string, askedAt: Date.now() },
      address: (await addressDigest(shop, email)).slice(7, 24),
      until: Date.now() + day,
      expiresAt: Date.now() + day,
    } as const;
    const sign = (more: object, secret = env.LINK_SECRET) => signToken(secret, { ...good, ...more });
    const bad = {
      'signed by somebody else': await sign({}, 'x'.repeat(64)),
      'for an address that they had before': await sign({ address: 'another' }),
      'for somebody who is not there': await sign({ person: 'nobody-at-all' }),
      'for another shop': await sign({ shop: merchants.always.shop }),
      'made for leaving': await signToken(env.LINK_SECRET, { ...good, kind: 'unsubscribe', letter: 'l' }),
      noise: 'abc.def',
    };
    for (const [what, path] of Object.entries(bad))
      for (const method of ['GET', 'POST'])
        expect([what, (await visit(`${origin}/confirm/${path}`, { method })).status]).toEqual([what, 404]);
    expect(await consentNow()).toBe('pending');
    expect((await visit(`${origin}/confirm/${await sign({})}`)).status).toBe(200);
  });
});

describe('the older wire', () => {
  it('says whether an address was confirmed', async () => {
    const did = await init();
    const check = async () =>
      (await visit(`${origin}/subscriptions/check?shop_id=${legacy}&did=${did}`)).json<Record<string, unknown>>();
    const manage = { shop_id: legacy, did, email, email_bulk: true, email_chain: true };
    await visit(`${origin}/subscriptions/manage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': agent },
      body: JSON.stringify(manage),
    });
    ({ shop } = merchants.always);
    const person = await personOf(shop, email);
    expect(await check()).toMatchObject({ exists: true, email_bulk: false, email_confirmed: false });
    await brought(person);
    await answer(linkIn(await theMail()));
    expect(await check()).toMatchObject({ email_bulk: true, email_chain: true, email_confirmed: true });
  });

  let legacy = '';
  const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  async function init(): Promise<string> {
    const row = await env.DB.prepare('SELECT legacy_id FROM shops WHERE id = ?')
      .bind(merchants.always.shop)
      .first<{ legacy_id: string }>();
    legacy = row?.legacy_id ?? '';
    const response = await visit(`${origin}/init?shop_id=${legacy}`, { headers: { 'user-agent': agent } });
    return (await response.json<{ did: string }>()).did;
  }
});
