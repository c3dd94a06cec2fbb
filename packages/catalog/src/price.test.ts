import { minorDigits, moneyFromDecimal } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Market } from './market.ts';
import { currencyCode, readPrice } from './price.ts';

describe('a price', () => {
  it.each([
    ['1234', 123_400, 'EUR'],
    ['1234.5', 123_450, 'EUR'],
    ['0.01', 1, 'EUR'],
    ['.5', 50, 'EUR'],
    ['1 234,56', 123_456, 'EUR'],
    ['1\u00a0234,56', 123_456, 'EUR'],
    ['1\u202f234\u202f567.8', 123_456_780, 'EUR'],
    ['1,234.56', 123_456, 'EUR'],
    ['1.234,56', 123_456, 'EUR'],
    ['1,234', 123_400, 'EUR'],
    ['1,234,567', 123_456_700, 'EUR'],
    ['1.234.567', 123_456_700, 'EUR'],
    ['12,34,567.89', 123_456_789, 'EUR'],
    ['0,500', 50, 'EUR'],
    ['1’234.50', 123_450, 'EUR'],
    ['14707.160', 1_470_716, 'EUR'],
    ['1.005', 101, 'EUR'],
    ['1,-', 100, 'EUR'],
    ['USD 12', 1_200, 'USD'],
    ['12.-', 1_200, 'EUR'],
    ['1 234,—', 123_400, 'EUR'],
    ['CHF 12:-', 1_200, 'CHF'],
    ['R$ 1.234,56', 123_456, 'BRL'],
    ['12 руб./шт.', 1_200, 'RUB'],
    ['12 руб.', 1_200, 'RUB'],
    ['12р', 1_200, 'RUB'],
    ['1 299 ₽', 129_900, 'RUB'],
    ['€12.50', 1_250, 'EUR'],
    ['12,50 грн', 1_250, 'UAH'],
    ['$5', 500, 'EUR'],
    ['16400000 VND', 16_400_000, 'VND'],
    ['1,234 KWD', 1_234, 'KWD'],
    ['12 RUR', 1_200, 'RUB'],
  ])('%s is %d minor units of %s', (text, minor, currency) => {
    expect(readPrice(text, 'EUR')).toEqual({ ok: true, value: { minor, currency } });
  });

  it.each([
    ['on request', /not a number/],
    ['', /not a number/],
    ['-5', /negative/],
    ['−5', /negative/],
    ['10-20', /a range/],
    ['10 – 20 EUR', /a range/],
    ['12,345,67', /not a number/],
    ['от 5', /not a number/],
    ['1,23,4.5.6', /not a number/],
    ['12 34 apples', /not a number/],
    ['123456789012', /too high/],
    ['USD 12 EUR', /not a number/],
    ['١٢', /not a number/],
  ])('%s is refused', (text, because) => {
    expect(readPrice(text, 'EUR')).toEqual({ ok: false, because: expect.stringMatching(because) });
  });

  const styles = [
    (whole: string, cents: string) => `${whole}.${cents}`,
    (whole: string, cents: string) => `${whole},${cents}`,
    (whole: string, cents: string) => `${grouped(whole, ',')}.${cents}`,
    (whole: string, cents: string) => `${grouped(whole, '.')},${cents}`,
    (whole: string, cents: string) => `${grouped(whole, ' ')},${cents}`,
    (whole: string, cents: string) => `${grouped(whole, '\u00a0')}.${cents} EUR`,
    (whole: string, cents: string) => `€ ${grouped(whole, '\u202f')},${cents}`,
  ];

  it('never loses a cent, whatever its style', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999_999_999 }), fc.constantFrom(...styles), (minor, style) => {
        const text = String(minor).padStart(3, '0');
        expect(readPrice(style(text.slice(0, -2), text.slice(-2)), 'EUR')).toEqual({
          ok: true,
          value: { minor, currency: 'EUR' },
        });
      }),
    );
  });

  it('is money or a reason, and never throws, whatever is written', () => {
    const pieces = fc.constantFrom('1', '23', '456', '.', ',', ' ', '\u00a0', '-', '+', 'USD', '€', 'руб.', 'x', "'");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          const price = readPrice(text, 'EUR');
          if (price.ok) expect(Number.isSafeInteger(price.value.minor) && price.value.minor >= 0).toBe(true);
          else expect(price.because).not.toBe('');
        },
      ),
    );
  });

  it('of decimal digits is exact in every currency', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 9_000_000_000_000n }),
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        (minor, currency) => {
          const digits = minorDigits(currency);
          const text = String(minor).padStart(digits + 1, '0');
          const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
          expect(moneyFromDecimal(decimal, currency)).toEqual({ minor: Number(minor), currency });
        },
      ),
    );
    expect(() => moneyFromDecimal('1e3', 'EUR')).toThrow(RangeError);
  });
});

describe('a feed’s currencies', () => {
  const learned = (...currencies: [string, string][]) => {
    const market = new Market('UAH', 0);
    for (const [id, rate] of currencies) market.learn({ id, rate });
    return market;
  };

  it('give prices without one the main one', () => {
    expect(new Market('EUR', 0).price('5', null)).toEqual({ ok: true, value: { minor: 500, currency: 'EUR' } });
    expect(learned(['PLN', '']).price('5', null)).toMatchObject({ value: { currency: 'PLN' } });
    expect(learned(['USD', '41.5'], ['UAH', '1']).price('5', null)).toMatchObject({ value: { currency: 'UAH' } });
  });

  it('convert to the shop’s by the feed’s rate, to the cent', () => {
    const market = learned(['UAH', '1'], ['USD', '41.525'], ['EUR', 'NBU'], ['JPY', '0.27']);
    expect(market.price('100.01', 'USD')).toEqual({ ok: true, value: { minor: 415_292, currency: 'UAH' } });
    expect(market.price('1000', 'JPY')).toEqual({ ok: true, value: { minor: 27_000, currency: 'UAH' } });
    expect(market.price('10', 'EUR')).toEqual({ ok: true, value: { minor: 1_000, currency: 'EUR' } });
  });

  it.each([
    ['rur', 'RUB'],
    [' usd ', 'USD'],
    ['гривня', null],
  ])('%s is %s', (said, code) => {
    expect(currencyCode(said)).toBe(code);
  });
});

function grouped(whole: string, mark: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, mark);
}
