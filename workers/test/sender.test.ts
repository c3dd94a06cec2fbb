import { env, exports } from 'cloudflare:workers';
import { listProducts, openD1, senderOf, shopById } from '@winback/db';
import type { SenderState } from '@winback/domain';
import { feedGuards, providerTraits, senderStateSchema, senderVerifiedSchema } from '@winback/domain';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../../packages/mail/test/vendor-keys.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin } from './merchant.ts';
import { minute, token } from './storefront.ts';

let own: Merchant;
const postmark = { kind: 'postmark', serverToken: keys.postmark };

beforeAll(async () => {
  await emptyD1();
});
beforeEach(async () => {
  own = await newMerchant();
});

async function state(): Promise<SenderState> {
  return senderStateSchema.parse((await ask(own, '/settings/sender')).body);
}
function put(body: unknown) {
  return ask(own, '/settings/provider', { method: 'PUT', body });
}
function patch(body: unknown) {
  return ask(own, '/settings/sender', { method: 'PATCH', body });
}
async function verify() {
  return senderVerifiedSchema.parse((await ask(own, '/settings/provider/verify', { method: 'POST' })).body);
}
async function mode(
  domain: string,
  how: string,
): Promise<{ taken: { vendor: string; letter: string; to: string }[]; asked: number }> {
  const url = `http://${env.OUTSIDE_HOST}/vendors?domain=${domain}&mode=${how}`;
  return (await fetch(url, { method: 'POST' })).json();
}

describe('the sender of a shop', () => {
  it('is the operator’s server and the address that the operator set up, and may send at once', async () => {
    const first = await state();
    expect(first).toMatchObject({
      provider: { kind: 'operator', marketing: true },
      verified: { yes: true },
      you: own.email,
    });
  });

  it('changes in the fields that are named', async () => {
    const { body } = await patch({ name: 'Fern', replyTo: 'help@shop.example' });
    expect(body).toMatchObject({
      sender: { name: 'Fern', replyTo: 'help@shop.example', address: 'letters@shop.example' },
    });
    expect((await shopById(openD1(env.DB), own.shop))?.settings.sender).toMatchObject({
      name: 'Fern',
      postalAddress: 'Weg 1, 10115 Berlin',
    });
  });

  it.each(['shop@gmail.com', 'Shop@MAIL.RU', 'shop@web.de'])(
    'is not %s: mailbox providers refuse that',
    async (address) => {
      const { status, body } = await patch({ address });
      expect(status).toBe(400);
      expect(body).toMatchObject({
        problems: [{ path: 'address', message: expect.stringContaining('your shop’s own domain') }],
      });
    },
  );

  it('that is somebody else’s domain has to be shown to be the shop’s, and no scenario is switched on before', async () => {
    await patch({ address: 'letters@other.example' });
    expect((await state()).verified).toMatchObject({ yes: false, why: expect.stringContaining('not verified') });
    const { taken, words } = await verify();
    expect([taken, words]).toEqual([
      false,
      expect.stringMatching(/_winback\.other\.example with winback=[0-9a-f]{24}/),
    ]);
    const refusal = await ask(own, '/scenarios/abandoned_cart', { method: 'PATCH', body: { on: true } });
    const before = await ask(own, '/scenarios/abandoned_cart', { method: 'PATCH', body: { on: false } });
    expect([before.status, refusal.status]).toEqual([200, 200]); // it was on already
    const again = await ask(own, '/scenarios/abandoned_cart', { method: 'PATCH', body: { on: true } });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'blocked', message: expect.stringContaining('verified') },
    });
    await patch({ address: 'letters@shop.example' });
    expect((await state()).verified.yes).toBe(true);
  });

  it('with its domain’s record in the DNS is verified by a letter through the operator’s server', async () => {
    await patch({ address: 'letters@proven.example' });
    const { body } = await ask<{ records: { what: string; name: string; wanted: string }[] }>(
      own,
      '/settings/sender/domain',
    );
    const proof = body.records.find(({ what }) => what === 'proof');
    await fetch(
      `http://${env.ODD_HOST}/dns-record?name=${proof?.name}&type=TXT&data=${encodeURIComponent(`"${proof?.wanted}"`)}`,
    );
    const { taken, state: after } = await verify();
    expect([taken, after.verified.yes]).toEqual([true, true]);
    const mails = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(own.email)}`);
    expect(await mails.text()).toContain('letters@proven.example');
  });
});

describe('a shop’s own provider', () => {
  it('is stored with its key sealed, and the key is shown to nobody', async () => {
    const { status, body } = await put(postmark);
    expect([status, JSON.stringify(body).includes(keys.postmark)]).toEqual([200, false]);
    expect(body).toMatchObject({
      provider: { kind: 'postmark', config: { messageStream: 'broadcast' }, state: 'ready' },
      verified: { yes: false },
    });
    const row = await senderOf(openD1(env.DB), own.shop);
    expect(row?.sealed).toMatch(/^v1\./);
    expect(JSON.stringify(await env.DB.prepare('SELECT * FROM senders').all())).not.toContain(keys.postmark);
    const { taken, state: after } = await verify();
    expect([taken, after.verified.yes]).toEqual([true, true]);
    expect(
      (await mode('shop.example', 'take')).taken.some(({ to, vendor }) => to === own.email && vendor === 'postmark'),
    ).toBe(true);
  });

  it('keeps a key that is left out, and never says a password to another server', async () => {
    await put({ ...postmark, messageStream: 'outbound' });
    expect((await put({ kind: 'postmark', messageStream: 'broadcast' })).status).toBe(200);
    expect((await verify()).taken).toBe(true);
    const smtp = { kind: 'smtp', port: 465, tls: 'always', user: 'u' };
    expect((await put({ ...smtp, host: 'smtp.one.example', password: 'a-secret' })).status).toBe(200);
    const row = await senderOf(openD1(env.DB), own.shop);
    expect((await put({ ...smtp, host: 'smtp.two.example' })).status).toBe(200);
    const after = await senderOf(openD1(env.DB), own.shop);
    expect([after?.sealed === row?.sealed, (await state()).verified.yes]).toEqual([false, false]);
  });

  it('says what a wrong key is, in the provider’s words', async () => {
    await put({ kind: 'postmark', serverToken: 'wrong-token' });
    const { taken, words } = await verify();
    expect([taken, words]).toEqual([false, expect.stringContaining('Server Token')]);
  });

  it.each([
    ['nobody’s name', { kind: 'pigeon' }, 'kind'],
    ['a key with a space', { kind: 'resend', apiKey: 're_ x' }, 'apiKey'],
    ['no key', { kind: 'brevo' }, 'apiKey'],
    ['a field of another', { kind: 'resend', apiKey: 're_12345678', region: 'eu' }, ''],
    ['a server inside', { kind: 'smtp', host: '10.0.0.7', port: 465, tls: 'always' }, 'host'],
    ['a server that leads inside', { kind: 'smtp', host: 'inside.example', port: 465, tls: 'always' }, 'host'],
    ['a port of something else', { kind: 'smtp', host: 'public.example', port: 22, tls: 'always' }, 'host'],
    ['no key in PEM', { kind: 'smtp', host: 'public.example', port: 465, tls: 'always', dkimKey: 'abc' }, 'dkimKey'],
  ])('is not taken with %s', async (_what, body, path) => {
    expect(await put(body)).toMatchObject({ status: 400, body: { problems: [{ path }] } });
  });

  it('that takes no letters that sell gets service mail only', async () => {
    const { body } = await put({ kind: 'cloudflare', accountId: keys.account, apiToken: keys.cloudflare });
    expect(body).toMatchObject({ provider: { kind: 'cloudflare', marketing: false } });
    expect(providerTraits.cloudflare.marketing).toBe(false);
    expect((await verify()).taken).toBe(true);
  });

  it('goes again, and the operator’s server sends as before', async () => {
    await put(postmark);
    const { body } = await ask(own, '/settings/provider', { method: 'DELETE' });
    expect(body).toMatchObject({ provider: { kind: 'operator' }, verified: { yes: true } });
    expect((await senderOf(openD1(env.DB), own.shop))?.sealed).toBe('');
  });

  it('can begin slowly, with a domain that nobody knows', async () => {
    await put(postmark);
    const { body } = await patch({ warmUp: 'begin' });
    expect(body).toMatchObject({ limit: { warmUp: { day: 0, today: 50 } } });
    expect((await patch({ warmUp: 'end' })).body).toMatchObject({ limit: null });
  });

  it('is changed by no viewer and by nobody of another shop', async () => {
    const other = await newMerchant();
    const answer = await ask({ shop: own.shop, cookie: other.cookie }, '/settings/provider', {
      method: 'PUT',
      body: postmark,
    });
    expect(answer.status).toBe(404);
  });
});

describe('the records of a domain', () => {
  it('are looked up, each with what is to be done', async () => {
    await put({ kind: 'mailgun', apiKey: keys.mailgun, domain: keys.domain });
    const record = (name: string, data: string) =>
      fetch(`http://${env.ODD_HOST}/dns-record?name=${name}&type=TXT&data=${encodeURIComponent(data)}`);
    await record('shop.example', '"v=spf1 include:_spf.google.com ~all"');
    await record('_dmarc.shop.example', '"v=DMARC1; " "p=none"');
    const { body } = await ask<{ domain: string; records: Record<string, unknown>[] }>(own, '/settings/sender/domain');
    expect(body.domain).toBe('shop.example');
    const by = Object.fromEntries(body.records.map((one) => [String(one['what']), one]));
    expect(by['spf']).toMatchObject({ state: 'wrong', wanted: 'v=spf1 include:mailgun.org ~all' });
    expect(by['dmarc']).toMatchObject({ state: 'good', found: ['v=DMARC1; p=none'] });
  });
});

describe('the logo', () => {
  const png = Uint8Array.from(
    atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
    (sign) => sign.charCodeAt(0),
  );
  const send = (body: Uint8Array | string, type = 'image/png') =>
    exports.default.fetch(`${origin}/api/shops/${own.shop}/settings/logo`, {
      method: 'PUT',
      headers: { cookie: own.cookie, origin, 'content-type': type },
      body,
    });

  it('is kept, shown to everybody as a picture and nothing else, and can go', async () => {
    const { logoUrl } = await (await send(png)).json<{ logoUrl: string }>();
    expect(logoUrl).toMatch(/^https:\/\/winback\.test\/logo\/[\w-]+\/[0-9a-f]{24}\.png$/);
    const shown = await exports.default.fetch(logoUrl);
    expect([shown.status, shown.headers.get('content-type'), shown.headers.get('x-content-type-options')]).toEqual([
      200,
      'image/png',
      'nosniff',
    ]);
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
    expect((await state()).logoUrl).toBe(logoUrl);
    expect((await ask(own, '/settings/logo', { method: 'DELETE' })).body).toEqual({ logoUrl: null });
  });

  it.each([
    [
      'a drawing with a script',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      'image/svg+xml',
      415,
    ],
    ['a drawing that calls itself PNG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/png', 415],
    ['a page', '<html>', 'text/html', 415],
    ['a file too large', 'x'.repeat(300_001), 'image/png', 413],
  ])('is not %s', async (_what, body, type, status) => {
    expect((await send(body, type)).status).toBe(status);
  });
});

it('a scenario can be switched on by a new shop whose feed was read: the operator vouches for its sender', async () => {
  const feed = { url: `http://${env.OUTSIDE_HOST}/feed.yml?${token()}`, everyMs: 60 * minute, guards: feedGuards };
  own = await newMerchant({ feed });
  const imported = async () => expect((await listProducts(openD1(env.DB), own.shop, { limit: 9 })).total).toBe(3);
  await vi.waitFor(imported, { timeout: 10_000, interval: 100 });
  const answer = await ask(own, '/scenarios/abandoned_search', { method: 'PATCH', body: { on: true } });
  expect(answer).toMatchObject({ status: 200, body: { settings: { on: true } } });
});
