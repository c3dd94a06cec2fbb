// Visitors that were erased. Their rows may still lie in a queue: they are passed over, and so is all that a home says later,
// for a home is nobody else's. A browser goes on under its name: what it does afterwards is a new visitor's.
import { visitorNameParts } from '@winback/domain';
import type { EventsMessage, OutboxRow } from './messages.ts';

/** The rows that may be kept. */
export function rowsAfterErasure({ visitor, rows }: EventsMessage, erasedAt: number | undefined): OutboxRow[] {
  if (erasedAt === undefined) return rows;
  return visitorNameParts(visitor).kind === 'home' ? [] : rows.filter((row) => row.at > erasedAt);
}
