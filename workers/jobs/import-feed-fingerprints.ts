// Which ids a feed named: 64 bits of each, 8 MB a million, sorted. That a product which vanished from a feed of a million is
// taken for one of those that are there has a chance of 1 to 10 trillion: it would stay in stock.

import { fingerprintOf } from '../fingerprint.ts';

export class Fingerprints {
  #list = new BigUint64Array(4_096);
  size = 0;

  add(id: string): void {
    if (this.size === this.#list.length) {
      const larger = new BigUint64Array(this.#list.length * 2);
      larger.set(this.#list);
      this.#list = larger;
    }
    this.#list[this.size] = fingerprintOf(id);
    this.size += 1;
  }

  /** As they are stored. */
  sorted(): BigUint64Array {
    return this.#list.subarray(0, this.size).sort();
  }
}

/** Whether an id is among fingerprints that were stored. */
export function isAmong(sorted: BigUint64Array, id: string): boolean {
  const wanted = fingerprintOf(id);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0n) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}
