import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Group } from './index.ts';
import { differenceOfRates, liftOf, summedEffects } from './index.ts';

const group = (people: number, buyers: number, each = 1_000): Group => ({
  ...{ people, buyers },
  ...{ spent: buyers * each, spentSquares: buyers * each ** 2 },
});

describe('the difference of two shares', () => {
  it.each([
    // Newcombe 1998, table II, method 10: (a) to (h).
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('of %i of %i and %i of %i is within the interval of the paper', (a, m, b, n, low, high) => {
    const found = differenceOfRates({ buyers: a, people: m }, { buyers: b, people: n });
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
    expect(found.value).toBeCloseTo(a / m - b / n, 10);
  });
});

describe('what letters bring', () => {
  it('is not told of nobody', () => {
    expect(liftOf(group(100, 10), group(0, 0))).toBeNull();
    expect(liftOf(group(1, 1), group(50, 1))).toBeNull();
  });

  it('is sure where the margin leaves out zero, and is told for all who were written to', () => {
    const sure = liftOf(group(20_000, 1_600), group(1_000, 40));
    expect(sure).toMatchObject({ isSure: true });
    expect(sure?.spent.value).toBeCloseTo(20_000 * (80 - 40), 6);
    expect(sure?.spent.low).toBeGreaterThan(0);
    expect(liftOf(group(200, 12), group(10, 0))).toMatchObject({ isSure: false });
  });

  it('holds what letters truly bring in about 95 of 100 trials', () => {
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const drawn = (people: number, share: number): Group => {
      let [buyers, spent, spentSquares] = [0, 0, 0];
      for (let n = 0; n < people; n += 1) {
        if (random() >= share) continue;
        const each = 1_000 + 4_000 * random();
        [buyers, spent, spentSquares] = [buyers + 1, spent + each, spentSquares + each ** 2];
      }
      return { people, buyers, spent, spentSquares };
    };
    const trials = Array.from({ length: 400 }, () => liftOf(drawn(2_000, 0.06), drawn(300, 0.04)));
    const holds = trials.filter((one) => one && one.rate.low <= 0.02 && 0.02 <= one.rate.high).length;
    const holdsMoney = trials.filter((one) => one && one.spentEach.low <= 60 && 60 <= one.spentEach.high).length;
    expect(holds / 400).toBeGreaterThan(0.92);
    expect(holds / 400).toBeLessThan(0.99);
    expect(holdsMoney / 400).toBeGreaterThan(0.9);
  });

  it('of any people lies within its margin, and turns round with the sides', () => {
    const any = fc
      .record({ people: fc.integer({ min: 2, max: 5_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
      .map(({ people, share }) => group(people, Math.round(people * share)));
    fc.assert(
      fc.property(any, any, (one, other) => {
        const [there, back] = [liftOf(one, other), liftOf(other, one)];
        expect(there).not.toBeNull();
        for (const each of [there?.rate, there?.spentEach]) {
          expect(each?.low).toBeLessThanOrEqual((each?.value ?? 0) + 1e-9);
          expect(each?.high).toBeGreaterThanOrEqual((each?.value ?? 0) - 1e-9);
        }
        expect(there?.rate.low).toBeCloseTo(-(back?.rate.high ?? 0), 9);
      }),
    );
  });

  it('of several scenarios has the margin of independent errors', () => {
    const sum = summedEffects([
      { low: 7, value: 10, high: 13 },
      { low: -2, value: 2, high: 6 },
    ]);
    expect(sum).toEqual({ low: 7, value: 12, high: 17 });
  });
});
