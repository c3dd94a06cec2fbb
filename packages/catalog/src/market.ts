// The money of a feed: which currencies it names, at what rates, and what a price is in the shop's own.
import type { Currency, Money, Result } from '@winback/domain';
import { minorDigits, ok, refuse } from '@winback/domain';
import { currencyCode, readPrice } from './price.ts';

/** `1 USD = 41.5 of the main currency`, as two whole numbers so that no cent is lost. */
interface Rate {
  times: bigint;
  per: bigint;
}

const mostCurrencies = 200;

export class Market {
  /** The shop's. */
  readonly currency: Currency;
  /** Moment of reading, in milliseconds: promotions hold or not. */
  readonly now: number;
  /** The currency of prices that name none: the feed's main one, else the shop's. */
  #main: Currency;
  #mainIsSure = false;
  #named = 0;
  readonly #rates = new Map<Currency, Rate>();

  constructor(currency: Currency, now: number) {
    this.currency = currency;
    this.now = now;
    this.#main = currency;
  }

  /** Attributes of a `<currency>`. The `rate` of a bank (`CBRF`, `NBU`, `CB`) is unknown here: prices in that currency stay in it. */
  learn(said: Readonly<Record<string, string>>): void {
    const code = currencyCode(said['id'] ?? '') ?? currencyCode(said['name'] ?? '');
    if (code === null || this.#named >= mostCurrencies) return;
    const rate = rateOf(said['rate'] ?? '');
    const isMain = rate !== null && rate.times === rate.per;
    if (!this.#mainIsSure && (isMain || this.#named === 0)) this.#main = code;
    this.#mainIsSure ||= isMain;
    this.#named += 1;
    if (rate) this.#rates.set(code, rate);
  }

  /** A price as written, in the shop's currency where the feed says how; in its own otherwise. */
  price(text: string, said: string | null): Result<Money, string> {
    const read = readPrice(text, said === null ? this.#main : (currencyCode(said) ?? this.#main));
    return read.ok ? ok(this.#converted(read.value)) : refuse(read.because);
  }

  #converted(money: Money): Money {
    if (money.currency === this.currency) return money;
    const from = this.#rates.get(money.currency);
    const to = this.#rates.get(this.currency);
    if (!from || !to) return money;
    const up = 10n ** BigInt(minorDigits(this.currency));
    const down = 10n ** BigInt(minorDigits(money.currency));
    const over = from.per * to.times * down;
    const minor = Number((2n * BigInt(money.minor) * from.times * to.per * up + over) / (2n * over));
    return Number.isSafeInteger(minor) ? { minor, currency: this.currency } : money;
  }
}

function rateOf(text: string): Rate | null {
  const [, whole, fraction = ''] = /^\s*(\d{1,12})(?:[.,](\d{1,12}))?\s*$/.exec(text) ?? [];
  if (whole === undefined) return null;
  const times = BigInt(whole + fraction);
  return times === 0n ? null : { times, per: 10n ** BigInt(fraction.length) };
}
