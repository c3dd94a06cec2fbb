// A set of strings for feeds of a million offers: 53 bits of a hash each, 16 MB a million. Two different ids are taken for
// one in a feed of a million with a chance of 1 to 10,000.

const fullest = 0.6;

export class IdSet {
  #slots = new Float64Array(1_024);
  size = 0;

  /** Whether the id is new. */
  add(id: string): boolean {
    if (this.size >= this.#slots.length * fullest) this.#grow();
    const isNew = put(this.#slots, hashOf(id));
    if (isNew) this.size += 1;
    return isNew;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) if (hash !== 0) put(larger, hash);
    this.#slots = larger;
  }
}

/** Puts a hash in its place; 0 means a free one. */
function put(slots: Float64Array, hash: number): boolean {
  for (let at = hash % slots.length; ; at = (at + 1) % slots.length) {
    const there = slots[at];
    if (there === hash) return false;
    if (there === 0) {
      slots[at] = hash;
      return true;
    }
  }
}

/** Two rounds of FNV-1a over UTF-16 units, mixed at the end: a whole number from 1 to 2^53. */
function hashOf(id: string): number {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let at = 0; at < id.length; at += 1) {
    const unit = id.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b) + at;
  }
  return (mixed(one) & 0x1fffff) * 2 ** 32 + (mixed(two) >>> 0) + 1;
}

/** The finaliser of MurmurHash3. */
function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
