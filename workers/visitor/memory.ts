// What a Visitor remembers. The row on disk may be some beacons and steps of letters behind: the outbox and the ledger have
// them, and they are told again when the object is loaded. So a beacon, or a step, that changes nothing else writes one row.
import type { VisitorState } from '@winback/engine/triggers';
import { newVisitorState, record } from '@winback/engine/triggers';
import type { OutboxRow } from '../messages.ts';
import type { AlarmBook } from './alarm-book.ts';
import { bookedFor } from './alarm-book.ts';
import type { Person } from './answers.ts';
import type { Named } from './identity.ts';
import { marksWith } from './known-events.ts';

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
  /** Of the ids of all events in the outbox; null: they are too many. */
  marks: string | null;
  /** So many events came since it was written. */
  behind: number;
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
    marks: '',
    behind: 0,
  };
}

/** The device's state leaves with the person; what the device does from now on is recorded at their home. */
export function movedOut(memory: Memory, move: Omit<Move, 'state'>): Memory {
  const moves = [...memory.moves, { ...move, state: memory.state }];
  return { ...memory, home: move.to, moves, state: newVisitorState() };
}

/** At most so many rows are told again, and so many events in them: each object that is loaded waits for it. */
const maxRowsBehind = 20;
const maxEventsBehind = 40;

/** Whether `next` is what `saved` becomes when the rows after it, of the outbox and the ledger, are told again. */
export function canBeToldAgain(saved: Memory, next: Memory): boolean {
  return (
    saved.schema > 0 &&
    saved.name === next.name &&
    canBeBookedAgain(saved.alarms, next.alarms) &&
    saved.failures === next.failures &&
    saved.home === next.home &&
    saved.moves === next.moves &&
    saved.absorbed === next.absorbed &&
    saved.named === next.named &&
    saved.state.person === next.state.person &&
    saved.outbox.confirmed === next.outbox.confirmed &&
    next.behind < maxEventsBehind &&
    next.outbox.seq - saved.outbox.seq < maxRowsBehind
  );
}

/**
 * The ledger knows when its letters are due. A flush that was booked for sooner than it is due rings once for nothing; one
 * that is not booked, or too late, would keep an order from the books.
 */
function canBeBookedAgain(saved: AlarmBook, next: AlarmBook): boolean {
  const flushes =
    next.flush === undefined ? saved.flush === undefined : saved.flush !== undefined && saved.flush <= next.flush;
  return saved.move === next.move && saved.decide === next.decide && flushes;
}

/** The memory with what came after it: the outbox's rows, and the ledger's last number and time. */
export function toldAgain(
  memory: Memory,
  rows: readonly OutboxRow[],
  ledger: { lastSeq: number; nextDue: number | null },
  now: number,
): Memory {
  const events = rows.flatMap((row) =>
    row.kind === 'beacon' ? row.events.map((event) => ({ event, takenAt: row.at, visit: row.visit })) : [],
  );
  const state = events.reduce((sum, { event, takenAt, visit }) => record(sum, event, takenAt, visit), memory.state);
  const seq = Math.max(memory.outbox.seq, rows.at(-1)?.seq ?? 0, ledger.lastSeq);
  const alarms = bookedFor(memory.alarms, 'letters', ledger.nextDue);
  return {
    ...memory,
    state,
    // A step of a letter may have been written, and the object have died before its flush was booked on disk.
    alarms: seq > memory.outbox.confirmed ? bookedFor(alarms, 'flush', alarms.flush ?? now) : alarms,
    outbox: { ...memory.outbox, seq },
    marks: marksWith(
      memory.marks,
      events.map(({ event }) => event.id),
    ),
    behind: events.length,
  };
}
