import type { ProviderKind, ProviderSettings } from '@winback/domain';
import { providerSettingsSchema, providerTraits } from '@winback/domain';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingMessage, SendOutcome } from '../src/index.ts';
import { letterMessage, openProvider } from '../src/index.ts';
import { keys } from './vendor-keys.ts';
import type { Vendor } from './vendor-rules.ts';
import { vendors as all } from './vendor-rules.ts';
import type { Behaviour, Vendors } from './vendors.ts';
import { openVendors } from './vendors.ts';

const settings: Record<Vendor, ProviderSettings> = {
  ses: parsed({ kind: 'ses', ...keys.ses, configurationSet: 'winback' }),
  postmark: parsed({ kind: 'postmark', serverToken: keys.postmark }),
  resend: parsed({ kind: 'resend', apiKey: keys.resend }),
  sendgrid: parsed({ kind: 'sendgrid', apiKey: keys.sendgrid }),
  mailgun: parsed({ kind: 'mailgun', apiKey: keys.mailgun, domain: keys.domain }),
  brevo: parsed({ kind: 'brevo', apiKey: keys.brevo }),
  mandrill: parsed({ kind: 'mandrill', apiKey: keys.mandrill }),
  cloudflare: parsed({ kind: 'cloudflare', accountId: keys.account, apiToken: keys.cloudflare }),
};
const wrongKey = { apiKey: 'wrong-key', serverToken: 'wrong-key', secretAccessKey: 'wrong-key', apiToken: 'wrong-key' };
const idempotent: Vendor[] = ['resend', 'brevo'];
let vendors: Vendors;

beforeAll(async () => {
  vendors = await openVendors();
});
afterAll(() => vendors.close());
beforeEach(() => {
  vendors.taken.length = 0;
  vendors.behave = () => 'take';
});

function parsed(input: unknown): ProviderSettings {
  return providerSettingsSchema.parse(input);
}

function opened(vendor: Vendor, more: Partial<Record<string, string>> = {}, origin = vendors.origin) {
  const own = Object.fromEntries(Object.entries(more).filter(([field]) => field in settings[vendor]));
  const deps = { fetch, origin: `${origin}/${vendor}`, patienceMs: 400, sleep: () => Promise.resolve() };
  return openProvider(parsed({ ...settings[vendor], ...own }), deps);
}

let letters = 0;
function message(more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  letters += 1;
  const made = letterMessage({
    letter: `letter${letters}`,
    shop: 'demo',
    scenario: 'abandoned_cart',
    sender: { name: 'Fjell & "Fern"', address: 'letters@shop.example', replyTo: 'help@shop.example' },
    to: { name: 'Änn,\r\nBcc: ben@mail.example', address: 'ann@mail.example' },
    unsubscribeUrl: 'https://w.example/u/token',
    subject: 'Ваша корзина',
    html: '<p>ü</p>',
    text: 'ü',
  });
  return { ...made, ...more };
}

function says(vendor: Vendor, behaviour: Behaviour, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  vendors.behave = (of) => {
    left -= 1;
    return of.vendor === vendor && left >= 0 ? behaviour : 'take';
  };
}

describe.each(all)('%s', (vendor) => {
  it('takes a letter with its own words, our headers and the letter’s id for the way back', async () => {
    const sent = message();
    expect(await opened(vendor).send(sent)).toMatchObject({ kind: 'accepted' });
    expect(vendors.taken).toMatchObject([{ vendor, letter: sent.letter, to: 'ann@mail.example' }]);
    const said = vendor === 'ses' ? String(vendors.taken[0]?.said) : JSON.stringify(vendors.taken[0]?.said);
    expect(said).toContain('List-Unsubscribe=One-Click');
    expect(said).toContain('<https://w.example/u/token>');
    expect(said).toContain('auto-generated');
    expect(said).toContain('help@shop.example');
    if (providerTraits[vendor].keepsMessageId) expect(said).toContain(`<${sent.letter}@shop.example>`);
  });

  it('takes no header and no address out of a name', async () => {
    await opened(vendor).send(message());
    const { said } = vendors.taken[0] ?? {};
    const text = vendor === 'ses' ? String(said) : JSON.stringify(said);
    expect(text).not.toMatch(/[\r\n]Bcc:|\\nBcc:/);
    if (vendor !== 'ses') return;
    const mail = await PostalMime.parse(text);
    expect([mail.bcc ?? [], mail.subject, mail.to]).toEqual([
      [],
      'Ваша корзина',
      [{ name: 'Änn, Bcc: ben@mail.example', address: 'ann@mail.example' }],
    ]);
  });

  it('says of a wrong key that it refuses us, and not the letter', async () => {
    expect((await opened(vendor, wrongKey).send(message())).kind).toBe('rejected-credentials');
    expect(vendors.taken).toEqual([]);
  });

  it('puts off what comes too fast, until it says', async () => {
    says(vendor, { status: 429, headers: { 'retry-after': '7' }, body: { message: 'Too many requests' } });
    expect(await opened(vendor).send(message())).toMatchObject({ kind: 'later', afterMs: 7_000 });
    expect(vendors.taken).toEqual([]);
  });

  it.each([
    ['is not there (Cloudflare’s 521)', { status: 521, body: 'web server is down' }, 'unreachable'],
    ['is closed for maintenance (503)', { status: 503, body: 'maintenance' }, 'unreachable'],
    [
      'leads elsewhere (302)',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      'rejected-credentials',
    ],
  ] satisfies [string, Behaviour, SendOutcome['kind']][])(
    'that %s was certainly not handed a letter',
    async (_what, behaviour, kind) => {
      says(vendor, behaviour);
      const outcome = await opened(vendor).send(message());
      expect(outcome.kind).toBe(kind);
      expect(outcome).not.toMatchObject({ permanent: true });
      expect(vendors.taken).toEqual([]);
    },
  );

  it('at which nobody listens was certainly not handed a letter', async () => {
    const gone = await openVendors();
    await gone.close();
    expect((await opened(vendor, {}, gone.origin).send(message())).kind).toBe('unreachable');
  });

  it.each(['hang', 'cut', { status: 502, body: '<html>bad gateway</html>' }] satisfies Behaviour[])(
    'whose answer is lost for good leaves a doubt, and one letter at most: %s',
    async (behaviour) => {
      says(vendor, behaviour);
      expect((await opened(vendor).send(message())).kind).toBe('unknown');
      expect(vendors.taken.length).toBeLessThanOrEqual(1);
    },
  );

  it.runIf(idempotent.includes(vendor))(
    'knows a letter again: an answer that was lost once is heard at the second try',
    async () => {
      for (const behaviour of ['hang', 'cut', { status: 502, body: 'bad gateway' }] satisfies Behaviour[]) {
        vendors.taken.length = 0;
        says(vendor, behaviour, 1);
        expect((await opened(vendor).send(message())).kind).toBe('accepted');
        expect(vendors.taken).toHaveLength(1);
      }
    },
  );

  it.runIf(idempotent.includes(vendor))('does not take back a doubt because it is busy now', async () => {
    let tries = 0;
    vendors.behave = () => {
      tries += 1;
      return tries === 1 ? 'cut' : { status: 429, body: { message: 'too fast' } };
    };
    expect((await opened(vendor).send(message())).kind).toBe('unknown');
  });

  it('says without a letter whether it lets us in', async () => {
    expect(['good', 'cannot-tell']).toContain((await opened(vendor).check()).kind);
    const wrong = (await opened(vendor, wrongKey).check()).kind;
    // Cloudflare’s tokens may be a user’s: what cannot be verified may still send.
    expect(wrong).toBe(vendor === 'cloudflare' ? 'cannot-tell' : 'rejected-credentials');
    expect(vendors.taken).toEqual([]);
  });
});

describe('partial failures and limits, in each vendor’s own words', () => {
  it.each([
    ['postmark', 'an address it has given up', { to: { name: null, address: 'inactive@mail.example' } }, 'refused'],
    [
      'mandrill',
      'a 200 that rejects the recipient',
      { to: { name: null, address: 'inactive@mail.example' } },
      'refused',
    ],
    ['cloudflare', 'a 200 that bounced', { to: { name: null, address: 'inactive@mail.example' } }, 'refused'],
    ['mailgun', 'an address that it cannot read', { to: { name: null, address: 'invalid@mail.example' } }, 'refused'],
  ] as const)('%s refuses for good: %s', async (vendor, _what, more, kind) => {
    expect(await opened(vendor).send(message(more))).toMatchObject({ kind, permanent: true });
  });

  it.each(['ses', 'postmark', 'resend', 'sendgrid', 'mandrill', 'cloudflare'] as const)(
    '%s refuses a sender that was not verified there: that is about us',
    async (vendor) => {
      const from = { name: 'Shop', address: 'letters@unverified.example' };
      expect((await opened(vendor).send(message({ from }))).kind).toBe('rejected-credentials');
    },
  );

  it.each([
    [
      'ses',
      {
        status: 400,
        headers: { 'x-amzn-errortype': 'ThrottlingException' },
        body: { message: 'Maximum sending rate exceeded.' },
      },
      1_000,
    ],
    [
      'ses',
      {
        status: 429,
        headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
        body: { message: 'Daily message quota exceeded.' },
      },
      1_800_000,
    ],
    [
      'resend',
      { status: 429, body: { name: 'daily_quota_exceeded', message: 'You have reached your daily quota.' } },
      1_800_000,
    ],
    ['postmark', { status: 422, body: { ErrorCode: 429, Message: 'Rate Limit Exceeded' } }, 5_000],
    [
      'brevo',
      {
        status: 429,
        headers: { 'x-sib-ratelimit-reset': '9' },
        body: { code: 'too_many_requests', message: 'slower' },
      },
      9_000,
    ],
    [
      'cloudflare',
      { status: 400, body: { success: false, errors: [{ code: 1, message: 'Daily limit exceeded' }], result: null } },
      60_000,
    ],
  ] satisfies [Vendor, Behaviour, number][])('%s puts off by %o', async (vendor, behaviour, afterMs) => {
    says(vendor, behaviour);
    expect(await opened(vendor).send(message())).toMatchObject({ kind: 'later', afterMs });
  });

  it('of SendGrid’s limit the moment is read at which it ends', async () => {
    const reset = String(Math.ceil(Date.now() / 1_000) + 30);
    says('sendgrid', {
      status: 429,
      headers: { 'x-ratelimit-reset': reset },
      body: { errors: [{ message: 'too many requests' }] },
    });
    const outcome = await opened('sendgrid').send(message());
    expect(outcome.kind === 'later' && outcome.afterMs > 25_000 && outcome.afterMs <= 31_000).toBe(true);
  });

  it('of Resend’s limit the rate is learnt', async () => {
    says('resend', {
      status: 429,
      headers: { 'retry-after': '1', 'ratelimit-limit': '5' },
      body: { name: 'rate_limit_exceeded', message: 'slow' },
    });
    expect(await opened('resend').send(message())).toMatchObject({ kind: 'later', afterMs: 1_000, perSecond: 5 });
  });

  it('a 500 in the vendor’s own words is a refusal for now', async () => {
    says('postmark', { status: 500, body: { ErrorCode: 500, Message: 'Internal Server Error' } });
    expect(await opened('postmark').send(message())).toMatchObject({ kind: 'refused', permanent: false });
  });

  it('no credit left is about us', async () => {
    says('brevo', { status: 402, body: { code: 'not_enough_credits', message: 'Not enough credits' } });
    expect((await opened('brevo').send(message())).kind).toBe('rejected-credentials');
    says('mandrill', { status: 500, body: { status: 'error', code: -99, name: 'PaymentRequired', message: 'pay' } });
    expect((await opened('mandrill').send(message())).kind).toBe('rejected-credentials');
  });
});

/** `LIVE_PROVIDER='{"kind":"postmark","serverToken":"…"}' LIVE_FROM=… LIVE_TO=…`: one real letter through a real account. */
const { LIVE_PROVIDER: live, LIVE_FROM: from, LIVE_TO: to } = process.env;
describe.runIf(live !== undefined && from !== undefined && to !== undefined)('the vendor itself', () => {
  it('takes a letter', { timeout: 60_000 }, async () => {
    const kind: ProviderKind = parsed(JSON.parse(live ?? '')).kind;
    const provider = openProvider(parsed(JSON.parse(live ?? '')), { fetch });
    expect(['good', 'cannot-tell']).toContain((await provider.check()).kind);
    const sent = message({
      from: { name: 'Winback', address: from ?? '' },
      to: { name: null, address: to ?? '' },
      replyTo: null,
    });
    const outcome = await provider.send({ ...sent, letter: `live${Date.now()}` });
    provider.close();
    console.info(kind, outcome);
    expect(outcome.kind).toBe('accepted');
  });
});
