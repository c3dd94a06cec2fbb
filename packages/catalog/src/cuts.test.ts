// A feed cut anywhere is the same feed: its offers, its problems and its end.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesOf, cutAt, encoded, fixture, gzipped, offersIn, readAll, readBytes, utf16 } from './testing.ts';

const names = ['valid', 'invalid'].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, 'fixtures', folder)).map((name) => `${folder}/${name}`),
);

async function sameHoweverCut(bytes: Uint8Array, numRuns: number): Promise<void> {
  const whole = await readBytes(bytes);
  const cuts = fc.uniqueArray(fc.nat({ max: bytes.byteLength }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const ordered = places.toSorted((one, other) => one - other);
      expect(await readAll(cutAt(bytes, ordered))).toEqual(whole);
    }),
    { numRuns },
  );
}

function damaged(bytes: Uint8Array, { at, gone, put }: { at: number; gone: number; put: string }): Uint8Array {
  const from = Math.floor(at * bytes.byteLength);
  return Uint8Array.from([...bytes.slice(0, from), ...bytesOf(put), ...bytes.slice(from + gone)]);
}

describe('a feed is the same', () => {
  it.each(names)('cut at any byte, and into single bytes: %s', async (name) => {
    const bytes = fixture(name);
    const whole = await readBytes(bytes);
    for (let at = 0; at <= bytes.byteLength; at += 1) {
      const cut = await readAll(cutAt(bytes, [at]));
      if (JSON.stringify(cut.items) !== JSON.stringify(whole.items)) expect([at, cut.items]).toEqual([at, whole.items]);
      expect(cut.refused?.message).toBe(whole.refused?.message);
    }
    const single = cutAt(bytes, Array.from(bytes.keys()));
    expect(await readAll(single)).toEqual(whole);
  });

  it.each(names)('cut into any pieces: %s', (name) => sameHoweverCut(fixture(name), 20));

  const pieces = [
    '<',
    '>',
    '</offer>',
    '<offer id="z">',
    '&',
    '"',
    "'",
    ']]>',
    '<![CDATA[',
    '<!--',
    '\n',
    '\r',
    ',',
    '{',
    '}',
    '[',
    ']',
    '\0',
    '\ufffd',
    'ы',
    ' ',
    ';',
    '\\',
    '/>',
  ];
  const damage = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    gone: fc.nat({ max: 30 }),
    put: fc.constantFrom(...pieces),
  });

  it.each(names)('cut anywhere, whatever is broken in it, and fails as a feed fails: %s', async (name) => {
    const bytes = fixture(name);
    const cuts = fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), cuts, async (damages, places) => {
        const broken = damages.reduce(damaged, bytes);
        const ordered = places.map((place) => Math.floor(place * broken.byteLength)).toSorted((a, b) => a - b);
        expect(await readAll(cutAt(broken, ordered))).toEqual(await readBytes(broken));
      }),
      { numRuns: 60 },
    );
  });

  const flips = fc.array(
    fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), byte: fc.nat({ max: 255 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  it.each(names)('whatever its bytes turn into, and fails as a feed fails: %s', async (name) => {
    const bytes = fixture(name);
    await fc.assert(
      fc.asyncProperty(flips, fc.boolean(), async (all, isPacked) => {
        const broken = isPacked ? await gzipped(bytes) : Uint8Array.from(bytes);
        for (const { at, byte } of all) broken[Math.floor(at * broken.byteLength)] = byte;
        expect(await readAll(cutAt(broken, [Math.floor(broken.byteLength / 2)]))).toEqual(await readBytes(broken));
      }),
      { numRuns: 60 },
    );
  });

  const text = new TextDecoder().decode(fixture('valid/shop.yml.xml'));
  const encodings: [string, Uint8Array][] = [
    ['windows-1251, declared', encoded(text.replace('UTF-8', 'windows-1251'), 'windows-1251')],
    ['windows-1251, declared as UTF-8', encoded(text, 'windows-1251')],
    ['koi8-r, declared as windows-1251', encoded(text.replace('UTF-8', 'windows-1251'), 'koi8-r')],
    ['koi8-r without a prologue', encoded(text.replace(/^.*\n/, ''), 'koi8-r')],
    ['UTF-16 LE with its mark', utf16(`\ufeff${text}`, 'le')],
    ['UTF-16 BE with its mark', utf16(`\ufeff${text}`, 'be')],
    ['UTF-16 LE without a mark', utf16(text, 'le')],
    ['UTF-8 with its mark', bytesOf(`\ufeff${text}`)],
  ];
  it.each(encodings)('in %s, cut anywhere', async (_what, bytes) => {
    const plain = offersIn(await readBytes(bytesOf(text)));
    const expected = plain.map((offer) => offer.name.replace(/[«»]/g, ''));
    const names = offersIn(await readBytes(bytes)).map((offer) => offer.name.replace(/[«»?]/g, ''));
    expect(names).toEqual(expected);
    await sameHoweverCut(bytes, 40);
  });

  it('packed, cut anywhere', async () => {
    const bytes = bytesOf(text);
    const plain = offersIn(await readBytes(bytes));
    const packed = [
      await gzipped(bytes),
      await gzipped(bytes, 'deflate'),
      zipSync({ 'a/readme.md': bytesOf('no'), 'feed.xml': bytes }),
    ];
    for (const one of [...packed, await gzipped(zipSync({ 'feed.yml': bytes }))]) {
      expect(offersIn(await readBytes(one))).toEqual(plain);
      await sameHoweverCut(one, 25);
    }
  });

  it('when letters, rubbish and problems lie far beyond what is looked at first', async () => {
    const offers = Array.from({ length: 400 }, (_, n) => {
      const odd = n % 7 === 0 ? ' & co\u0001' : '';
      const name = n > 150 ? `Палатка ${n}${odd}` : `Tent ${n}${odd}`;
      return `<offer id="${n % 390}"><name>${name}</name><url>https://shop.example/${n}</url><price>${n}</price></offer>`;
    });
    const long = `<yml_catalog><shop><offers>\n${offers.join('\n')}\n</offers></shop></yml_catalog>`;
    await sameHoweverCut(bytesOf(long), 15);
    await sameHoweverCut(encoded(long, 'windows-1251'), 15);
    await sameHoweverCut(
      Uint8Array.from([...bytesOf(long.slice(0, 40_000)), 0xff, 0xfe, ...bytesOf(long.slice(40_000))]),
      15,
    );
  });
});
