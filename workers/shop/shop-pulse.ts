// Who is in the shop now, and what the last events were. Kept in memory by itty-durable and lost on a restart without
// harm: nothing here is counted, billed or decided upon.
import type { ConsoleNote, EventType } from '@winback/domain';
import { createDurable } from 'itty-durable';
import type { PulseAnswer, WatchedNote } from './answers.ts';

const hereMs = 5 * 60_000;
const recentKept = 20;
const maxVisitors = 5_000;
const watchedMs = 30 * 60_000;
const maxWatched = 20;
const notesKept = 100;

/** One Visitor's latest doing, as the consumer of `events` tells it. */
export interface PulseNote {
  visitor: string;
  at: number;
  /** True: products lie in the cart. False: it is empty. Null: this note says nothing about it. */
  cart: boolean | null;
  words: string;
  type: EventType;
  /** The event as the storefront sent it (JSON), addresses blanked. */
  payload: string;
}

interface Here {
  at: number;
  cart: boolean;
}

/** A browser whose owner looks on, by the code that its beacons carry. */
interface Watched {
  at: number;
  /** Somebody asked for this code; 0: nobody yet. Codes that nobody asks for leave first: anybody can make them up. */
  askedAt: number;
  notes: ConsoleNote[];
}

export class ShopPulse extends createDurable({ autoPersist: false }) {
  visitors: Record<string, Here> = {};
  recent: PulseAnswer['recent'] = [];
  last: PulseAnswer['last'] = {};
  watched = new Map<string, Watched>();
  /** What came by doors that carry no code: the older wire, shops' servers, webhooks. Whoever looks on sees it. */
  doors: ConsoleNote[] = [];
  lastSeq = 0;

  note(json: string): { noted: number } {
    const notes = JSON.parse(json) as PulseNote[];
    for (const note of notes) {
      const known = this.visitors[note.visitor];
      this.visitors[note.visitor] = { at: Math.max(note.at, known?.at ?? 0), cart: note.cart ?? known?.cart ?? false };
      this.last[note.type] = note.payload;
    }
    const words = notes.map(({ at, words }) => ({ at, words })).reverse();
    this.recent = [...words, ...this.recent].slice(0, recentKept);
    this.leaveOld(Math.max(0, ...notes.map(({ at }) => at)));
    return { noted: notes.length };
  }

  here(now: number): PulseAnswer {
    this.leaveOld(now);
    const here = Object.values(this.visitors);
    return {
      visitors: here.length,
      openCarts: here.filter(({ cart }) => cart).length,
      recent: this.recent,
      last: this.last,
    };
  }

  leaveOld(now: number): void {
    const staying = Object.entries(this.visitors).filter(([, { at }]) => at > now - hereMs);
    this.visitors = Object.fromEntries(staying.slice(-maxVisitors));
  }

  /** Keeps the newest notes of a watched browser, or (without a code) of the doors that carry none. */
  noteWatched(json: string): { noted: number } {
    const { code, notes, now } = JSON.parse(json) as { code: string | null; notes: WatchedNote[]; now: number };
    if (code === null) {
      this.doors = [...this.doors, ...this.numbered(notes, now)].slice(-notesKept);
      return { noted: notes.length };
    }
    const known = this.placeFor(code, now, ({ askedAt }) => askedAt === 0);
    if (!known) return { noted: 0 };
    const more = this.numbered(notes, now);
    this.watched.set(code, { ...known, at: now, notes: [...known.notes, ...more].slice(-notesKept) });
    return { noted: more.length };
  }

  numbered(notes: readonly WatchedNote[], now: number): ConsoleNote[] {
    const first = Math.max(now, 1 + this.lastSeq);
    this.lastSeq = first + notes.length - 1;
    return notes.map((note, at) => ({ ...note, seq: first + at }));
  }

  /** What a watched browser told and what came by other doors since the note `after`, oldest first. */
  told(code: string, after: number, now: number): { notes: ConsoleNote[] } {
    const known = this.placeFor(code, now, () => true) ?? { at: now, askedAt: now, notes: [] };
    this.watched.set(code, { ...known, at: now, askedAt: now });
    this.doors = this.doors.filter(({ at }) => at > now - watchedMs);
    const notes = [...known.notes, ...this.doors].filter(({ seq }) => seq > after);
    return { notes: notes.sort((one, other) => one.seq - other.seq) };
  }

  /** What is kept under a code. A new one gets the place of the oldest that may leave; null: none may. */
  placeFor(code: string, now: number, mayLeave: (one: Watched) => boolean): Watched | null {
    for (const [old, { at }] of this.watched) if (at <= now - watchedMs) this.watched.delete(old);
    const known = this.watched.get(code);
    if (known) return known;
    if (this.watched.size >= maxWatched) {
      const oldest = [...this.watched].sort(([, a], [, b]) => a.askedAt - b.askedAt || a.at - b.at);
      const leaving = oldest.find(([, one]) => mayLeave(one));
      if (!leaving) return null;
      this.watched.delete(leaving[0]);
    }
    return { at: now, askedAt: 0, notes: [] };
  }
}
