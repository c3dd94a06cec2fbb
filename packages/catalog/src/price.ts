import type { Currency, Money, Result } from '@winback/domain';
import { moneyFrom, ok, refuse } from '@winback/domain';

const highest = 100_000_000;

/** A price as feeds write it: `1234.5`, `1 234,50`. Zero, negative and absurd ones are refused with the reason. */
export function readPrice(text: string, currency: Currency): Result<Money, string> {
  const plain = text.replace(/[\s\u00a0\u202f]/g, '').replace(/,(\d{1,2})$/, '.$1');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return refuse(`the price “${text.slice(0, 40)}” is not a number`);
  const amount = Number(plain);
  if (amount < 0) return refuse('the price is negative');
  if (amount > highest) return refuse('the price is too high to be true');
  return ok(moneyFrom(amount, currency));
}
