// The envelope's sender that names its letter (VERP): what comes back to it is about that letter, whatever the message says of
// itself. Lower-case base32 throughout, because mail servers may lower-case what stands before the @.
import { linkSecrets } from './link-keys.ts';

const encoder = new TextEncoder();
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const markSigns = 13;

/**
 * `b-<letter>-<mark>@domain`; the mark is the first 64 bits of an HMAC-SHA-256, so that nobody can bounce what was not
 * sent. `secrets`: as the setting has them, the newest first.
 */
export async function returnPathOf(secrets: string, letter: string, domain: string): Promise<string> {
  const [secret = ''] = linkSecrets(secrets);
  return `b-${letter}-${await markOf(secret, letter)}@${domain}`;
}

/** The letter that a mail to this address is about; null: the address is none of ours. Any case, and behind a BATV tag. */
export async function letterOfReturnPath(secrets: string, address: string): Promise<string | null> {
  const local =
    address
      .toLowerCase()
      .replace(/^<|>$/g, '')
      .replace(/^prvs=[0-9a-z]+=/, '')
      .split('@')[0] ?? '';
  const [, letter, mark] = /^b-([a-z2-7]{26})-([a-z2-7]{13})$/.exec(local) ?? [];
  if (letter === undefined || mark === undefined) return null;
  for (const secret of linkSecrets(secrets)) if (mark === (await markOf(secret, letter))) return letter;
  return null;
}

async function markOf(secret: string, letter: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(`return path ${secret}`), algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(letter)));
  let bits = 0n;
  for (const byte of bytes.slice(0, 8)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let sign = 0; sign < markSigns; sign += 1, bits >>= 5n) text += alphabet[Number(bits & 31n)];
  return text;
}
