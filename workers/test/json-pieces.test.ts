import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonPieces } from '../ingest/personaclick/server/json-pieces.ts';

/** What the pieces of these texts say, put together again. */
function said(texts: readonly string[]): { value: Record<string, unknown>; isClosed: boolean } {
  const split = new JsonPieces();
  const value: Record<string, unknown> = {};
  for (const { name, of, text } of texts.flatMap((one) => split.push(one))) {
    const known = value[name];
    if (of === 'field') value[name] = JSON.parse(text);
    else value[name] = [...(Array.isArray(known) ? known : []), JSON.parse(text)];
  }
  return { value, isClosed: split.isClosed };
}

/** A list without elements says nothing: nobody can tell it from a list that is not there. */
const withoutEmpty = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => !(Array.isArray(one) && one.length === 0)));

const name = fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text !== '__proto__');
const cuts = fc.array(fc.nat(), { maxLength: 20 });

function cut(text: string, at: readonly number[]): string[] {
  const places = [0, ...at.map((one) => one % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

describe('the pieces of an object', () => {
  it('say what the object says, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 4 })), fc.nat(3), cuts, (object, indent, at) => {
        // JSON has no minus zero.
        const meant = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
        const text = JSON.stringify(meant, null, indent);
        expect(said(cut(text, at))).toEqual({ value: withoutEmpty(meant), isClosed: true });
        expect(said([...text])).toEqual(said([text]));
      }),
      { numRuns: 300 },
    );
  });

  it('know that the object was cut off', () => {
    const text = JSON.stringify({ shop_id: 'a', items: [{ id: '1' }, { id: '2' }], last: true });
    for (let length = 0; length < text.length; length += 1) expect(said([text.slice(0, length)]).isClosed).toBe(false);
  });

  it.each(['[1,2]', '{"a":1}]', '{"a":1}{"b":2}'])('refuse what is no object: %s', (text) => {
    expect(() => said([text])).toThrow(SyntaxError);
  });

  it('refuse one that is too long, before it is there', () => {
    const split = new JsonPieces();
    split.push('{"a":"');
    expect(() => {
      for (let n = 0; n < 30; n += 1) split.push('x'.repeat(100_000));
    }).toThrow(RangeError);
  });
});
