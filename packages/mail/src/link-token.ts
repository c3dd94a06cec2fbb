// Links in letters name the letter and the person behind a signature (HMAC-SHA-256, RFC 2104). Whoever edits one gets
// nothing; a secret that is not ours opens nothing; what is too old says so.
import type { Result } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import { z } from 'zod';
import { linkSecrets } from './link-keys.ts';

const payloadSchema = z.discriminatedUnion('kind', [
  /** As links of letters were until they carried their number; those letters still lie in mailboxes. */
  z.object({ kind: z.literal('click'), shop: z.string(), letter: z.string(), url: z.string(), expiresAt: z.number() }),
  z.object({
    kind: z.literal('unsubscribe'),
    shop: z.string(),
    person: z.string(),
    letter: z.string(),
    expiresAt: z.number(),
  }),
  /** A letter as a page: what it was written from, by ids. */
  z.object({
    kind: z.literal('view'),
    shop: z.string(),
    person: z.string(),
    letter: z.string(),
    use: z.string(),
    language: z.string(),
    version: z.number(),
    /** Products and their number of pieces. */
    items: z.array(z.tuple([z.string(), z.number()])),
    picks: z.array(z.string()),
    query: z.string().optional(),
    category: z.string().optional(),
    expiresAt: z.number(),
  }),
  /** Asks whoever reads the mail of an address to confirm it; `address` is the beginning of its digest. */
  z.object({
    kind: z.literal('confirm'),
    shop: z.string(),
    person: z.string(),
    address: z.string(),
    /** When it was asked, and until when it can be answered with yes: afterwards the page still says why not. */
    askedAt: z.number(),
    until: z.number(),
    expiresAt: z.number(),
  }),
  /** Leads to the page where its reader says how they like a product. How many stars is not in it: that is chosen there. */
  z.object({
    kind: z.literal('rate'),
    shop: z.string(),
    person: z.string(),
    letter: z.string(),
    product: z.string(),
    expiresAt: z.number(),
  }),
]);
/** What a link says. `expiresAt` in milliseconds since 1970. */
export type TokenPayload = z.infer<typeof payloadSchema>;

const encoder = new TextEncoder();
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
const keys = new Map<string, Promise<Key>>();

/**
 * The payload and its signature, as text that may stand in a URL's path. `secrets` are one or more with commas between them: the
 * first signs.
 */
export async function signToken(secrets: string, payload: TokenPayload): Promise<string> {
  const [secret = ''] = linkSecrets(secrets);
  const body = base64url(encoder.encode(JSON.stringify(payload)));
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), encoder.encode(body));
  return `${body}.${base64url(new Uint8Array(signature))}`;
}

/** Reads a token that any of the secrets signed. `now` in milliseconds since 1970. The signature is compared in constant time. */
export async function readToken(
  secrets: string,
  token: string,
  now: number,
): Promise<Result<TokenPayload, 'malformed' | 'forged' | 'expired'>> {
  const [body, signature, ...rest] = token.split('.');
  const signed = signature === undefined ? null : bytesOf(signature);
  if (!body || !signed || rest.length > 0 || token.length > 8_192) return refuse('malformed');
  if (!(await isSigned(secrets, signed, body))) return refuse('forged');
  const bytes = bytesOf(body);
  const read = payloadSchema.safeParse(bytes ? JSON.parse(new TextDecoder().decode(bytes)) : null);
  if (!read.success) return refuse('malformed');
  return read.data.expiresAt < now ? refuse('expired') : ok(read.data);
}

async function isSigned(secrets: string, signature: Uint8Array<ArrayBuffer>, body: string): Promise<boolean> {
  for (const secret of linkSecrets(secrets))
    if (await crypto.subtle.verify('HMAC', await keyOf(secret), signature, encoder.encode(body))) return true;
  return false;
}

function keyOf(secret: string): Promise<Key> {
  const known = keys.get(secret);
  if (known) return known;
  const made = crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  keys.set(secret, made);
  return made;
}

function base64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
  } catch {
    return null; // a length that no base64 has
  }
}
