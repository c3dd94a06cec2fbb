// How long what a Visitor notes may gather company before it goes to the books: each way there is billed.
import type { OutboxBody } from './storage.ts';

/** In milliseconds. `idle` while nobody looks at the dashboard; orders, addresses and letters are never kept that long. */
export function patienceMs(
  body: OutboxBody,
  isWatched: boolean,
  { OUTBOX_FLUSH_MS: soon, OUTBOX_IDLE_FLUSH_MS: idle }: { OUTBOX_FLUSH_MS: number; OUTBOX_IDLE_FLUSH_MS: number },
): number {
  const matters = body.kind !== 'beacon' || body.events.some(({ type }) => type === 'purchase' || type === 'identify');
  return matters || isWatched ? soon : Math.max(soon, idle);
}
