// Who hands letters over to the world's mailboxes: what each wants to know of a shop, and what each can do.
import { z } from 'zod';

export const providerKinds = [
  'smtp',
  'ses',
  'postmark',
  'resend',
  'sendgrid',
  'mailgun',
  'brevo',
  'mandrill',
  'cloudflare',
] as const;
export type ProviderKind = (typeof providerKinds)[number];
export const providerKindSchema = z.enum(providerKinds);
/** `operator`: the mail server of whoever runs Winback. */
export const senderKindSchema = providerKindSchema.or(z.literal('operator'));
export type SenderKind = z.infer<typeof senderKindSchema>;
/** The fields of a provider's settings that are no secrets. */
export const providerConfigSchema = z.record(z.string(), z.string().or(z.number()));
export type ProviderConfig = z.infer<typeof providerConfigSchema>;

export interface ProviderTraits {
  name: string;
  /** Takes letters that sell something. Where not, only service mail goes through it: confirmations, and notices to owners. */
  marketing: boolean;
  /** For how long a repeated request with the same key is known to be the same; 0: it never is. Milliseconds. */
  repeatSafeMs: number;
  /** Leaves our Message-ID as it is. */
  keepsMessageId: boolean;
  /** Leaves the envelope's sender to us, so that what comes back names its letter. */
  keepsReturnPath: boolean;
  /** The longest message that it takes, in bytes. */
  maxBytes: number;
}

const day = 86_400_000;
const megabyte = 1_000_000;

/** From each vendor's documentation; the files in `packages/mail/src/providers` name the pages. */
export const providerTraits = {
  smtp: of('SMTP', { keepsMessageId: true, keepsReturnPath: true }),
  ses: of('Amazon SES', { maxBytes: 40 * megabyte }),
  postmark: of('Postmark', { keepsMessageId: true, maxBytes: 10 * megabyte }),
  resend: of('Resend', { repeatSafeMs: day, maxBytes: 40 * megabyte }),
  sendgrid: of('SendGrid', { keepsMessageId: true, maxBytes: 30 * megabyte }),
  mailgun: of('Mailgun', { keepsMessageId: true, maxBytes: 25 * megabyte }),
  brevo: of('Brevo', { repeatSafeMs: 15 * 60_000, maxBytes: 20 * megabyte }),
  mandrill: of('Mailchimp Transactional', { keepsMessageId: true, maxBytes: 25 * megabyte }),
  cloudflare: of('Cloudflare Email Service', { marketing: false, maxBytes: 5 * megabyte }),
} as const satisfies Record<ProviderKind, ProviderTraits>;

function of(name: string, more: Partial<ProviderTraits> = {}): ProviderTraits {
  const usual = {
    marketing: true,
    repeatSafeMs: 0,
    keepsMessageId: false,
    keepsReturnPath: false,
    maxBytes: 25 * megabyte,
  };
  return { name, ...usual, ...more };
}

const word = (what: string, pattern: RegExp) => z.string().trim().regex(pattern, what);
/** A key as it stands in a header: printable, without spaces. */
const key = word('paste the key whole, without spaces', /^[\x21-\x7e]{8,400}$/);
const domainName = word(
  'write the domain alone, as mail.shop.example',
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i,
);

const smtpSchema = z.strictObject({
  kind: z.literal('smtp'),
  host: word('write the server’s name alone, as smtp.provider.example', /^[a-z0-9.-]{1,253}$/i),
  port: z.coerce.number({ error: 'a port is a number, as 465' }).int().min(1).max(65_535),
  /** `always`: TLS from the first byte (465). `starttls`: asked for after the greeting (587). */
  tls: z.enum(['always', 'starttls'], 'say always (465) or starttls (587)'),
  user: z.string().trim().max(254).default(''),
  password: z.string().max(500).default(''),
  /** Letters are signed here where the server does not do it: a domain, the selector of its key, the key in PEM. */
  dkimDomain: domainName.or(z.literal('')).default(''),
  dkimSelector: word('a selector has letters, digits, dots and dashes', /^[a-z0-9.-]{0,63}$/i).default(''),
  dkimKey: z
    .string()
    .trim()
    .max(5_000)
    .refine((text) => text === '' || /^-----BEGIN (RSA )?PRIVATE KEY-----\s/.test(text), 'paste the private key in PEM')
    .default(''),
});

/** What a shop's own provider is asked with. Secret fields are named in {@link providerSecrets}. */
export const providerSettingsSchema = z.discriminatedUnion(
  'kind',
  [
    smtpSchema,
    z.strictObject({
      kind: z.literal('ses'),
      region: word('a region is written eu-central-1', /^[a-z]{2}(-[a-z]+)+-\d$/),
      accessKeyId: word('an access key id begins with AKIA or ASIA', /^A[A-Z0-9]{15,127}$/),
      secretAccessKey: key,
      configurationSet: word('letters, digits, dashes and underscores', /^[\w-]{0,64}$/).default(''),
    }),
    z.strictObject({
      kind: z.literal('postmark'),
      serverToken: key,
      messageStream: word('a stream is written broadcast', /^[\w-]{1,64}$/).default('broadcast'),
    }),
    z.strictObject({ kind: z.literal('resend'), apiKey: key }),
    z.strictObject({ kind: z.literal('sendgrid'), apiKey: key, region: z.enum(['global', 'eu']).default('global') }),
    z.strictObject({
      kind: z.literal('mailgun'),
      apiKey: key,
      domain: domainName,
      region: z.enum(['us', 'eu']).default('us'),
    }),
    z.strictObject({ kind: z.literal('brevo'), apiKey: key }),
    z.strictObject({ kind: z.literal('mandrill'), apiKey: key }),
    z.strictObject({
      kind: z.literal('cloudflare'),
      accountId: word('an account id has 32 digits and letters a to f', /^[0-9a-f]{32}$/),
      apiToken: key,
    }),
  ],
  { error: `a provider’s kind is one of ${providerKinds.join(', ')}` },
);
export type ProviderSettings = z.infer<typeof providerSettingsSchema>;
/** The settings of one kind. */
export type SettingsOf<Kind extends ProviderKind> = Extract<ProviderSettings, { kind: Kind }>;

/** Fields that are sealed and never shown again. */
export const providerSecrets = {
  smtp: ['password', 'dkimKey'],
  ses: ['secretAccessKey'],
  postmark: ['serverToken'],
  resend: ['apiKey'],
  sendgrid: ['apiKey'],
  mailgun: ['apiKey'],
  brevo: ['apiKey'],
  mandrill: ['apiKey'],
  cloudflare: ['apiToken'],
} as const satisfies Record<ProviderKind, readonly string[]>;
