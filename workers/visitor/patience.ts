// How long what a Visitor notes may gather company before it goes to the books: each way there is billed.
import type { EventType, LetterState } from '@winback/domain';
import type { Settings } from '../env.ts';
import type { OutboxBody } from './storage.ts';

const hurrying: ReadonlySet<EventType> = new Set(['purchase', 'identify', 'watch']);

type Noted = OutboxBody | { kind: 'letter'; state: LetterState };

/**
 * In milliseconds. `idle` while nobody looks at the dashboard. Orders, addresses, watches and what became of a letter are never kept that
 * long; that a letter is on its way is told with what becomes of it, if that is known before the lease ends.
 */
export function patienceMs(
  noted: Noted,
  isWatched: boolean,
  settings: Pick<Settings, 'OUTBOX_FLUSH_MS' | 'OUTBOX_IDLE_FLUSH_MS' | 'LEASE_MS'>,
): number {
  const { OUTBOX_FLUSH_MS: soon, OUTBOX_IDLE_FLUSH_MS: idle, LEASE_MS: lease } = settings;
  if (isWatched) return soon;
  switch (noted.kind) {
    case 'letter':
      return noted.state === 'waiting' || noted.state === 'sending' ? Math.max(soon, Math.min(idle, lease)) : soon;
    case 'profile':
    case 'answered':
    case 'brought':
      return soon;
    case 'kept':
      return Math.max(soon, idle);
    case 'beacon': {
      const matters = noted.events.some(({ type }) => hurrying.has(type));
      return matters ? soon : Math.max(soon, idle);
    }
  }
}
