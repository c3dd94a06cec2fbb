// 64 bits of a text, to know it again by. Nothing that somebody would want to forge.

const halves = new Uint32Array(2);
const whole = new BigUint64Array(halves.buffer);

/** cyrb53 by bryc (public domain), with all of its 64 bits. */
export function fingerprintOf(text: string): bigint {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 2_654_435_761);
    two = Math.imul(two ^ unit, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909);
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  halves[0] = one;
  halves[1] = two;
  return whole[0] ?? 0n;
}
