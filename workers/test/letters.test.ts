import { env, exports } from 'cloudflare:workers';
import { listProducts, openD1, putKinds } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { feedGuards } from '@winback/domain';
import { signToken } from '@winback/mail';
import type { Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LetterMessage } from '../messages.ts';
import { emptyD1 } from './database.ts';
import { newMerchant, origin } from './merchant.ts';
import type { Person } from './person.ts';
import { letterAt, lettersAt, memoryAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import { cart, cartLetters, identify, minute, newVisitor, purchase, send, token, visitorAt } from './storefront.ts';
import { pictureOf } from './yml.ts';

const unlimited = { pauseMs: 0, perDay: 24, perWeek: 100, hours: null };
let shop: ShopId;
let browser = newVisitor();
let email = '';

beforeAll(async () => {
  await emptyD1();
  const scenarios = { abandoned_cart: cartLetters({ delayMs: 0 }) };
  const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 60 * minute, guards: feedGuards };
  ({ shop } = await newMerchant({ scenarios, feed, voice: unlimited }));
  const imported = async () => expect((await listProducts(openD1(env.DB), shop, { limit: 9 })).total).toBe(3);
  await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
});
beforeEach(() => {
  browser = newVisitor();
  email = `ann-${token()}@mail.example`;
});
afterEach(() => {
  vi.useRealTimers();
});

/** Somebody leaves these products in the cart and agrees to letters: the letter waits in the queue at once. */
async function letterFor(address: string, ...products: string[]): Promise<Person & LetterMessage> {
  await send(shop, browser, cart(...products));
  await send(shop, browser, identify(address, { name: 'Ann <b>' }));
  const person = await personOf(shop, address);
  const waiting = (await lettersAt(person.home)).find((row) => row.state === 'waiting');
  if (!waiting) throw new Error('no letter waits');
  return { ...person, shop, visitor: person.home, letter: waiting.id };
}

/** The queue brings the letter, `times` at once. Answers how often it was taken. */
async function brought({ letter, visitor }: LetterMessage, times = 1): Promise<number> {
  const bodies = Array.from({ length: times }, () => ({ shop, visitor, letter }));
  return (await brings('winback-letters', bodies)).explicitAcks.length;
}

async function mailsTo(address: string): Promise<Email[]> {
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(address)}`);
  return Promise.all((await response.json<string[]>()).map((raw) => PostalMime.parse(raw)));
}

async function mailTo(
  address: string,
): Promise<{ html: string; text: string; header: (key: string) => string | undefined }> {
  const [mail, ...more] = await mailsTo(address);
  if (!mail || more.length > 0) throw new Error(`${more.length + (mail ? 1 : 0)} mails came`);
  const header = (key: string) => mail.headers.find((one) => one.key === key)?.value;
  return { html: mail.html ?? '', text: mail.text ?? '', header };
}

function linksOf(mail: { html: string; text: string }): string[] {
  const inHtml = [...mail.html.matchAll(/href="([^"]+)"/g)].map((match) => match[1] ?? '');
  const inText = [...mail.text.matchAll(/https?:\/\/\S+/g)].map((match) => match[0]);
  return [...new Set([...inHtml, ...inText])];
}

async function wayOut(address: string): Promise<string> {
  return (await mailTo(address)).header('list-unsubscribe')?.slice(1, -1) ?? '';
}

async function rowsOf(table: string): Promise<unknown[]> {
  return (await env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all()).results;
}

/** Everything that a link could have changed. */
async function world(name: string): Promise<unknown> {
  const tables = ['subscribers', 'consent_log', 'suppressions', 'letters', 'orders', 'devices', 'shops'];
  return { rows: await Promise.all(tables.map(rowsOf)), memory: await memoryAt(name), letters: await lettersAt(name) };
}

/** How much of what a Visitor noted the books have not confirmed. */
async function open(name: string): Promise<number> {
  const { outbox } = (await memoryAt(name)).memory;
  return outbox.seq - outbox.confirmed;
}

function visit(url: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(url, { redirect: 'manual', ...init });
}

describe('a letter', () => {
  it('arrives whole: both parts, product, picture, price, a way back and a way out', async () => {
    const waiting = await letterFor(email, 'tent');
    expect(await brought(waiting)).toBe(1);
    expect((await letterAt(waiting.home)).steps.map((step) => step.state)).toEqual(['waiting', 'sending', 'sent']);
    const mail = await mailTo(email);
    expect(mail.html).toContain('Tent &lt;b&gt; &amp; Co');
    expect(mail.html).toContain(`src="${pictureOf('tent')}"`);
    expect(mail.html).toContain('€129');
    expect(mail.html).toContain('Ann &lt;b&gt;, your cart');
    expect(mail.html).toContain('Weg 1, 10115 Berlin');
    expect(mail.text).toContain('- Tent <b> & Co, €129');
    expect(mail.text).toContain('Weg 1, 10115 Berlin');
    const links = linksOf(mail);
    expect(links.filter((link) => !/^https:\/\/winback\.test\/[cuv]\/[\w-]+\.[\w-]+$/.test(link))).toEqual([]);
    expect(links.length).toBeGreaterThanOrEqual(4);
    expect(mail.header('list-unsubscribe')).toMatch(/^<https:\/\/winback\.test\/u\/[^>]+>$/);
    expect(mail.header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(mail.header('message-id')).toBe(`<${waiting.letter}@shop.example>`);
    expect(mail.header('subject')).toBe('You left something in your cart');
  });

  it('can be read as a page that runs nothing, with the way out that works and the prices of now', async () => {
    await brought(await letterFor(email, 'tent'));
    const [link = ''] = linksOf(await mailTo(email)).filter((one) => one.includes('/v/'));
    const response = await visit(link);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    expect(response.headers.get('set-cookie')).toBeNull();
    const html = await response.text();
    expect(html).toContain('Tent &lt;b&gt; &amp; Co');
    expect(html).toContain('https://shop.example/p/tent?utm_source=winback');
    // Whoever is sent the page is not counted as the letter's reader.
    expect(html).not.toMatch(/winback\.test\/[co]\//);
    const [out = ''] = /https:\/\/winback\.test\/u\/[\w.-]+/.exec(html) ?? [];
    expect((await visit(out)).status).toBe(200);
    expect((await visit(`${link}x`)).status).toBe(404);
  });

  it('recommends what can be bought, and never what is in the cart or sold out', async () => {
    await brought(await letterFor(email, 'tent'));
    const { text } = await mailTo(email);
    const picks = text.slice(text.indexOf('Goes well with it'), text.indexOf('-- '));
    expect(picks).toContain('- Little stove, €49.90');
    expect(picks).not.toMatch(/Tent|Lamp/);
  });

  it('comes through the real queue as well, once ten messages are there', async () => {
    const { home } = await letterFor(email, 'tent');
    const nobodys = { shop: 'no-such-shop' as ShopId, visitor: 'no-such-shop/p/nobody', letter: 'none' };
    await env.LETTERS.sendBatch(Array.from({ length: 10 }, () => ({ body: nobodys })));
    await vi.waitFor(async () => expect((await letterAt(home)).state).toBe('sent'), { timeout: 10_000, interval: 100 });
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it('arrives once, though its message comes five times at once and again later', async () => {
    const waiting = await letterFor(email, 'tent');
    await brought(waiting, 5);
    await brought(waiting);
    expect(await mailsTo(email)).toHaveLength(1);
    expect(await letterAt(waiting.home)).toMatchObject({ state: 'sent', attempts: 1 });
  });

  it('is told to the books without waiting: the list says that it was sent, and with which subject', async () => {
    stopClock();
    const waiting = await letterFor(email, 'tent');
    await brought(waiting);
    const row = () =>
      env.DB.prepare('SELECT state, subject, rev FROM letters WHERE id = ?').bind(waiting.letter).first();
    const told = { state: 'sent', subject: 'You left something in your cart', rev: 3 };
    await vi.waitFor(async () => expect(await row()).toEqual(told), { timeout: 6_000, interval: 100 });
  });

  it('is not sent when nothing of the cart can be bought any more, and says so', async () => {
    const waiting = await letterFor(email, 'lamp', 'unknown-product');
    await brought(waiting);
    expect(await mailsTo(email)).toEqual([]);
    expect((await letterAt(waiting.home)).steps.at(-1)).toMatchObject({
      state: 'suppressed',
      reason: 'nothing-to-show',
    });
  });

  it.each([
    ['the cart is another by now', { cart: [{ product: 'lamp', quantity: 1, price: null }], cartRev: 7 }],
    ['nothing of it can be bought', { cart: [{ product: 'unknown-product', quantity: 1, price: null }] }],
  ])('is written from a brief of now where its message’s is stale: %s', async (_why, stale) => {
    const { shop: of, visitor, letter } = await letterFor(email, 'tent');
    const brief = await visitorAt(visitor).brief({ letter });
    await brings('winback-letters', [{ shop: of, visitor, letter, brief: { ...brief, ...stale } }]);
    expect((await mailTo(email)).text).toContain('- Tent <b> & Co, €129');
  });

  it('is not sent to somebody who refused this kind of letters, and says so', async () => {
    const waiting = await letterFor(email, 'tent');
    const said = { kinds: { chain: false }, source: 'account', ip: null, now: Date.now() };
    await putKinds(openD1(env.DB), shop, waiting.id, said);
    await brought(waiting);
    expect(await mailsTo(email)).toEqual([]);
    expect((await letterAt(waiting.home)).steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'no-consent' });
  });

  it('is not sent when the cart was bought while it stood in the queue', async () => {
    const waiting = await letterFor(email, 'tent');
    await send(shop, browser, purchase(token(), 'tent'));
    expect(await brought(waiting)).toBe(1);
    expect(await mailsTo(email)).toEqual([]);
    expect((await letterAt(waiting.home)).steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'bought' });
  });

  it('that the mail server puts off arrives at the second try', async () => {
    stopClock();
    const address = `later-${email}`;
    const waiting = await letterFor(address, 'tent');
    await brought(waiting);
    expect((await letterAt(waiting.home)).steps.at(-1)).toMatchObject({ state: 'waiting', reason: 'provider-refused' });
    await timePasses(minute, waiting.home);
    await brought(waiting);
    expect((await letterAt(waiting.home)).steps.at(-1)).toMatchObject({ state: 'sent' });
    expect(await mailsTo(address)).toHaveLength(1);
  });

  it('that the mail server refuses for good has failed, with the server’s words', async () => {
    const waiting = await letterFor(`nobody-${email}`, 'tent');
    await brought(waiting);
    const last = (await letterAt(waiting.home)).steps.at(-1);
    expect(last).toMatchObject({
      state: 'failed',
      reason: 'provider-refused',
      sentence: expect.stringContaining('550'),
    });
  });

  it('to somebody whose name holds line breaks gets no header of theirs', async () => {
    await send(shop, browser, cart('tent'));
    await send(shop, browser, identify(email, { name: 'Ann\r\nBcc: ben@mail.example' }));
    const { home } = await personOf(shop, email);
    await brought({ shop, visitor: home, letter: (await letterAt(home)).id });
    expect((await mailTo(email)).header('bcc')).toBeUndefined();
    expect(await mailsTo('ben@mail.example')).toEqual([]);
  });
});

describe('the links of a letter', () => {
  it('change nothing when they are opened, whoever opens them: only a POST acts', async () => {
    const waiting = await letterFor(email, 'tent');
    await brought(waiting);
    await vi.waitFor(async () => expect(await open(waiting.home)).toBe(0), { timeout: 6_000, interval: 100 });
    const before = await world(waiting.home);
    const links = linksOf(await mailTo(email));
    for (const link of links) {
      for (const method of ['GET', 'HEAD', 'GET']) {
        const answer = await visit(link, { method });
        expect([link.includes('/c/'), answer.status]).toEqual([link.includes('/c/'), link.includes('/c/') ? 302 : 200]);
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
        expect(answer.headers.get('cache-control')).toBe('no-store');
      }
    }
    expect(links.some((link) => link.includes('/u/'))).toBe(true);
    expect(await world(waiting.home)).toEqual(before);
  });

  it('lead to the shop, with the letter named for its statistics', async () => {
    const waiting = await letterFor(email, 'tent');
    await brought(waiting);
    const clicks = linksOf(await mailTo(email)).filter((link) => link.includes('/c/'));
    const targets = await Promise.all(
      clicks.map(async (link) => new URL((await visit(link)).headers.get('location') ?? '')),
    );
    expect([...new Set(targets.map((url) => url.host))]).toEqual(['shop.example']);
    expect(targets.map((url) => url.pathname)).toEqual(expect.arrayContaining(['/cart', '/p/tent']));
    for (const { searchParams } of targets) {
      expect(Object.fromEntries(searchParams)).toMatchObject({ utm_source: 'winback', utm_content: waiting.letter });
    }
  });
});

describe('one click on the way out', () => {
  const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) };

  it('unsubscribes at once with 200, again and again, and stops the letter that waits', async () => {
    await brought(await letterFor(email, 'tent'));
    const link = await wayOut(email);
    await send(shop, browser, purchase(token(), 'tent'));
    const waiting = await letterFor(email, 'stove');
    for (const _again of [1, 2]) {
      const answer = await visit(link, oneClick);
      expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
      expect(await answer.text()).toContain('You are unsubscribed');
    }
    const log = await env.DB.prepare('SELECT consent, source FROM consent_log WHERE subscriber = ? ORDER BY id')
      .bind(waiting.id)
      .all();
    expect(log.results.at(-1)).toEqual({ consent: 'unsubscribed', source: 'letter' });
    expect(log.results.filter((row) => row['consent'] === 'unsubscribed')).toHaveLength(1);
    const stopped = (await lettersAt(waiting.home)).find((row) => row.id === waiting.letter);
    expect(stopped?.steps.at(-1)).toMatchObject({ state: 'suppressed', reason: 'unsubscribed' });
    await brought(waiting);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it('is not undone by a box that is ticked again: they are asked, and no cart is spoken of', async () => {
    await brought(await letterFor(email, 'tent'));
    await visit(await wayOut(email), oneClick);
    await send(shop, browser, purchase(token(), 'tent'));
    await send(shop, browser, cart('stove'), identify(email));
    const { home } = await personOf(shop, email);
    const open = (await lettersAt(home)).filter((row) => row.state === 'waiting' || row.state === 'sending');
    expect(open.map((row) => row.scenario)).toEqual(['double_opt_in']);
    const consent = await env.DB.prepare('SELECT consent FROM subscribers WHERE email = ?').bind(email).first();
    expect(consent).toEqual({ consent: 'unsubscribed' });
  });
});

describe('a link that is not ours', () => {
  const month = 30 * 86_400_000;

  async function forged(): Promise<Record<string, string>> {
    const { id, home } = await letterFor(email, 'tent');
    const way = { kind: 'unsubscribe', shop, person: id, letter: 'l', expiresAt: Date.now() + month } as const;
    const click = {
      kind: 'click',
      shop,
      letter: 'l',
      url: 'https://evil.example',
      expiresAt: Date.now() + month,
    } as const;
    const good = await signToken(env.LINK_SECRET, way);
    const [body = '', signature = ''] = good.split('.');
    const other = btoa(JSON.stringify({ ...way, person: `${id}x` })).replace(/=+$/, '');
    return {
      home,
      'signed by somebody else': `/u/${await signToken('x'.repeat(64), way)}`,
      'for another person under the same signature': `/u/${other}.${signature}`,
      'without its signature': `/u/${body}`,
      'with one letter changed': `/u/${good.slice(0, -2)}${good.endsWith('AA') ? 'BB' : 'AA'}`,
      'that is too old': `/u/${await signToken(env.LINK_SECRET, { ...way, expiresAt: Date.now() - 1 })}`,
      'that was made for clicking': `/u/${await signToken(env.LINK_SECRET, click)}`,
      'that leads elsewhere, signed by somebody else': `/c/${await signToken('x'.repeat(64), click)}`,
      'that leads out of the door': `/c/${await signToken(env.LINK_SECRET, way)}`,
      'that is noise': '/u/..%2f..%2fetc',
      'that is endless': `/u/${'a'.repeat(9_000)}.${'b'.repeat(9_000)}`,
    };
  }

  it('answers 404 with a page that helps, and does nothing', async () => {
    const { home = '', ...links } = await forged();
    const before = await world(home);
    for (const [what, path] of Object.entries(links)) {
      const opened = await visit(`${origin}${path}`);
      expect([what, opened.status, opened.headers.get('location')]).toEqual([what, 404, null]);
      if (!path.startsWith('/u/')) continue;
      const posted = await visit(`${origin}${path}`, { method: 'POST' });
      expect([what, posted.status]).toEqual([what, 404]);
      expect(await posted.text()).toContain('newest letter');
    }
    expect(await world(home)).toEqual(before);
  });

  it('shows nobody’s address, whatever it says', async () => {
    const { id } = await letterFor(email, 'tent');
    const way = { kind: 'unsubscribe', shop, person: id, letter: 'l', expiresAt: Date.now() + month } as const;
    const page = await (await visit(`${origin}/u/${await signToken(env.LINK_SECRET, way)}`)).text();
    expect(page).toContain('Fjell &amp; Fern');
    expect(page).not.toContain(email);
    expect((await visitorAt(`${shop}/p/${id}`).timeline()).cart).toHaveLength(1);
  });
});
