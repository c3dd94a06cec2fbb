// Webhooks as the platforms send them: a payload of today, signed with a secret.
import { env, exports } from 'cloudflare:workers';
import { putConnection } from '@winback/db';
import type { Platform, ShopId } from '@winback/domain';
import { databaseOf } from '../env.ts';
import { seal } from '../sealed.ts';

export const secret = 'a-secret-of-the-tests';

export async function connect(shop: ShopId, platform: Platform, text = secret): Promise<void> {
  const sealed = await seal(env, { shop, platform }, text);
  await putConnection(databaseOf(env), shop, { platform, sealed, options: null, now: Date.now() });
}

export async function signatureOf(body: string, by = secret): Promise<string> {
  const utf8 = new TextEncoder();
  const key = await crypto.subtle.importKey('raw', utf8.encode(by), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(body)));
  return btoa(String.fromCharCode(...bytes));
}

export interface HookReply {
  status: number;
  body: { code?: string; accepted?: number; repeated?: number; refused?: { path: string }[] };
}

export async function deliver(path: string, body: string, headers: Record<string, string>): Promise<HookReply> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  const response = await exports.default.fetch(`https://winback.test${path}`, init);
  return { status: response.status, body: await response.json() };
}

/** A delivery of Shopify's; `signedBy` null: unsigned. */
export async function fromShopify(
  shop: string,
  topic: string,
  payload: unknown,
  more: { signedBy?: string | null; delivery?: string } = {},
): Promise<HookReply> {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const by = more.signedBy === undefined ? secret : more.signedBy;
  return deliver(`/hooks/shopify/${shop}`, body, {
    'x-shopify-topic': topic,
    'x-shopify-webhook-id': more.delivery ?? crypto.randomUUID(),
    'x-shopify-shop-domain': 'fjell-fern.myshopify.com',
    ...(by === null ? {} : { 'x-shopify-hmac-sha256': await signatureOf(body, by) }),
  });
}

export async function fromWooCommerce(
  shop: string,
  topic: string,
  payload: unknown,
  signedBy = secret,
): Promise<HookReply> {
  const body = JSON.stringify(payload);
  return deliver(`/hooks/woocommerce/${shop}`, body, {
    'x-wc-webhook-topic': topic,
    'x-wc-webhook-delivery-id': crypto.randomUUID(),
    'x-wc-webhook-signature': await signatureOf(body, signedBy),
  });
}
