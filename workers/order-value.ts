import type { BeaconEvent } from '@winback/domain';
import { moneyFrom } from '@winback/domain';

/** What an order brought, in minor units of `currency`: its total, or the sum of its lines where no total was sent. */
export function revenueMinor(event: Extract<BeaconEvent, { type: 'purchase' }>, currency: string): number {
  if (event.total !== undefined) return moneyFrom(event.total, currency).minor;
  return event.items.reduce((total, item) => total + moneyFrom(item.price ?? 0, currency).minor * item.quantity, 0);
}
