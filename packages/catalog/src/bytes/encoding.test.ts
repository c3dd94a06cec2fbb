import { describe, expect, it } from 'vitest';
import { bytesOf, encoded, offersIn, problemsIn, readBytes, utf16, verdictOf } from '../testing.ts';

const russian = 'Палатка туристическая четырёхместная';

function yml(name: string, encoding?: string): string {
  const prologue = encoding === undefined ? '' : `<?xml version="1.0" encoding="${encoding}"?>\n`;
  return `${prologue}<yml_catalog><shop><offers><offer id="1"><name>${name}</name><price>5</price></offer></offers></shop></yml_catalog>`;
}

describe('the encoding', () => {
  it.each([
    ['what the prologue says', encoded(yml(russian, 'windows-1251'), 'windows-1251'), null, 'windows-1251', null],
    ['what the server says', encoded(yml(russian), 'koi8-r'), 'text/xml; charset=KOI8-R', 'koi8-r', null],
    ['windows-1251 by its letters', encoded(yml(russian), 'windows-1251'), null, 'windows-1251', null],
    ['KOI8-R by its letters', encoded(yml(russian), 'koi8-r'), null, 'koi8-r', null],
    ['Latin by its lonely letters', encoded(yml('Café crème brûlée'), 'windows-1252'), null, 'windows-1252', null],
    ['UTF-8 by its shapes', bytesOf(yml(russian)), null, 'utf-8', null],
    [
      'UTF-8 where the server is wrong',
      bytesOf(yml(russian)),
      'text/xml; charset=windows-1251',
      'utf-8',
      'the server says windows-1251',
    ],
    [
      'UTF-8 where the prologue is wrong',
      bytesOf(yml(russian, 'windows-1251')),
      null,
      'utf-8',
      'the XML prologue says windows-1251',
    ],
    [
      'windows-1251 where both are wrong',
      encoded(yml(russian, 'utf-8'), 'windows-1251'),
      'text/xml; charset=utf-8',
      'windows-1251',
      'the server says utf-8',
    ],
    [
      'KOI8-R where the prologue says windows-1251',
      encoded(yml(russian, 'cp1251'), 'koi8-r'),
      null,
      'koi8-r',
      'the XML prologue says windows-1251',
    ],
    [
      'the prologue’s where the server only guesses',
      encoded(yml(russian, 'windows-1251'), 'windows-1251'),
      'text/xml; charset=utf-8',
      'windows-1251',
      'the server says utf-8',
    ],
    ['another one where it is declared', encoded(yml('Ďábel', 'iso-8859-2'), 'iso-8859-2'), null, 'iso-8859-2', null],
    [
      'one that nobody knows: by the letters',
      encoded(yml(russian, 'russian'), 'windows-1251'),
      null,
      'windows-1251',
      null,
    ],
    ['UTF-16 by its mark', utf16(`\ufeff${yml(russian, 'utf-16')}`, 'be'), null, 'utf-16be', null],
    ['UTF-16 without a mark', utf16(yml(russian), 'le'), 'text/xml; charset=utf-8', 'utf-16le', null],
    ['UTF-8 by its mark', bytesOf(`\ufeff${yml(russian)}`), null, 'utf-8', null],
  ])('is %s', async (_what, bytes, contentType, encoding, mismatch) => {
    const read = await readBytes(bytes, { contentType });
    expect(offersIn(read)[0]?.name).toMatch(/^(Палатка туристическая четырёхместная|Café crème brûlée|Ďábel)$/);
    expect(verdictOf(read).encoding).toBe(encoding);
    const said = read.items.find((item) => item.kind === 'problem' && item.problem.kind === 'encoding-mismatch');
    expect(said?.kind === 'problem' ? said.problem.message : null).toEqual(
      mismatch === null ? null : expect.stringContaining(mismatch),
    );
  });

  it('is UTF-8 with bytes that are none, each with its place', async () => {
    const [before = '', after = ''] = yml(`${russian}|${russian}`).split('|');
    const read = await readBytes(Uint8Array.from([...bytesOf(before), 0xff, ...bytesOf(after)]));
    expect(verdictOf(read).encoding).toBe('utf-8');
    expect(problemsIn(read)).toContainEqual(['invalid-bytes', 1, before.length + 1, '1']);
    expect(offersIn(read)[0]?.name).toBe(`${russian}\ufffd${russian}`);
  });
});
