// A merchant with a shop, made and asked through the API as the dashboard and `pnpm start` do it.
import { env, exports } from 'cloudflare:workers';
import type { ShopId, ShopSettings } from '@winback/domain';
import { settingsOfShop, token } from './storefront.ts';

export const origin = 'https://winback.test';
const password = 'correct horse battery';

export interface Merchant {
  shop: ShopId;
  email: string;
  cookie: string;
}

/** `POST /api/setup`; `bearer` null sends none. */
export function setUp(
  shop: string,
  email: string,
  settings: ShopSettings,
  bearer: string | null = env.SETUP_TOKEN,
): Promise<Response> {
  return exports.default.fetch(`${origin}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify({ shop: { id: shop, settings }, owner: { name: 'Owner', email, password } }),
  });
}

/** Answers the session's cookie. */
export async function signIn(email: string, secret = password): Promise<{ status: number; cookie: string }> {
  const response = await exports.default.fetch(`${origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin,
      'cf-connecting-ip': `10.0.0.${Math.floor(Math.random() * 250)}`,
    },
    body: JSON.stringify({ email, password: secret }),
  });
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { status: response.status, cookie };
}

/** A new shop with its owner signed in. */
export async function newMerchant(more: Partial<ShopSettings> = {}): Promise<Merchant> {
  const shop = `shop-${token()}` as ShopId;
  const email = `owner-${token()}@shop.example`;
  const made = await setUp(shop, email, settingsOfShop(more));
  if (made.status !== 200) throw new Error(`the setup answered ${made.status}: ${await made.text()}`);
  return { shop, email, cookie: (await signIn(email)).cookie };
}

/** Asks the API below the merchant's own shop; `path` as `/letters`. A body makes it JSON. */
export async function ask<Body = Record<string, unknown>>(
  { shop, cookie }: Pick<Merchant, 'shop' | 'cookie'>,
  path: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Body }> {
  const response = await exports.default.fetch(`${origin}/api/shops/${shop}${path}`, {
    method: init.method ?? 'GET',
    headers: {
      cookie,
      origin,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body) }),
  });
  return { status: response.status, body: await response.json<Body>() };
}
