// What the webhooks of mail providers have in common: something is posted, and is believed only where it is signed.
import type { MailReport, Result } from '@winback/domain';
import { mailReportSchema } from '@winback/domain';

export interface WebhookPost {
  headers: Headers;
  /** The raw body. */
  body: string;
  /** The whole address that it was posted to, as the provider has it. */
  url: string;
  /** What the merchant pasted: a key, a token, a public key, a topic. */
  secret: string;
  now: number;
  /** Fetches a certificate as PEM; null: it could not be had. Only hosts that were checked are asked. */
  certificate: (url: string) => Promise<string | null>;
}

/** `confirm`: an address that has to be asked once, so that the provider goes on to post. */
export interface WebhookSaid {
  reports: MailReport[];
  confirm?: string;
}

/** Refused in one sentence: it is counted, and says nothing to who sent it. */
export type WebhookRead = Result<WebhookSaid, string>;

const utf8 = new TextEncoder();

type Hash = 'SHA-1' | 'SHA-256';

/** Constant time, whatever is wrong (`crypto.subtle.verify`). */
export async function isHmac(
  hash: Hash,
  { key, text, signature }: { key: Uint8Array<ArrayBuffer> | string; text: string; signature: Uint8Array<ArrayBuffer> },
): Promise<boolean> {
  const bytes = typeof key === 'string' ? utf8.encode(key) : key;
  if (bytes.byteLength === 0) return false;
  const imported = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['verify']);
  return crypto.subtle.verify('HMAC', imported, signature, utf8.encode(text));
}

/** Whether two texts are the same, in constant time for texts of one length. */
export async function isSameText(one: string, other: string): Promise<boolean> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  const signature = await crypto.subtle.sign('HMAC', imported, utf8.encode(one));
  return crypto.subtle.verify('HMAC', imported, signature, utf8.encode(other));
}

/** Bytes of base64, also of its form for URLs; none where it is not base64. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/\s+/g, '');
    return Uint8Array.from(atob(plain), (sign) => sign.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

export function bytesOfHex(text: string): Uint8Array<ArrayBuffer> {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) return new Uint8Array();
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether a moment, in seconds since 1970, lies near enough to now. */
export function isNear(seconds: string | number, now: number, withinMs: number): boolean {
  const at = Number(seconds) * 1_000;
  return Number.isFinite(at) && Math.abs(now - at) <= withinMs;
}

/** The id of a letter, alone, behind `letter`, or in a Message-ID. */
export function letterIn(...texts: readonly unknown[]): string | null {
  for (const text of texts) {
    if (typeof text !== 'string') continue;
    const id = /(?:^<?|letter["':=|\s]*)([a-z2-7]{26})(?=$|[^a-z2-7])/i.exec(text)?.[1];
    if (id) return id.toLowerCase();
  }
  return null;
}

/** A report with strangers' words made harmless. */
export function reportOf(of: Partial<MailReport> & Pick<MailReport, 'letter' | 'what' | 'at'>): MailReport {
  return mailReportSchema.parse({ recipient: null, kind: null, words: '', ...of });
}

/** Moments come as seconds, milliseconds or text; what cannot be read, or lies ahead, is now. */
export function momentOf(value: unknown, now: number): number {
  const at = typeof value === 'number' ? (value < 100_000_000_000 ? value * 1_000 : value) : Date.parse(String(value));
  return Number.isFinite(at) ? Math.min(Math.round(at), now) : now;
}
