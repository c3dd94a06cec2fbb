import type { LetterTouch } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgedTouches } from './index.ts';

const sentAt = 1_000_000;
const minute = 60_000;

function click(link: number, after: number, more: Partial<LetterTouch> = {}): LetterTouch {
  const base = { letter: 'l1', kind: 'click', verdict: 'human', network: 'n1' } as const;
  return { ...base, id: `${link}-${after}`, link, at: sentAt + after, ...more };
}

function verdicts(touches: LetterTouch[], neighbours: LetterTouch[] = touches) {
  return judgedTouches([{ letter: 'l1', sentAt, touches }], neighbours).map(({ verdict }) => verdict);
}

describe('a click', () => {
  it('is a person’s, once or twice, one link after the other, on whatever day', () => {
    expect(
      verdicts([click(1, minute), click(1, minute + 200), click(2, minute + 4_000), click(3, 3 * minute)]),
    ).toEqual(['human', 'human', 'human', 'human']);
  });

  it('is a machine’s within three seconds of the sending', () => {
    expect(verdicts([click(1, 2_999), click(2, 3_000)])).toEqual(['too-soon', 'human']);
  });

  it('is a machine’s where three links are followed within five seconds, whichever of them it is', () => {
    expect(
      verdicts([click(1, minute), click(2, minute + 2_000), click(3, minute + 5_000), click(4, 2 * minute)]),
    ).toEqual(['burst', 'burst', 'burst', 'human']);
  });

  it('is a machine’s where the link that nobody sees is followed as well', () => {
    expect(verdicts([click(1, minute), click(0, 2 * minute), click(2, 60 * minute)])).toEqual([
      'trap',
      'trap',
      'human',
    ]);
  });

  it('is a machine’s where letters of five people are followed from one place within a minute', () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, n) => click(1, minute + n * 1_000, { letter: `o${n}` }));
    const own = click(1, minute);
    expect(verdicts([own], [own, ...others(4)])).toEqual(['many-letters']);
    expect(verdicts([own], [own, ...others(3)])).toEqual(['human']);
    expect(verdicts([{ ...own, network: null }], others(9))).toEqual(['human']);
  });

  it('is judged alike in whatever order the touches come, and a machine never becomes a person', () => {
    const touch = fc.record({ link: fc.nat(4), after: fc.nat(20_000), machine: fc.boolean() });
    fc.assert(
      fc.property(fc.array(touch, { maxLength: 12 }), (all) => {
        const touches = all.map(({ link, after, machine }, n) =>
          click(link, after, { id: `${n}`, verdict: machine ? 'scanner' : 'human' }),
        );
        const judged = (list: LetterTouch[]) =>
          judgedTouches([{ letter: 'l1', sentAt, touches: list }], list).toSorted(
            (a, b) => Number(a.id) - Number(b.id),
          );
        const once = judged(touches);
        expect(judged(touches.toReversed())).toEqual(once);
        expect(judged(once)).toEqual(once);
        for (const [at, { verdict }] of once.entries())
          if (touches[at]?.verdict === 'scanner') expect(verdict).toBe('scanner');
      }),
    );
  });
});
