// Which ids a feed named: 64 bits of each, 8 MB a million, sorted. That a product which vanished from a feed of a million is
// taken for one of those that are there has a chance of 1 to 10 trillion: it would stay in stock.

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

const halves = new Uint32Array(2);
const whole = new BigUint64Array(halves.buffer);

/** cyrb53 by bryc, public domain, with all of its 64 bits. */
function fingerprintOf(id: string): bigint {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let at = 0; at < id.length; at += 1) {
    const unit = id.charCodeAt(at);
    one = Math.imul(one ^ unit, 2_654_435_761);
    two = Math.imul(two ^ unit, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909);
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  halves[0] = one;
  halves[1] = two;
  return whole[0] ?? 0n;
}
