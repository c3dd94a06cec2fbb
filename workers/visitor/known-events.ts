// The ids of events taken lately: a beacon that comes again is known by them. Each id leaves a short mark in the memory, which
// is read anyway: a mark that was never left is a new event, and the outbox is not asked. One that was left is looked up there,
// for two ids may share it.
import type { BeaconEvent } from '@winback/domain';
import type { Repeats } from './answers.ts';

const markLength = 6;
/** More marks are not worth their place in the memory: the outbox is asked then. */
const mostMarks = 4_000;

/** The marks with those of more ids; null: there are too many. */
export function marksWith(marks: string | null, ids: readonly string[]): string | null {
  if (marks === null) return null;
  const all = marks + ids.map(markOf).join('');
  return all.length > mostMarks * markLength ? null : all;
}

/** The upper thirty bits of an id's FNV-1a hash (draft-eastlake-fnv), in six letters. */
function markOf(id: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash >>> 2).toString(36).padStart(markLength, '0');
}

export class KnownEvents {
  readonly #read: () => Map<string, number>;
  /** When each was taken. */
  #ids: Map<string, number> | null = null;

  /** `read`: the ids of all events that the outbox holds, and when they were taken. */
  constructor(read: () => Map<string, number>) {
    this.#read = read;
  }

  /** Events that did not come before, each once. `repeats`: some may have come a little earlier under another id. */
  unknown(events: readonly BeaconEvent[], marks: string | null, now: number, repeats: Repeats = {}): BeaconEvent[] {
    const met = new Set<string>();
    return events.filter(({ id }) => {
      const repeat = repeats[id];
      if (met.has(id) || this.#takenAt(id, marks) !== null) return false;
      if (repeat) {
        const takenAt = met.has(repeat.earlier) ? now : this.#takenAt(repeat.earlier, marks);
        if (takenAt !== null && now - takenAt < repeat.withinMs) return false;
      }
      met.add(id);
      return true;
    });
  }

  /** These are in the outbox from now on. */
  take(events: readonly BeaconEvent[], now: number): void {
    for (const { id } of events) this.#ids?.set(id, now);
  }

  /** What was read is read anew when it is needed. */
  forget(): void {
    this.#ids = null;
  }

  #takenAt(id: string, marks: string | null): number | null {
    if (this.#ids === null && marks !== null && !marks.includes(markOf(id))) return null;
    this.#ids ??= this.#read();
    return this.#ids.get(id) ?? null;
  }
}
