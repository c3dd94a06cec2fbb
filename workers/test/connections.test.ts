import { env, exports } from 'cloudflare:workers';
import type { Connection } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import shopifyOrder from '../../packages/connectors/fixtures/shopify/orders-create.json' with { type: 'json' };
import { emptyD1 } from './database.ts';
import { fromShopify } from './hook.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin } from './merchant.ts';

let ann: Merchant;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  ann = await newMerchant();
});

async function rows(): Promise<Record<string, Connection>> {
  const { body } = await ask<{ rows: Connection[] }>(ann, '/connections');
  return Object.fromEntries(body.rows.map((row) => [row.platform, row]));
}

function put(platform: string, body: unknown) {
  return ask<Connection & { code?: string }>(ann, `/connections/${platform}`, { method: 'PUT', body });
}

const order = { ...shopifyOrder, processed_at: new Date().toISOString() };
const secret = 'shpss_0123456789abcdef';

describe('the list', () => {
  it('names every platform with the address to type into it', async () => {
    const list = await rows();
    expect(Object.values(list).map(({ platform, address, state }) => [platform, address, state])).toEqual([
      ['shopify', `${origin}/hooks/shopify/${ann.shop}`, 'none'],
      ['woocommerce', `${origin}/hooks/woocommerce/${ann.shop}`, 'none'],
      ['google-tag-manager', `${origin}/datalayer.js?shop=${ann.shop}`, 'none'],
      ['segment', `${origin}/v1`, 'none'],
    ]);
  });

  it('says what was heard last', async () => {
    await put('shopify', { secret });
    await fromShopify(ann.shop, 'orders/create', order, { signedBy: secret });
    expect((await rows())['shopify']).toMatchObject({ state: 'connected', last: { topic: 'orders/create' } });
  });

  it('says that a secret cannot be read any more', async () => {
    await put('shopify', { secret });
    await env.DB.prepare(`UPDATE connections SET sealed = 'v1.00000000.AAAA' WHERE shop = ?`).bind(ann.shop).run();
    expect((await rows())['shopify']?.state).toBe('unreadable');
  });
});

describe('a secret', () => {
  it('is never shown again, and lies sealed in the database', async () => {
    const made = await put('shopify', { secret });
    const { results } = await env.DB.prepare('SELECT * FROM connections WHERE shop = ?').bind(ann.shop).all();
    const said = JSON.stringify([made, await rows(), results]);
    expect(results).toHaveLength(1);
    expect(said).not.toContain(secret);
    expect(said).not.toContain(btoa(secret));
  });

  it('that is written again replaces the one before', async () => {
    await put('shopify', { secret: 'first-secret-0001' });
    await put('shopify', { secret });
    expect((await fromShopify(ann.shop, 'orders/create', order, { signedBy: 'first-secret-0001' })).status).toBe(401);
    expect((await fromShopify(ann.shop, 'orders/create', order, { signedBy: secret })).status).toBe(200);
  });

  it('is forgotten when the platform is disconnected', async () => {
    await put('shopify', { secret });
    const gone = await ask<Connection>(ann, '/connections/shopify', { method: 'DELETE' });
    expect(gone).toMatchObject({ status: 200, body: { state: 'none', last: null } });
    expect((await fromShopify(ann.shop, 'orders/create', order, { signedBy: secret })).status).toBe(401);
  });

  it.each([
    ['shopify', {}, 'no-secret'],
    ['shopify', { secret: 'short' }, 'bad-request'],
    ['segment', { secret }, 'takes-no-secret'],
    ['google-tag-manager', { secret }, 'takes-no-secret'],
    ['shopify', { secret, more: 1 }, 'bad-request'],
  ])('of %s written as %j is refused: %s', async (platform, body, code) => {
    expect(await put(platform, body)).toMatchObject({ status: 400, body: { code } });
  });

  it('of a platform that is none has nowhere to be', async () => {
    expect(await put('magento', { secret })).toMatchObject({ status: 404, body: { code: 'no-such-platform' } });
  });
});

it('the trait that means consent is an option, and changing it leaves the rest', async () => {
  expect((await put('segment', { options: { consentTrait: 'newsletter' } })).body.options).toEqual({
    consentTrait: 'newsletter',
  });
  expect((await put('segment', { options: { consentTrait: null } })).body.options).toEqual({ consentTrait: null });
  expect(await put('segment', { options: { consentTrait: '<b>' } })).toMatchObject({ status: 400 });
});

describe('the files that a merchant takes', () => {
  async function file(platform: string): Promise<{ status: number; name: string | null; text: string }> {
    const url = `${origin}/api/shops/${ann.shop}/connections/${platform}/file`;
    const response = await exports.default.fetch(url, { headers: { cookie: ann.cookie } });
    return { status: response.status, name: response.headers.get('content-disposition'), text: await response.text() };
  }

  it.each([
    ['shopify', 'winback-pixel.js', [`const address = '${origin}'`]],
    ['woocommerce', 'winback.php', [`WINBACK_DEFAULT_ADDRESS = '${origin}'`]],
    [
      'google-tag-manager',
      'winback.tpl',
      [`"${origin}/t.js*"`, `"${origin}/datalayer.js*"`, `"defaultValue": "${origin}"`],
    ],
  ])('of %s has this shop’s address and id', async (platform, name, parts) => {
    const { status, name: attached, text } = await file(platform);
    expect([status, attached]).toEqual([200, `attachment; filename="${name}"`]);
    for (const part of parts) expect(text).toContain(part);
    expect(text).toContain(ann.shop);
  });

  it('are none for a platform that needs none', async () => {
    expect((await file('segment')).status).toBe(404);
  });
});

it('the data layer’s reader is served to every page', async () => {
  const response = await exports.default.fetch(`${origin}/datalayer.js?shop=${ann.shop}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  expect((await response.text()).length).toBeGreaterThan(500);
});
