// What a merchant builds a letter from. Loops over products are blocks, so that no edit can break one.
import type { ScenarioCode } from '@winback/domain';
import { z } from 'zod';
import { commonWords, letterWords } from './letter-words.ts';

const words = z.string().max(2_000);
const blockSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heading'), text: words }),
  z.object({ kind: z.literal('text'), text: words }),
  /** The products that the letter is about, one under another. */
  z.object({ kind: z.literal('items'), quantity: words }),
  /** Five stars to press for each product that the letter is about; nothing where it is about none that was bought. */
  z.object({ kind: z.literal('rating'), title: words }),
  /** Leads to the cart, or to the shop's first page. */
  z.object({ kind: z.literal('button'), text: words, to: z.enum(['cart', 'shop']).default('cart') }),
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
  return scenario === 'double_opt_in' ? confirmBlocks(language) : productBlocks(scenario, language);
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

/** Letters whose items are known only when they are written show recommendations alone. */
const withoutItems: readonly ScenarioCode[] = ['abandoned_category', 'abandoned_search', 'retention'];

function productBlocks(scenario: Exclude<ScenarioCode, 'double_opt_in'>, language: 'en' | 'ru'): Block[] {
  const text = letterWords[language][scenario];
  const { quantity, unsubscribe, rate } = commonWords[language];
  const button = {
    kind: 'button',
    text: text.button,
    to: scenario.endsWith('abandoned_cart') ? 'cart' : 'shop',
  } as const;
  const picks = { kind: 'picks', title: text.picks } as const;
  const rating = scenario === 'recently_purchased' ? [{ kind: 'rating', title: rate } as const] : [];
  return [
    { kind: 'heading', text: text.heading },
    { kind: 'text', text: text.text },
    ...(withoutItems.includes(scenario)
      ? [picks, button]
      : [{ kind: 'items', quantity } as const, ...rating, button, picks]),
    { kind: 'footer', reason: text.reason, unsubscribe },
  ];
}
