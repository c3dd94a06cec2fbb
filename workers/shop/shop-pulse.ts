// Who is in the shop now, and what the last events were. Kept in memory by itty-durable and lost on a restart without
// harm: nothing here is counted, billed or decided upon.
import type { EventType } from '@winback/domain';
import { createDurable } from 'itty-durable';
import type { PulseAnswer } from './answers.ts';

const hereMs = 5 * 60_000;
const recentKept = 20;
const maxVisitors = 5_000;

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

export class ShopPulse extends createDurable({ autoPersist: false }) {
  visitors: Record<string, Here> = {};
  recent: PulseAnswer['recent'] = [];
  last: PulseAnswer['last'] = {};

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
}
