// From which address a shop's letters may come. A shop never sends as somebody else: an own provider has to take a letter from the address,
// and through the operator's server, which takes every address, the domain has to show that it is the shop's.
import type { SenderRow } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import { recordsOf } from './dns.ts';
import type { Env } from './env.ts';
import { settingsOf } from './env.ts';
import { channelName, operatorChannel } from './shop-provider.ts';

/** Letters may leave. A shop without a row sends from the address that the operator set it up with. */
export function isVerified({ sender }: Pick<ShopSettings, 'sender'>, row: SenderRow | null): boolean {
  return row === null || row.verified?.address === sender.address;
}

export const unverified =
  'the sender’s address is not verified yet: send the test letter under Settings, Sender and provider';

/** Whether the domain of the address has to be shown to be the shop's. */
export function needsProof(shop: ShopId, row: SenderRow | null, address: string): boolean {
  return channelName(shop, row, 'marketing') === operatorChannel && row !== null && row.vouchedAddress !== address;
}

/** The record that only who runs the domain can write: made of the shop and the domain, and worth nothing elsewhere. */
export async function proofOf(env: Env, shop: ShopId, domain: string): Promise<{ name: string; wanted: string }> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const secret = new TextEncoder().encode(`sender proof ${settingsOf(env).LINK_SECRET}`);
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  const mark = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${shop} ${domain}`)));
  const hex = [...mark.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { name: `_winback.${domain}`, wanted: `winback=${hex}` };
}

export async function hasProof(env: Env, shop: ShopId, domain: string): Promise<boolean> {
  const { name, wanted } = await proofOf(env, shop, domain);
  const found = await recordsOf(name, 'TXT', settingsOf(env).DNS_QUERY_URL);
  return Array.isArray(found) && found.includes(wanted);
}
