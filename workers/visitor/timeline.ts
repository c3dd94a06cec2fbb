// What a person did and was told, as one list. Names of products are the catalogue's business: here are only ids.
import type { VisitorState } from '@winback/engine/triggers';
import type { VisitorEntry, VisitorTimeline } from './answers.ts';
import type { LetterRow } from './letter-row.ts';

const longest = 200;

/** Newest first. `nextAt`: when the next decision is due. */
export function timelineOf(state: VisitorState, letters: readonly LetterRow[], nextAt: number | null): VisitorTimeline {
  const entries: VisitorEntry[] = [
    ...state.views.map(({ at, product }) => ({ at, kind: 'view' as const, product })),
    ...state.categories.map(({ at, category }) => ({ at, kind: 'category' as const, category })),
    ...state.searches.map(({ at, query }) => ({ at, kind: 'search' as const, query })),
    ...state.wishes.map(({ at, product }) => ({ at, kind: 'wish' as const, product })),
    ...state.watches.map(({ at, product, waitsFor }) => ({ at, kind: 'watch' as const, product, waitsFor })),
    ...state.orders.map(({ at, id }) => ({ at, kind: 'purchase' as const, order: id })),
    ...state.changes.map(({ at, change, product, quantity }) => ({
      at,
      kind: 'cart' as const,
      change,
      quantity,
      ...(product ? { product } : {}),
    })),
    ...state.identified.map(({ at, source }) => ({ at, kind: 'identify' as const, source })),
    ...letters.flatMap(({ id, steps }) =>
      steps.map(({ at, sentence }) => ({ at, kind: 'letter' as const, letter: id, sentence })),
    ),
  ];
  return {
    firstAt: state.firstAt,
    cart: state.cart?.lines.map(({ product, quantity }) => ({ product, quantity })) ?? [],
    nextAt,
    firstSource: state.firstSource,
    place: state.place,
    entries: entries.sort((a, b) => b.at - a.at).slice(0, longest),
  };
}
