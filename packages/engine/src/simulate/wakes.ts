// Whom to wake when: a binary heap. A person who is put in again keeps the newest time only.
interface Wake {
  at: number;
  person: string;
}

export class Wakes {
  /** Parents are never later than their children. Entries that were overtaken stay until they come up. */
  readonly #heap: Wake[] = [];
  readonly #wakeAt = new Map<string, number>();

  /** `at` null: nobody has to wake them. */
  put(person: string, at: number | null): void {
    if (at === null) {
      this.#wakeAt.delete(person);
      return;
    }
    if (this.#wakeAt.get(person) === at) return;
    this.#wakeAt.set(person, at);
    this.#push({ at, person });
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#wakeAt.size) this.#rebuild();
  }

  /** Takes the next who wakes before `end`; of those of one moment the first by name. Null: nobody does. */
  takeBefore(end: number): Wake | null {
    for (let [next] = this.#heap; next !== undefined && next.at < end; [next] = this.#heap) {
      this.#pop();
      if (this.#wakeAt.get(next.person) !== next.at) continue;
      this.#wakeAt.delete(next.person);
      return next;
    }
    return null;
  }

  #rebuild(): void {
    this.#heap.length = 0;
    for (const [person, at] of this.#wakeAt) this.#push({ at, person });
  }

  #push(wake: Wake): void {
    const heap = this.#heap;
    let index = heap.push(wake) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(wake, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = wake;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (let child = this.#sooner(1); child < heap.length; child = this.#sooner(2 * index + 1)) {
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }

  /** The sooner of the child at `left` and its neighbour. */
  #sooner(left: number): number {
    const [one, other] = [this.#heap[left], this.#heap[left + 1]];
    return one !== undefined && other !== undefined && isBefore(other, one) ? left + 1 : left;
  }
}

function isBefore(one: Wake, other: Wake): boolean {
  return one.at < other.at || (one.at === other.at && one.person < other.person);
}
