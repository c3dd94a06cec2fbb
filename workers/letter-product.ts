// A product of the catalogue as a letter shows it, in the words of the letter's language.
import type { SellableProduct } from '@winback/db';
import type { Money, ShopSettings } from '@winback/domain';
import { formatMoney, majorOf, minorDigits } from '@winback/domain';
import type { LetterProduct } from '@winback/mail';

export function letterProduct(product: SellableProduct, { language }: Pick<ShopSettings, 'language'>): LetterProduct {
  const { id, name, url, picture, price, oldPrice, brand } = product;
  return {
    ...{ id, name, url, picture },
    price: formatMoney(price, language),
    oldPrice: oldPrice ? formatMoney(oldPrice, language) : null,
    more: {
      brand: brand ?? '',
      amount: amountOf(price),
      ...(oldPrice ? { oldAmount: amountOf(oldPrice) } : {}),
      currency: price.currency,
    },
  };
}

/** `199.90`. */
function amountOf(money: Money): string {
  return majorOf(money).toFixed(minorDigits(money.currency));
}
