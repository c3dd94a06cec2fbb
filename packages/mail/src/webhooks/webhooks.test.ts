import type { MailReport, ReportingProvider } from '@winback/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WebhookPost } from '../index.ts';
import { readWebhook } from '../index.ts';

const now = Date.UTC(2026, 10, 25, 12);
const seconds = String(now / 1_000);
const letter = 'abcdefghijklmnopqrst234567';
const email = 'ann@mail.example';
const utf8 = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
const base64 = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(new Uint8Array(bytes)).toString('base64');

type Post = Pick<WebhookPost, 'headers' | 'body' | 'secret'>;

async function hmac(hash: string, key: Uint8Array<ArrayBuffer>, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign']);
  return crypto.subtle.sign('HMAC', imported, utf8(text));
}

/** Elements of DER with lengths of up to 64 KB. */
function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Uint8Array.from([tag, ...head]), content]);
}

const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const topic = 'arn:aws:sns:eu-west-1:123456789012:winback';
type Keys = Extract<Awaited<ReturnType<typeof crypto.subtle.generateKey>>, { privateKey: unknown }>;
let snsKeys: Keys;
let ecKeys: Keys;
let pem = '';

beforeAll(async () => {
  snsKeys = await crypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  ecKeys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', snsKeys.publicKey));
  const name = der(0x30);
  const signed = der(
    0x30,
    der(0xa0, der(2, new Uint8Array([2]))),
    der(2, new Uint8Array([1])),
    name,
    name,
    name,
    name,
    spki,
  );
  pem = `-----BEGIN CERTIFICATE-----\n${base64(der(0x30, signed, name))}\n-----END CERTIFICATE-----\n`;
});

async function sns(message: unknown, more: Record<string, string> = {}): Promise<Post> {
  const type = more['Type'] ?? 'Notification';
  const fields: Record<string, string> = {
    Type: type,
    MessageId: 'm1',
    TopicArn: topic,
    Message: JSON.stringify(message),
    Timestamp: new Date(now).toISOString(),
    ...more,
  };
  const names =
    type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names.flatMap((field) => (fields[field] === undefined ? [] : [`${field}\n${fields[field]}\n`])).join('');
  const signature = base64(await crypto.subtle.sign(rsa, snsKeys.privateKey, utf8(text)));
  const body = {
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/a.pem',
    SignatureVersion: '2',
    Signature: signature,
    ...fields,
  };
  return { headers: new Headers(), body: JSON.stringify(body), secret: topic };
}

/** The same event of every provider, signed as it signs; shapes as the vendors document them. */
const posts: Record<ReportingProvider, (what: 'bounced' | 'delivered' | 'complained') => Promise<Post>> = {
  ses: (what) => {
    const mail = { destination: [email], tags: { letter: [letter] } };
    if (what === 'delivered') return sns({ eventType: 'Delivery', mail, delivery: { smtpResponse: '250 ok' } });
    if (what === 'complained')
      return sns({
        eventType: 'Complaint',
        mail,
        complaint: { complainedRecipients: [{ emailAddress: email }], complaintFeedbackType: 'abuse' },
      });
    const recipients = [{ emailAddress: email, status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }];
    return sns({
      notificationType: 'Bounce',
      mail,
      bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: recipients },
    });
  },
  postmark: async (what) => {
    const type = { bounced: 'Bounce', delivered: 'Delivery', complained: 'SpamComplaint' }[what];
    const body = JSON.stringify({
      RecordType: type,
      Type: 'HardBounce',
      Email: email,
      Recipient: email,
      Details: 'smtp;550 5.1.1 user unknown',
      Metadata: { letter },
    });
    return {
      headers: new Headers({ authorization: `Basic ${btoa('winback:the-password')}` }),
      body,
      secret: 'the-password',
    };
  },
  resend: async (what) => {
    const secret = `whsec_${base64(utf8('a key of thirty-two bytes, or so'))}`;
    const body = JSON.stringify({
      type: `email.${what}`,
      data: {
        to: [email],
        tags: { letter },
        bounce: { type: 'Permanent', subType: 'General', message: '550 5.1.1 user unknown' },
      },
    });
    const signature = base64(
      await hmac('SHA-256', utf8('a key of thirty-two bytes, or so'), `msg_1.${seconds}.${body}`),
    );
    return {
      headers: new Headers({
        'svix-id': 'msg_1',
        'svix-timestamp': seconds,
        'svix-signature': `v1,AAAA v1,${signature}`,
      }),
      body,
      secret,
    };
  },
  sendgrid: async (what) => {
    const event = { bounced: 'bounce', delivered: 'delivered', complained: 'spamreport' }[what];
    const body = JSON.stringify([
      {
        event,
        email,
        letter,
        type: 'bounce',
        status: '5.1.1',
        reason: '550 5.1.1 user unknown',
        timestamp: now / 1_000,
      },
      { event: 'open', email, letter },
    ]);
    const raw = Buffer.from(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, ecKeys.privateKey, utf8(seconds + body)),
    );
    const integerOf = (bytes: Buffer) => {
      const plain = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
      return der(2, (plain[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), plain]) : plain);
    };
    const signature = base64(der(0x30, integerOf(raw.subarray(0, 32)), integerOf(raw.subarray(32))));
    const headers = new Headers({
      'x-twilio-email-event-webhook-timestamp': seconds,
      'x-twilio-email-event-webhook-signature': signature,
    });
    return { headers, body, secret: base64(await crypto.subtle.exportKey('spki', ecKeys.publicKey)) };
  },
  mailgun: async (what) => {
    const event = { bounced: 'failed', delivered: 'delivered', complained: 'complained' }[what];
    const signature = Buffer.from(await hmac('SHA-256', utf8('signing-key'), `${seconds}token`)).toString('hex');
    const status = { code: 550, 'enhanced-code': '5.1.1', message: '550 5.1.1 user unknown' };
    const data = {
      event,
      severity: 'permanent',
      reason: 'bounce',
      recipient: email,
      timestamp: now / 1_000,
      'user-variables': { letter },
      'delivery-status': status,
    };
    return {
      headers: new Headers(),
      body: JSON.stringify({ signature: { timestamp: seconds, token: 'token', signature }, 'event-data': data }),
      secret: 'signing-key',
    };
  },
  brevo: async (what) => {
    const event = { bounced: 'hard_bounce', delivered: 'delivered', complained: 'spam' }[what];
    const body = JSON.stringify({
      event,
      email,
      reason: '550 5.1.1 user unknown',
      'X-Mailin-custom': `letter:${letter}`,
      ts_event: now / 1_000,
    });
    return { headers: new Headers({ authorization: 'Bearer the-token' }), body, secret: 'the-token' };
  },
  mandrill: async (what) => {
    const event = { bounced: 'hard_bounce', delivered: 'delivered', complained: 'spam' }[what];
    const events = JSON.stringify([
      { event, ts: now / 1_000, msg: { email, metadata: { letter }, diag: 'smtp;550 5.1.1 user unknown' } },
    ]);
    const signature = base64(
      await hmac('SHA-1', utf8('webhook-key'), `https://w.example/returns/mandrill/shopmandrill_events${events}`),
    );
    const body = String(new URLSearchParams({ mandrill_events: events }));
    return { headers: new Headers({ 'x-mandrill-signature': signature }), body, secret: 'webhook-key' };
  },
};
const providers = Object.keys(posts) as ReportingProvider[];

function read(provider: ReportingProvider, post: Post, at = now) {
  const certificate = (url: string) =>
    Promise.resolve(url === 'https://sns.eu-west-1.amazonaws.com/a.pem' ? pem : null);
  return readWebhook(provider, { ...post, url: `https://w.example/returns/${provider}/shop`, now: at, certificate });
}

describe.each(providers)('what %s reports', (provider) => {
  it('is believed where it is signed, and says what became of which letter', async () => {
    for (const what of ['bounced', 'delivered', 'complained'] as const) {
      const told = await read(provider, await posts[provider](what));
      const kind = what === 'bounced' ? 'hard' : null;
      const report: Partial<MailReport> = { letter, recipient: email, what, kind, at: now };
      expect(told).toMatchObject({ ok: true, value: { reports: [report] } });
    }
  });

  it('is not believed with another secret, an edited body or no signature', async () => {
    const good = await posts[provider]('complained');
    const signsBody = !['postmark', 'brevo', 'mailgun'].includes(provider);
    const edited = good.body.replace(letter, letter.replace('a', 'z')).replace(/ann(%40|@)/, 'ben$1');
    expect(edited).not.toBe(good.body);
    const signed = JSON.stringify(JSON.parse(provider === 'mailgun' ? good.body : '{}')).replace(
      '"token":"token"',
      '"token":"other"',
    );
    const forgeries: Post[] = [
      { ...good, secret: provider === 'ses' ? `${topic}2` : `${good.secret.slice(0, -8)}AAAAAAA=` },
      ...(signsBody ? [{ ...good, body: edited }] : []),
      ...(provider === 'mailgun' ? [{ ...good, body: signed }] : []),
      ...(provider === 'ses' || provider === 'mailgun' ? [] : [{ ...good, headers: new Headers() }]),
      { ...good, body: provider === 'mandrill' ? '' : 'null' },
    ];
    for (const forged of forgeries) expect((await read(provider, forged)).ok).toBe(false);
  });

  it.skipIf(['postmark', 'brevo', 'mandrill'].includes(provider))('is not believed days later', async () => {
    const later = await read(provider, await posts[provider]('complained'), now + 2 * 86_400_000);
    expect(later).toMatchObject({ ok: false, because: 'the signature is too old' });
  });
});

describe('Amazon’s messages', () => {
  it('are confirmed at Amazon’s own host, and nowhere else', async () => {
    const confirm = (SubscribeURL: string) =>
      sns('please', { Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL });
    const good = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
    expect(await read('ses', await confirm(good))).toEqual({ ok: true, value: { reports: [], confirm: good } });
    for (const bad of [
      'https://sns.eu-west-1.amazonaws.com.evil.example/',
      'http://sns.eu-west-1.amazonaws.com/',
      'https://evil@sns.eu-west-1.amazonaws.com/',
      'https://169.254.169.254/',
      'x',
    ])
      expect(await read('ses', await confirm(bad))).toMatchObject({ ok: false });
  });

  it.each([
    'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns-eu-west-1.amazonaws.com/a.pem',
    'http://sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
    'https://s3.eu-west-1.amazonaws.com/a.pem',
  ])('are not believed under a certificate of %s', async (SigningCertURL) => {
    const good = await posts.ses('complained');
    const body = JSON.stringify({ ...JSON.parse(good.body), SigningCertURL });
    expect(await read('ses', { ...good, body })).toMatchObject({ because: 'its certificate is not of Amazon’s host' });
  });
});
