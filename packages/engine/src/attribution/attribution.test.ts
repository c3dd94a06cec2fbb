import { describe, expect, it } from 'vitest';
import type { Arrival, Bought } from './index.ts';
import { attributed, attributionWindowMs } from './index.ts';

const hour = 3_600_000;
const t0 = Date.UTC(2026, 10, 20, 12);

const arrival = (letter: string, at: number, more: Partial<Arrival> = {}): Arrival => ({
  ...{ letter, at, scenario: 'abandoned_cart', person: 'ann', visitor: 'shop/v/phone' },
  ...more,
});
const order = (at: number, more: Partial<Bought> = {}): Bought => ({
  ...{ order: '1001', at, person: 'ann', visitor: 'shop/p/ann' },
  ...more,
});
const letterOf = (one: Bought, ...arrivals: Arrival[]) => attributed([one], arrivals)[0]?.letter ?? null;

describe('an order is counted for', () => {
  it('the last letter by which its buyer came', () => {
    const [first, last] = [arrival('first', t0), arrival('last', t0 + hour)];
    expect(letterOf(order(t0 + 2 * hour), last, first)).toBe('last');
    expect(letterOf(order(t0 + hour / 2), last, first)).toBe('first');
  });

  it('no letter by which they came afterwards, or more than seven days before', () => {
    expect(letterOf(order(t0 - 1), arrival('one', t0))).toBeNull();
    expect(letterOf(order(t0 + attributionWindowMs - 1), arrival('one', t0))).toBe('one');
    expect(letterOf(order(t0 + attributionWindowMs), arrival('one', t0))).toBeNull();
  });

  it('the letter of who bought, by whichever device, or of the browser where nobody knows who bought', () => {
    expect(letterOf(order(t0 + hour, { visitor: 'shop/v/laptop' }), arrival('one', t0))).toBe('one');
    expect(letterOf(order(t0 + hour, { person: null, visitor: 'shop/v/phone' }), arrival('one', t0))).toBe('one');
    expect(letterOf(order(t0 + hour, { person: 'ben', visitor: 'shop/v/laptop' }), arrival('one', t0))).toBeNull();
    expect(letterOf(order(t0 + hour, { person: null, visitor: '' }), arrival('one', t0, { visitor: '' }))).toBeNull();
  });

  it('the same letter, in whichever sequence arrivals of one moment come', () => {
    const both = [arrival('a', t0), arrival('b', t0)] as const;
    expect(letterOf(order(t0 + hour), ...both)).toBe(letterOf(order(t0 + hour), ...both.toReversed()));
  });
});
