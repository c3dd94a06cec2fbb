// Every scenario once, from what a shopper does to the letter in the mailbox.
import { env } from 'cloudflare:workers';
import { listProducts, openD1, syncOrders } from '@winback/db';
import type { ScenarioCode, ShopId, VisitorId } from '@winback/domain';
import { feedGuards, orderIdSchema, scenarioCodes, usualScenario } from '@winback/domain';
import type { Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyD1 } from './database.ts';
import { newMerchant } from './merchant.ts';
import type { Person } from './person.ts';
import { lettersAt, personOf, stopClock, timePasses } from './person.ts';
import { brings } from './queue.ts';
import { cart, event, hour, identify, minute, newVisitor, purchase, send, token } from './storefront.ts';

const unlimited = { pauseMs: 0, perDay: 24, perWeek: 100, hours: null };
const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml`, everyMs: 60 * minute, guards: feedGuards };

beforeAll(emptyD1);
afterEach(() => {
  vi.useRealTimers();
});

/** A shop in which these scenarios are on and wait for nothing, and the catalogue is there. */
async function shopWith(...on: ScenarioCode[]): Promise<ShopId> {
  const scenario = (code: ScenarioCode) => ({
    ...usualScenario(code, 'en'),
    on: on.includes(code),
    delayMs: 0,
    windowMs: 2 * hour,
    holdOutPercent: 0,
  });
  const {
    double_opt_in: _asked,
    abandoned_cart,
    ...others
  } = Object.fromEntries(scenarioCodes.map((code) => [code, scenario(code)])) as Record<
    ScenarioCode,
    ReturnType<typeof scenario>
  >;
  const { shop } = await newMerchant({ scenarios: { ...others, abandoned_cart }, feed, voice: unlimited });
  const imported = async () => expect((await listProducts(openD1(env.DB), shop, { limit: 9 })).total).toBe(3);
  await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
  return shop;
}

interface Somebody extends Person {
  shop: ShopId;
  browser: VisitorId;
  email: string;
}

/** Somebody does these things and is known by then. */
async function somebody(shop: ShopId, ...events: unknown[]): Promise<Somebody> {
  const browser = newVisitor();
  const email = `ann-${token()}@mail.example`;
  await send(shop, browser, ...events, identify(email, { name: 'Ann' }));
  return { ...(await personOf(shop, email)), shop, browser, email };
}

/** The queue brings every letter that waits. */
async function queueRuns({ shop, home }: Somebody): Promise<void> {
  const waiting = (await lettersAt(home)).filter((row) => row.state === 'waiting');
  await brings(
    'winback-letters',
    waiting.map(({ id }) => ({ shop, visitor: home, letter: id })),
  );
}

async function mailsTo({ email }: Somebody): Promise<Email[]> {
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(email)}`);
  return Promise.all((await response.json<string[]>()).map((raw) => PostalMime.parse(raw)));
}

async function theLetter(ann: Somebody): Promise<{ subject: string; text: string; html: string }> {
  await queueRuns(ann);
  const [mail, ...more] = await mailsTo(ann);
  if (!mail || more.length > 0) throw new Error(`${more.length + (mail ? 1 : 0)} letters: ${await whyOf(ann)}`);
  return { subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html ?? '' };
}

async function whyOf({ home }: Somebody): Promise<string> {
  return (await lettersAt(home)).map((row) => row.steps.at(-1)?.sentence).join(' ');
}

const view = (product: string) => event({ product });
const search = (query: string) => event({ type: 'search', query });
const category = (id: string) => event({ type: 'category', category: id });

describe('a letter about', () => {
  it('products that were looked at shows them, and what goes with them', async () => {
    const ann = await somebody(await shopWith('viewed_but_not_bought'), view('tent'), view('lamp'));
    const letter = await theLetter(ann);
    expect(letter.subject).toBe('What you looked at, once more');
    expect(letter.text).toContain('- Tent <b> & Co, €129');
    expect(letter.text).toMatch(/You may also like\s+- Little stove/);
    expect(letter.text).not.toContain('Lamp');
    expect(letter.text).toContain('looked at these products there');
  });

  it('a category shows what is liked in it', async () => {
    const letter = await theLetter(await somebody(await shopWith('abandoned_category'), category('c1')));
    expect(letter.subject).toBe('Still looking? These are liked most');
    expect(letter.text).toContain('in Tents');
    expect(letter.text).toContain('- Little stove, €49.90');
    expect(letter.text).not.toContain('Lamp');
  });

  it('a search shows what is found, in its words', async () => {
    const letter = await theLetter(await somebody(await shopWith('abandoned_search'), search('tent <b>')));
    expect(letter.subject).toBe('What we found for “tent <b>”');
    expect(letter.html).toContain('You searched for “tent &lt;b&gt;”');
    expect(letter.text).toContain('- Tent <b> & Co, €129');
  });

  it('an order says thanks, and shows it and what goes with it', async () => {
    const ann = await somebody(await shopWith('recently_purchased'), purchase(`o-${token()}`, 'lamp'));
    const letter = await theLetter(ann);
    expect(letter.subject).toBe('Thank you for your order');
    expect(letter.text).toMatch(/- Lamp, €15[\s\S]*Goes well with it[\s\S]*- (Tent|Little)/);
  });

  it('a month of silence shows what was picked for them', async () => {
    const ann = await somebody(await shopWith('retention'), view('stove'));
    const letter = await theLetter(ann);
    expect(letter.subject).toBe('The most interesting at Fjell & Fern this month');
    expect(letter.text).toMatch(/For you\s+- /);
  });

  it('a cart is followed up once, a while after the first, and not when it was bought', async () => {
    stopClock();
    const shop = await shopWith('abandoned_cart', 'second_abandoned_cart');
    const [ann, bob] = [await somebody(shop, cart('tent')), await somebody(shop, cart('tent'))];
    for (const one of [ann, bob]) await queueRuns(one);
    await send(shop, bob.browser, purchase(`o-${token()}`, 'tent'));
    for (const one of [ann, bob]) {
      await timePasses(minute, one.home);
      await queueRuns(one);
      await timePasses(minute, one.home);
      await queueRuns(one);
    }
    expect((await mailsTo(ann)).map((mail) => mail.subject)).toEqual([
      'You left something in your cart',
      'Your cart at Fjell & Fern is still here',
    ]);
    expect(await mailsTo(bob)).toHaveLength(1);
  }, 20_000);
});

describe('no letter goes out, and the reason stands in the ledger,', () => {
  it('when nothing fits the search', async () => {
    const ann = await somebody(await shopWith('abandoned_search'), search('submarine'));
    await queueRuns(ann);
    expect(await whyOf(ann)).toBe('Not sent: nothing that can be bought and shown now fits the search.');
    expect(await mailsTo(ann)).toEqual([]);
  });

  it('when the order was cancelled', async () => {
    const shop = await shopWith('recently_purchased');
    const order = `o-${token()}`;
    const ann = await somebody(shop, purchase(order, 'tent'));
    const told = {
      ...{ order: orderIdSchema.parse(order), person: ann.id, at: Date.now(), items: [] },
      ...{ total: { minor: 12_900, currency: 'EUR' }, status: 'cancelled' as const, statusWord: 'cancelled' },
    };
    await syncOrders(openD1(env.DB), shop, [told], Date.now());
    await queueRuns(ann);
    expect(await whyOf(ann)).toBe('Not sent: the order was cancelled.');
  });

  it('when the category was followed by a product of it', async () => {
    const ann = await somebody(await shopWith('abandoned_category'), category('c1'), view('tent'));
    await queueRuns(ann);
    expect(await whyOf(ann)).toBe('Not sent: products of the category were looked at.');
  });

  it('when everything that was looked at is sold out', async () => {
    const ann = await somebody(await shopWith('viewed_but_not_bought'), view('lamp'));
    await queueRuns(ann);
    expect(await whyOf(ann)).toMatch(/none of the products that were looked at can be bought/);
  });
});
