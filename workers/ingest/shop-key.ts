// The secret key that a shop's server says with every call: `authorization: Bearer …`.
import type { ErrorBody } from '@winback/domain';
import type { Context } from 'hono';

export const wrongKey: ErrorBody = {
  code: 'wrong-key',
  message: 'send a secret key of the shop that was not revoked: authorization: Bearer <key>',
};

/** The key that a call brings; null: none, or nothing that could be one. */
export function bearerOf(c: Context): string | null {
  return /^Bearer +(\S{8,512})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null;
}
