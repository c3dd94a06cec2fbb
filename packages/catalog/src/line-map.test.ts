import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineMap } from './line-map.ts';

const letters = fc.constantFrom('a', 'b', '\n', '\r\n', 'ы');

it('knows the line and column of every character it has not forgotten, however the text came', () => {
  fc.assert(
    fc.property(fc.array(fc.array(letters, { maxLength: 8 })), fc.nat(), (pieces, gone) => {
      const lines = new LineMap();
      for (const piece of pieces) lines.add(piece.join(''));
      const text = pieces.flat().join('');
      const forgotten = gone % (text.length + 1);
      lines.forget(forgotten);
      for (let at = forgotten; at <= text.length; at += 1) {
        const before = text.slice(0, at);
        const expected = { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
        expect(lines.at(at)).toEqual(expected);
      }
    }),
  );
});
