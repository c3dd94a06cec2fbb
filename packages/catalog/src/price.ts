// Prices as people write them. Digits go to minor units as digits: no float, no lost cent.
import type { Currency, Money, Result } from '@winback/domain';
import { moneyFromDecimal, ok, refuse } from '@winback/domain';

const mostDigits = 11;
/** No price is longer, and patterns take their time over long texts. */
const longest = 64;

/** Signs and words that shops put beside a price. `$` and `kr` mean the feed's own dollar or crown: they say nothing. */
const words: Record<string, Currency | null> = {
  '€': 'EUR',
  eur: 'EUR',
  euro: 'EUR',
  '£': 'GBP',
  '₴': 'UAH',
  грн: 'UAH',
  гривень: 'UAH',
  '₽': 'RUB',
  руб: 'RUB',
  рублей: 'RUB',
  р: 'RUB',
  rub: 'RUB',
  rur: 'RUB',
  '₸': 'KZT',
  тг: 'KZT',
  тенге: 'KZT',
  zł: 'PLN',
  zl: 'PLN',
  '₺': 'TRY',
  tl: 'TRY',
  '₫': 'VND',
  đ: 'VND',
  '₹': 'INR',
  '₪': 'ILS',
  '₩': 'KRW',
  '₾': 'GEL',
  lei: 'RON',
  лв: 'BGN',
  kč: 'CZK',
  ft: 'HUF',
  us$: 'USD',
  r$: 'BRL',
  rs: null,
  $: null,
  kr: null,
  '¥': null,
  сум: 'UZS',
  сом: 'KGS',
};

/** `RUR` is what roubles were called before 1998, and in most Russian feeds still. Null where it is no currency's code. */
export function currencyCode(said: string): Currency | null {
  const code = said.trim().toUpperCase();
  if (code === 'RUR') return 'RUB';
  return /^[A-Z]{3}$/.test(code) ? code : null;
}

/** Words, a sign, words, the number with `,-` or `.—` for no cents behind it, words. */
const written = /^([^\d.,+−-]*)([+−-]?)([^\d.,+−-]*)([\d.,\s'’]*\d|\d)\s*(?:[.,:][-–—]|[.,])?([^\d]*)$/u;
const range = /\d\s*[-–—]\s*\d/;
const perPiece = /\s*\/\s?(шт|pcs?|szt|st|stück|ea)\.?$/i;

/** What most feeds write. */
const plain = /^(0|[1-9]\d{0,8})(\.\d{1,4})?$/;

/**
 * `1234.5`, `1 234,56`, `1,234.56`, `1.234,56`, `USD 12`, `12 руб.`; a code or sign beside the number wins over `currency`.
 * A last separator before one, two or four and more digits is the decimal one; a lone comma before three groups thousands.
 */
export function readPrice(text: string, currency: Currency): Result<Money, string> {
  if (plain.test(text)) return ok(moneyFromDecimal(text, currency));
  const shown = `“${text.slice(0, 40)}”`;
  if (text.length > longest) return refuse(`the price ${shown} is not a number`);
  if (range.test(text)) return refuse(`the price ${shown} is a range: name one price`);
  const parts = written.exec(text.trim().replace(perPiece, ''));
  if (!parts) return refuse(`the price ${shown} is not a number`);
  const [, before = '', sign = '', after = '', digits = '', behind = ''] = parts;
  const said = saidCurrency([before, after, behind]);
  if (said === 'unknown') return refuse(`the price ${shown} is not a number`);
  const used = said ?? currency;
  const decimal = decimalOf(digits, used);
  if (decimal === null) return refuse(`the price ${shown} is not a number`);
  if (decimal.replace(/\..*/, '').length > mostDigits) return refuse('the price is too high to be true');
  if (sign === '-' || sign === '−') return refuse('the price is negative');
  return ok(moneyFromDecimal(decimal, used));
}

function saidCurrency(parts: readonly string[]): Currency | null | 'unknown' {
  const said = parts
    .map((part) =>
      part
        .trim()
        .replace(/[.:]+$/, '')
        .trim()
        .toLowerCase(),
    )
    .filter((part) => part !== '');
  const [word] = said;
  if (word === undefined) return null;
  if (said.length > 1) return 'unknown';
  const known = words[word];
  if (known !== undefined) return known;
  return /^[a-z]{3}$/.test(word) ? currencyCode(word) : 'unknown';
}

/** The number with a point, or null where its separators make no number. */
function decimalOf(digits: string, currency: Currency): string | null {
  const bare = digits.replace(/[\s'’]/g, '');
  if (/^\d+$/.test(bare)) return trimmed(bare);
  const last = Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(','));
  const mark = bare[last] ?? '';
  const whole = bare.slice(0, last);
  const fraction = bare.slice(last + 1);
  const other = mark === '.' ? ',' : '.';
  if (whole.includes(mark)) return isGrouped(bare, mark) ? trimmed(bare.replaceAll(mark, '')) : null;
  if (whole.includes(other))
    return isGrouped(whole, other) ? trimmed(`${whole.replaceAll(other, '')}.${fraction}`) : null;
  if (whole === '') return `0.${fraction}`;
  const groups = mark === ',' && fraction.length === 3 && !/^0|^\d{4}/.test(whole) && !threeDecimals.has(currency);
  return trimmed(groups ? whole + fraction : `${whole}.${fraction}`);
}

const threeDecimals = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

function isGrouped(text: string, mark: string): boolean {
  const groups = text.split(mark);
  return groups.every((group, at) => {
    const isLast = at === groups.length - 1;
    return (at === 0 ? /^\d{1,3}$/ : isLast ? /^\d{3}$/ : /^\d{2,3}$/).test(group);
  });
}

function trimmed(decimal: string): string {
  return decimal.replace(/^0+(?=\d)/, '');
}
