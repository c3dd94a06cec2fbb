// How long what a Visitor notes may gather company before it goes to the books: each way there is billed.
import type { EventType } from '@winback/domain';
import type { OutboxBody } from './storage.ts';

const hurrying: ReadonlySet<EventType> = new Set(['purchase', 'identify', 'watch']);

/** In milliseconds. `idle` while nobody looks at the dashboard; orders, addresses, watches and letters are never kept that long. */
export function patienceMs(
  body: OutboxBody,
  isWatched: boolean,
  { OUTBOX_FLUSH_MS: soon, OUTBOX_IDLE_FLUSH_MS: idle }: { OUTBOX_FLUSH_MS: number; OUTBOX_IDLE_FLUSH_MS: number },
): number {
  if (body.kind === 'kept') return Math.max(soon, idle);
  const matters = body.kind !== 'beacon' || body.events.some(({ type }) => hurrying.has(type));
  return matters || isWatched ? soon : Math.max(soon, idle);
}
