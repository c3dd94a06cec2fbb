import type { BeaconEvent } from '@winback/domain';
import { assertNever } from '@winback/domain';

/** The products that an event names, each once. */
export function productIdsOf(event: BeaconEvent): string[] {
  switch (event.type) {
    case 'view':
      return [event.product];
    case 'cart':
    case 'purchase':
      return [...new Set(event.items.map((item) => item.product))];
    case 'wish':
    case 'watch':
      return [...new Set(event.products)];
    case 'category':
    case 'search':
    case 'identify':
    case 'profile':
    case 'custom':
      return [];
    default:
      return assertNever(event);
  }
}
