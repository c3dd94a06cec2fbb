// The ids of browsers on PersonaClick's wire (`did`): ten letters and digits. Ours carry their own proof, so that none is
// kept anywhere: eight are chance, two are a check keyed by LINK_SECRET and the shop. The check tells issued from mistyped;
// it is no secret, for anybody may ask for a new one. See docs/decisions/0007-dids-without-a-table.md.
import type { ShopId } from '@winback/domain';
import { linkSecrets } from '@winback/mail';
import type { Env } from '../../env.ts';
import { settingsOf } from '../../env.ts';

const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const bodyLength = 8;
const encoder = new TextEncoder();
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
const keys = new Map<string, Promise<Key>>();
/** Dids whose check was made in this isolate: a browser sends the same one with every call. */
const checked = new WeakMap<Env, Set<string>>();
const mostChecked = 20_000;

export function isDid(text: string): boolean {
  return /^[A-Za-z0-9]{10}$/.test(text);
}

/** A did that nobody has. */
export async function newDid(env: Env, shop: ShopId): Promise<string> {
  return withCheck(env, shop, chanceSigns(bodyLength));
}

/** Whether this did was issued here, for this shop. */
export async function isIssued(env: Env, shop: ShopId, did: string): Promise<boolean> {
  // One sign ten times is what people write who have none; it is never issued.
  if (!isDid(did) || /^(.)\1+$/.test(did)) return false;
  const known = checkedIn(env);
  const name = `${shop} ${did}`;
  if (known.has(name)) return true;
  if ((await withCheck(env, shop, did.slice(0, bodyLength))) !== did) return false;
  known.add(name);
  return true;
}

function checkedIn(env: Env): Set<string> {
  const known = checked.get(env);
  if (known && known.size < mostChecked) return known;
  const made = new Set<string>();
  checked.set(env, made);
  return made;
}

/** The did of ours that stands for one which the shop's former system issued: always the same. */
export async function reissued(env: Env, shop: ShopId, foreign: string): Promise<string> {
  const bytes = await signed(env, `did of old ${shop} ${foreign}`);
  return withCheck(
    env,
    shop,
    [...bytes.slice(0, bodyLength)].map((byte) => signs.charAt(byte % signs.length)).join(''),
  );
}

/** So many letters and digits of even chance; session ids are ten of them. */
export function chanceSigns(length: number): string {
  let text = '';
  while (text.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2)))
      if (byte < 248 && text.length < length) text += signs.charAt(byte % signs.length); // 248 = 4 · 62
  return text;
}

async function withCheck(env: Env, shop: ShopId, body: string): Promise<string> {
  const [high = 0, low = 0] = await signed(env, `did ${shop} ${body}`);
  return body + signs.charAt(high % signs.length) + signs.charAt(low % signs.length);
}

async function signed(env: Env, text: string): Promise<Uint8Array> {
  const [secret = ''] = linkSecrets(settingsOf(env).LINK_SECRET);
  const key = await keyOf(secret);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
}

function keyOf(secret: string): Promise<Key> {
  const known = keys.get(secret);
  if (known) return known;
  const made = crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  keys.set(secret, made);
  return made;
}
