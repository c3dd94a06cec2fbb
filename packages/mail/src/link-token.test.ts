import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenPayload } from './index.ts';
import { readToken, signToken } from './index.ts';

const secret = 'a secret of more than thirty-two characters';
const payload: TokenPayload = {
  kind: 'click',
  shop: 'demo',
  letter: 'abc',
  url: 'https://shop.example/ü?q=1',
  expiresAt: 2_000,
};

describe('a signed link', () => {
  it('is read back whole until it expires', async () => {
    const token = await signToken(secret, payload);
    expect(token).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    expect(await readToken(secret, token, 1_999)).toEqual({ ok: true, value: payload });
    expect(await readToken(secret, token, 2_001)).toEqual({ ok: false, because: 'expired' });
  });

  it('opens with no other secret', async () => {
    const token = await signToken('another secret of thirty-two characters', payload);
    expect(await readToken(secret, token, 1)).toEqual({ ok: false, because: 'forged' });
  });

  it('is worth nothing once a single character is changed', async () => {
    const token = await signToken(secret, payload);
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'ABCxyz019-_.~ é'), async (at, sign) => {
        const edited = token.slice(0, at) + sign + token.slice(at + 1);
        const read = await readToken(secret, edited, 1);
        // The last character of base64 carries bits that say nothing: the same bytes may be written twice.
        expect(read.ok ? read.value : payload).toEqual(payload);
        if (edited !== token && at < token.indexOf('.')) expect(read.ok).toBe(false);
      }),
    );
  });

  it('refuses any text at all without throwing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        const read = await readToken(secret, text, 1);
        expect(read.ok).toBe(false);
      }),
    );
  });
});
