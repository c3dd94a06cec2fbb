// Which products were looked at shortly before each view: the raw material of "seen together", sent along with the events
// so that the Shop needs no memory of persons.
import type { BeaconEvent } from '@winback/domain';

const windowMs = 30 * 60_000;
const maxTogether = 5;

interface View {
  product: string;
  at: number;
}

/** For each view's event id: up to five other products viewed in the half hour before it, newest first. */
export function seenWith(before: readonly View[], events: readonly BeaconEvent[]): Record<string, string[]> {
  const seen: View[] = [...before];
  const together: Record<string, string[]> = {};
  for (const event of events) {
    if (event.type !== 'view') continue;
    const recent = seen.filter(({ product, at }) => product !== event.product && Math.abs(event.at - at) <= windowMs);
    const products = [...new Set(recent.sort((a, b) => b.at - a.at).map(({ product }) => product))].slice(
      0,
      maxTogether,
    );
    if (products.length > 0) together[event.id] = products;
    seen.push({ product: event.product, at: event.at });
  }
  return together;
}
