import { env, exports } from 'cloudflare:workers';
import { openD1, shopById } from '@winback/db';
import type { ShopSettings } from '@winback/domain';
import { storefrontDefaults, storefrontSchema } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin } from './merchant.ts';

const path = '/settings/storefront';
let own: Merchant;

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  own = await newMerchant();
});

function patch(body: unknown) {
  return ask(own, path, { method: 'PATCH', body });
}

async function kept(): Promise<ShopSettings | undefined> {
  return (await shopById(openD1(env.DB), own.shop))?.settings;
}

describe('the settings of the storefront', () => {
  it('are those of a new shop at first, with where the form can be looked at and who asks', async () => {
    const response = await exports.default.fetch(`${origin}/api/shops/${own.shop}${path}`, {
      headers: { cookie: own.cookie, 'cf-connecting-ip': '203.0.113.7' },
    });
    expect(storefrontSchema.parse(await response.json())).toEqual({
      ...storefrontDefaults,
      yourAddress: '203.0.113.7',
      formPreviewUrl: `${origin}/form-preview?shop=${own.shop}`,
    });
  });

  it('change in the fields that are named, and in no other', async () => {
    const before = await kept();
    await patch({ traffic: { rawEventDays: 30, paymentHosts: ['Pay.Example'] } });
    const { status, body } = await patch({ traffic: { sessionIdleMs: 1_800_000 }, privacy: { honourGpc: false } });
    const traffic = { ...storefrontDefaults.traffic, rawEventDays: 30, paymentHosts: ['pay.example'] };
    const expected = { ...traffic, sessionIdleMs: 1_800_000 };
    expect([status, storefrontSchema.parse(body).traffic]).toEqual([200, expected]);
    expect(await kept()).toEqual({
      ...before,
      traffic: expected,
      privacy: { ...storefrontDefaults.privacy, honourGpc: false },
    });
  });

  it('take a form and what opens it', async () => {
    const form = { on: true, title: 'Hear of it first', opens: { afterSeconds: null, onPage: 2, onExit: false } };
    const { body } = await patch({ form });
    expect(storefrontSchema.parse(body).form).toEqual({ ...storefrontDefaults.form, ...form });
  });

  it('stay as they are where a part of the change is wrong', async () => {
    const before = await kept();
    const { status } = await patch({ privacy: { honourGpc: false }, traffic: { rawEventDays: 0 } });
    expect([status, await kept()]).toEqual([400, before]);
  });

  it.each([
    ['a session of a second', { traffic: { sessionIdleMs: 1_000 } }, 'traffic.sessionIdleMs'],
    ['an address that is a name', { traffic: { internalAddresses: ['office'] } }, 'traffic.internalAddresses.0'],
    [
      'an address past its end',
      { traffic: { internalAddresses: ['10.0.0.1', '10.0.0.999'] } },
      'traffic.internalAddresses.1',
    ],
    [
      'a network of more bits than there are',
      { traffic: { internalAddresses: ['10.0.0.0/33'] } },
      'traffic.internalAddresses.0',
    ],
    ['a host with a path', { traffic: { paymentHosts: ['https://pay.example/x'] } }, 'traffic.paymentHosts.0'],
    ['raw events for no day', { traffic: { rawEventDays: 0 } }, 'traffic.rawEventDays'],
    ['a consent that nobody knows', { privacy: { defaultConsent: 'everything' } }, 'privacy.defaultConsent'],
    [
      'a form without a selector',
      { capture: { forms: [{ form: ' ', consentBox: null, source: 'news' }] } },
      'capture.forms.0.form',
    ],
    [
      'a source with a space',
      { capture: { forms: [{ form: '#f', consentBox: null, source: 'news letter' }] } },
      'capture.forms.0.source',
    ],
    ['a form without a title', { form: { title: '' } }, 'form.title'],
    ['a path without its beginning', { form: { paths: ['blog'] } }, 'form.paths.0'],
    [
      'a form that opens after no time',
      { form: { opens: { afterSeconds: 0, onPage: null, onExit: true } } },
      'form.opens.afterSeconds',
    ],
    ['a field that is not there', { traffic: { idle: 1 } }, 'traffic'],
    ['a part that is not there', { scenarios: {} }, ''],
  ])('are told where and what is wrong: %s', async (_what, body, where) => {
    const answer = await patch(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request', problems: [{ path: where }] } });
  });
});

describe('a shop that was closed', () => {
  const view = () => ({
    shop: own.shop,
    visitor: 'visitor-closed',
    events: [{ id: `event-${crypto.randomUUID()}`, at: Date.now(), type: 'view', product: 'p1' }],
  });
  const post = () => exports.default.fetch(`${origin}/e`, { method: 'POST', body: JSON.stringify(view()) });
  const drops = async () => (await env.SHOP.getByName(own.shop).drops()).map(({ reason }) => reason);

  it('takes nothing and counts what came, until it is opened again', async () => {
    const before = Date.now();
    expect((await patch({ open: false })).body).toMatchObject({ standing: { open: false } });
    const refused = await post();
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'shop-closed', message: expect.stringContaining('Settings') });
    await vi.waitFor(async () => expect(await drops()).toContain('shop-closed'), { timeout: 4_000 });
    const { body } = await patch({ open: true });
    expect(storefrontSchema.parse(body).standing.since).toBeGreaterThanOrEqual(before);
    await vi.waitFor(async () => expect((await post()).status).toBe(202), { timeout: 20_000, interval: 500 });
  });

  it('keeps since when it is closed, though it is closed twice', async () => {
    const first = storefrontSchema.parse((await patch({ open: false })).body).standing;
    expect(storefrontSchema.parse((await patch({ open: false })).body).standing).toEqual(first);
  });
});

describe('the shop’s own people', () => {
  it.each(['203.0.113.7', '203.0.113.0/24', '2001:db8::1', '2001:db8::/32'])(
    'can be named by address and by network, and are not counted from then on: %s',
    async (network) => {
      expect((await patch({ traffic: { internalAddresses: [network] } })).status).toBe(200);
      const address = network.includes(':') ? '2001:db8::1' : '203.0.113.7';
      const response = await exports.default.fetch(`${origin}/e`, {
        method: 'POST',
        headers: { 'cf-connecting-ip': address },
        body: JSON.stringify({
          shop: own.shop,
          visitor: 'visitor-own',
          events: [{ id: 'event-own-1', at: Date.now(), type: 'view', product: 'p1' }],
        }),
      });
      expect(await response.json()).toMatchObject({ accepted: 0, dropped: 'internal' });
    },
  );
});
