// The shop that a secret key opens. No page may ask what it opens: the key must not stand in one.
import { shopOfKey } from '@winback/db';
import type { ErrorBody, ShopId } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

export const wrongKey: ErrorBody = {
  code: 'wrong-key',
  message: 'send a secret key of the shop that was not revoked: authorization: Bearer <key>',
};

export async function shopOfBearer(env: Env, request: Request): Promise<ShopId | null> {
  const secret = /^Bearer +(\S{8,512})$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return secret === undefined ? null : shopOfKey(databaseOf(env), secret);
}
