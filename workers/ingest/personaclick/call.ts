// One call of the wire, read: which shop, what it says, by what right. Nothing of it is believed yet.

import type { ShopId } from '@winback/domain';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Env } from '../../env.ts';
import { damCaller } from './dam.ts';
import type { Params } from './params.ts';
import { bodyLimits, paramsOf } from './params.ts';
import type { WireShop } from './shop.ts';
import { isSecretOf, secretIn, shopIn } from './shop.ts';

export interface WireEnv {
  Bindings: Env;
  Variables: {
    /** Known once the call is read: what is refused later is counted for this shop. */
    shop?: ShopId;
    /** The event or the path, for the merchant's sample of what was refused. */
    saying?: string;
  };
}
export type WireContext = Context<WireEnv>;

export interface WireCall extends WireShop {
  params: Params;
  now: number;
}

/** Reads a call that anybody may make. Throws an {@link HTTPException} with the original's status. */
export async function callOf(c: WireContext): Promise<WireCall> {
  const now = Date.now();
  return callWith(c, await paramsOf(c.req.raw, bodyLimits.call), now);
}

async function callWith(c: WireContext, params: Params, now: number): Promise<WireCall> {
  const shop = await shopIn(c.env, params, now);
  c.set('shop', shop.shop);
  const call = { ...shop, params, now };
  damCaller(c, call);
  return call;
}

/** Reads a call that only the shop's own server may make: 401 without a secret, 403 with a wrong one. */
export async function secretCallOf(c: WireContext): Promise<WireCall> {
  const now = Date.now();
  return vouchedCallOf(c, await paramsOf(c.req.raw, bodyLimits.call), now);
}

/** The same for parameters that were read already. */
export async function vouchedCallOf(c: WireContext, params: Params, now: number): Promise<WireCall> {
  const call = await callWith(c, params, now);
  if (!(await isVouched(c, call))) throw new HTTPException(401, { message: 'Shop secret is not specified' });
  return call;
}

/** True where the call brings the shop's secret; false where it brings none. A wrong one is 403. */
export async function isVouched(c: WireContext, { shop, params }: WireCall): Promise<boolean> {
  const secret = secretIn(c.req.raw, params);
  if (secret === null) return false;
  if (await isSecretOf(c.env, shop, secret)) return true;
  throw new HTTPException(403, { message: 'Invalid secret key' });
}
