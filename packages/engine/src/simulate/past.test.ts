// A past as a shop has it: people become known, orders come from the shop's system, products change, and only the last days count.
import type { BeaconEvent, PersonId } from '@winback/domain';
import { byScenario } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TriggerSettings } from '../triggers/index.ts';
import type { Happening } from './index.ts';
import { addedTotals, marginOf, newSimulation, noScenarioTotals } from './index.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const t0 = Date.UTC(2026, 10, 1, 12);
const settings: TriggerSettings = {
  timeZone: 'Europe/Berlin',
  voice: { pauseMs: day, perDay: 1, perWeek: 3, hours: null },
  scenarios: {
    ...byScenario(() => ({ on: false, delayMs: 0, windowMs: hour })),
    abandoned_cart: { on: true, delayMs: hour, windowMs: 4 * hour },
    product_price_decrease: { on: true, delayMs: 0, windowMs: 2 * day },
  },
};
const cart = (person: string, at: number, product = 'p1'): Happening => ({
  ...{ person, at },
  event: {
    ...{ id: `${person}-${at}`, at, type: 'cart', change: 'full' },
    items: [{ product, quantity: 1, price: 20 }],
  } as BeaconEvent,
});
const known = (
  person: string,
  at: number,
  consent: 'none' | 'subscribed' | 'unsubscribed' = 'subscribed',
): Happening => ({
  ...{ person, at, consent },
  id: person as PersonId,
});
const told = (happenings: readonly Happening[], more: { countFrom?: number; until?: number } = {}) => {
  const { until = t0 + 60 * day, ...options } = more;
  const simulation = newSimulation({
    ...{ settings, consent: null, sampleSize: 5, sampleOf: 'abandoned_cart' as const },
    ...options,
  });
  for (const one of happenings) simulation.take(one);
  simulation.runTo(until);
  return simulation;
};

describe('a past that is told again', () => {
  it('writes to nobody before they are known, and to nobody who has left', () => {
    const before = told([cart('ann', t0)]).totals().scenarios.abandoned_cart;
    expect(before).toMatchObject({ letters: 0, blocked: { 'no-address': 1 } });
    const during = told([cart('ann', t0), known('ann', t0 + 30 * minute)]).totals().scenarios.abandoned_cart;
    expect(during).toMatchObject({ letters: 1, reached: 1, blocked: {} });
    const left = told([known('ann', t0), cart('ann', t0 + 1), known('ann', t0 + 2, 'unsubscribed')]);
    expect(left.totals().scenarios.abandoned_cart).toMatchObject({ letters: 0, blocked: { unsubscribed: 1 } });
  });

  it('stops a letter by an order that only the shop’s system told of', () => {
    const order: Happening = { person: 'ann', at: t0 + 9, order: { id: '1', at: t0 + 9, products: ['p1'] } };
    const found = told([known('ann', t0), cart('ann', t0), order]).totals().scenarios.abandoned_cart;
    expect(found).toMatchObject({ letters: 0, blocked: { bought: 1 } });
  });

  it('lives through what was before and counts it not, but for the pause that it makes', () => {
    const twice = [known('ann', t0), cart('ann', t0), cart('ann', t0 + 7 * day, 'p2')];
    const all = told(twice).totals().scenarios.abandoned_cart;
    const late = told(twice, { countFrom: t0 + day }).totals().scenarios.abandoned_cart;
    // The same cart: one letter ever. It was before.
    expect([all.letters, late.letters, late.occasions]).toEqual([1, 0, 0]);
    const fresh = [...twice.slice(0, 2), { ...cart('ann', t0 + hour + 1, 'p9') }];
    expect(told(fresh, { countFrom: t0 + 2 * hour }).totals().letters.abandoned_cart).toBe(0);
  });

  it('tells who keeps a product that it costs less, and says which letter stood before it', () => {
    const simulation = newSimulation({ settings, consent: null, sampleSize: 5 });
    for (const one of [known('ann', t0), cart('ann', t0)]) simulation.take(one);
    const fact = { id: 1, kind: 'price-drop' as const, product: 'p1', at: t0 + hour / 2, currency: 'EUR' };
    simulation.tell({ ...fact, priceMinor: 1_000, wasMinor: 2_000 }, { currency: 'EUR', leastDropPercent: 1 });
    simulation.runTo(t0 + 10 * day);
    const { scenarios } = simulation.totals();
    expect(scenarios.product_price_decrease).toMatchObject({ letters: 1, occasions: 1 });
    expect(scenarios.abandoned_cart).toMatchObject({ letters: 0, blocked: { pause: 1 } });
    const nobody = newSimulation({ settings, consent: null, sampleSize: 5 });
    nobody.take(known('ben', t0));
    nobody.tell({ ...fact, priceMinor: 1_000, wasMinor: 2_000 }, { currency: 'EUR', leastDropPercent: 1 });
    expect(nobody.totals().letters.product_price_decrease).toBe(0);
  });

  it('is the same whether all people are told again together or part by part', () => {
    const doing = fc.record({
      person: fc.constantFrom('ann', 'ben', 'cem', 'dua'),
      at: fc.integer({ min: 0, max: 20 * 24 }).map((hours) => t0 + hours * hour),
    });
    fc.assert(
      fc.property(fc.array(doing, { maxLength: 40 }), (doings) => {
        const people = ['ann', 'ben', 'cem', 'dua'];
        const happenings = [
          ...people.map((person) => known(person, t0)),
          ...doings.toSorted((a, b) => a.at - b.at).map(({ person, at }) => cart(person, at, `p${at % 7}`)),
        ];
        const whole = told(happenings).totals().scenarios.abandoned_cart;
        const parts = people.map(
          (one) => told(happenings.filter(({ person }) => person === one)).totals().scenarios.abandoned_cart,
        );
        expect(parts.reduce(addedTotals, noScenarioTotals())).toEqual(whole);
        const { occasions, letters, blocked } = whole;
        expect(Object.values(blocked).reduce((sum, count) => sum + count, letters)).toBe(occasions);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the margin of a share of the people', () => {
  it('is none where everybody was looked at, and holds the truth in about 95 of 100 draws', () => {
    let seed = 11;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const letters = Array.from({ length: 3_000 }, () => (random() < 0.4 ? 1 + Math.floor(4 * random()) : 0));
    const truth = letters.reduce((sum, count) => sum + count, 0);
    expect(marginOf({ squares: 999 }, 1)).toBe(0);
    const draws = Array.from({ length: 300 }, () => {
      const drawn = letters.filter(() => random() < 0.2);
      const squares = drawn.reduce((sum, count) => sum + count ** 2, 0);
      const found = drawn.reduce((sum, count) => sum + count, 0) / 0.2;
      return Math.abs(found - truth) <= marginOf({ squares }, 0.2);
    });
    expect(draws.filter(Boolean).length / 300).toBeGreaterThan(0.91);
  });
});
