import { describe, expect, it } from 'vitest';
import type { ToldOrder } from './index.ts';
import { twinsAmong, twinWithinMs } from './index.ts';

const line = { product: '37', quantity: 2, priceMinor: 1_050 };
const inBrowser: ToldOrder = {
  id: '1001',
  side: 'storefront',
  at: 1_000_000,
  totalMinor: 2_100,
  person: null,
  // The plugin cuts prices to whole numbers.
  lines: [{ ...line, priceMinor: 1_000 }],
};
const inShop: ToldOrder = { ...inBrowser, id: '77', side: 'server', at: 1_200_000, lines: [line] };
const pair = [{ server: '77', storefront: '1001' }];

const twins = (...orders: ToldOrder[]) => twinsAmong(orders, 100);

describe('two numbers of one order', () => {
  it('are known by the same pieces at about the same time for about the same money', () => {
    expect(twins(inBrowser, inShop)).toEqual(pair);
  });

  it.each<[string, Partial<ToldOrder>]>([
    ['the shop adds delivery to the total', { totalMinor: 2_600 }],
    [
      'the same pieces stand in two lines',
      {
        lines: [
          { ...line, quantity: 1 },
          { ...line, quantity: 1 },
        ],
      },
    ],
    ['a price is not told', { lines: [{ ...line, priceMinor: null }] }],
    ['only one side knows the buyer', { person: 'ann' }],
    ['they come within the hour', { at: inBrowser.at + twinWithinMs }],
  ])('are known although %s', (_why, more) => {
    expect(twins(inBrowser, { ...inShop, ...more })).toEqual(pair);
  });

  it.each<[string, Partial<ToldOrder>]>([
    ['another product was bought', { lines: [{ ...line, product: '38' }] }],
    ['another quantity was bought', { lines: [{ ...line, quantity: 3 }] }],
    ['they lie further apart', { at: inBrowser.at + twinWithinMs + 1 }],
    ['the money is another', { totalMinor: 9_900, lines: [{ ...line, priceMinor: 9_900 }] }],
  ])('are not one order where %s', (_why, more) => {
    expect(twins(inBrowser, { ...inShop, ...more })).toEqual([]);
  });

  it('are not one order of two people', () => {
    expect(twins({ ...inBrowser, person: 'ann' }, { ...inShop, person: 'bob' })).toEqual([]);
  });

  it('are not guessed where two orders look alike, on either side', () => {
    expect(twins(inBrowser, { ...inBrowser, id: '1002' }, inShop)).toEqual([]);
    expect(twins(inBrowser, inShop, { ...inShop, id: '78' })).toEqual([]);
  });
});
