// The pixel in a sandbox that has what Shopify's has: `analytics`, `browser` with asynchronous storage, `init`, `api`, `fetch`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { beaconSchema } from '@winback/domain';
import { describe, expect, it } from 'vitest';

const script = readFileSync(join(import.meta.dirname, '../shopify/pixel.js'), 'utf8');
const money = (amount: number, currencyCode = 'EUR') => ({ amount, currencyCode });
const variant = { id: '4401', price: money(19.9), product: { id: '8801', title: 'Enamel mug' } };
const cartLine = { merchandise: variant, quantity: 2, cost: { totalAmount: money(39.8) } };
const line = { product: '8801', quantity: 2, price: 19.9 };
const checkout = {
  token: 'c1',
  email: 'ida@mail.example',
  buyerAcceptsEmailMarketing: true,
  currencyCode: 'EUR',
  totalPrice: money(44.8),
  lineItems: [{ id: 'l1', quantity: 2, title: 'Enamel mug', variant }],
  order: { id: 'gid://shopify/OrderIdentity/5550001', customer: { id: '7120001' } },
};
const bought = { type: 'purchase', order: '5550001', items: [line], total: 44.8, email: 'ida@mail.example' };
const who = { type: 'identify', email: 'ida@mail.example', consent: true, source: 'checkout' };

interface Post {
  url: string;
  body: { shop: string; visitor: string; consent: string; events: Record<string, unknown>[] };
}

class Sandbox {
  readonly posts: Post[] = [];
  readonly store: Map<string, string>;
  answer = 202;
  #heard = new Map<string, (event: unknown) => void>();
  #consented: (event: unknown) => void = () => undefined;
  #count = 0;

  constructor(
    store = new Map<string, string>(),
    privacy = { analyticsProcessingAllowed: true, marketingAllowed: true },
  ) {
    this.store = store;
    const page: Record<string, unknown> = {
      crypto,
      init: { customerPrivacy: privacy, data: { shop: { paymentSettings: { currencyCode: 'EUR' } } } },
      api: {
        customerPrivacy: { subscribe: (_name: string, heard: (event: unknown) => void) => (this.#consented = heard) },
      },
      analytics: { subscribe: (name: string, heard: (event: unknown) => void) => this.#heard.set(name, heard) },
      browser: {
        localStorage: {
          getItem: async (key: string) => this.store.get(key) ?? null,
          setItem: async (key: string, value: string) => void this.store.set(key, value),
        },
      },
      fetch: async (url: string, { body }: { body: string }) => {
        this.posts.push({ url, body: JSON.parse(body) });
        if (this.answer === 0) throw new TypeError('no network');
        return { status: this.answer };
      },
    };
    runInContext(script, createContext(page));
  }

  get subscribed(): string[] {
    return [...this.#heard.keys()];
  }

  consents(customerPrivacy: Record<string, boolean>): void {
    this.#consented({ customerPrivacy });
  }

  async happens(name: string, data: Record<string, unknown>): Promise<void> {
    this.#count += 1;
    const context = {
      document: { location: { href: 'https://shop.example/products/mug' }, referrer: 'https://news.example/' },
    };
    const id = `sh-${String(this.#count).padStart(8, '0')}-clientside`;
    this.#heard.get(name)?.({ id, name, clientId: 'client-0001', timestamp: new Date().toISOString(), context, data });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  get events(): Record<string, unknown>[] {
    return this.posts.flatMap(({ body }) => body.events);
  }
}

describe('what happens in the shop', () => {
  it.each([
    ['product_viewed', { productVariant: variant }, [{ type: 'view', product: '8801' }]],
    [
      'collection_viewed',
      { collection: { id: 'gid://shopify/Collection/77' } },
      [{ type: 'category', category: '77' }],
    ],
    ['search_submitted', { searchResult: { query: ' mug ' } }, [{ type: 'search', query: 'mug' }]],
    ['product_added_to_cart', { cartLine }, [{ type: 'cart', change: 'add', items: [line] }]],
    ['product_removed_from_cart', { cartLine }, [{ type: 'cart', change: 'remove', items: [line] }]],
    ['cart_viewed', { cart: { lines: [cartLine] } }, [{ type: 'cart', change: 'full', items: [line] }]],
    ['cart_viewed', { cart: null }, [{ type: 'cart', change: 'full', items: [] }]],
    ['checkout_started', { checkout: { ...checkout, email: null } }, [{ type: 'cart', change: 'full', items: [line] }]],
    ['checkout_contact_info_submitted', { checkout }, [who]],
    ['checkout_completed', { checkout }, [who, bought]],
    [
      'checkout_completed',
      { checkout: { ...checkout, totalPrice: money(480, 'SEK') } },
      [who, { type: 'cart', change: 'full', items: [] }],
    ],
  ])('%s is told', async (name, data, expected) => {
    const shop = new Sandbox();
    await shop.happens(name, data);
    expect(shop.events).toMatchObject(expected);
    expect(shop.events).toHaveLength(expected.length);
    expect(shop.posts[0]?.url).toBe('https://mail.your-shop.example/e');
    expect(beaconSchema.safeParse(shop.posts[0]?.body).error).toBeUndefined();
  });

  it('carries the page and what led there', async () => {
    const shop = new Sandbox();
    await shop.happens('product_viewed', { productVariant: variant });
    expect(shop.events[0]).toMatchObject({
      url: 'https://shop.example/products/mug',
      referrer: 'https://news.example/',
    });
  });
});

describe('consent', () => {
  it.each([
    [{ analyticsProcessingAllowed: true, marketingAllowed: true }, ['marketing']],
    [{ analyticsProcessingAllowed: true, marketingAllowed: false }, ['analytics']],
    [{ analyticsProcessingAllowed: false, marketingAllowed: false }, []],
  ])('%j sends %j', async (privacy, levels) => {
    const shop = new Sandbox(new Map(), privacy);
    await shop.happens('product_viewed', { productVariant: variant });
    expect(shop.posts.map(({ body }) => body.consent)).toEqual(levels);
  });

  it('that is given or taken back on the page counts from then on', async () => {
    const shop = new Sandbox(new Map(), { analyticsProcessingAllowed: false, marketingAllowed: false });
    await shop.happens('product_viewed', { productVariant: variant });
    shop.consents({ analyticsProcessingAllowed: true, marketingAllowed: true });
    await shop.happens('product_viewed', { productVariant: variant });
    shop.consents({ analyticsProcessingAllowed: false, marketingAllowed: false });
    await shop.happens('product_viewed', { productVariant: variant });
    expect(shop.posts).toHaveLength(1);
  });
});

describe('a browser', () => {
  it('keeps its id from page to page', async () => {
    const one = new Sandbox();
    await one.happens('product_viewed', { productVariant: variant });
    const other = new Sandbox(one.store);
    await other.happens('product_viewed', { productVariant: variant });
    expect(other.posts[0]?.body.visitor).toBe(one.posts[0]?.body.visitor);
  });

  it.each([503, 429, 0])('sends again on the next page, with the same ids, what was answered %i', async (status) => {
    const one = new Sandbox();
    one.answer = status;
    await one.happens('product_viewed', { productVariant: variant });
    const other = new Sandbox(one.store);
    await other.happens('search_submitted', { searchResult: { query: 'mug' } });
    expect(other.events.map(({ type }) => type)).toEqual(['view', 'search']);
    expect(other.events[0]?.['id']).toBe(one.events[0]?.['id']);
    await other.happens('search_submitted', { searchResult: { query: 'sock' } });
    expect(other.events).toHaveLength(3);
  });

  it('does not send again what was refused for good', async () => {
    const shop = new Sandbox();
    shop.answer = 400;
    await shop.happens('product_viewed', { productVariant: variant });
    await shop.happens('search_submitted', { searchResult: { query: 'mug' } });
    expect(shop.events.map(({ type }) => type)).toEqual(['view', 'search']);
  });

  it('that blocks storage is Shopify’s own id for it, and is heard', async () => {
    const shop = new Sandbox();
    shop.store.get = () => {
      throw new Error('blocked');
    };
    await shop.happens('product_viewed', { productVariant: variant });
    expect(shop.posts[0]?.body.visitor).toBe('client-0001');
    expect(shop.events).toHaveLength(1);
  });
});

it('hears nothing that it does not tell', () => {
  expect(new Sandbox().subscribed.sort()).toEqual([
    'cart_viewed',
    'checkout_completed',
    'checkout_contact_info_submitted',
    'checkout_started',
    'collection_viewed',
    'product_added_to_cart',
    'product_removed_from_cart',
    'product_viewed',
    'search_submitted',
  ]);
});
