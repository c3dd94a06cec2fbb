// What was wrong with items of a batch that was taken, for the merchant's list of drops: one count for each call.
import { noteDrop } from '../../../events.ts';
import type { WireCall, WireContext } from '../call.ts';
import type { RefusedItem } from './batch.ts';

export function noteItems(
  c: WireContext,
  { shop, now }: WireCall,
  name: string,
  refused: readonly RefusedItem[],
): void {
  if (refused.length === 0) return;
  const problems = refused.map(({ index, message }) => ({ path: `${name}.${index}`, code: 'item', message }));
  const sample = `${c.req.path}: ${refused.length} of its items`;
  noteDrop(c.env, { shop, reason: 'bad-event', sample, problems }, now, (work) => c.executionCtx.waitUntil(work));
}
