// What stands in the links of a letter: which letter, which link of it and where it leads, behind 128 bits of HMAC-SHA-256
// (RFC 2104 §5). It carries its target, so a click needs no read, and leads nowhere that we did not write ourselves. Signed
// without waiting, because links are written in the middle of rendering.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Result } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { linkKeys } from './link-keys.ts';

/** One link of a letter. */
export interface ClickLink {
  shop: string;
  letter: string;
  scenario: string;
  /** The link's place in the letter, from 1; 0 is the one that nobody sees. */
  number: number;
  url: string;
  /** Milliseconds since 1970; kept to the day. */
  expiresAt: number;
}

/** The picture that tells that a letter was opened. */
export type OpenMark = Pick<ClickLink, 'shop' | 'letter' | 'expiresAt'>;

type Refusal = 'malformed' | 'forged' | 'expired';

const dayMs = 86_400_000;
const mostLinks = 36 ** 2 - 1;
const macBytes = 16;
const pattern = /^([23])([0-9a-f]{4})([0-9a-z]{4})([0-9a-z]{2})([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{22})$/;

/** The link as text for a URL's path. `secrets` as the setting has them: the first signs. Throws where there is none. */
export function signClick(secrets: string, { shop, letter, scenario, number, url, expiresAt }: ClickLink): string {
  const place = Math.min(number, mostLinks).toString(36).padStart(2, '0');
  return signed(secrets, '2', { expiresAt, place, text: `${shop} ${letter} ${scenario} ${url}` });
}

export function signOpen(secrets: string, { shop, letter, expiresAt }: OpenMark): string {
  return signed(secrets, '3', { expiresAt, place: '00', text: `${shop} ${letter}` });
}

/** Reads a link. `now` in milliseconds since 1970. */
export function readClick(secrets: string, token: string, now: number): Result<ClickLink, Refusal> {
  const read = verified(secrets, '2', token, now);
  if (!read.ok) return read;
  const { text, number, expiresAt } = read.value;
  const [, shop, letter, scenario, url] = /^(\S+) (\S+) (\S+) (.+)$/s.exec(text) ?? [];
  if (!shop || !letter || !scenario || !url || !/^https?:\/\//i.test(url)) return refuse('malformed');
  return ok({ shop, letter, scenario, number, url, expiresAt });
}

export function readOpen(secrets: string, token: string, now: number): Result<OpenMark, Refusal> {
  const read = verified(secrets, '3', token, now);
  if (!read.ok) return read;
  const [shop, letter] = read.value.text.split(' ');
  return shop && letter ? ok({ shop, letter, expiresAt: read.value.expiresAt }) : refuse('malformed');
}

function signed(secrets: string, kind: '2' | '3', of: { expiresAt: number; place: string; text: string }): string {
  const [key] = linkKeys(secrets);
  if (!key) throw new Error('there is no secret to sign links with');
  const day = Math.ceil(of.expiresAt / dayMs)
    .toString(36)
    .padStart(4, '0');
  const body = `${kind}${key.id}${day}${of.place}${Buffer.from(of.text).toString('base64url')}`;
  return `${body}.${macOf(key.secret, body).toString('base64url')}`;
}

function verified(
  secrets: string,
  kind: '2' | '3',
  token: string,
  now: number,
): Result<{ text: string; number: number; expiresAt: number }, Refusal> {
  const [, is, keyId, day = '', place = '', text = '', mac = ''] =
    token.length > 8_192 ? [] : (pattern.exec(token) ?? []);
  if (is !== kind) return refuse('malformed');
  const given = Buffer.from(mac, 'base64url');
  const body = token.slice(0, token.lastIndexOf('.'));
  // The last character of base64 has bits that say nothing: one way to write a signature is enough.
  const isOurs = linkKeys(secrets).some(
    ({ id, secret }) =>
      id === keyId && given.toString('base64url') === mac && timingSafeEqual(macOf(secret, body), given),
  );
  if (!isOurs) return refuse('forged');
  const expiresAt = Number.parseInt(day, 36) * dayMs;
  if (expiresAt < now) return refuse('expired');
  return ok({ text: Buffer.from(text, 'base64url').toString(), number: Number.parseInt(place, 36), expiresAt });
}

function macOf(secret: string, body: string): Buffer {
  return createHmac('sha256', secret).update(body).digest().subarray(0, macBytes);
}
