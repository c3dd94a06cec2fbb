// Stars under what was bought: from the letter that thanks for an order to what the merchant sees.
import { env, exports } from 'cloudflare:workers';
import { openD1, ratingsOf } from '@winback/db';
import type { ProductDetail, ShopId, SubscriberDetail } from '@winback/domain';
import { feedGuards, usualScenario } from '@winback/domain';
import { signToken } from '@winback/mail';
import PostalMime from 'postal-mime';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { settingsOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import type { Person } from './person.ts';
import { letterAt, personOf } from './person.ts';
import { brings } from './queue.ts';
import { hour, identify, minute, newVisitor, purchase, send, token } from './storefront.ts';

const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 60 * minute, guards: feedGuards };
let merchant: Merchant;
let ann: Person & { email: string };
let mail: { html: string; text: string };

beforeAll(async () => {
  await emptyD1();
  const thanks = { ...usualScenario('recently_purchased', 'en'), on: true, delayMs: 0, windowMs: 2 * hour };
  const abandoned_cart = usualScenario('abandoned_cart', 'en');
  merchant = await newMerchant({
    scenarios: { abandoned_cart, recently_purchased: { ...thanks, holdOutPercent: 0 } },
    feed,
  });
  const known = async () => expect((await ask(merchant, '/products')).body).toMatchObject({ total: 3 });
  await vi.waitFor(known, { timeout: 10_000, interval: 100 });
  ann = await somebodyWith('lamp', 'stove');
  mail = await mailTo(ann.email);
});

async function somebodyWith(...products: string[]): Promise<Person & { email: string }> {
  const email = `ann-${token()}@mail.example`;
  await send(merchant.shop, newVisitor(), purchase(`o-${token()}`, ...products), identify(email));
  const person = await personOf(merchant.shop, email);
  const { id: letter } = await letterAt(person.home);
  await brings('winback-letters', [{ shop: merchant.shop, visitor: person.home, letter }]);
  return { ...person, email };
}

async function mailTo(email: string): Promise<{ html: string; text: string }> {
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(email)}`);
  const [raw] = await response.json<string[]>();
  const { html = '', text = '' } = await PostalMime.parse(raw ?? '');
  return { html, text };
}

/** The addresses of stars in the letter, in their order. */
function starsIn({ html }: { html: string }): string[] {
  return [...html.matchAll(/href="([^"]*\/rate\/[^"]*)"/g)].map(([, address = '']) => address);
}

function open(address: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(address, init);
}

async function press(address: string, stars?: number): Promise<{ status: number; page: string }> {
  const body = new URLSearchParams(stars === undefined ? {} : { stars: `${stars}` });
  const response = await open(address.replace(/\?.*/, ''), { method: 'POST', body });
  return { status: response.status, page: await response.text() };
}

const stored = (product: string) => ratingsOf(openD1(env.DB), merchant.shop as ShopId, product, 9);

describe('the letter that thanks for an order', () => {
  it('has five stars for each product, dearest first, and one address for each in its text', () => {
    const addresses = starsIn(mail);
    expect(addresses.map((address) => address.slice(-8))).toEqual(
      [1, 2, 3, 4, 5, 1, 2, 3, 4, 5].map((count) => `?stars=${count}`),
    );
    expect(mail.text).toMatch(/How do you like it\?\s+- Little stove, 1–5 ★: http\S+\/rate\/\S+\s+- Lamp, 1–5 ★: http/);
  });
});

describe('the page behind the stars', () => {
  it('marks the star that was pressed, asks for its product by name, and stores nothing by being opened', async () => {
    for (const address of starsIn(mail)) {
      const response = await open(address);
      const page = await response.text();
      expect(response.status).toBe(200);
      expect(page.match(/value="(\d)" checked/)?.[1]).toBe(address.slice(-1));
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    expect(await (await open(starsIn(mail)[3] ?? '')).text()).toContain('How do you like Little stove?');
    expect((await stored('stove')).counts).toEqual([0, 0, 0, 0, 0]);
  });

  it('stores what is marked; pressed five times it is one rating, and another one takes its place', async () => {
    const [address = ''] = starsIn(mail);
    const pages = await Promise.all([4, 4, 4, 4, 4].map((count) => press(address, count)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(pages[0]?.page).toContain('You gave 4 of 5 stars.');
    expect((await stored('stove')).counts).toEqual([0, 0, 0, 1, 0]);
    await press(address, 2);
    expect(await stored('stove')).toMatchObject({
      counts: [0, 1, 0, 0, 0],
      people: [{ person: { email: ann.email } }],
    });
    const again = await open(address.replace(/\?.*/, ''));
    expect(await again.text()).toContain('value="2" checked');
  });

  it.each([[undefined], [0], [6], [2.5]])('asks again for %s stars', async (count) => {
    const { status, page } = await press(starsIn(mail)[5] ?? '', count);
    expect({ status, asks: page.includes('Choose a star first.') }).toEqual({ status: 400, asks: true });
    expect((await stored('lamp')).counts).toEqual([0, 0, 0, 0, 0]);
  });

  it('does not open by a link that was changed, is of another kind, is too old, or whose reader was forgotten', async () => {
    const { shop } = merchant;
    const secret = settingsOf(env).LINK_SECRET;
    const common = { shop, person: ann.id, letter: 'l1', expiresAt: Date.now() + hour };
    const rate = { ...common, kind: 'rate' as const, product: 'stove' };
    const tokens = await Promise.all([
      signToken(`not ${secret}`, rate),
      signToken(secret, { ...common, kind: 'unsubscribe' }),
      signToken(secret, { ...rate, expiresAt: Date.now() - 1 }),
      signToken(secret, { ...rate, person: 'person-of-nobody' }),
      signToken(secret, { ...rate, shop: 'shop-of-nobody' }),
    ]);
    for (const one of tokens) {
      const address = `https://winback.test/rate/${one}`;
      expect((await open(address)).status).toBe(404);
      expect((await press(address, 5)).status).toBe(404);
    }
  });
});

describe('the merchant', () => {
  it('sees ratings with the product and with the person, and the person’s go when they are forgotten', async () => {
    const bob = await somebodyWith('stove');
    const [address = ''] = starsIn(await mailTo(bob.email));
    await press(address, 5);
    const { body: product } = await ask<ProductDetail>(merchant, '/products/one?id=stove');
    expect(product.ratings.counts).toEqual([0, 1, 0, 0, 1]);
    expect(product.ratings.people.map(({ stars, person }) => [stars, person?.email])).toEqual([
      [5, bob.email],
      [2, ann.email],
    ]);
    const { body: person } = await ask<SubscriberDetail>(merchant, `/subscribers/${bob.id}`);
    expect(person.timeline.filter(({ kind }) => kind === 'rating').map(({ words }) => words)).toEqual([
      'Gave 5 of 5 stars to Little stove',
    ]);
    await ask(merchant, `/subscribers/${bob.id}`, { method: 'DELETE' });
    const gone = async () => expect((await stored('stove')).counts).toEqual([0, 1, 0, 0, 0]);
    await vi.waitFor(gone, { timeout: 10_000, interval: 200 });
    expect((await press(address, 1)).status).toBe(404);
  });
});
