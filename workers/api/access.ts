// Who may do what. A shop that a person is not a member of answers as if it were not there.
import type { ShopRecord } from '@winback/db';
import { roleIn, shopById, watchShop } from '@winback/db';
import type { ErrorBody, Role, ShopId } from '@winback/domain';
import { shopIdSchema } from '@winback/domain';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { authOf } from './auth.ts';

/** Somebody who asked for something is taken to look at the dashboard this long. */
const watchMs = 10 * 60_000;

export interface SignedInEnv {
  Bindings: Env;
  Variables: { userId: string };
}
export interface ShopEnv {
  Bindings: Env;
  Variables: { userId: string; shop: ShopId; role: Role; record: ShopRecord };
}

/** A page of another site may not act in a merchant's name: the browser says where a request was made. */
export const ownOrigin: MiddlewareHandler<{ Bindings: Env }> = async (c, next) => {
  const origin = c.req.header('origin');
  const { PUBLIC_URL: own, DASHBOARD_URL: dashboard } = settingsOf(c.env);
  const ours = [own, dashboard].flatMap((url) => (url ? [new URL(url).origin] : []));
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && origin !== undefined && !ours.includes(origin)) {
    return refused(c, 403, { code: 'foreign-origin', message: 'this request was made by a page of another site' });
  }
  return next();
};

export const signedIn = createMiddleware<SignedInEnv>(async (c, next) => {
  const session = await authOf(c.env).api.getSession({ headers: c.req.raw.headers });
  if (!session) return refused(c, 401, { code: 'signed-out', message: 'sign in first' });
  c.set('userId', session.user.id);
  c.header('cache-control', 'private, no-store');
  return next();
});

/** Lets members of the shop in the path through; looking needs no role, changing needs `owner` or `editor`. */
export const inShop = createMiddleware<ShopEnv>(async (c, next) => {
  const read = shopIdSchema.safeParse(c.req.param('shop'));
  const db = databaseOf(c.env);
  const [role, record] = read.success
    ? await Promise.all([roleIn(db, read.data, c.get('userId')), shopById(db, read.data)])
    : [null, null];
  if (!role || !record)
    return refused(c, 404, { code: 'no-such-shop', message: 'there is no such shop, or you are not a member of it' });
  if (role === 'viewer' && c.req.method !== 'GET') {
    return refused(c, 403, {
      code: 'role',
      message: 'viewers may look but not change: ask the owner for the role of an editor',
    });
  }
  const now = Date.now();
  if (record.watchedUntil < now + watchMs / 2) await watchShop(db, record.id, now + watchMs);
  c.set('shop', record.id);
  c.set('role', role);
  c.set('record', record);
  return next();
});

export function refused(c: Context, status: 400 | 401 | 403 | 404 | 409 | 413 | 415, body: ErrorBody): Response {
  return c.json(body, status);
}
