// Events of this wire carry no ids, and its clients send again what they got no answer to (the 2017 script up to ten times,
// 27.5 s in all). So an id is made from what is said, by whom, in which session, and when: the same
// words within the window are one event, later ones another. The window begins with the first word where this isolate heard it.
// Where another isolate did, the id is that of a cell of a fixed grid: the Visitor, which hears all isolates, is told the id of
// the cell before too, and knows when it took what came under it.
import { createHash } from 'node:crypto';

/** Looking, searching, watching: saying it twice in half a minute is no news. */
export const windowMs = 30_000;
/** Putting one more of the same into the cart is news sooner: the first three tries of a client lie within. */
export const additionWindowMs = 5_000;

const maxKept = 20_000;
let heard = new Map<string, { at: number; cell: number }>();

/**
 * The id of something said now, and the one that it has where it was first said in the cell before. `words` holds everything
 * that tells it from other things said.
 */
export function idsWithin(words: string, ms: number, now: number): { id: string; earlier: string } {
  const cell = cellOf(words, ms, now);
  return { id: idOf(`${words} ${cell}`), earlier: idOf(`${words} ${cell - 1}`) };
}

/** The number of an order that came without one: the same lines of one speaker within the window are one order. */
export function numberlessOrder(speaker: string, items: unknown, now: number): { id: string; earlier: string } {
  return idsWithin(`${speaker} order ${JSON.stringify(items)}`, windowMs, now);
}

/** An id that depends on these words and on nothing else. */
export function idOf(words: string): string {
  return `pc_${createHash('sha256').update(words).digest('hex').slice(0, 32)}`;
}

/** The cell of the time grid that these words belong to: this moment's, or the one in which they were first said. */
function cellOf(words: string, ms: number, now: number): number {
  const before = heard.get(words);
  if (before && now >= before.at && now - before.at < ms) return before.cell;
  if (heard.size >= maxKept) heard = new Map();
  const cell = Math.floor(now / ms);
  heard.set(words, { at: now, cell });
  return cell;
}
