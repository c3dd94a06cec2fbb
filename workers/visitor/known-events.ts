// The ids of events taken lately: a beacon that comes again is known by them. Each id leaves a short mark in the memory, which
// is read anyway: a mark that was never left is a new event, and the outbox is not asked. One that was left is looked up there,
// for two ids may share it.
import type { BeaconEvent } from '@winback/domain';

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
  readonly #read: () => Set<string>;
  #ids: Set<string> | null = null;

  /** `read`: the ids of all events that the outbox holds. */
  constructor(read: () => Set<string>) {
    this.#read = read;
  }

  /** Events that did not come before, each once. */
  unknown(events: readonly BeaconEvent[], marks: string | null): BeaconEvent[] {
    const met = new Set<string>();
    return events.filter(({ id }) => {
      if (met.has(id) || this.#isKnown(id, marks)) return false;
      met.add(id);
      return true;
    });
  }

  /** These are in the outbox from now on. */
  take(events: readonly BeaconEvent[]): void {
    for (const { id } of events) this.#ids?.add(id);
  }

  /** What was read is read anew when it is needed. */
  forget(): void {
    this.#ids = null;
  }

  #isKnown(id: string, marks: string | null): boolean {
    if (this.#ids === null && marks !== null && !marks.includes(markOf(id))) return false;
    this.#ids ??= this.#read();
    return this.#ids.has(id);
  }
}
