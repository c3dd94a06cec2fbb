import type { VisitorState } from '@winback/engine/triggers';
import type { Brief } from './answers.ts';
import type { LetterRow } from './letter-row.ts';

/** What a letter is written from: the cart as it lies now, what was looked at, what was bought before; or what was asked. */
export function briefOf(row: LetterRow | null, state: VisitorState): Brief {
  const { asked, cart, person } = state;
  if (row?.state !== 'waiting' || !person) return { kind: 'leave' };
  if (row.scenario === 'double_opt_in') {
    if (!asked) return { kind: 'leave' };
    const { id, at, source } = asked;
    return { kind: 'confirm', scenario: row.scenario, person: person.id, ask: { id, at, source } };
  }
  if (!cart) return { kind: 'leave' };
  const { views, bought } = pastOf(state);
  return {
    kind: 'compose',
    scenario: row.scenario,
    person: person.id,
    cart: cart.lines.map(({ product, quantity, price }) => ({ product, quantity, price })),
    cartRev: cart.rev,
    views,
    ordered: bought,
  };
}

/** What was looked at, newest first, and what was bought. */
export function pastOf({ orders, views }: VisitorState): { views: string[]; bought: string[] } {
  return { views: views.map((view) => view.product), bought: orders.flatMap((order) => order.products) };
}
