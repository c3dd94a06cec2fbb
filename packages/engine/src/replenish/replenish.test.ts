import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Habits, Pair, ProductHabit, Purchases, ReplenishAsked } from './index.ts';
import {
  buyChance,
  dueAt,
  habitOf,
  hasReturned,
  isPeriodic,
  leastChance,
  mildRhythm,
  replenishVerdict,
  rhythmOf,
  shopHabitsOf,
  withPurchase,
} from './index.ts';

const dayMs = 86_400_000;
const midnight = Date.UTC(2026, 0, 1);
const day = (number: number) => midnight + number * dayMs;

function boughtOn(...days: readonly number[]): Purchases {
  const bought = days.map(day).reduce<Purchases | null>(withPurchase, null);
  if (bought === null) throw new Error('bought on no day');
  return bought;
}

/** Bought by many about every thirty days, last yesterday of day 120. */
const coffee = habit(Array.from({ length: 30 }, (_, at) => boughtOn(at, 30 + at, 60 + at, 90 + at)));
/** Bought by as many, hardly ever twice. */
const vase = habit([...Array.from({ length: 58 }, (_, at) => boughtOn(at * 2)), boughtOn(5, 90), boughtOn(9, 100)]);
const shop = shopHabitsOf([coffee, vase, vase, vase, vase, vase]);
const habits: Habits = { shop, rhythm: mildRhythm };
const orders = boughtOn(0, 30, 60, 90);
const ann: Pair = { purchases: boughtOn(0, 30, 60, 90), orders, product: coffee };
const now = day(119);
const asked: ReplenishAsked = {
  now,
  withinMs: 14 * dayMs,
  leadMs: 3 * dayMs,
  atLeast: 0.1,
  saidPeriodic: false,
  chosenAfter: null,
};

function habit(buyers: readonly Purchases[]): ProductHabit {
  const found = habitOf(buyers);
  if (found === null) throw new Error('nobody bought it');
  return found;
}

const chance = (pair: Pair, at = now, of = habits) => buyChance(pair, of, { now: at, withinMs: 14 * dayMs });
const verdict = (pair: Pair, more: Partial<ReplenishAsked> = {}) =>
  replenishVerdict(pair, habits, { ...asked, ...more });

const times = fc.array(fc.integer({ min: 0, max: 700 * 24 }), { minLength: 1, maxLength: 12 });
const purchasesOf = (hours: readonly number[]) => boughtOn(...hours.map((hour) => hour / 24));
const anyPair = fc
  .record({ bought: times, more: times, others: fc.array(times, { maxLength: 6 }) })
  .map(({ bought, more, others }): Pair => {
    const purchases = purchasesOf(bought);
    return {
      purchases,
      orders: purchasesOf([...bought, ...more]),
      product: habit([purchases, ...others.map(purchasesOf)]),
    };
  });
const anyMoment = fc.integer({ min: -10, max: 1_500 });

describe('what is kept of purchases', () => {
  it('is how many, the first, the last, and the latest of an earlier day', () => {
    expect(boughtOn(3, 10, 10.5)).toEqual({ count: 3, first: day(3), previous: day(3), last: day(10.5) });
    expect(boughtOn(10, 10.5).previous).toBeNull();
  });

  it('does not depend on the sequence in which orders arrive', () => {
    const shuffled = times.chain((hours) =>
      fc.tuple(fc.constant(hours), fc.shuffledSubarray(hours, { minLength: hours.length })),
    );
    fc.assert(
      fc.property(shuffled, ([hours, other]) => {
        expect(purchasesOf(other)).toEqual(purchasesOf(hours));
      }),
    );
  });

  it('takes two orders of one day for one visit', () => {
    expect(hasReturned(boughtOn(10, 10.9))).toBe(false);
    expect(hasReturned(boughtOn(10.9, 11))).toBe(true);
  });
});

describe('how a product is bought', () => {
  it('is its buyers, those who came back, and the median of their intervals', () => {
    const found = habitOf([boughtOn(0, 20, 40, 60), boughtOn(0, 90), boughtOn(5)]);
    expect(found).toMatchObject({ buyers: 3, repeaters: 2, orders: 7, intervals: 4, intervalMs: 20 * dayMs });
  });

  it('is nothing where nobody bought it', () => {
    expect(habitOf([])).toBeNull();
  });

  it('is guessed for a shop where nobody has bought anything twice', () => {
    const young = shopHabitsOf([habit([boughtOn(1)])]);
    const [due, soonest] = [dueAt({ purchases: boughtOn(1), orders, product: habit([boughtOn(1)]) }, young, 0), day(2)];
    expect(due).toBeGreaterThan(soonest);
    expect(Number.isFinite(due)).toBe(true);
  });
});

describe('the chance of another purchase', () => {
  it.each<[string, Partial<Pair>]>([
    ['bought it less often', { purchases: boughtOn(0, 90) }],
    ['bought it last long ago', { purchases: boughtOn(-270, -240, -210, -180) }],
    ['orders seldom', { orders: boughtOn(-900, 90) }],
  ])('is smaller for a shopper who %s', (_who, less) => {
    expect(chance({ ...ann, ...less })).toBeLessThan(chance(ann));
  });

  it('is smaller for a product that others do not buy again, and for one that nobody buys any more', () => {
    const once = { ...ann, purchases: boughtOn(90) };
    expect(chance({ ...once, product: vase })).toBeLessThan(chance(once));
    expect(chance({ ...ann, product: { ...coffee, last: day(0) } })).toBeLessThan(chance(ann));
  });

  it('lies within 0 and 1, and grows with the window', () => {
    fc.assert(
      fc.property(anyPair, anyMoment, (pair, at) => {
        const [one, two] = [1, 60].map((days) => buyChance(pair, habits, { now: day(at), withinMs: days * dayMs }));
        expect(one).toBeGreaterThanOrEqual(0);
        expect(two).toBeLessThanOrEqual(1);
        expect(two).toBeGreaterThanOrEqual(one ?? Number.NaN);
      }),
    );
  });

  it('never falls when the shopper bought it once more between the first and the last time, whatever the rhythm', () => {
    fc.assert(
      fc.property(anyPair, anyMoment, fc.array(anyPair, { maxLength: 30 }), (pair, at, lately) => {
        const taught = { shop, rhythm: rhythmOf(lately, shop, day(700)) };
        const more = { ...pair, purchases: { ...pair.purchases, count: pair.purchases.count + 1 } };
        const margin = 1e-12; // of floating point
        expect(chance(more, day(at), taught)).toBeGreaterThanOrEqual(chance(pair, day(at), taught) - margin);
      }),
    );
  });
});

describe('the rhythm of a shop', () => {
  // Two hundred shoppers, each last seen buying within the cycle of thirty days, at every part of it.
  const clockwork = Array.from({ length: 200 }, (_, at): Pair => {
    const last = 100 - (at % 30);
    const purchases = boughtOn(last - 90, last - 60, last - 30, last);
    return { purchases, orders: purchases, product: coffee };
  });
  const rhythm = rhythmOf(clockwork, shop, day(101));
  const taught: Habits = { shop, rhythm };

  it('is mild where there is nothing to look back on', () => {
    const level = rhythmOf([], shop, now);
    for (const [at, height] of level.heights.entries()) expect(height).toBeCloseTo(mildRhythm.heights[at] ?? 0, 10);
  });

  it('tells the due from the freshly supplied more sharply in a shop that buys like a clock', () => {
    const fresh: Pair = { ...ann, purchases: boughtOn(27, 57, 87, 117) };
    const sharpness = (of: Habits) => chance(ann, now, of) / chance(fresh, now, of);
    expect(sharpness(taught)).toBeGreaterThan(sharpness(habits) * 1.1);
  });

  it('does not look at what was bought first in those four weeks', () => {
    const newcomer: Pair = { ...ann, purchases: boughtOn(100) };
    expect(rhythmOf([newcomer], shop, day(101))).toEqual(rhythmOf([], shop, day(101)));
  });
});

describe('when a letter is due', () => {
  it('is the shopper’s own interval after the last purchase, less the lead', () => {
    expect((dueAt(ann, shop, 3 * dayMs) - day(117)) / dayMs).toBeCloseTo(0, 0);
  });

  it('is the product’s usual interval for somebody who bought once', () => {
    expect((dueAt({ ...ann, purchases: boughtOn(90) }, shop, 0) - day(120)) / dayMs).toBeCloseTo(0, -1);
  });

  it('is never before the last purchase, however long the lead', () => {
    fc.assert(
      fc.property(anyPair, fc.integer({ min: 0, max: 400 }), (pair, lead) => {
        expect(dueAt(pair, shop, lead * dayMs)).toBeGreaterThanOrEqual(pair.purchases.last);
      }),
    );
  });
});

describe('which products a shopper may be reminded of', () => {
  const once = boughtOn(90);
  it.each<[string, Partial<Pair>, boolean, boolean]>([
    ['bought on two days', { product: vase, purchases: boughtOn(60, 90) }, false, true],
    ['bought once, and one that others buy again', { product: coffee, purchases: once }, false, true],
    ['bought once, and one that others do not buy again', { product: vase, purchases: once }, false, false],
    ['bought once, and periodic by the feed', { product: vase, purchases: once }, true, true],
    ['bought twice on one day', { product: vase, purchases: boughtOn(90, 90.2) }, false, false],
  ])('%s', (_which, of, said, expected) => {
    expect(isPeriodic({ ...ann, ...of }, shop, said)).toBe(expected);
  });
});

describe('the verdict', () => {
  it('is go for the likely on the day on which the product runs out', () => {
    expect(verdict(ann)).toEqual({ kind: 'go', chance: chance(ann), dueAt: dueAt(ann, shop, asked.leadMs) });
  });

  it('is to wait until then for the likely who still have some', () => {
    const until = dueAt(ann, shop, asked.leadMs);
    expect(verdict(ann, { now: until - 1 })).toEqual({ kind: 'wait', until });
    expect(verdict(ann, { now: until })).toMatchObject({ kind: 'go' });
  });

  it.each<[string, Partial<Pair>, Partial<ReplenishAsked>, string]>([
    ['likelier pairs fill the shop’s twentieth', {}, { atLeast: 0.99 }, 'unlikely'],
    ['the product is not one to buy again', { product: vase, purchases: boughtOn(90) }, {}, 'not periodic'],
    ['the shopper bought it since', {}, { chosenAfter: day(60) }, 'bought since'],
  ])('is no where %s', (_why, of, more, because) => {
    expect(verdict({ ...ann, ...of }, more)).toEqual({ kind: 'no', because });
  });

  it('stands while the purchase that it was chosen after is the last one', () => {
    expect(verdict(ann, { chosenAfter: day(90) })).toMatchObject({ kind: 'go' });
  });
});

describe('the least chance', () => {
  it('lets the likeliest twentieth through', () => {
    const chances = Array.from({ length: 100 }, (_, at) => at / 100);
    expect(chances.filter((one) => one >= leastChance(chances))).toEqual([0.95, 0.96, 0.97, 0.98, 0.99]);
  });

  it('lets the likeliest through where there are only a few, and nobody where there is none', () => {
    expect(leastChance([0.1, 0.3])).toBe(0.3);
    expect(leastChance([])).toBe(Number.POSITIVE_INFINITY);
  });
});
