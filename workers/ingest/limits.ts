// Floods: so many calls a minute from one browser, one address, one key, one shop. Counted in the memory of this isolate: it
// costs no call and no row, and is a dam, not a bill: the platform may run several isolates. Who is over is told to come again;
// the tracker, shops' platforms and the older scripts keep what they could not send, so nothing of a real shopper is lost.
import type { ShopId, VisitorId } from '@winback/domain';
import type { Settings } from '../env.ts';

const windowMs = 60_000;
const maxKeys = 50_000;

/** What who calls too often is told to wait. */
export const retryAfterSeconds = 20;

/** How many a minute, of one browser, of one address, of one shop. */
type Limits = Pick<Settings, 'BEACONS_PER_VISITOR' | 'BEACONS_PER_ADDRESS' | 'BEACONS_PER_SHOP'>;

let counts = new Map<string, number>();
let windowStart = 0;

/** True where one of the three counters is full. Null: who asks does not say who they are. */
export function isFlood(
  { shop, visitor }: { shop: ShopId; visitor: VisitorId | null },
  address: string | null,
  limits: Limits,
  now: number,
): boolean {
  const ofVisitor = visitor !== null && isOver(`v ${shop} ${visitor}`, limits.BEACONS_PER_VISITOR, now);
  const ofAddress = address !== null && isOver(`a ${shop} ${address}`, limits.BEACONS_PER_ADDRESS, now);
  const ofShop = isOver(`s ${shop}`, limits.BEACONS_PER_SHOP, now);
  return ofVisitor || ofAddress || ofShop;
}

/** Counts one call of this caller; true where they made more than `most` in this minute. */
export function isOver(caller: string, most: number, now: number): boolean {
  if (now - windowStart >= windowMs || now < windowStart || counts.size > maxKeys) {
    counts = new Map();
    windowStart = now;
  }
  const count = 1 + (counts.get(caller) ?? 0);
  counts.set(caller, count);
  return count > most;
}
