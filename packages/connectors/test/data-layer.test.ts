// The built reader of the data layer, in a page of which only what it uses is there.
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { callsOf } from '../gtm/calls-of.ts';

const mug = { item_id: 'mug', price: 19.9, quantity: 2 };
const line = { product: 'mug', quantity: 2, price: 19.9 };

describe('a push into the data layer', () => {
  it.each([
    [{ event: 'view_item', ecommerce: { items: [mug] } }, [['view', { product: 'mug' }]]],
    [
      { event: 'view_item_list', ecommerce: { item_list_id: 'mugs', items: [mug] } },
      [['category', { category: 'mugs' }]],
    ],
    [{ event: 'view_item_list', ecommerce: { items: [mug] } }, []],
    [{ event: 'search', search_term: 'tent' }, [['search', { query: 'tent' }]]],
    [{ event: 'view_search_results', search_term: ' tent ' }, [['search', { query: 'tent' }]]],
    [{ event: 'add_to_cart', ecommerce: { items: [mug] } }, [['cart', { change: 'add', items: [line] }]]],
    [{ event: 'remove_from_cart', ecommerce: { items: [mug] } }, [['cart', { change: 'remove', items: [line] }]]],
    [{ event: 'view_cart', ecommerce: { items: [mug] } }, [['cart', { change: 'full', items: [line] }]]],
    [{ event: 'view_cart', ecommerce: { items: [] } }, [['cart', { change: 'full', items: [] }]]],
    [{ event: 'view_cart' }, []],
    [{ event: 'begin_checkout', ecommerce: { items: [mug] } }, [['cart', { change: 'full', items: [line] }]]],
    [{ event: 'add_to_wishlist', ecommerce: { items: [mug] } }, [['wish', { change: 'add', products: ['mug'] }]]],
    [
      {
        event: 'purchase',
        ecommerce: { transaction_id: 1001, value: '44.8', items: [mug] },
        user_data: { email: 'ida@mail.example' },
      },
      [
        ['identify', { email: 'ida@mail.example', consent: false, source: 'purchase' }],
        ['purchase', { order: '1001', items: [line], total: 44.8 }],
      ],
    ],
    [
      { event: 'login', user: { email: 'ida@mail.example' } },
      [['identify', { email: 'ida@mail.example', consent: false, source: 'login' }]],
    ],
    [
      { event: 'sign_up', method: 'mail', email: 'ida@mail.example' },
      [['identify', { email: 'ida@mail.example', consent: false, source: 'sign_up' }]],
    ],
    [{ event: 'login', user_data: { sha256_email_address: 'abc' } }, []],
    [['event', 'add_to_cart', { currency: 'EUR', items: [mug] }], [['cart', { change: 'add', items: [line] }]]],
    [['config', 'G-1', {}], []],
    [{ ecommerce: { detail: { products: [{ id: 'mug', price: '19.90' }] } } }, [['view', { product: 'mug' }]]],
    [
      {
        event: 'addToCart',
        ecommerce: { currencyCode: 'EUR', add: { products: [{ id: 'mug', price: '19.90', quantity: 2 }] } },
      },
      [['cart', { change: 'add', items: [line] }]],
    ],
    [
      {
        ecommerce: {
          purchase: {
            actionField: { id: 'T1', revenue: '39.80' },
            products: [{ id: 'mug', price: 19.9, quantity: 2 }],
          },
        },
      },
      [['purchase', { order: 'T1', items: [line], total: 39.8 }]],
    ],
    [{ event: 'gtm.js', 'gtm.start': 1 }, []],
    [{ ecommerce: null }, []],
    [null, []],
    ['text', []],
    [() => undefined, []],
  ])('%j means %j', (push, calls) => {
    expect(callsOf(push).calls).toEqual(calls);
  });
});

let script = '';
beforeAll(() => {
  const entryPoints = [join(import.meta.dirname, '../gtm/data-layer.ts')];
  script = buildSync({ entryPoints, bundle: true, format: 'iife', write: false }).outputFiles[0]?.text ?? '';
});

interface Page {
  told: unknown[];
  dataLayer: unknown[];
  appended: { src?: string }[];
  load: () => void;
}

function pageWith(dataLayer: unknown[] | undefined, winback: 'there' | 'missing' = 'there'): Page {
  const told: unknown[] = [];
  const appended: { src?: string }[] = [];
  const page: Record<string, unknown> = {
    console: { warn: () => undefined },
    document: {
      currentScript: { src: 'https://mail.shop.example/datalayer.js?shop=my-shop' },
      createElement: () => ({}),
      head: { append: (element: { src?: string }) => appended.push(element) },
    },
    ...(dataLayer ? { dataLayer } : {}),
    ...(winback === 'there' ? { winback: (...call: unknown[]) => told.push(call) } : {}),
  };
  createContext(page);
  return {
    told,
    appended,
    load: () => runInContext(script, page),
    get dataLayer() {
      return page['dataLayer'] as unknown[];
    },
  };
}

const view = { event: 'view_item', ecommerce: { items: [mug] } };
const add = { event: 'add_to_cart', ecommerce: { items: [mug] } };

describe('the reader', () => {
  it('tells what was pushed before it came and what is pushed after, each once and in order', () => {
    const page = pageWith([view]);
    page.load();
    expect(page.dataLayer.push(add, { event: 'other' })).toBe(3);
    expect(page.told).toEqual([
      ['view', { product: 'mug' }],
      ['cart', { change: 'add', items: [line] }],
    ]);
  });

  it('loaded twice tells everything once', () => {
    const page = pageWith([view]);
    page.load();
    page.load();
    page.dataLayer.push(add);
    expect(page.told).toHaveLength(2);
  });

  it('tells the same cart twice where the shopper did it twice', () => {
    const page = pageWith([]);
    page.load();
    page.dataLayer.push(add);
    page.dataLayer.push(add);
    expect(page.told).toHaveLength(2);
  });

  it('tells once what a shop says in both dialects', () => {
    const page = pageWith([]);
    page.load();
    page.dataLayer.push(add, { ecommerce: { add: { products: [{ id: 'mug', price: '19.90', quantity: 2 }] } } });
    expect(page.told).toHaveLength(1);
  });

  it('hears pushes that Tag Manager puts its own hands on', () => {
    const page = pageWith([]);
    page.load();
    const layer = page.dataLayer;
    const ours = layer.push;
    layer.push = (...entries: unknown[]) => ours.apply(layer, entries);
    layer.push(view);
    layer.length = 0;
    layer.push(add);
    expect(page.told).toHaveLength(2);
  });

  it('makes the data layer and loads Winback where the page has neither', () => {
    const page = pageWith(undefined, 'missing');
    page.load();
    page.dataLayer.push(view);
    expect(page.appended.map(({ src }) => src)).toEqual(['https://mail.shop.example/t.js?shop=my-shop']);
    expect(page.dataLayer).toHaveLength(1);
  });

  it('leaves the page’s own push alone where a push cannot be read', () => {
    const page = pageWith([]);
    page.load();
    const broken = Object.defineProperty({}, 'event', {
      enumerable: true,
      get: () => {
        throw new Error('mine');
      },
    });
    expect(page.dataLayer.push(broken)).toBe(1);
  });
});
