// Secrets of other systems at rest: AES-GCM under a key made from AUTH_SECRET (HKDF, RFC 5869). What is sealed names the key it
// was sealed with, so that AUTH_SECRET can be changed: while AUTH_SECRET_BEFORE is set, what was sealed before still opens.
// A sealed text opens only where it was put: its shop, and the platform or the origin that it is for, are authenticated along
// with it.
import type { Platform, ReportingProvider, Result, ShopId } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import type { Env } from './env.ts';
import { settingsOf } from './env.ts';

/**
 * Where a sealed text belongs: to a platform, to the origin of a feed (`https://shop.example`), to a provider of mail, or to what a
 * provider reports.
 */
export type Place =
  | { shop: ShopId; platform: Platform }
  | { shop: ShopId; feedOrigin: string }
  | { shop: ShopId; provider: string }
  | { shop: ShopId; reportsOf: ReportingProvider };

const version = 'v1';
const nonceBytes = 12;
const utf8 = new TextEncoder();

/** `v1.<key>.<base64>`: the nonce, then the text and its tag. Sealing the same text twice gives two different ones. */
export async function seal(env: Env, place: Place, text: string): Promise<string> {
  const { AUTH_SECRET: secret } = settingsOf(env);
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: aboutOf(place) };
  const hidden = new Uint8Array(await crypto.subtle.encrypt(algorithm, await keyFrom(secret), utf8.encode(text)));
  return `${version}.${await keyIdOf(secret)}.${btoa(String.fromCharCode(...nonce, ...hidden))}`;
}

/** The text; `unreadable` where it was sealed under a secret that is gone, for another place, or was changed. */
export async function unseal(env: Env, place: Place, sealed: string): Promise<Result<string, 'unreadable'>> {
  const [form, keyId, base64] = sealed.split('.');
  const secret = await secretBy(env, keyId ?? '');
  if (form !== version || base64 === undefined || secret === null) return refuse('unreadable');
  try {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, nonceBytes), additionalData: aboutOf(place) };
    const text = await crypto.subtle.decrypt(algorithm, await keyFrom(secret), bytes.slice(nonceBytes));
    return ok(new TextDecoder().decode(text));
  } catch {
    return refuse('unreadable'); // not base64, or its tag does not fit
  }
}

async function secretBy(env: Env, keyId: string): Promise<string | null> {
  const { AUTH_SECRET: now, AUTH_SECRET_BEFORE: before } = settingsOf(env);
  for (const secret of [now, ...(before ? [before] : [])]) if ((await keyIdOf(secret)) === keyId) return secret;
  return null;
}

function aboutOf(place: Place) {
  return utf8.encode(`${place.shop}/${whatIn(place)}`);
}

function whatIn(place: Place): string {
  if ('platform' in place) return place.platform;
  if ('reportsOf' in place) return `reports of ${place.reportsOf}`;
  return 'feedOrigin' in place ? `feed ${place.feedOrigin}` : `provider ${place.provider}`;
}

async function keyFrom(secret: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', utf8.encode(secret), 'HKDF', false, ['deriveKey']);
  const derivation = hkdf('winback connections: the key');
  return crypto.subtle.deriveKey(derivation, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Eight hex digits that tell keys apart and say nothing about them. */
async function keyIdOf(secret: string): Promise<string> {
  const base = await crypto.subtle.importKey('raw', utf8.encode(secret), 'HKDF', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits(hkdf('winback connections: its name'), base, 32);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function hkdf(info: string) {
  return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode(info) };
}
