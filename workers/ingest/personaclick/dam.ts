// The dam before the older wire: so many calls a minute of one browser, of one address, of one secret, of one shop. A shop's
// server speaks for all of its shoppers, so its address may call oftener than a browser's.
import type { VisitorId } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import { settingsOf } from '../../env.ts';
import { isOver } from '../limits.ts';
import type { WireCall, WireContext } from './call.ts';
import { secretIn } from './shop.ts';

/** Neither a browser nor an app: those name their page or themselves. */
export function isServer({ headers }: Request): boolean {
  return headers.get('origin') === null && headers.get('user-agent') === null;
}

/** Counts a call of whoever makes it. Throws 429 where an address, a secret or a shop is over its limit. */
export function damCaller(c: WireContext, { shop, params, now }: WireCall): void {
  const limits = settingsOf(c.env);
  const secret = secretIn(c.req.raw, params);
  const address = c.req.header('cf-connecting-ip');
  const asServer = secret !== null || isServer(c.req.raw);
  const most = asServer ? limits.CALLS_PER_ADDRESS : limits.BEACONS_PER_ADDRESS;
  const isFull = [
    address !== undefined && isOver(`${asServer ? 'server' : 'a'} ${shop} ${address}`, most, now),
    secret !== null && isOver(`key ${secret}`, limits.CALLS_PER_KEY, now),
    isOver(`s ${shop}`, limits.BEACONS_PER_SHOP, now),
  ];
  if (isFull.includes(true)) tooMany();
}

/** Counts a call of one browser. Throws 429 where it makes more than a shopper does. */
export function damBrowser(c: WireContext, { shop, now }: WireCall, visitor: VisitorId | null): void {
  if (visitor !== null && isOver(`v ${shop} ${visitor}`, settingsOf(c.env).BEACONS_PER_VISITOR, now)) tooMany();
}

function tooMany(): never {
  throw new HTTPException(429, { message: 'Too many requests' });
}
