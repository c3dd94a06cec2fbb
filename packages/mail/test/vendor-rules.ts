// Each vendor's API as strict as its documentation: what a request must carry, what it may not, and what each answers. A request that
// breaks a rule gets the vendor's own refusal, so that an adapter that is wrong fails its tests.
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { keys } from './vendor-keys.ts';

export interface Call {
  method: string;
  /** Below the vendor, as `/v3/mail/send`. */
  path: string;
  /** As the server saw it, with the vendor's folder. */
  fullPath: string;
  headers: Record<string, string | undefined>;
  body: string;
}

export interface Said {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

export type Judged =
  | { taken: { letter: string; to: string; key: string | null; said: unknown }; answer: Said }
  | { taken: null; answer: Said };

type Rule = (call: Call) => Judged | Promise<Judged>;

const address = z.email();
const mailboxText = z.string().regex(/^(?:"(?:[^"\\\r\n]|\\.)*" )?<?[^\s<>"]+@[^\s<>"]+>?$/);
const named = z.strictObject({ email: address, name: z.string().min(1).optional() });
const textHeaders = z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[\x20-\x7e]+$/));
const letter = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/);

function not(answer: Said): Judged {
  return { taken: null, answer };
}

function jsonIn<Schema extends z.ZodType>({ headers, body }: Call, schema: Schema): z.infer<Schema> | string {
  if (!/^application\/json/.test(headers['content-type'] ?? '')) return 'the content type is not JSON';
  const read = schema.safeParse(JSON.parse(body));
  return read.success
    ? read.data
    : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

const postmarkBody = z.strictObject({
  From: mailboxText,
  To: mailboxText,
  ReplyTo: address.optional(),
  Subject: z.string().max(2_000),
  HtmlBody: z.string().max(5_000_000),
  TextBody: z.string(),
  MessageStream: z.enum(['broadcast', 'outbound']),
  Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })),
  Metadata: z.record(z.string().max(20), z.string().max(80)),
  TrackOpens: z.literal(false),
  TrackLinks: z.literal('None'),
});

const postmark: Rule = (call) => {
  const error = (ErrorCode: number, Message: string, status = 422) => not({ status, body: { ErrorCode, Message } });
  if (call.headers['x-postmark-server-token'] !== keys.postmark)
    return error(10, 'The Server Token you provided in the X-Postmark-Server-Token request header was invalid.', 401);
  if (call.headers['accept'] !== 'application/json') return error(402, 'Accept header is missing');
  if (call.path === '/server') return not({ status: 200, body: { ID: 1, Name: 'Shop' } });
  if (call.path !== '/email') return error(404, 'not here', 404);
  const read = jsonIn(call, postmarkBody);
  if (typeof read === 'string') return error(300, read);
  if (read.From.includes('unverified'))
    return error(400, "The 'From' address you supplied is not a Sender Signature on your account.");
  if (read.To.includes('inactive'))
    return error(406, 'You tried to send to recipient(s) that have been marked as inactive.');
  const headers = new Map(read.Headers.map(({ Name, Value }) => [Name, Value]));
  if (headers.get('X-PM-KeepID') !== 'true') return error(300, 'the Message-ID would be replaced');
  const to = /<?([^<>\s]+@[^<>\s]+?)>?$/.exec(read.To)?.[1] ?? '';
  const answer = {
    To: to,
    SubmittedAt: new Date().toISOString(),
    MessageID: crypto.randomUUID(),
    ErrorCode: 0,
    Message: 'OK',
  };
  return {
    taken: { letter: read.Metadata['letter'] ?? '', to, key: null, said: read },
    answer: { status: 200, body: answer },
  };
};

const resendBody = z.strictObject({
  from: mailboxText,
  to: z.array(mailboxText).min(1).max(50),
  reply_to: address.optional(),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  headers: textHeaders,
  tags: z.array(z.strictObject({ name: letter, value: letter })),
});

const resend: Rule = (call) => {
  const error = (statusCode: number, name: string, message: string) =>
    not({ status: statusCode, body: { statusCode, name, message } });
  if (!call.headers['user-agent']) return error(403, 'validation_error', 'a User-Agent is required');
  if (!call.headers['authorization'])
    return error(401, 'missing_api_key', 'Missing API key in the authorization header');
  if (call.headers['authorization'] !== `Bearer ${keys.resend}`)
    return error(403, 'invalid_api_key', 'API key is invalid');
  if (call.path === '/domains')
    return error(401, 'restricted_api_key', 'This API key is restricted to only send emails');
  if (call.path !== '/emails') return error(404, 'not_found', 'not here');
  const key = call.headers['idempotency-key'] ?? '';
  if (key.length < 1 || key.length > 256)
    return error(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
  const read = jsonIn(call, resendBody);
  if (typeof read === 'string') return error(422, 'validation_error', read);
  if (read.from.includes('unverified')) return error(403, 'validation_error', 'The domain is not verified.');
  const to = /<?([^<>\s]+@[^<>\s]+?)>?$/.exec(read.to[0] ?? '')?.[1] ?? '';
  const taken = { letter: read.tags.find(({ name }) => name === 'letter')?.value ?? '', to, key, said: read };
  return { taken, answer: { status: 200, body: { id: crypto.randomUUID() } } };
};

const sendgridBody = z.strictObject({
  personalizations: z
    .array(z.strictObject({ to: z.array(named).length(1), custom_args: z.record(z.string(), z.string()) }))
    .length(1),
  from: named,
  reply_to: named.optional(),
  subject: z.string().min(1),
  content: z.tuple([
    z.strictObject({ type: z.literal('text/plain'), value: z.string().min(1) }),
    z.strictObject({ type: z.literal('text/html'), value: z.string().min(1) }),
  ]),
  headers: textHeaders.refine(
    (all) =>
      Object.keys(all).every(
        (name) => !/^(to|from|subject|reply-to|cc|bcc|received|dkim-signature|content-.*|x-sg-.*)$/i.test(name),
      ),
    'a reserved header',
  ),
  tracking_settings: z.strictObject({
    click_tracking: z.strictObject({ enable: z.literal(false), enable_text: z.literal(false) }),
    open_tracking: z.strictObject({ enable: z.literal(false) }),
    subscription_tracking: z.strictObject({ enable: z.literal(false) }),
  }),
});

const sendgrid: Rule = (call) => {
  const error = (status: number, message: string) =>
    not({ status, body: { errors: [{ message, field: null, help: null }] } });
  if (call.headers['authorization'] !== `Bearer ${keys.sendgrid}`)
    return error(401, 'The provided authorization grant is invalid, expired, or revoked');
  if (call.path === '/v3/scopes') return not({ status: 200, body: { scopes: ['mail.send'] } });
  if (call.path !== '/v3/mail/send') return error(404, 'not here');
  const read = jsonIn(call, sendgridBody);
  if (typeof read === 'string') return error(400, read);
  if (read.from.email.includes('unverified'))
    return error(403, 'The from address does not match a verified Sender Identity.');
  const [first] = read.personalizations;
  const taken = { letter: first?.custom_args['letter'] ?? '', to: first?.to[0]?.email ?? '', key: null, said: read };
  return { taken, answer: { status: 202, headers: { 'x-message-id': 'sg-1' }, body: '' } };
};

const mailgun: Rule = async (call) => {
  const error = (status: number, message: string) => not({ status, body: { message } });
  const expected = `Basic ${Buffer.from(`api:${keys.mailgun}`).toString('base64')}`;
  if (call.headers['authorization'] !== expected) return not({ status: 401, body: 'Forbidden' });
  if (call.path === `/v4/domains/${keys.domain}`)
    return not({ status: 200, body: { domain: { name: keys.domain, state: 'active' } } });
  if (call.path !== `/v3/${keys.domain}/messages`) return error(404, 'Domain not found');
  const form = await new Response(Buffer.from(call.body, 'latin1'), {
    headers: { 'content-type': call.headers['content-type'] ?? '' },
  }).formData();
  const fields = new Map([...form].map(([name, value]) => [name, String(value)]));
  const missing = ['from', 'to', 'subject', 'text', 'html'].filter((name) => !fields.get(name));
  if (missing.length > 0) return error(400, `${missing.join(', ')} parameter is missing`);
  const odd = [...fields.keys()].filter(
    (name) => !/^(from|to|subject|text|html|h:[\w-]+|v:\w+|o:tracking)$/.test(name),
  );
  if (odd.length > 0) return error(400, `unknown parameter ${odd.join(', ')}`);
  const to = /<?([^<>\s]+@[^<>\s]+?)>?$/.exec(fields.get('to') ?? '')?.[1];
  if (!to || to.includes('invalid'))
    return error(400, "'to' parameter is not a valid address. please check documentation");
  const said = Object.fromEntries(fields);
  const taken = { letter: fields.get('v:letter') ?? '', to, key: null, said };
  return {
    taken,
    answer: { status: 200, body: { id: `<${crypto.randomUUID()}@${keys.domain}>`, message: 'Queued. Thank you.' } },
  };
};

const brevoBody = z.strictObject({
  sender: named,
  to: z.array(named).length(1),
  replyTo: named.optional(),
  subject: z.string().min(1),
  htmlContent: z.string().min(1),
  textContent: z.string().min(1),
  headers: textHeaders.and(
    z.looseObject({
      idempotencyKey: z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    }),
  ),
  tags: z.array(z.string()),
});

const brevo: Rule = (call) => {
  const error = (status: number, code: string, message: string) => not({ status, body: { code, message } });
  if (call.headers['api-key'] !== keys.brevo) return error(401, 'unauthorized', 'Key not found');
  if (call.path === '/v3/account') return not({ status: 200, body: { email: 'shop@shop.example', plan: [] } });
  if (call.path !== '/v3/smtp/email') return error(404, 'document_not_found', 'not here');
  const read = jsonIn(call, brevoBody);
  if (typeof read === 'string') return error(400, 'invalid_parameter', read);
  const tag = read.tags.find((one) => one.startsWith('letter:'))?.slice('letter:'.length) ?? '';
  const taken = { letter: tag, to: read.to[0]?.email ?? '', key: read.headers.idempotencyKey, said: read };
  return { taken, answer: { status: 201, body: { messageId: '<202611250000.1@smtp-relay.mailin.fr>' } } };
};

const mandrillBody = z.strictObject({
  key: z.string(),
  async: z.literal(false),
  message: z.strictObject({
    ...{ html: z.string(), text: z.string(), subject: z.string(), from_email: address, from_name: z.string() },
    to: z.array(z.strictObject({ email: address, name: z.string(), type: z.literal('to') })).length(1),
    headers: textHeaders,
    metadata: z.record(z.string(), z.string()),
    track_opens: z.literal(false),
    track_clicks: z.literal(false),
    preserve_recipients: z.literal(false),
  }),
});

const mandrill: Rule = (call) => {
  const error = (name: string, message: string) =>
    not({ status: 500, body: { status: 'error', code: -1, name, message } });
  const sent = JSON.parse(call.body) as { key?: unknown };
  if (sent.key !== keys.mandrill) return error('Invalid_Key', 'Invalid API key');
  if (call.path === '/api/1.0/users/ping2.json') return not({ status: 200, body: { PING: 'PONG!' } });
  if (call.path !== '/api/1.0/messages/send.json') return not({ status: 404, body: {} });
  const read = jsonIn(call, mandrillBody);
  if (typeof read === 'string') return error('ValidationError', read);
  const email = read.message.to[0]?.email ?? '';
  const reason = email.includes('inactive')
    ? 'hard-bounce'
    : read.message.from_email.includes('unverified')
      ? 'unsigned'
      : null;
  const line = { email, _id: 'abc123', status: reason ? 'rejected' : 'sent', reject_reason: reason };
  if (reason) return not({ status: 200, body: [line] });
  return {
    taken: { letter: read.message.metadata['letter'] ?? '', to: email, key: null, said: read.message },
    answer: { status: 200, body: [line] },
  };
};

const cloudflareBody = z.strictObject({
  from: z.strictObject({ address, name: z.string() }),
  to: address,
  reply_to: address.optional(),
  subject: z.string().min(1),
  html: z.string(),
  text: z.string(),
  headers: z
    .record(
      z
        .string()
        .regex(
          /^(List-Unsubscribe|List-Unsubscribe-Post|List-Id|Precedence|Auto-Submitted|X-[\w-]+)$/,
          'E_HEADER_NOT_ALLOWED',
        ),
      z.string().max(2_048),
    )
    .refine((all) => Object.keys(all).length <= 20),
});

const cloudflare: Rule = (call) => {
  const error = (status: number, code: number, message: string) =>
    not({ status, body: { success: false, errors: [{ code, message }], messages: [], result: null } });
  if (call.headers['authorization'] !== `Bearer ${keys.cloudflare}`) return error(403, 10_000, 'Authentication error');
  const base = `/client/v4/accounts/${keys.account}`;
  if (call.path === `${base}/tokens/verify`)
    return not({ status: 200, body: { success: true, result: { status: 'active' } } });
  if (call.path !== `${base}/email/sending/send`) return error(404, 7_003, 'Could not route');
  const read = jsonIn(call, cloudflareBody);
  if (typeof read === 'string') return error(400, 1_001, read);
  if (read.from.address.includes('unverified')) return error(400, 1_000, 'Sender domain not verified');
  const bounced = read.to.includes('inactive');
  const result = { delivered: bounced ? [] : [read.to], permanent_bounces: bounced ? [read.to] : [], queued: [] };
  const answer = { status: 200, body: { success: true, errors: [], messages: [], result } };
  if (bounced) return not(answer);
  return { taken: { letter: read.headers['X-Winback-Letter'] ?? '', to: read.to, key: null, said: read }, answer };
};

const sesBody = z.strictObject({
  FromEmailAddress: address,
  Destination: z.strictObject({ ToAddresses: z.array(address).length(1) }),
  Content: z.strictObject({ Raw: z.strictObject({ Data: z.base64() }) }),
  EmailTags: z.array(z.strictObject({ Name: letter, Value: letter })),
  ConfigurationSetName: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
});

const ses: Rule = (call) => {
  const error = (status: number, name: string, message: string) =>
    not({ status, headers: { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/` }, body: { message } });
  if (!signedRightly(call))
    return error(403, 'InvalidSignatureException', 'The request signature we calculated does not match');
  if (call.path === '/v2/email/account') return not({ status: 200, body: { SendingEnabled: true } });
  if (call.path !== '/v2/email/outbound-emails') return error(404, 'NotFoundException', 'not here');
  const read = jsonIn(call, sesBody);
  if (typeof read === 'string') return error(400, 'BadRequestException', read);
  if (read.FromEmailAddress.includes('unverified'))
    return error(
      400,
      'MessageRejected',
      'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1',
    );
  const raw = Buffer.from(read.Content.Raw.Data, 'base64').toString('utf8');
  const to = read.Destination.ToAddresses[0] ?? '';
  const tag = read.EmailTags.find(({ Name }) => Name === 'letter')?.Value ?? '';
  return {
    taken: { letter: tag, to, key: null, said: raw },
    answer: { status: 200, body: { MessageId: '0100018e-ses' } },
  };
};

/** AWS Signature Version 4 (docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html), reckoned anew. */
function signedRightly({ method, fullPath, headers, body }: Call): boolean {
  const { accessKeyId, secretAccessKey, region } = keys.ses;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/ses\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    );
  if (!parts || parts[1] !== accessKeyId || parts[3] !== region) return false;
  const [, , date = '', , names = '', signature] = parts;
  const moment = headers['x-amz-date'] ?? '';
  const hash = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex');
  const lines = names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const request = [method, fullPath, '', lines.join(''), names, headers['x-amz-content-sha256'] ?? hash(body)].join(
    '\n',
  );
  const text = ['AWS4-HMAC-SHA256', moment, `${date}/${region}/ses/aws4_request`, hash(request)].join('\n');
  const mac = (key: string | Buffer, words: string) => createHmac('sha256', key).update(words).digest();
  const key = ['ses', 'aws4_request'].reduce(mac, mac(mac(`AWS4${secretAccessKey}`, date), region));
  return createHmac('sha256', key).update(text).digest('hex') === signature;
}

export const rules = { ses, postmark, resend, sendgrid, mailgun, brevo, mandrill, cloudflare } satisfies Record<
  string,
  Rule
>;
export type Vendor = keyof typeof rules;
export const vendors: readonly Vendor[] = [
  'ses',
  'postmark',
  'resend',
  'sendgrid',
  'mailgun',
  'brevo',
  'mandrill',
  'cloudflare',
];
