// What a merchant builds a letter from. Loops over products are blocks, so that no edit can break one.
import { z } from 'zod';

const words = z.string().max(2_000);
const blockSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heading'), text: words }),
  z.object({ kind: z.literal('text'), text: words }),
  /** The products that the letter is about, one under another. */
  z.object({ kind: z.literal('items'), quantity: words }),
  z.object({ kind: z.literal('button'), text: words }),
  /** Recommended products, three in a row; nothing where there are none. */
  z.object({ kind: z.literal('picks'), title: words }),
  z.object({ kind: z.literal('footer'), reason: words, unsubscribe: words }),
]);
/** Texts may hold Liquid: `{{ shop.name }}`, `{{ person.name }}`. */
export type Block = z.infer<typeof blockSchema>;
export const blocksSchema = z.array(blockSchema).min(1).max(40);

const cartWords = {
  en: {
    heading: 'Still thinking it over?',
    text: '{% if person.name %}{{ person.name }}, your{% else %}Your{% endif %} cart at {{ shop.name }} is just as you left it.',
    quantity: 'Quantity',
    button: 'Back to my cart',
    picks: 'Goes well with it',
    reason: 'You get this letter because you agreed to letters from {{ shop.name }} and left a cart there.',
    unsubscribe: 'Unsubscribe',
  },
  ru: {
    heading: 'Ещё думаете?',
    text: '{% if person.name %}{{ person.name }}, ваша{% else %}Ваша{% endif %} корзина в {{ shop.name }} ждёт вас такой, какой вы её оставили.',
    quantity: 'Количество',
    button: 'Вернуться в корзину',
    picks: 'С этим берут',
    reason: 'Вы получили это письмо, потому что согласились на письма {{ shop.name }} и оставили там корзину.',
    unsubscribe: 'Отписаться',
  },
} as const;

/** The letter that a new shop starts with. */
export function defaultBlocks(_scenario: 'abandoned_cart', language: 'en' | 'ru'): Block[] {
  const text = cartWords[language];
  return [
    { kind: 'heading', text: text.heading },
    { kind: 'text', text: text.text },
    { kind: 'items', quantity: text.quantity },
    { kind: 'button', text: text.button },
    { kind: 'picks', title: text.picks },
    { kind: 'footer', reason: text.reason, unsubscribe: text.unsubscribe },
  ];
}
