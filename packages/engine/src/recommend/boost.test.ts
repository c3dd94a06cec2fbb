import { expect, it } from 'vitest';
import { recommendFor } from './index.ts';

const near = [
  { product: 'tent', other: 'peg', score: 0.5 },
  { product: 'tent', other: 'stove', score: 0.3 },
  { product: 'tent', other: 'lamp', score: 0.1 },
];
const input = {
  ...{ cart: ['tent'], views: [], together: near, popular: ['knife', 'rope'], limit: 9 },
  exclude: new Set<string>(),
};

it('lets a boosted product pass what is nearly as near, and no more than that', () => {
  expect(recommendFor({ ...input, boosted: new Set() })).toEqual(['peg', 'stove', 'lamp', 'knife', 'rope']);
  expect(recommendFor({ ...input, boosted: new Set(['stove']) })).toEqual(['stove', 'peg', 'lamp', 'knife', 'rope']);
  expect(recommendFor({ ...input, boosted: new Set(['lamp']) })).toEqual(['peg', 'stove', 'lamp', 'knife', 'rope']);
});

it('puts boosted products before other popular ones, and never one that is excluded', () => {
  expect(recommendFor({ ...input, boosted: new Set(['rope']) })).toEqual(['peg', 'stove', 'lamp', 'rope', 'knife']);
  const excluding = { ...input, boosted: new Set(['rope', 'peg', 'tent']), exclude: new Set(['rope', 'peg']) };
  expect(recommendFor(excluding)).toEqual(['stove', 'lamp', 'knife']);
});
