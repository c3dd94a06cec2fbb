// What a merchant builds a letter from. Loops over products are blocks, so that no edit can break one.
import type { ScenarioCode } from '@winback/domain';
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
  /** The one thing to do in a letter that asks to confirm. */
  z.object({ kind: z.literal('confirm'), text: words }),
  /** A footer without a way out: the letter comes once, and nothing follows. */
  z.object({ kind: z.literal('imprint'), reason: words }),
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

const confirmWords = {
  en: {
    heading: 'Shall we write to you?',
    text: 'On {{ asked.when }} this address was left {{ asked.where }}. If that was you and you want letters from {{ shop.name }}, say so with one click. Until then we write nothing else.',
    button: 'Yes, write to me',
    otherwise:
      'It was not you? Then do nothing: the request ends by itself in seven days. The page behind the button also lets you say that it was not you, and then nobody asks again.',
    reason: 'You get this letter once, because somebody asked {{ shop.name }} to write to this address.',
  },
  ru: {
    heading: 'Писать вам письма?',
    text: '{{ asked.when }} этот адрес оставили {{ asked.where }}. Если это были вы и хотите получать письма {{ shop.name }}, подтвердите одним нажатием. До этого мы больше ничего не напишем.',
    button: 'Да, пишите мне',
    otherwise:
      'Это были не вы? Ничего не делайте: запрос закончится сам через семь дней. На странице за кнопкой можно сказать, что это были не вы, и больше никто не спросит.',
    reason: 'Это письмо приходит один раз: кто-то попросил {{ shop.name }} писать на этот адрес.',
  },
} as const;

/** The letter that a new shop starts with. */
export function defaultBlocks(scenario: ScenarioCode, language: 'en' | 'ru'): Block[] {
  return scenario === 'double_opt_in' ? confirmBlocks(language) : cartBlocks(language);
}

function confirmBlocks(language: 'en' | 'ru'): Block[] {
  const text = confirmWords[language];
  return [
    { kind: 'heading', text: text.heading },
    { kind: 'text', text: text.text },
    { kind: 'confirm', text: text.button },
    { kind: 'text', text: text.otherwise },
    { kind: 'imprint', reason: text.reason },
  ];
}

function cartBlocks(language: 'en' | 'ru'): Block[] {
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
