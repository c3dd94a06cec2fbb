import { env } from 'cloudflare:workers';
import { addMember, openD1, shopByLegacyId, shopOfKey } from '@winback/db';
import { keyAdoptedSchema, keyListSchema, keyMadeSchema } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, setUp, signIn } from './merchant.ts';
import { settingsOfShop, token } from './storefront.ts';

const brought = () => `${crypto.randomUUID()}`.replaceAll('-', '');
let own: Merchant;
let neighbour: Merchant;

beforeAll(async () => {
  await emptyD1();
  neighbour = await newMerchant({ name: 'Next door' });
});
beforeEach(async () => {
  own = await newMerchant();
});

async function keysOf(who: Pick<Merchant, 'shop' | 'cookie'>) {
  return keyListSchema.parse((await ask(who, '/keys')).body);
}

async function made(name = 'Till') {
  return keyMadeSchema.parse((await ask(own, '/keys', { method: 'POST', body: { name } })).body);
}

function adopt(who: Merchant, secret: string, name = 'Plugin') {
  return ask(who, '/keys/adopt', { method: 'POST', body: { name, secret } });
}

async function opens(secret: string): Promise<string | null> {
  return shopOfKey(openD1(env.DB), secret);
}

describe('a secret key', () => {
  it('opens the shop, and is told once: the list has its end only', async () => {
    const { key, secret } = await made();
    expect(await opens(secret)).toBe(own.shop);
    const list = await ask(own, '/keys');
    expect(keyListSchema.parse(list.body).keys).toMatchObject([
      { id: key.id, name: 'Till', hint: secret.slice(-4), revokedAt: null },
    ]);
    expect(JSON.stringify(list.body)).not.toContain(secret.slice(0, -4));
  });

  it('is kept nowhere in the database as it is', async () => {
    const { secret } = await made();
    const { results } = await env.DB.prepare('SELECT * FROM shop_keys').all();
    expect(results.length).toBeGreaterThan(0);
    expect(JSON.stringify(results)).not.toContain(secret);
  });

  it('that is replaced works on beside the new one, until it is revoked', async () => {
    const old = await made();
    const { status, body } = await ask(own, `/keys/${old.key.id}/rotate`, { method: 'POST' });
    const next = keyMadeSchema.parse(body);
    expect([status, next.key.name]).toEqual([200, 'Till']);
    expect([await opens(old.secret), await opens(next.secret)]).toEqual([own.shop, own.shop]);
    const revoked = await ask(own, `/keys/${old.key.id}/revoke`, { method: 'POST' });
    expect(revoked).toEqual({ status: 200, body: { revoked: true } });
    expect([await opens(old.secret), await opens(next.secret)]).toEqual([null, own.shop]);
  });

  it('cannot be revoked twice, nor replaced once it was revoked', async () => {
    const { key } = await made();
    await ask(own, `/keys/${key.id}/revoke`, { method: 'POST' });
    const again = await ask(own, `/keys/${key.id}/revoke`, { method: 'POST' });
    expect(again).toEqual({ status: 200, body: { revoked: false } });
    expect(await ask(own, `/keys/${key.id}/rotate`, { method: 'POST' })).toMatchObject({
      status: 409,
      body: { code: 'revoked' },
    });
  });

  it.each(['rotate', 'revoke'])('of a neighbour is not there: %s', async (act) => {
    const { key, secret } = await made();
    const answer = await ask(neighbour, `/keys/${key.id}/${act}`, { method: 'POST' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-key' } });
    expect(await opens(secret)).toBe(own.shop);
    expect((await keysOf(own)).keys).toHaveLength(1);
  });

  it.each([
    ['no name', { name: ' ' }, 'name'],
    ['a name as long as a letter', { name: 'x'.repeat(61) }, 'name'],
    ['a secret of the caller’s choice', { name: 'Till', secret: brought() }, ''],
  ])('is not made of %s', async (_what, body, path) => {
    const answer = await ask(own, '/keys', { method: 'POST', body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request', problems: [{ path }] } });
    expect((await keysOf(own)).keys).toEqual([]);
  });

  it('has at most nineteen beside it', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1)
      statuses.push((await ask(own, '/keys', { method: 'POST', body: { name: `Key ${n}` } })).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 409]);
    expect((await adopt(own, brought())).body).toMatchObject({ code: 'too-many-keys' });
    const [first] = (await keysOf(own)).keys;
    expect((await ask(own, `/keys/${first?.id}/rotate`, { method: 'POST' })).body).toMatchObject({
      code: 'too-many-keys',
    });
    await ask(own, `/keys/${first?.id}/revoke`, { method: 'POST' });
    expect((await ask(own, '/keys', { method: 'POST', body: { name: 'One more' } })).status).toBe(200);
  });
});

describe('a secret that was brought along', () => {
  it('opens the shop from then on, and is told back by its end only', async () => {
    const secret = brought();
    const { status, body } = await adopt(own, secret);
    expect([status, keyAdoptedSchema.parse(body).key.hint]).toEqual([200, secret.slice(-4)]);
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(await opens(secret)).toBe(own.shop);
  });

  it('belongs to the first who brings it, also after it was revoked', async () => {
    const secret = brought();
    const { key } = keyAdoptedSchema.parse((await adopt(own, secret)).body);
    for (const who of [neighbour, own])
      expect(await adopt(who, secret)).toMatchObject({ status: 409, body: { code: 'taken' } });
    await ask(own, `/keys/${key.id}/revoke`, { method: 'POST' });
    expect((await adopt(neighbour, secret)).status).toBe(409);
    expect(await opens(secret)).toBeNull();
  });

  it.each([
    ['19 characters', 'a1b2c3d4e5f6a7b8c9d'],
    ['129 characters', `${'a1b2c3d4'.repeat(16)}x`],
    ['one character many times', 'a'.repeat(32)],
    ['a space', 'a1b2c3d4e5f6 a7b8c9d0e1f2a3'],
    ['a line break', 'a1b2c3d4e5f6\na7b8c9d0e1f2a3'],
    ['letters that are not ASCII', 'пароль-пароль-пароль-1234'],
  ])('is not taken with %s', async (_what, secret) => {
    const { status, body } = await adopt(own, secret);
    expect([status, body]).toMatchObject([400, { problems: [{ path: 'secret' }] }]);
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(await opens(secret)).toBeNull();
  });
});

describe('the id at PersonaClick', () => {
  it('is the shop’s own from the start, and can be the one that it had', async () => {
    const { legacyId } = await keysOf(own);
    expect(legacyId).toMatch(/^[0-9a-f]{30}$/);
    const before = brought().slice(0, 30).toUpperCase();
    const { status, body } = await ask(own, '/keys/legacy', { method: 'PATCH', body: { legacyId: before } });
    expect([status, body]).toEqual([200, { legacyId: before.toLowerCase() }]);
    expect((await keysOf(own)).legacyId).toBe(before.toLowerCase());
    const db = openD1(env.DB);
    expect([await shopByLegacyId(db, before.toLowerCase()), await shopByLegacyId(db, legacyId)]).toEqual([
      own.shop,
      null,
    ]);
  });

  it('cannot be a neighbour’s', async () => {
    const theirs = (await keysOf(neighbour)).legacyId;
    const answer = await ask(own, '/keys/legacy', { method: 'PATCH', body: { legacyId: theirs } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'taken' } });
    expect(await shopByLegacyId(openD1(env.DB), theirs)).toBe(neighbour.shop);
  });

  it.each(['', 'abc', 'g'.repeat(30), 'a'.repeat(31)])('is not “%s”', async (legacyId) => {
    const answer = await ask(own, '/keys/legacy', { method: 'PATCH', body: { legacyId } });
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ path: 'legacyId' }] } });
  });
});

describe('a viewer', () => {
  it('sees that there are keys and nothing of their secrets', async () => {
    const { secret } = await made();
    const email = `viewer-${token()}@shop.example`;
    await setUp(`shop-${token()}`, email, settingsOfShop());
    const user = await env.DB.prepare('SELECT id FROM user WHERE email = ?').bind(email).first<{ id: string }>();
    await addMember(openD1(env.DB), own.shop, String(user?.id), 'viewer', Date.now());
    const viewer = { shop: own.shop, cookie: (await signIn(email)).cookie };
    const seen = await keysOf(viewer);
    expect(seen.keys).toMatchObject([{ name: 'Till', hint: null }]);
    expect(JSON.stringify(seen)).not.toContain(secret.slice(-4));
  });
});
