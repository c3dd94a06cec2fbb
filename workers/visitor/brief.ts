import type { VisitorState } from '@winback/engine/triggers';
import type { Brief } from './answers.ts';
import type { LetterRow } from './letter-row.ts';

/** What a letter is written from: the cart as it lies now, what was looked at, what was bought before. */
export function briefOf(row: LetterRow | null, { cart, orders, person, views }: VisitorState): Brief {
  if (row?.state !== 'waiting' || !person || !cart) return { kind: 'leave' };
  return {
    kind: 'compose',
    scenario: row.scenario,
    person: person.id,
    cart: cart.lines.map(({ product, quantity, price }) => ({ product, quantity, price })),
    cartRev: cart.rev,
    views: views.map((view) => view.product),
    ordered: orders.flatMap((order) => order.products),
  };
}
