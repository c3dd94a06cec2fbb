import { describe, expect, it } from 'vitest';
import type { Bought, Learnt, Pair } from './index.ts';
import { chancesOf, habitOf, mildRhythm, shopHabitsOf, suppliesOf, thresholdOf, withPurchase } from './index.ts';

const dayMs = 86_400_000;
const midnight = Date.UTC(2026, 0, 1);
const day = (number: number) => midnight + number * dayMs;

function boughtOn(...days: readonly number[]) {
  const bought = days.map(day).reduce<ReturnType<typeof withPurchase> | null>(withPurchase, null);
  if (bought === null) throw new Error('bought on no day');
  return bought;
}

function habit(...buyers: ReturnType<typeof boughtOn>[]) {
  const found = habitOf(buyers);
  if (found === null) throw new Error('nobody bought it');
  return found;
}

/** Bought by many about every thirty days. */
const coffee = habit(...Array.from({ length: 30 }, (_, at) => boughtOn(at, 30 + at, 60 + at, 90 + at)));
/** Bought by as many, once each. */
const vase = habit(...Array.from({ length: 60 }, (_, at) => boughtOn(at * 2)));
const shop = shopHabitsOf([coffee, vase, vase, vase, vase]);
const learnt: Learnt = { habits: { shop, rhythm: mildRhythm }, atLeast: thresholdOf([]) };

const bought = (product: string, days: number[], of: Pair['product'], more: Partial<Bought> = {}): Bought => ({
  product,
  pair: { purchases: boughtOn(...days), orders: boughtOn(0, 30, 60, 90), product: of },
  saidPeriodic: false,
  ...more,
});
const monthly = bought('coffee', [0, 30, 60, 90], coffee);

describe('what runs out', () => {
  it('is what they buy again and again, on the day on which it is used up', () => {
    const [supply, ...more] = suppliesOf([monthly, bought('vase', [90], vase)], learnt, day(91));
    expect(more).toEqual([]);
    expect(supply).toMatchObject({ product: 'coffee', times: 4, last: day(90) });
    expect(((supply?.runsOutAt ?? 0) - day(120)) / dayMs).toBeCloseTo(0, 0);
    expect(supply?.runsOutAt).toBe((supply?.last ?? 0) + (supply?.everyMs ?? 0));
  });

  it('is asked by the chance of the day on which it runs out: who bought it just now is not unlikely', () => {
    expect(suppliesOf([monthly], learnt, day(90))).toEqual(suppliesOf([monthly], learnt, day(118)));
  });

  it.each<[string, Bought, Partial<Learnt>, number]>([
    ['what was bought on one day, whatever the feed says', bought('vase', [90], vase, { saidPeriodic: true }), {}, 91],
    ['what likelier pairs leave no room for', monthly, { atLeast: 0.9 }, 91],
    ['what should have been bought three times since', monthly, { atLeast: 0 }, 190],
  ])('is not %s', (_what, one, more, at) => {
    expect(suppliesOf([one], { ...learnt, ...more }, day(at))).toEqual([]);
  });

  it('is, before any night has taught anything, what was bought twice within a month, and not what was within two', () => {
    const young: Learnt = { habits: { shop: shopHabitsOf([]), rhythm: mildRhythm }, atLeast: thresholdOf([]) };
    const twice = (apart: number) => {
      const purchases = boughtOn(0, apart);
      return suppliesOf(
        [{ product: 'tea', pair: { purchases, orders: purchases, product: habit(purchases) }, saidPeriodic: false }],
        young,
        day(apart + 1),
      );
    };
    expect(twice(30)).toHaveLength(1);
    expect(twice(60)).toEqual([]);
  });

  it('comes by the day on which it runs out', () => {
    const weekly = bought('milk', [69, 76, 83, 90], habit(boughtOn(0, 7, 14, 21), boughtOn(3, 10, 17)));
    expect(suppliesOf([monthly, weekly], learnt, day(91)).map(({ product }) => product)).toEqual(['milk', 'coffee']);
  });
});

describe('the chance that a pair must have', () => {
  it('is the usual one where there are few pairs to compare, and the twentieth’s where there are many', () => {
    const chances = Array.from({ length: 1_000 }, (_, at) => at / 1_000);
    expect(thresholdOf(chances.slice(-300))).toBe(0.08);
    expect(thresholdOf(chances)).toBe(0.95);
  });

  it('is made from those alone that may be written about', () => {
    expect(chancesOf([monthly, bought('vase', [90], vase)], learnt.habits, day(119))).toHaveLength(1);
  });
});
