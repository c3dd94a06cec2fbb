// What is odd about the text itself, noted while it goes by and told with the offer it lies in.
import { LineMap } from './line-map.ts';

export interface Complaint {
  kind: string;
  message: string;
  sample: string;
}

export interface Note extends Complaint {
  position: number;
  line: number;
  column: number;
}

const none: Note[] = [];

/** Of each kind: a feed of a million stray characters says so a thousand times. */
const mostNotes = 1_000;

export class Notes {
  readonly lines = new LineMap();
  /** Characters of text that were decoded. */
  read = 0;
  #notes: Note[] = [];
  readonly #counts = new Map<string, number>();

  /** About the file as a whole. */
  note(complaint: Complaint): void {
    this.#notes.unshift({ ...complaint, position: 0, line: 1, column: 1 });
  }

  noteAt(position: number, complaint: Complaint): void {
    const count = (this.#counts.get(complaint.kind) ?? 0) + 1;
    this.#counts.set(complaint.kind, count);
    if (count > mostNotes) return;
    this.#notes.push({ ...complaint, position, ...this.lines.at(position) });
  }

  /** The notes before a position of the text, told now and forgotten. */
  takeBefore(position: number): Note[] {
    return this.#take((note) => note.position < position);
  }

  /** The notes up to the end of a line. */
  takeUntilLine(line: number): Note[] {
    return this.#take((note) => note.line <= line);
  }

  #take(isDue: (note: Note) => boolean): Note[] {
    if (this.#notes.length === 0) return none;
    const due = this.#notes.filter(isDue);
    this.#notes = this.#notes.filter((note) => !isDue(note));
    return due.sort((one, other) => one.position - other.position || (one.kind < other.kind ? -1 : 1));
  }
}

/** The first of each kind. */
export function oneOfEachKind<T extends { kind: string }>(all: readonly T[]): T[] {
  return all.filter((one, at) => all.findIndex(({ kind }) => kind === one.kind) === at);
}
