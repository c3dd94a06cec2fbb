import { runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { consentLogOf, openD1, publishTogether, subscriberById, unsubscribe } from '@winback/db';
import type { ShopId, VisitorId } from '@winback/domain';
import { feedGuards, recommendationAnswerSchema, storefrontDefaults } from '@winback/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import { importDeps, runImport } from './imports.ts';
import { personOf } from './person.ts';
import { deviceAt, event, hour, identify, newShop, newVisitor, purchase, send, token } from './storefront.ts';
import { someOffers, ymlOf } from './yml.ts';

const origin = 'https://winback.test';
let shop: ShopId;

/** Twelve products; who looks at p1 also likes p9, who looks at p2 likes p10. */
async function shopWithProducts(): Promise<ShopId> {
  const made = await newShop({ feed: { url: 'https://shop.example/feed.yml', everyMs: hour, guards: feedGuards } });
  const fetch = async () => new Response(ymlOf(someOffers(12)), { headers: { 'content-type': 'application/xml' } });
  await runImport(importDeps({ fetch }), { shop: made, import: `import-${token()}` });
  const neighbours = [
    { product: 'p1', other: 'p9', score: 0.9, rank: 0 },
    { product: 'p2', other: 'p10', score: 0.9, rank: 0 },
  ];
  await publishTogether(databaseOf(env), made, { neighbours, products: [] });
  return made;
}

beforeAll(async () => {
  await emptyD1();
  shop = await shopWithProducts();
});

async function asked(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return exports.default.fetch(`${origin}${path}`, { headers });
}

/** What stands in front of the script. */
function configIn(script: string, name: string): Record<string, unknown> {
  const [, json] = new RegExp(`^\\{const ${name}=(\\{.*?\\});\\(\\(\\)=>`).exec(script) ?? [];
  return JSON.parse(json ?? 'null');
}

describe('the storefront script', () => {
  it('carries what the shop allows, and nothing else of the shop', async () => {
    const shown = await newShop({
      privacy: { honourGpc: false, defaultConsent: 'none', cookie: 'none' },
      capture: { anyField: true, forms: [{ form: '#news', consentBox: '#yes', source: 'newsletter' }] },
      form: { ...storefrontDefaults.form, on: true, kind: 'inline', paths: ['/blog'] },
    });
    const answer = await asked(`/t.js?shop=${shown}`);
    const script = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect(configIn(script, 'WB')).toEqual({
      shop: shown,
      at: origin,
      consent: 'none',
      honourGpc: false,
      cookie: 'none',
      sessionIdleMs: 7_200_000,
      capture: { anyField: true, forms: [{ form: '#news', consentBox: '#yes', source: 'newsletter' }] },
      form: { inline: true, paths: ['/blog'], onPhones: false },
    });
    expect(script).not.toContain('letters@shop.example');
  });

  it('has no form where the shop has none', async () => {
    expect(configIn(await (await asked(`/t.js?shop=${shop}`)).text(), 'WB')).toMatchObject({ form: null });
    expect(await (await asked(`/form.js?shop=${shop}`)).text()).toBe('');
  });

  it.each([
    '/t.js?shop=nobody',
    '/t.js?shop=a%22%3B%0Aalert(1)',
    '/form.js?shop=nobody',
    '/block.js?shop=nobody',
    '/t.js?shop=',
  ])('is harmless where there is no such shop, and says the mend: %s', async (path) => {
    const answer = await asked(path);
    const script = await answer.text();
    expect(answer.status).toBe(200);
    expect(script).toMatch(
      /^\(\(\)=>\{if\(!window\.winbackSaid\)console\.warn\("(\\.|[^"\\\n])*copy the snippet[^"]*"\)/,
    );
    expect(script).not.toContain('fetch');
  });

  it('that names its shop by an attribute fetches the one of that shop', async () => {
    const script = await (await asked('/t.js')).text();
    expect(script).toContain('dataset.shop');
    expect(script).toContain('/t.js?shop=');
  });
});

describe('the form', () => {
  it('carries its design and nobody who may change it', async () => {
    const shown = await newShop({
      language: 'ru',
      form: { ...storefrontDefaults.form, on: true, title: 'Пишем редко' },
    });
    const config = configIn(await (await asked(`/form.js?shop=${shown}`)).text(), 'WF');
    expect(config).toMatchObject({ language: 'ru', color: '#1a6b7c', designers: null, form: { title: 'Пишем редко' } });
  });

  it('says that a letter asks to confirm where every subscription needs it', async () => {
    for (const confirm of ['captured', 'always'] as const) {
      const shown = await newShop({ consent: { confirm }, form: { ...storefrontDefaults.form, on: true } });
      const config = configIn(await (await asked(`/form.js?shop=${shown}`)).text(), 'WF');
      expect(config).toMatchObject({ mustConfirm: confirm === 'always' });
    }
  });

  it('is previewed before it is on, in a frame of the dashboard only, by a page that tracks nothing', async () => {
    const answer = await asked(`/form-preview?shop=${shop}`);
    const page = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'");
    expect(policy).toContain(`frame-ancestors 'self' ${origin}`);
    expect(page).toContain(`src="/form.js?shop=${shop}&preview=1"`);
    expect(page).not.toContain('/t.js');
    const config = configIn(await (await asked(`/form.js?shop=${shop}&preview=1`)).text(), 'WF');
    expect(config).toMatchObject({ designers: [origin] });
    expect((await asked('/form-preview?shop=nobody')).status).toBe(404);
  });
});

describe('a block of recommendations', () => {
  async function products(query: string): Promise<string[]> {
    const answer = await asked(`/r?shop=${shop}&${query}`, { origin: 'https://shop.example' });
    const read = recommendationAnswerSchema.parse(await answer.json());
    return read.products.map(({ id }) => id);
  }
  async function shopper(...views: string[]): Promise<VisitorId> {
    const visitor = newVisitor();
    await send(shop, visitor, ...views.map((product) => event({ product })));
    return visitor;
  }

  it('is about the product that the page shows', async () => {
    expect((await products('product=p2&limit=3'))[0]).toBe('p10');
    expect(await products('product=p2')).not.toContain('p2');
  });

  it('is personal where the shopper allows it, and everybody’s where no visitor is named', async () => {
    const visitor = await shopper('p1');
    expect((await products(`visitor=${visitor}&limit=2`))[0]).toBe('p9');
    expect(await products('limit=2')).toEqual(await products(`visitor=${newVisitor()}&limit=2`));
    expect((await products('limit=2'))[0]).not.toBe('p9');
  });

  it('leaves out what they bought, what lies in the cart and what the shop excludes', async () => {
    const visitor = newVisitor();
    await send(shop, visitor, event({ product: 'p1' }), purchase(token(), 'p9'));
    const shown = await products(`visitor=${visitor}&cart=p3&cart=p4&exclude=p5&limit=24`);
    for (const id of ['p9', 'p3', 'p4', 'p5']) expect(shown).not.toContain(id);
    expect(shown.length).toBeGreaterThan(5);
  });

  it('tells of the products what the catalogue says, with a link that says what led there, and nothing of the visitor', async () => {
    const visitor = await shopper('p1');
    const answer = await asked(`/r?shop=${shop}&visitor=${visitor}&limit=1&code=home`, {
      origin: 'https://shop.example',
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(await answer.json()).toEqual({
      title: 'You may also like',
      products: [
        {
          id: 'p9',
          name: 'Product p9',
          url: 'https://shop.example/p/p9?recommended_by=dynamic&recommended_code=home',
          picture: 'https://shop.example/pictures/p9.png',
          brand: null,
          price: '€19.90',
          oldPrice: null,
          minor: 1990,
          currency: 'EUR',
        },
      ],
    });
  });

  it('writes nothing about a visitor who never was', async () => {
    const visitor = newVisitor();
    await products(`visitor=${visitor}`);
    const tables = await runInDurableObject(deviceAt(shop, visitor), (_instance, { storage }) =>
      storage.sql.exec(`SELECT name FROM sqlite_master WHERE name = 'memory'`).toArray(),
    );
    expect(tables).toEqual([]);
  });

  it.each([
    ['shop=nobody', 404, 'unknown-shop'],
    ['', 400, 'bad-query'],
    ['shop=SHOP&limit=900', 400, 'bad-query'],
    ['shop=SHOP&visitor=a%20b', 400, 'bad-query'],
  ])('refuses %s with %i %s', async (query, status, code) => {
    const answer = await asked(`/r?${query.replace('SHOP', shop)}`);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('somebody who left', () => {
  it.each([
    ['an address that was heard in a field', { consent: false, source: 'capture' }],
    ['a ticked box of the shop’s own form', { consent: true, source: 'newsletter' }],
    ['our own form', { consent: true, source: 'popup' }],
  ])('is not subscribed again by %s', async (_what, said) => {
    const db = openD1(env.DB);
    const email = `ann-${token()}@mail.example`;
    await send(shop, newVisitor(), event(), identify(email));
    const { id } = await personOf(shop, email);
    await unsubscribe(db, shop, id, { source: 'letter', now: Date.now() });
    await send(shop, newVisitor(), event(), identify(email, said));
    expect((await subscriberById(db, shop, id))?.consent).toBe('unsubscribed');
    expect((await consentLogOf(db, shop, id)).filter(({ consent }) => consent === 'subscribed')).toHaveLength(1);
  });
});
