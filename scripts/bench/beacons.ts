// Beacons as the tracker posts them.
import { demoShop } from '../demo-shop.ts';
import { products } from './shop.ts';

/** A browser as it names itself: the door looks at it. */
export const shopperAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';

let made = 0;

export interface Event {
  id: string;
  at: number;
  type: string;
  [field: string]: unknown;
}

function event(type: string, fields: Record<string, unknown>): Event {
  made += 1;
  return { id: `event-${String(made).padStart(10, '0')}`, at: Date.now(), type, ...fields };
}

export function view(): Event {
  return event('view', { product: products[made % products.length] });
}

export function cart(): Event {
  return event('cart', {
    change: 'full',
    items: [{ product: products[made % products.length], quantity: 1, price: 12.5 }],
  });
}

export function identify(email: string): Event {
  return event('identify', { email, consent: true, source: 'newsletter' });
}

export function beacon(visitor: string, events: Event[]): string {
  return JSON.stringify({ shop: demoShop, visitor, sentAt: Date.now(), events });
}

/** Visitors in turn, so that each comes equally often. */
export function turns(visitors: number): () => string {
  let at = 0;
  return () => {
    at = (at + 1) % visitors;
    return `visitor-${String(at).padStart(6, '0')}`;
  };
}
