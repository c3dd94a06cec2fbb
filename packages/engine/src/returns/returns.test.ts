import { describe, expect, it } from 'vitest';
import type { Bounced } from './index.ts';
import { givenUp, sendingVerdict } from './index.ts';

const day = 86_400_000;
const bounces = (...list: [Bounced['kind'], number][]): Bounced[] =>
  list.map(([kind, days]) => ({ kind, at: days * day }));

describe('an address', () => {
  it.each([
    ['at once where nobody is there', bounces(['hard', 0]), 'hard'],
    ['at the second time that it is unclear', bounces(['unclear', 1], ['unclear', 0]), 'hard'],
    ['not at the first', bounces(['unclear', 0]), null],
    ['after three for now in a week', bounces(['soft', 7], ['soft', 3], ['soft', 0]), 'soft'],
    ['not after three in six days', bounces(['soft', 6], ['soft', 3], ['soft', 0]), null],
    ['not after two in a month', bounces(['soft', 30], ['soft', 0]), null],
    ['never for the sender’s sake', bounces(['policy', 30], ['policy', 20], ['policy', 10], ['policy', 0]), null],
    ['never for nothing', [], null],
  ] as const)('is given up %s', (_when, list, verdict) => {
    expect(givenUp(list)).toBe(verdict);
  });
});

describe('a shop', () => {
  it.each([
    [{ sent: 10_000, bounced: 500, complained: 9 }, 'fine', null],
    [{ sent: 10_000, bounced: 501, complained: 0 }, 'warn', 'bounces'],
    [{ sent: 10_000, bounced: 0, complained: 10 }, 'warn', 'complaints'],
    [{ sent: 10_000, bounced: 0, complained: 29 }, 'warn', 'complaints'],
    [{ sent: 10_000, bounced: 0, complained: 30 }, 'pause', 'complaints'],
    [{ sent: 500, bounced: 51, complained: 0 }, 'pause', 'bounces'],
    [{ sent: 20, bounced: 3, complained: 0 }, 'fine', null],
    [{ sent: 20, bounced: 0, complained: 1 }, 'warn', 'complaints'],
    [{ sent: 0, bounced: 0, complained: 0 }, 'fine', null],
  ] as const)('that sent %o fares %s', (figures, level, because) => {
    const verdict = sendingVerdict(figures);
    expect(verdict.level).toBe(level);
    expect(verdict.level === 'fine' ? null : verdict.because).toBe(because);
  });

  it('is told in words that it can act on', () => {
    const verdict = sendingVerdict({ sent: 10_000, bounced: 0, complained: 42 });
    expect(verdict).toMatchObject({ words: expect.stringContaining('42 of the last 10000 letters (0.42 %)') });
  });
});
