// What the file of a feed is known by: the SHA-256 of its bytes without the moment at which it was written. Shops write their
// feeds anew every hour, and where nothing has changed this moment is all that is another. It is left out only where it stands
// before the first offer and means nothing to whoever reads the feed: in the root of YML, in the channel of RSS, in the feed of
// Atom, in the head of Hotline's list, and in comments there. A packed file is known by its bytes alone.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** The moment stands near the beginning, or it is not looked for. */
const headBytes = 4_096;
const roots = /<(?:yml_catalog|rss|feed|price)[\s>]/;
const firstOffer = /<(?:offers?|items?|entry)[\s/>]/;
const moments = [
  /<!--[\s\S]*?-->/g,
  /(?<=<yml_catalog\s[^<>]*?\bdate\s*=\s*)(?:"[^"<>]*"|'[^'<>]*')/g,
  /<(lastBuildDate|pubDate|updated|date)>[^<>]*<\/\1>/g,
];

export class FeedDigest {
  readonly #hash = createHash('sha256');
  #head: Uint8Array | null = new Uint8Array(0);

  update(chunk: Uint8Array): void {
    if (this.#head === null) {
      this.#hash.update(chunk);
      return;
    }
    const missing = headBytes - this.#head.byteLength;
    this.#head = joined(this.#head, chunk.subarray(0, missing));
    if (this.#head.byteLength < headBytes) return;
    this.#closeHead();
    this.#hash.update(chunk.subarray(missing));
  }

  /** In hexadecimal; nothing more may come after it. */
  hex(): string {
    this.#closeHead();
    return this.#hash.digest('hex');
  }

  #closeHead(): void {
    if (this.#head === null) return;
    this.#hash.update(withoutMoment(this.#head));
    this.#head = null;
  }
}

function withoutMoment(head: Uint8Array): Buffer {
  const text = Buffer.from(head).toString('latin1');
  const end = text.search(firstOffer);
  const before = end < 0 ? text : text.slice(0, end);
  if (!roots.test(before)) return Buffer.from(head);
  const rest = end < 0 ? '' : text.slice(end);
  return Buffer.from(moments.reduce((left, moment) => left.replaceAll(moment, ''), before) + rest, 'latin1');
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.byteLength + other.byteLength);
  both.set(one);
  both.set(other, one.byteLength);
  return both;
}
