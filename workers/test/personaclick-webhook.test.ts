import { env } from 'cloudflare:workers';
import { listParked } from '@winback/db';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { databaseOf } from '../env.ts';
import { emptyD1 } from './database.ts';
import type { Plugin } from './plugin.ts';
import { newPlugin, wire } from './plugin.ts';
import { brings } from './queue.ts';
import { token } from './storefront.ts';

let plugin: Plugin;
let name = '';
beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  plugin = await newPlugin();
  name = token();
});

const at = (hook: string) => `http://${env['OUTSIDE_HOST']}/hook/${hook}`;
const told = async (hook: string) =>
  ((await (await fetch(at(hook))).json()) as string[]).map((text) => JSON.parse(text) as unknown);
const import_ = (path: string, said: object, hook = name) =>
  wire('POST', path, { ...plugin.keys, ...said, webhook: at(hook) });
const waits = { timeout: 10_000, interval: 100 };

describe('the webhook of an import', () => {
  it.each<[string, object, object]>([
    ['/import/orders', { orders: [{ id: '1', status: 1 }, { id: '' }] }, { accepted: 1, refused_total: 1 }],
    ['/import/sync_orders', { orders: { id: '1', status: 1 } }, { accepted: 1 }],
    ['/import/audience', { audience: [{ id: '5', email: 'ann@mail.example' }] }, { accepted: 1 }],
    ['/import/suppressed', { audience: [{ email: 'ann@mail.example' }] }, { accepted: 1 }],
    ['/import/disable', { item_ids: '1,2' }, { accepted: 2 }],
    ['/import/categories', { categories: [{ id: '1', name: 'Tents' }] }, { accepted: 1 }],
  ])('hears of %s when it is done', async (path, said, counts) => {
    expect((await import_(path, said)).status).toBeLessThan(300);
    await vi.waitFor(async () => expect(await told(name)).toMatchObject([{ status: 'success', ...counts }]), waits);
  });

  it('hears why nothing was taken, be it every item or the call', async () => {
    await wire('PUT', '/import/products', { ...plugin.keys, items: [{ id: '1', name: 'Tent' }], webhook: at(name) });
    await vi.waitFor(
      async () =>
        expect(await told(name)).toMatchObject([
          { status: 'error', message: expect.stringContaining('item 0'), accepted: 0 },
        ]),
      waits,
    );
    expect(await import_('/import/audience', {}, `${name}-2`)).toMatchObject({ status: 422 });
    await vi.waitFor(
      async () => expect(await told(`${name}-2`)).toEqual([{ status: 'error', message: 'audience is not specified' }]),
      waits,
    );
  });

  it('is called again until it answers', { timeout: 20_000 }, async () => {
    await import_('/import/audience', { audience: [{ email: 'ann@mail.example' }] }, `later-${name}`);
    await vi.waitFor(async () => expect(await told(`later-${name}`)).toHaveLength(1), {
      timeout: 15_000,
      interval: 200,
    });
  });

  it('is never called inside, and is parked where the merchant sees it', async () => {
    const job = { kind: 'call-webhook', shop: plugin.shop, call: name, url: 'http://10.0.0.1/hook', body: '{}' };
    const { retryMessages } = await brings('winback-jobs', [job]);
    expect(retryMessages).toHaveLength(1);
    await brings('winback-jobs-dead', [job]);
    expect(await listParked(databaseOf(env), plugin.shop)).toMatchObject([
      { kind: 'call-webhook', subject: 'the webhook of an import at 10.0.0.1' },
    ]);
  });

  it('is not called for somebody without the shop’s secret, nor where it is no address; the import goes on', async () => {
    const shop_secret = 'wrong-wrong-wrong';
    expect(await import_('/import/audience', { shop_secret, audience: [] })).toMatchObject({ status: 403 });
    const people = { ...plugin.keys, audience: [{ email: 'ann@mail.example' }], webhook: 'ftp://shop.example' };
    expect(await wire('POST', '/import/audience', people)).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(await told(name)).toEqual([]);
  });
});
