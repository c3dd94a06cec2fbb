import { env } from 'cloudflare:workers';
import type { ShopId } from '@winback/domain';
import fc from 'fast-check';
import { HTTPException } from 'hono/http-exception';
import { describe, expect, it } from 'vitest';
import { nested } from '../ingest/personaclick/brackets.ts';
import { chanceSigns, isIssued, newDid, reissued } from '../ingest/personaclick/did.ts';
import { flagIn, listIn, paramsOf, unwrapped } from '../ingest/personaclick/params.ts';
import { additionWindowMs, idsWithin, windowMs } from '../ingest/personaclick/repetition.ts';
import { token } from './storefront.ts';

const limit = 65_536;

function form(body: string, contentType = 'application/x-www-form-urlencoded'): Request {
  return new Request('https://winback.test/push', { method: 'POST', headers: { 'content-type': contentType }, body });
}

async function refusal(request: Request): Promise<number> {
  const error = await paramsOf(request, limit).catch((thrown: unknown) => thrown);
  return error instanceof HTTPException ? error.status : 0;
}

describe('names with brackets', () => {
  it.each([
    ['items[0][id]=1&items[0][price]=2&items[1][id]=3', { items: [{ id: '1', price: '2' }, { id: '3' }] }],
    ['items[][id]=1&items[][price]=2&items[][id]=3', { items: [{ id: '1', price: '2' }, { id: '3' }] }],
    ['items[][id]=1', { items: [{ id: '1' }] }],
    ['cart_item_id[]=1&cart_item_id[]=2', { cart_item_id: ['1', '2'] }],
    ['cart_item_id[0]=1&cart_item_id[1]=2', { cart_item_id: ['1', '2'] }],
    ['attributes[email]=a%40b.co&attributes[id]=5', { attributes: { email: 'a@b.co', id: '5' } }],
    ['filters[color][0]=red&filters[color][1]=blue', { filters: { color: ['red', 'blue'] } }],
    ['a=1&a=2', { a: '2' }],
    ['a[=1&]b=2&c]=3&[d]=4', { 'a[': '1', ']b': '2', 'c]': '3', '[d]': '4' }],
    ['a=1&a[b]=2', { a: { b: '2' } }],
  ])('%s', (text, value) => {
    expect(nested(new URLSearchParams(text))).toEqual(value);
  });

  it.each([
    '__proto__[polluted]=1',
    'a[__proto__][polluted]=1',
    'constructor[prototype][polluted]=1',
    'a[constructor]=1',
  ])('%s reaches no prototype', (text) => {
    expect(JSON.stringify(nested(new URLSearchParams(text)))).not.toContain('polluted');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('of any form are read, or refused, and reach no prototype', () => {
    const part = fc.constantFrom(
      'a',
      'id',
      '0',
      '7',
      '',
      '__proto__',
      'constructor',
      'toString',
      '[',
      ']',
      '[]',
      '[0]',
      '[x]',
    );
    const name = fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 20 }), (pairs) => {
        const read = nested(pairs);
        expect(read === null || typeof read === 'object').toBe(true);
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
        expect(typeof {}.toString).toBe('function');
      }),
    );
  });

  it('keep the places of a list, unless its gaps are wide', () => {
    expect(nested(new URLSearchParams('amount[1]=2&amount[3]=4'))).toEqual({
      amount: [undefined, '2', undefined, '4'],
    });
    expect(nested(new URLSearchParams('items[90000]=a&items[5]=b'))).toEqual({ items: ['b', 'a'] });
  });

  it('are read in time that grows as their number does', () => {
    const pairs = Array.from({ length: 60_000 }, () => ['items[][id]', '1'] as const);
    // Where it grew as the square, this would take minutes and end by its time limit.
    expect(nested(pairs)).toMatchObject({ items: { length: 60_000 } });
  });

  it('nested without end are refused', async () => {
    expect(await refusal(form(`a${'[b]'.repeat(30)}=1`))).toBe(400);
  });
});

describe('a body', () => {
  it('of JSON is read by how it begins, whatever it is called', async () => {
    expect(await paramsOf(form('{"event":"view","items":[{"id":37}]}'), limit)).toEqual({
      event: 'view',
      items: [{ id: 37 }],
    });
    expect(await paramsOf(form(' {"a":1}', 'text/plain'), limit)).toEqual({ a: 1 });
  });

  it('counts before the address', async () => {
    const request = new Request('https://winback.test/push?a=1&b=1', { method: 'POST', body: '{"a":2}' });
    expect(await paramsOf(request, limit)).toEqual({ a: 2, b: '1' });
  });

  it('in parts is read without its files', async () => {
    const body = new FormData();
    body.set('variables[KEY]', 'v');
    body.set('file', new Blob(['x']), 'x.txt');
    const request = new Request('https://winback.test/push', { method: 'POST', body });
    expect(await paramsOf(request, limit)).toEqual({ variables: { KEY: 'v' } });
  });

  it.each([
    ['broken', '{"a":', 400],
    ['a list', '[1,2]', 400],
    ['nested without end', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
    ['too large', `{"a":"${'x'.repeat(limit)}"}`, 413],
  ])('that is %s is refused', async (_what, body, status) => {
    expect(await refusal(form(body))).toBe(status);
  });

  it('does not reach prototypes', async () => {
    const read = await paramsOf(
      form('{"a":{"__proto__":{"polluted":1},"b":1},"\\u005f_proto__":{"polluted":1}}'),
      limit,
    );
    expect(read).toEqual({ a: { b: 1 } });
    expect(Reflect.get({ ...read }, 'polluted')).toBeUndefined();
  });
});

describe('the address of a GET', () => {
  const address = 'https://winback.test/profile?email=a%2540b.co&category=men%252Fshoes&name=50%25&space=a%20b';
  it('is decoded once more for the React Native SDK', async () => {
    const request = new Request(address, { headers: { 'user-agent': 'ReactNative Android SDK v4.0.18' } });
    expect(await paramsOf(request, limit)).toEqual({
      email: 'a@b.co',
      category: 'men/shoes',
      name: '50%',
      space: 'a b',
    });
  });

  it('is decoded once for everybody else', async () => {
    const request = new Request(address, { headers: { 'user-agent': 'Mozilla/5.0' } });
    expect(await paramsOf(request, limit)).toMatchObject({ email: 'a%40b.co', category: 'men%2Fshoes' });
  });
});

it.each([
  ['true', true],
  ['1', true],
  [1, true],
  ['yes', true],
  [true, true],
  ['false', false],
  ['0', false],
  [0, false],
  ['no', false],
  [false, false],
  ['', null],
  [undefined, null],
  [null, null],
])('the flag %j is %s', (said, flag) => {
  expect(flagIn({ said }, 'said')).toBe(flag);
});

it.each([
  ['1, 2,3', ['1', '2', '3']],
  [
    ['1', 2],
    ['1', '2'],
  ],
  [37, ['37']],
  ['', []],
  [[], []],
  [undefined, null],
  [null, null],
])('the list %j is %j', (said, list) => {
  expect(listIn({ said }, 'said')).toEqual(list);
});

it.each([
  ['[{"gender":"m"}]', [{ gender: 'm' }]],
  ['{"a":1}', { a: 1 }],
  ['[broken', '[broken'],
  ['text', 'text'],
  [5, 5],
])('the value %j says %j', (value, said) => {
  expect(unwrapped(value)).toEqual(said);
});

describe('a did', () => {
  const shop = 'shop-of-dids' as ShopId;

  it('is ten letters and digits that carry their own proof', async () => {
    const did = await newDid(env, shop);
    expect(did).toMatch(/^[A-Za-z0-9]{10}$/);
    expect(await isIssued(env, shop, did)).toBe(true);
  });

  it('that was mistyped or made up was not issued, but for one in 3,844', async () => {
    const tries = await Promise.all(Array.from({ length: 300 }, () => isIssued(env, shop, chanceSigns(10))));
    expect(tries.filter(Boolean).length).toBeLessThan(5);
    expect(await isIssued(env, shop, '0000000000')).toBe(false);
  });

  it('of another system gets one of ours, always the same', async () => {
    const one = await reissued(env, shop, 'BPJMmiT3jx');
    expect(await reissued(env, shop, 'BPJMmiT3jx')).toBe(one);
    expect(await reissued(env, shop, 'BPJMmiT3jy')).not.toBe(one);
    expect(await isIssued(env, shop, one)).toBe(true);
  });

  it('is even chance in every place', () => {
    const text = chanceSigns(62 * 200);
    const counts = new Map<string, number>();
    for (const sign of text) counts.set(sign, 1 + (counts.get(sign) ?? 0));
    expect(counts.size).toBe(62);
    expect(Math.max(...counts.values())).toBeLessThan(300);
    expect(Math.min(...counts.values())).toBeGreaterThan(110);
  });
});

describe('what is said again', () => {
  const now = Date.now();

  it('within the window is the same event, wherever the grid has its borders', () => {
    for (let at = 0; at < windowMs; at += 1_900) {
      const words = token();
      const first = idsWithin(words, windowMs, now + at).id;
      expect(idsWithin(words, windowMs, now + at + windowMs - 1).id).toBe(first);
    }
  });

  it('later is another event', () => {
    for (let at = 0; at < windowMs; at += 1_900) {
      const words = token();
      const first = idsWithin(words, windowMs, now + at).id;
      expect(idsWithin(words, windowMs, now + at + windowMs).id).not.toBe(first);
    }
  });

  it('of a cart is news after five seconds', () => {
    const words = token();
    const first = idsWithin(words, additionWindowMs, now).id;
    expect(idsWithin(words, additionWindowMs, now + 4_900).id).toBe(first);
    expect(idsWithin(words, additionWindowMs, now + 5_000).id).not.toBe(first);
  });
});
