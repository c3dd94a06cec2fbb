// What a Visitor remembers. The row on disk may be some beacons behind: the outbox has them, and they are told again when
// the object is loaded. So a beacon that changes nothing else writes one row.
import { visitorNameParts } from '@winback/domain';
import type { VisitorState } from '@winback/engine/triggers';
import { newVisitorState, record } from '@winback/engine/triggers';
import type { EventsMessage, OutboxRow } from '../messages.ts';
import type { AlarmBook } from './alarm-book.ts';
import { unbooked } from './alarm-book.ts';
import type { Person } from './answers.ts';
import type { Named } from './identity.ts';

/** What a device hands to a person's home. It stays here until the home has said that it has it. */
export interface Move {
  id: string;
  to: string;
  person: Person;
  state: VisitorState;
}

export interface Memory {
  /** Steps of the schema that this object has seen. */
  schema: number;
  ledger: number;
  name: string;
  state: VisitorState;
  alarms: AlarmBook;
  /** Attempts of alarms that failed, so that a restart does not begin anew. */
  failures: number;
  /** Highest number given, handed to the queue, and known to be in the books. */
  outbox: { seq: number; sent: number; confirmed: number };
  /** The home this device points to. */
  home: string | null;
  /** What is still to be delivered to homes, oldest first. */
  moves: Move[];
  /** Moves that already came in here. */
  absorbed: string[];
  /** Whom this browser named lately, newest first. */
  named: Named[];
}

/** The memory of an object that nobody has met. */
export function newMemory(): Memory {
  return {
    schema: 0,
    ledger: 0,
    name: '',
    state: newVisitorState(),
    alarms: {},
    failures: 0,
    outbox: { seq: 0, sent: 0, confirmed: 0 },
    home: null,
    moves: [],
    absorbed: [],
    named: [],
  };
}

/** The device's state leaves with the person; what the device does from now on is recorded at their home. */
export function movedOut(memory: Memory, move: Omit<Move, 'state'>): Memory {
  const moves = [...memory.moves, { ...move, state: memory.state }];
  return { ...memory, home: move.to, moves, state: newVisitorState() };
}

/** The books have every row up to `upto`. */
export function withConfirmed(memory: Memory, upto: number): Memory {
  const { seq, sent } = memory.outbox;
  const confirmed = Math.min(upto, seq);
  return {
    ...memory,
    outbox: { seq, confirmed, sent: Math.max(sent, confirmed) },
    alarms: unbooked(memory.alarms, 'flush'),
  };
}

/** Rows of the outbox as they go to the books. */
export function eventsMessage({ name, state }: Memory, rows: OutboxRow[]): EventsMessage {
  return { shop: visitorNameParts(name).shop, visitor: name, person: state.person?.id ?? null, rows };
}

/** The queue has every row up to `upto`. */
export function withSent(memory: Memory, upto: number): Memory {
  return { ...memory, outbox: { ...memory.outbox, sent: Math.max(memory.outbox.sent, upto) } };
}

/** At most so many beacons are told again. */
const maxBehind = 20;

/** Whether `next` is what `saved` becomes when the outbox rows after it are told again. */
export function canBeToldAgain(saved: Memory, next: Memory): boolean {
  return (
    saved.schema > 0 &&
    saved.name === next.name &&
    saved.alarms === next.alarms &&
    saved.failures === next.failures &&
    saved.home === next.home &&
    saved.moves === next.moves &&
    saved.absorbed === next.absorbed &&
    saved.named === next.named &&
    saved.state.person === next.state.person &&
    saved.outbox.sent === next.outbox.sent &&
    saved.outbox.confirmed === next.outbox.confirmed &&
    next.outbox.seq - saved.outbox.seq < maxBehind
  );
}

/** The memory with the rows that came after it. */
export function toldAgain(memory: Memory, rows: readonly OutboxRow[]): Memory {
  const events = rows.flatMap((row) =>
    row.kind === 'beacon' ? row.events.map((event) => ({ event, takenAt: row.at, visit: row.visit })) : [],
  );
  const state = events.reduce((sum, { event, takenAt, visit }) => record(sum, event, takenAt, visit), memory.state);
  return { ...memory, state, outbox: { ...memory.outbox, seq: rows.at(-1)?.seq ?? memory.outbox.seq } };
}
