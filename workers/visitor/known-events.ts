// The ids of events taken lately: a beacon that comes again is known by them. Read from disk when first asked.
import type { BeaconEvent } from '@winback/domain';
import type { Repeats } from './answers.ts';

export class KnownEvents {
  readonly #read: () => Map<string, number>;
  /** When each was taken. */
  #ids: Map<string, number> | null = null;

  constructor(read: () => Map<string, number>) {
    this.#read = read;
  }

  /** Events that did not come before, each once; from now on they are known. */
  take(events: readonly BeaconEvent[], now: number, repeats: Repeats = {}): BeaconEvent[] {
    return events.filter((event) => {
      if (this.#isKnown(event.id, now, repeats)) return false;
      this.#loaded().set(event.id, now);
      return true;
    });
  }

  /** The same, and nothing becomes known by it. */
  unknown(events: readonly BeaconEvent[], now: number, repeats: Repeats = {}): BeaconEvent[] {
    return events.filter((event) => !this.#isKnown(event.id, now, repeats));
  }

  forget(): void {
    this.#ids = null;
  }

  #isKnown(id: string, now: number, repeats: Repeats): boolean {
    if (this.#loaded().has(id)) return true;
    const repeat = repeats[id];
    const takenAt = repeat && this.#loaded().get(repeat.earlier);
    return repeat !== undefined && takenAt !== undefined && now - takenAt < repeat.withinMs;
  }

  #loaded(): Map<string, number> {
    this.#ids ??= this.#read();
    return this.#ids;
  }
}
