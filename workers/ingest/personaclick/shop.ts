// Which shop a call is for. Clients name it by 30 hex digits; it is kept in this isolate for as long as its settings are.
import { shopByLegacyId, shopOfKey } from '@winback/db';
import type { ShopId, ShopSettings } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import type { Env } from '../../env.ts';
import { databaseOf } from '../../env.ts';
import { Kept } from '../../kept.ts';
import { shopSettings } from '../../shop-settings.ts';
import type { Params } from './params.ts';
import { textIn } from './params.ts';

export interface WireShop {
  shop: ShopId;
  settings: ShopSettings;
  /** As the client writes it. */
  legacyId: string;
}

const ids = new Kept<ShopId>();

/** The shop that `shop_id` names. Throws an {@link HTTPException}: 401 none named, 422 not an id, 404 nobody's, 403 a closed shop's. */
export async function shopIn(env: Env, params: Params, now: number): Promise<WireShop> {
  const named = params['shop_id'];
  if (named === undefined || named === null) throw new HTTPException(401, { message: 'Shop ID is not specified' });
  const legacyId = typeof named === 'string' ? named.trim().toLowerCase() : '';
  if (!/^[0-9a-f]{30}$/.test(legacyId)) throw new HTTPException(422, { message: 'Shop ID is not valid' });
  const shop = await ids.get(env, legacyId, now, () => shopByLegacyId(databaseOf(env), legacyId));
  const settings = shop === null ? null : await shopSettings(env, shop, now);
  if (shop === null || settings === null) throw new HTTPException(404, { message: 'Shop not found' });
  if (!settings.standing.open) throw new HTTPException(403, { message: 'Shop is inactive' });
  return { shop, settings, legacyId };
}

/** The secret of a call: `shop_secret` of the body or the address, or the header; null: none came. */
export function secretIn(request: Request, params: Params): string | null {
  return textIn(params, 'shop_secret') ?? request.headers.get('x-shop-secret');
}

/**
 * Whether the secret is this shop's. A key is looked up by its digest, whichever shop is named: a wrong secret and another
 * shop's cost the same and answer the same.
 */
export async function isSecretOf(env: Env, shop: ShopId, secret: string): Promise<boolean> {
  return (await shopOfKey(databaseOf(env), secret)) === shop;
}
