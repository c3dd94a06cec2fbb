// The cookie that keeps a browser's id where scripts cannot read it and browsers do not shorten its life. Only where our address
// is on the shop's own domain: elsewhere it would be a stranger's cookie, and browsers drop those.
import type { ShopId, VisitorId } from '@winback/domain';
import { visitorIdSchema } from '@winback/domain';

/** As long as browsers keep any cookie (RFC 6265bis §5.5). */
const lifeSeconds = 34_560_000;
const renewAfterDays = 30;
const dayMs = 86_400_000;

interface Kept {
  visitor: VisitorId;
  /** The day it was set, counted since 1970. */
  day: number;
}

/** The id that an earlier visit left in this browser. */
export function visitorOfCookie(request: Request, shop: ShopId): Kept | null {
  const prefix = `${nameFor(shop)}=`;
  const pair = (request.headers.get('cookie') ?? '').split(/;\s*/).find((one) => one.startsWith(prefix));
  if (pair === undefined) return null;
  const [id, day] = pair.slice(prefix.length).split('.');
  const read = visitorIdSchema.safeParse(id);
  return read.success && /^\d{1,6}$/.test(day ?? '') ? { visitor: read.data, day: Number(day) } : null;
}

/** `Set-Cookie` for this answer; null: none is needed, or none would be kept. */
export function cookieFor(
  request: Request,
  of: { shop: ShopId; visitor: VisitorId; kept: Kept | null },
  now: number,
): string | null {
  const site = request.headers.get('sec-fetch-site');
  if (site !== 'same-site' && site !== 'same-origin') return null;
  const today = Math.floor(now / dayMs);
  if (of.kept?.visitor === of.visitor && today - of.kept.day < renewAfterDays) return null;
  return `${nameFor(of.shop)}=${of.visitor}.${today}; Path=/; Max-Age=${lifeSeconds}; Secure; HttpOnly; SameSite=Lax`;
}

/** One name a shop: two shops may share a domain. */
function nameFor(shop: ShopId): string {
  return `wb_${shop}`;
}
