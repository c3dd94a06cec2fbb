import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abcOf } from './index.ts';

const spenders = (count: number) => Array.from({ length: count }, (_, at) => ({ shopper: `s${at}`, minor: at * 100 }));
const sizes = (count: number) => {
  const found = Map.groupBy(abcOf(spenders(count)), ({ segment }) => segment);
  return [found.get('A'), found.get('B'), found.get('C')].map((segment) => segment?.length ?? 0);
};

describe('ABC segments', () => {
  it('are the first 15 % of buyers by money, the next 35 %, and the rest', () => {
    expect(abcOf(spenders(10))).toEqual([
      { shopper: 's9', minor: 900, segment: 'A' },
      { shopper: 's8', minor: 800, segment: 'A' },
      { shopper: 's7', minor: 700, segment: 'B' },
      { shopper: 's6', minor: 600, segment: 'B' },
      { shopper: 's5', minor: 500, segment: 'B' },
      { shopper: 's4', minor: 400, segment: 'C' },
      { shopper: 's3', minor: 300, segment: 'C' },
      { shopper: 's2', minor: 200, segment: 'C' },
      { shopper: 's1', minor: 100, segment: 'C' },
      { shopper: 's0', minor: 0, segment: 'C' },
    ]);
  });

  it.each<[number, number[]]>([
    [0, [0, 0, 0]],
    [1, [1, 0, 0]],
    [2, [1, 0, 1]],
    [3, [1, 1, 1]],
    [20, [3, 7, 10]],
    [100, [15, 35, 50]],
    [2_375, [357, 831, 1_187]],
  ])('of %i buyers have these sizes: a share that cuts through a buyer takes them', (count, expected) => {
    expect(sizes(count)).toEqual(expected);
  });

  it('are the same in whatever sequence buyers are told, also where they spent the same', () => {
    const money = fc.uniqueArray(fc.record({ shopper: fc.string(), minor: fc.integer({ min: 0, max: 3 }) }), {
      selector: ({ shopper }) => shopper,
    });
    const shuffled = money.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(abcOf(other)).toEqual(abcOf(all));
      }),
    );
  });
});
