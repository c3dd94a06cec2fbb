// Who this browser is to the wire: its did, its session, its half of an A/B test, the letter that it came by. Kept under the names
// that plugins of shops read (`{prefix}_device_id`, `{prefix}_session_code`, `{prefix}_source`).
import { cookie, forget, keep, kept, putCookie } from './keep.ts';

const yearSeconds = 34_560_000;
const sessionMs = 7_200_000;
const sourceMs = 172_800_000;
const letters = ['bulk', 'chain', 'transactional', 'trigger_mail', 'digest_mail'];
const query = new URLSearchParams(location.search);

/** `personaclick` or `rees46`, as the page's snippet is called. */
let prefix = 'personaclick';

export function callBrowser(name: string): void {
  prefix = name;
}

export function knownDid(): string | undefined {
  return kept(`${prefix}_device_id`) ?? cookie(`${prefix}_device_id`);
}

export function keepDid(did: string): void {
  keep(`${prefix}_device_id`, did);
  putCookie(`${prefix}_device_id`, did, yearSeconds);
}

/** The session that is open; a new one after two hours of silence. */
export function session(): string {
  const code = kept(`${prefix}_session_code`);
  const lastAt = Number(kept(`${prefix}_session_last_act`) ?? 0);
  const open = code && Date.now() - lastAt < sessionMs ? code : newCode();
  keep(`${prefix}_session_code`, open);
  keep(`${prefix}_session_last_act`, String(Date.now()));
  putCookie(`${prefix}_session_code`, open, sessionMs / 1_000);
  return open;
}

export function endSession(): void {
  forget(`${prefix}_session_code`);
}

/** `A` or `B`, by chance, for as long as the browser remembers. */
export function segment(): string {
  const known = kept('r46_segment');
  const half = known === 'A' || known === 'B' ? known : Math.random() < 0.5 ? 'A' : 'B';
  keep('r46_segment', half);
  return half;
}

/** The letter that led here in the last two days, as JSON; the address of this page may name a new one. */
export function source(): { from: string; code: string } | undefined {
  const landed = letterOfPage();
  const name = `${prefix}_source`;
  if (landed) {
    keep(name, JSON.stringify({ ...landed, at: Date.now() }));
    putCookie(name, JSON.stringify(landed), sourceMs / 1_000);
    return landed;
  }
  try {
    const { from, code, at } = JSON.parse(kept(name) ?? '{}') as { from?: string; code?: string; at?: number };
    return from && code && Date.now() - (at ?? 0) < sourceMs ? { from, code } : undefined;
  } catch {
    return; // somebody else wrote there
  }
}

function letterOfPage(): { from: string; code: string } | undefined {
  const from = query.get('recommended_by') ?? '';
  const code = query.get('recommended_code') ?? query.get('utm_content') ?? '';
  if (letters.includes(from) && code) return { from, code };
  const old = (['trigger_mail', 'digest_mail'] as const).find((kind) => query.get(`rees46_${kind}_code`));
  return old && { from: old, code: query.get(`rees46_${old}_code`) ?? '' };
}

/** The block that led to this page, if one did: it counts for what the page shows first. */
export function blockOfPage(): Record<string, string> {
  const by = query.get('recommended_by') ?? '';
  const code = query.get('recommended_code') ?? '';
  return by && !letters.includes(by) ? { recommended_by: by, ...(code ? { recommended_code: code } : {}) } : {};
}

export function newCode(): string {
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => signs.charAt(byte % 62)).join('');
}
