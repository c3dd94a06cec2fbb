import { z } from 'zod';

/** Money in integer minor units (cents, kopecks; whole yen). Never a fraction, never without its currency. */
export interface Money {
  readonly minor: number;
  readonly currency: Currency;
}

/** An ISO 4217 code in capitals. */
export type Currency = string;

export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'a currency is three capital letters of ISO 4217, as EUR');
export const moneySchema = z.object({ minor: z.number().int(), currency: currencySchema });

/** Asked for every price of a feed; `Intl` takes its time. */
const digitsKnown = new Map<Currency, number>();

/** Digits after the point in this currency (ISO 4217 through `Intl`): 2 for EUR, 0 for JPY, 3 for KWD. Unknown codes count 2. */
export function minorDigits(currency: Currency): number {
  const known = digitsKnown.get(currency);
  if (known !== undefined) return known;
  const digits = askedDigits(currency);
  if (digitsKnown.size < 1_000) digitsKnown.set(currency, digits);
  return digits;
}

function askedDigits(currency: Currency): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2; // not a well-formed code: the schema at the door refuses it, a stored row keeps working
  }
}

/** Turns a price as shops write it (12.5) to minor units, rounding half away from zero so that 1.005 does not lose a cent. */
export function moneyFrom(amount: number, currency: Currency): Money {
  const scale = 10 ** minorDigits(currency);
  const minor = Math.sign(amount) * Math.round(Number((Math.abs(amount) * scale).toPrecision(15)));
  return { minor: minor === 0 ? 0 : minor, currency };
}

/**
 * Turns digits with a decimal point (`1234.565`) to minor units exactly, rounding half up: no float is involved.
 * @throws {RangeError} on anything but `\d+(\.\d+)?`, and beyond 2^53 minor units
 */
export function moneyFromDecimal(decimal: string, currency: Currency): Money {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (whole === undefined) throw new RangeError(`“${decimal}” is no decimal number`);
  const digits = minorDigits(currency);
  const minor =
    Number(whole + fraction.slice(0, digits).padEnd(digits, '0')) + ((fraction[digits] ?? '0') >= '5' ? 1 : 0);
  if (!Number.isSafeInteger(minor)) throw new RangeError(`“${decimal}” is more than fits`);
  return { minor, currency };
}

/** Whether a price is lower than another one by so many per cent at least. Never across currencies. */
export function isLower(price: Money, than: Money, percent: number): boolean {
  return price.currency === than.currency && price.minor * 100 <= than.minor * (100 - percent);
}

/** The price as a number of major units, for the shop's own display only; sums stay in minor units. */
export function majorOf(money: Money): number {
  return money.minor / 10 ** minorDigits(money.currency);
}

/** The price as people write it: `1 240 €` in Russian, `€1,240.00` in English. */
export function formatMoney(money: Money, locale: string): string {
  const isWhole = money.minor % 10 ** minorDigits(money.currency) === 0;
  return writerOf(locale, money.currency, isWhole).format(majorOf(money));
}

/** Making one takes longer than writing a hundred prices with it. */
const writers = new Map<string, Intl.NumberFormat>();

function writerOf(locale: string, currency: Currency, isWhole: boolean): Intl.NumberFormat {
  const name = `${locale} ${currency} ${isWhole}`;
  const known = writers.get(name);
  if (known) return known;
  const fraction = isWhole ? { maximumFractionDigits: 0 } : {};
  const writer = new Intl.NumberFormat(locale, { style: 'currency', currency, ...fraction });
  if (writers.size < 1_000) writers.set(name, writer);
  return writer;
}
