// The plugin in PHP, with stubs of what it uses of WordPress and WooCommerce; what its pages tell runs as JavaScript.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { eventSchema } from '@winback/domain';
import { describe, expect, it } from 'vitest';

const php = process.env['PHP_PATH'] ?? '/usr/bin/php';
const folder = import.meta.dirname;
const plugin = join(folder, '../woocommerce/winback.php');
const options = { winback_address: 'https://mail.shop.example/', winback_shop: 'my-shop' };
const cart = [
  { product_id: 93, variation_id: 99, quantity: 2, data: { price: 19.9 } },
  { product_id: 94, variation_id: 0, quantity: 1, data: { price: 20 } },
];
const lines = [
  { product: '93', quantity: 2, price: 19.9 },
  { product: '94', quantity: 1, price: 20 },
];
const order = {
  id: 727,
  status: 'processing',
  total: 64.8,
  email: 'ida@mail.example',
  meta: { _winback_consent: 'yes' },
  lines: [
    { product_id: 93, quantity: 2, price: 19.9 },
    { product_id: 0, quantity: 1, price: 5 },
  ],
};

interface Played {
  page: string;
  kept: Record<string, unknown>;
  session: Record<string, unknown>;
  result: unknown;
}

function play(scene: Record<string, unknown>): Played {
  const input = JSON.stringify({ options, ...scene });
  const flags = ['-d', 'error_reporting=-1', '-d', 'display_errors=stderr'];
  const text = execFileSync(php, [...flags, join(folder, 'wordpress.php')], { input, encoding: 'utf8' });
  return JSON.parse(text) as Played;
}

/** What the page's scripts tell Winback. */
function toldBy(page: string): unknown[][] {
  const told: unknown[][] = [];
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => code).join(';\n');
  const context = createContext({ winback: (...call: unknown[]) => told.push(call), document: {}, window: {} });
  runInContext(scripts, context);
  return told;
}

it('is PHP that can be read', () => {
  expect(execFileSync(php, ['-l', plugin], { encoding: 'utf8' })).toContain('No syntax errors');
});

it('says its licence, and the readme the same version', () => {
  const head = readFileSync(plugin, 'utf8').slice(0, 800);
  const readme = readFileSync(join(folder, '../woocommerce/readme.txt'), 'utf8');
  expect(head).toContain('License: MIT');
  expect(/Version: (\S+)/.exec(head)?.[1]).toBe(/Stable tag: (\S+)/.exec(readme)?.[1]);
});

describe('a page', () => {
  it('has the snippet in its head, by the shop’s settings', () => {
    expect(play({ plays: ['wp_head'] }).page).toContain(
      '<script async src="https://mail.shop.example/t.js?shop=my-shop">',
    );
  });

  it.each([
    ['product', { id: 93 }, ['view', { product: '93' }]],
    ['category', { id: 17 }, ['category', { category: '17' }]],
    ['search', { query: ' mug ' }, ['search', { query: 'mug' }]],
    ['cart', { cart }, ['cart', { change: 'full', items: lines }]],
    ['checkout', { cart: [] }, ['cart', { change: 'full', items: [] }]],
  ])('of kind %s tells it', (page, more, expected) => {
    const told = toldBy(play({ page, ...more, plays: ['wp_footer'] }).page);
    expect(told).toEqual([expected]);
    const [type, fields] = told[0] ?? [];
    const event = { id: 'event-0001', at: 1, type, ...Object(fields) };
    expect(eventSchema.safeParse(event).error).toBeUndefined();
  });

  it('that a cache may keep has nobody’s cart in it', () => {
    const { page } = play({ page: 'product', id: 93, cart, plays: ['wp_footer'] });
    expect(toldBy(page)).toEqual([['view', { product: '93' }]]);
    expect(page).not.toContain('19.9');
  });

  it('cannot be broken out of by what somebody searches for', () => {
    const query = '</script><script>alert(1)</script>';
    const { page } = play({ page: 'search', query, plays: ['wp_footer'] });
    expect(toldBy(page)).toEqual([['search', { query }]]);
  });

  it('has nothing of ours until the plugin is set up', () => {
    for (const missing of [
      { winback_shop: 'my-shop' },
      { winback_address: 'https://mail.shop.example', winback_shop: 'a b' },
    ])
      expect(play({ options: missing, page: 'product', id: 93, plays: ['wp_head', 'wp_footer'] }).page).toBe('');
  });
});

describe('a cart that changed', () => {
  it.each(['woocommerce_add_to_cart', 'woocommerce_cart_item_removed', 'woocommerce_after_cart_item_quantity_update'])(
    'by %s is told on the next page, once',
    (hook) => {
      const { page, session } = play({ page: 'home', cart, plays: [hook, 'wp_footer'] });
      expect(toldBy(page)).toEqual([['cart', { change: 'full', items: lines }]]);
      expect(toldBy(play({ page: 'home', cart, session, plays: ['wp_footer'] }).page)).toEqual([]);
    },
  );

  it('in place is told by the answer to the request that changed it, and not again on the next page', () => {
    const { result, session } = play({
      cart,
      plays: ['woocommerce_add_to_cart', ['woocommerce_add_to_cart_fragments', {}]],
    });
    const fragment = (result as Record<string, string>)['script#winback-cart'] ?? '';
    expect(JSON.parse(fragment.replace(/<[^>]+>/g, ''))).toEqual(lines);
    expect(toldBy(play({ page: 'home', cart, session, plays: ['wp_footer'] }).page)).toEqual([]);
  });
});

describe('an order', () => {
  const plays = [['woocommerce_thankyou', 727]];

  it('is told on the thank-you page with its buyer and their answer', () => {
    const email = 'ida@mail.example';
    expect(toldBy(play({ page: 'received', order, plays }).page)).toEqual([
      ['identify', { email, consent: true, source: 'checkout', name: 'Ida Berg' }],
      ['purchase', { order: '727', items: lines.slice(0, 1), total: 64.8, email }],
    ]);
  });

  it('whose box was not ticked agrees to nothing', () => {
    const told = toldBy(play({ page: 'received', order: { ...order, meta: {} }, plays }).page);
    expect(told[0]).toMatchObject(['identify', { consent: false }]);
  });

  it('that failed is not told', () => {
    expect(play({ page: 'received', order: { ...order, status: 'failed' }, plays }).page).toBe('');
  });
});

describe('the box at checkout', () => {
  it('is there with the shop’s words, and not ticked', () => {
    const { page } = play({
      options: { ...options, winback_consent: 'Write <b>me</b>' },
      plays: ['woocommerce_review_order_before_submit'],
    });
    expect(page).toContain('<input type="checkbox" name="winback_consent"> Write &lt;b&gt;me&lt;/b&gt;');
  });

  it('is not there where the shop wants none', () => {
    const { page, kept } = play({
      options: { ...options, winback_consent: '' },
      plays: ['woocommerce_review_order_before_submit', 'woocommerce_init'],
    });
    expect([page, kept]).toEqual(['', {}]);
  });

  it.each([
    [{ winback_consent: '1' }, { meta: { _winback_consent: 'yes' } }],
    [{}, {}],
  ])('posted as %j keeps %j with the order', (post, kept) => {
    expect(play({ post, order, plays: [['woocommerce_checkout_create_order', '@order']] }).kept).toEqual(kept);
  });

  it.each([
    ['winback/consent', true, { meta: { _winback_consent: 'yes' } }],
    ['winback/consent', false, {}],
    ['other/field', true, {}],
  ])('of the checkout made of blocks: %s %s keeps %j', (key, value, kept) => {
    const plays = [['woocommerce_set_additional_field_value', key, value, 'other', '@order']];
    expect(play({ order, plays }).kept).toEqual(kept);
  });

  it('stands in the checkout made of blocks as well', () => {
    expect(play({ plays: ['woocommerce_init'] }).kept).toMatchObject({
      field: { id: 'winback/consent', type: 'checkbox' },
    });
  });
});

it('is set up by administrators only, by cleaned settings', () => {
  const { kept } = play({ plays: ['admin_init', 'admin_menu'] });
  expect(kept).toEqual({
    settings: { winback_address: true, winback_shop: true, winback_consent: true },
    capability: 'manage_options',
  });
});
