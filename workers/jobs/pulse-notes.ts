// What the live view says about events, in words. No addresses, no names.
import type { BeaconEvent } from '@winback/domain';
import type { EventsMessage } from '../messages.ts';
import type { PulseNote } from '../shop/shop-pulse.ts';
import { shownPayload } from '../shown-payload.ts';

const maxNotes = 20;

/** The newest events of these messages, oldest first, as the live view shows them. */
export function pulseNotes(messages: readonly EventsMessage[]): PulseNote[] {
  const notes = messages.flatMap(({ visitor, rows }) =>
    rows.flatMap((row) => (row.kind === 'beacon' ? row.events.map((event) => noteOf(visitor, event)) : [])),
  );
  return notes.sort((a, b) => a.at - b.at).slice(-maxNotes);
}

function noteOf(visitor: string, event: BeaconEvent): PulseNote {
  return {
    visitor,
    at: event.at,
    cart: cartAfter(event),
    words: wordsOf(event),
    type: event.type,
    payload: shownPayload(event),
  };
}

function cartAfter(event: BeaconEvent): boolean | null {
  if (event.type === 'purchase') return false;
  if (event.type !== 'cart') return null;
  if (event.change === 'full') return event.items.length > 0;
  return event.change === 'add' ? true : null;
}

function wordsOf(event: BeaconEvent): string {
  switch (event.type) {
    case 'view':
      return `Somebody looks at product ${event.product}`;
    case 'category':
      return `Somebody looks at category ${event.category}`;
    case 'search':
      return `Somebody searches for “${event.query.slice(0, 60)}”`;
    case 'cart':
      return event.change === 'full' && event.items.length === 0
        ? 'Somebody emptied the cart'
        : 'Somebody changed the cart';
    case 'wish':
      return `Somebody ${event.change === 'remove' ? 'no longer wishes for' : 'wishes for'} ${listOf(event.products)}`;
    case 'purchase':
      return `Order ${event.order} came in`;
    case 'identify':
      return 'Somebody left an address';
    case 'watch':
      return event.change === 'remove'
        ? 'Somebody no longer waits for a product'
        : `Somebody waits for ${listOf(event.products)} ${event.waitsFor === 'price-drop' ? 'to cost less' : 'to come back'}`;
    case 'profile':
      return 'Somebody’s profile changed';
    case 'custom':
      return `Custom event ${event.name}`;
  }
}

function listOf(products: readonly string[]): string {
  const [first, ...more] = products;
  if (first === undefined) return 'nothing';
  return more.length === 0 ? `product ${first}` : `product ${first} and ${more.length} more`;
}
