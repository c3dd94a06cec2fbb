// What each kind of event is called, when it is sent, and how.
import type { EventType } from '@winback/domain';

export const eventWords: Record<EventType, { name: string; when: string; call: string }> = {
  view: { name: 'Product view', when: 'on a product page', call: "winback('view', { product: 'p1' })" },
  category: { name: 'Category', when: 'on a category page', call: "winback('category', { category: 'c1' })" },
  search: { name: 'Search', when: 'when somebody searches', call: "winback('search', { query: 'tent' })" },
  cart: {
    name: 'Cart',
    when: 'whenever the cart changes',
    call: "winback('cart', { change: 'full', items: [{ product: 'p1', quantity: 2, price: 19.9 }] })",
  },
  wish: {
    name: 'Wish list',
    when: 'when something is wished for',
    call: "winback('wish', { products: ['p1'], change: 'add' })",
  },
  purchase: {
    name: 'Purchase',
    when: 'on the thank-you page',
    call: "winback('purchase', { order: '1001', items: [{ product: 'p1', quantity: 2, price: 19.9 }], total: 39.8 })",
  },
  identify: {
    name: 'Address',
    when: 'when an address is typed',
    call: "winback('identify', { email: 'ann@mail.example', consent: true, source: 'checkout' })",
  },
  watch: {
    name: 'Product watch',
    when: 'when somebody asks to hear of a product',
    call: "winback('watch', { change: 'add', waitsFor: 'back-in-stock', products: ['p1'], email: 'ann@mail.example' })",
  },
  profile: {
    name: 'Profile',
    when: 'when the shop knows more of somebody',
    call: "winback('profile', { fields: { first_name: 'Ann', loyalty_status: 'gold' } })",
  },
  custom: {
    name: 'Custom event',
    when: 'whatever else your letters should know of',
    call: "winback('custom', { name: 'size_guide_opened', properties: { product: 'p1' } })",
  },
};

/** The name of a kind of event; one that nobody knows is called as it was sent. */
export function eventName(type: string | null): string {
  const known = Object.entries(eventWords).find(([name]) => name === type);
  return known?.[1].name ?? type ?? 'Not readable';
}
