// Floods: so many beacons a minute from one browser, one address, one shop. Counted in the memory of this isolate: it costs
// no call and no row, and is a dam, not a bill: the platform may run several isolates. Who is over is told to come again;
// the tracker keeps what it could not send, so nothing of a real shopper is lost.
import type { ShopId, VisitorId } from '@winback/domain';
import type { Settings } from '../env.ts';

const windowMs = 60_000;
const maxKeys = 50_000;

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
  if (now - windowStart >= windowMs || now < windowStart || counts.size > maxKeys) {
    counts = new Map();
    windowStart = now;
  }
  const ofVisitor = visitor === null ? 0 : counted(`v ${shop} ${visitor}`);
  const ofAddress = address === null ? 0 : counted(`a ${shop} ${address}`);
  const ofShop = counted(`s ${shop}`);
  return (
    ofVisitor > limits.BEACONS_PER_VISITOR || ofAddress > limits.BEACONS_PER_ADDRESS || ofShop > limits.BEACONS_PER_SHOP
  );
}

function counted(key: string): number {
  const count = 1 + (counts.get(key) ?? 0);
  counts.set(key, count);
  return count;
}
