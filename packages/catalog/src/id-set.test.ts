import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdSet } from './id-set.ts';

it('knows what was added, as a Set does', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.nat({ max: 50 }).map(String)), { maxLength: 200 }), (ids) => {
      const [ours, theirs] = [new IdSet(), new Set<string>()];
      for (const id of ids) {
        expect(ours.add(id)).toBe(!theirs.has(id));
        theirs.add(id);
      }
      expect(ours.size).toBe(theirs.size);
    }),
  );
});

it('tells half a million ids of shops from each other', () => {
  const ids = new IdSet();
  for (let n = 0; n < 250_000; n += 1) {
    ids.add(String(n));
    ids.add(`sku-${n}/red`);
  }
  expect(ids.size).toBe(500_000);
  expect(ids.add('sku-4711/red')).toBe(false);
});
