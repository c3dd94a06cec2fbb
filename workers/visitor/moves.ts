import type { TriggerSettings, VisitorState } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { said } from '../said.ts';
import type { Move } from './memory.ts';
import type { OutboxBody } from './storage.ts';

export const moveRetryMs = 5_000;

/** Takes each to its home, oldest first, until one fails. Answers which of them are there. */
export async function deliveredMoves(env: Env, moves: readonly Move[]): Promise<ReadonlySet<string>> {
  const delivered = new Set<string>();
  for (const move of moves) {
    try {
      await env.VISITOR.getByName(move.to).absorb({ name: move.to, move });
    } catch (error) {
      console.warn('a move will be tried again', { error: said(error) });
      break;
    }
    delivered.add(move.id);
  }
  return delivered;
}

/** What the books did not hear of a device while it was nobody's, and hear from the home that it came to. */
export function broughtHome({ profile, cart, wishes }: VisitorState, { scenarios }: TriggerSettings): OutboxBody[] {
  const kept = scenarios.product_price_decrease.on ? [...(cart?.lines ?? []), ...wishes] : [];
  const products = kept.map(({ product }) => product);
  return [
    ...(profile ? [{ kind: 'profile' as const, fields: profile }] : []),
    ...(products.length > 0 ? [{ kind: 'kept' as const, products: [...new Set(products)] }] : []),
  ];
}
