// The ids of events taken lately: a beacon that comes again is known by them. Read from disk when first asked.
import type { BeaconEvent } from '@winback/domain';

export class KnownEvents {
  readonly #read: () => Set<string>;
  #ids: Set<string> | null = null;

  constructor(read: () => Set<string>) {
    this.#read = read;
  }

  /** Events that did not come before, each once; from now on they are known. */
  take(events: readonly BeaconEvent[]): BeaconEvent[] {
    const ids = this.#loaded();
    return events.filter((event) => {
      if (ids.has(event.id)) return false;
      ids.add(event.id);
      return true;
    });
  }

  /** The same, and nothing becomes known by it. */
  unknown(events: readonly BeaconEvent[]): BeaconEvent[] {
    const ids = this.#loaded();
    return events.filter((event) => !ids.has(event.id));
  }

  forget(): void {
    this.#ids = null;
  }

  #loaded(): Set<string> {
    this.#ids ??= this.#read();
    return this.#ids;
  }
}
