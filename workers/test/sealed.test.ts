import { env } from 'cloudflare:workers';
import type { ShopId } from '@winback/domain';
import { describe, expect, it } from 'vitest';
import type { Env } from '../env.ts';
import { seal, unseal } from '../sealed.ts';

const place = { shop: 'my-shop' as ShopId, platform: 'shopify' } as const;

function under(secret: string, before?: string): Env {
  return { ...env, AUTH_SECRET: secret, ...(before ? { AUTH_SECRET_BEFORE: before } : {}) };
}

describe('a sealed text', () => {
  it('opens where it was sealed, and says nothing of itself', async () => {
    const sealed = await seal(env, place, 'shpss_a-secret');
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[A-Za-z0-9+/=]+$/);
    expect(sealed).not.toContain('shpss');
    expect(await unseal(env, place, sealed)).toEqual({ ok: true, value: 'shpss_a-secret' });
  });

  it('is never the same twice', async () => {
    expect(await seal(env, place, 'a-secret')).not.toBe(await seal(env, place, 'a-secret'));
  });

  it.each([
    ['another shop', { ...place, shop: 'other-shop' as ShopId }],
    ['another platform', { ...place, platform: 'woocommerce' } as const],
    ['a feed that calls itself so', { shop: 'my-shop' as ShopId, feedOrigin: 'shopify' }],
  ])('does not open in %s', async (_where, other) => {
    expect(await unseal(env, other, await seal(env, place, 'a-secret'))).toEqual({ ok: false, because: 'unreadable' });
  });

  it('does not open where a bit of it was changed', async () => {
    const sealed = await seal(env, place, 'a-secret');
    const [version, key, base64 = ''] = sealed.split('.');
    const bytes = atob(base64);
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = bytes.slice(0, at) + String.fromCharCode(bytes.charCodeAt(at) ^ 1) + bytes.slice(at + 1);
      expect((await unseal(env, place, `${version}.${key}.${btoa(changed)}`)).ok).toBe(false);
    }
  });

  it.each(['', 'v1', 'v1.00000000.', 'v2.00000000.AAAA', 'v1.00000000.!!!'])('does not open as «%s»', async (text) => {
    expect(await unseal(env, place, text)).toEqual({ ok: false, because: 'unreadable' });
  });

  it('still opens after AUTH_SECRET was changed, while the one before is known, and is sealed by the new one', async () => {
    const [old, young] = ['o'.repeat(40), 'y'.repeat(40)];
    const sealed = await seal(under(old), place, 'a-secret');
    expect(await unseal(under(young, old), place, sealed)).toEqual({ ok: true, value: 'a-secret' });
    expect((await unseal(under(young), place, sealed)).ok).toBe(false);
    expect((await unseal(under(young), place, await seal(under(young, old), place, 'a-secret'))).ok).toBe(true);
  });
});
