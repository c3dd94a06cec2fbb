// What a letter says, whatever it looks like: the words of each use in the languages that we write ourselves. Designs arrange them.
import type { TemplateLanguage, TemplateUse } from '@winback/domain';
import { commonWords, letterWords } from './letter-words.ts';

/** The words of a letter with products in it. */
export interface ProductCopy {
  kind: 'products';
  use: Exclude<TemplateUse, 'double_opt_in'>;
  heading: string;
  /** May hold Liquid; no tags. */
  text: string;
  button: string;
  to: 'cart' | 'shop';
  /** The letter is about products: they stand in `items`. */
  hasItems: boolean;
  /** Above recommended products. */
  picks: string;
  quantity: string;
  /** On a button below one product. */
  look: string;
  /** Above the stars, where one is asked for them. */
  rate: { title: string; worst: string; best: string } | null;
  /** Above a code, where the person has one. */
  coupon: string;
  reason: string;
  unsubscribe: string;
  lessOften: string;
  viewOnline: string;
}

/** The words of the letter that asks to confirm. */
export interface ConfirmCopy {
  kind: 'confirm';
  heading: string;
  text: string;
  button: string;
  otherwise: string;
  reason: string;
}

export type Copy = ProductCopy | ConfirmCopy;

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

const digestWords = {
  en: {
    heading: 'New and worth a look',
    text: '{% if person.name %}{{ person.name }}, this{% else %}This{% endif %} is what we picked for you at {{ shop.name }}.',
    button: 'Open the shop',
    picks: 'For you',
    reason: 'You get this letter because you agreed to letters from {{ shop.name }}.',
  },
  ru: {
    heading: 'Новое и интересное',
    text: '{% if person.name %}{{ person.name }}, вот{% else %}Вот{% endif %} что мы выбрали для вас в {{ shop.name }}.',
    button: 'Открыть магазин',
    picks: 'Для вас',
    reason: 'Вы получили это письмо, потому что согласились на письма {{ shop.name }}.',
  },
} as const;

const more = {
  en: {
    look: 'Have a look',
    coupon: 'Your code',
    lessOften: 'Fewer letters',
    viewOnline: 'View online',
    rate: { title: 'How do you like it?', worst: '1: not good', best: '5: just right' },
  },
  ru: {
    look: 'Посмотреть',
    coupon: 'Ваш промокод',
    lessOften: 'Писать реже',
    viewOnline: 'Открыть в браузере',
    rate: { title: 'Вам нравится?', worst: '1: плохо', best: '5: отлично' },
  },
} as const;

/** Letters whose items are known only when they are written show recommendations alone. */
const withoutItems: readonly TemplateUse[] = ['abandoned_category', 'abandoned_search', 'retention', 'digest'];

/** The words of one use. */
export function copyOf(use: TemplateUse, language: TemplateLanguage): Copy {
  if (use === 'double_opt_in') return { kind: 'confirm', ...confirmWords[language] };
  const { rate, ...usual } = more[language];
  return {
    kind: 'products',
    use,
    ...(use === 'digest' ? digestWords[language] : letterWords[language][use]),
    ...commonWords[language],
    ...usual,
    to: use.endsWith('abandoned_cart') ? 'cart' : 'shop',
    hasItems: !withoutItems.includes(use),
    rate: use === 'recently_purchased' ? rate : null,
  };
}
