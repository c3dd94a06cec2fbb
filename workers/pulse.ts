// The way to a shop's pulse. itty-durable sends arguments in a header, so they are written in plain ASCII.
import type { ConsoleNote, ShopId } from '@winback/domain';
import { consoleSchema } from '@winback/domain';
import { proxyDurable } from 'itty-durable';
import { z } from 'zod';
import type { Env } from './env.ts';
import type { PulseAnswer, WatchedNote } from './shop/answers.ts';
import type { PulseNote } from './shop/shop-pulse.ts';

const answerSchema = z.object({
  visitors: z.number(),
  openCarts: z.number(),
  recent: z.array(z.object({ at: z.number(), words: z.string() })),
  last: z.record(z.string(), z.string()),
});

export interface Pulse {
  note(notes: readonly PulseNote[]): Promise<void>;
  here(now: number): Promise<PulseAnswer>;
  /** What a browser told whose owner looks on under `code`; null: what came by a door that carries no code. */
  noteWatched(code: string | null, notes: readonly WatchedNote[], now: number): Promise<void>;
  told(code: string, after: number, now: number): Promise<ConsoleNote[]>;
}

/** Headers of one request hold at most 16 KB in some places: longer lists go in parts. */
const partLength = 12_000;

export function pulseOf(env: Pick<Env, 'PULSE'>, shop: ShopId): Pulse {
  const stub = proxyDurable(env.PULSE, { name: 'PULSE', parse: true }).get(`pulse/${shop}`);
  return {
    async note(notes) {
      for (const part of partsOf(notes)) await stub['note']?.(ascii(JSON.stringify(part)));
    },
    async here(now) {
      return answerSchema.parse(await stub['here']?.(now));
    },
    async noteWatched(code, notes, now) {
      for (const part of partsOf(notes)) await stub['noteWatched']?.(ascii(JSON.stringify({ code, notes: part, now })));
    },
    async told(code, after, now) {
      return consoleSchema.parse(await stub['told']?.(code, after, now)).notes;
    },
  };
}

function partsOf<Note>(notes: readonly Note[]): Note[][] {
  const parts: Note[][] = [];
  let length = 0;
  for (const note of notes) {
    const more = ascii(JSON.stringify(note)).length;
    const last = parts.at(-1);
    if (last && length + more <= partLength) last.push(note);
    else parts.push([note]);
    length = last && length + more <= partLength ? length + more : more;
  }
  return parts;
}

function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
