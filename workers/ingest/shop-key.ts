// The secret key that a shop's server says with every call: `authorization: Bearer …`.
import { shopOfKey } from '@winback/db';
import type { ErrorBody, ShopId } from '@winback/domain';
import type { Context } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

export const wrongKey: ErrorBody = {
  code: 'wrong-key',
  message: 'send a secret key of the shop that was not revoked: authorization: Bearer <key>',
};

export async function shopOfBearer(c: Context<{ Bindings: Env }>): Promise<ShopId | null> {
  const secret = /^Bearer +(\S{8,512})$/i.exec(c.req.header('authorization') ?? '')?.[1];
  return secret === undefined ? null : shopOfKey(databaseOf(c.env), secret);
}
