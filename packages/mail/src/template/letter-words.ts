// What the letters of a new shop say, in the languages that we write ourselves. Texts may hold Liquid.
import type { ScenarioCode } from '@winback/domain';

type ProductScenario = Exclude<ScenarioCode, 'double_opt_in'>;

interface LetterWords {
  heading: string;
  text: string;
  button: string;
  /** Above recommended products. */
  picks: string;
  /** Why its reader gets this letter. */
  reason: string;
}

export const commonWords = {
  en: { quantity: 'Quantity', unsubscribe: 'Unsubscribe' },
  ru: { quantity: 'Количество', unsubscribe: 'Отписаться' },
} as const;

const because = {
  en: (what: string) => `You get this letter because you agreed to letters from {{ shop.name }} and ${what}.`,
  ru: (what: string) => `Вы получили это письмо, потому что согласились на письма {{ shop.name }} и ${what}.`,
} as const;

export const letterWords: Record<'en' | 'ru', Record<ProductScenario, LetterWords>> = {
  en: {
    abandoned_cart: {
      heading: 'Still thinking it over?',
      text: '{% if person.name %}{{ person.name }}, your{% else %}Your{% endif %} cart at {{ shop.name }} is just as you left it.',
      button: 'Back to my cart',
      picks: 'Goes well with it',
      reason: because.en('left a cart there'),
    },
    second_abandoned_cart: {
      heading: 'Your cart is still here',
      text: '{% if person.name %}{{ person.name }}, we{% else %}We{% endif %} kept it for you. This is the last time that we mention it.',
      button: 'Back to my cart',
      picks: 'Or perhaps one of these?',
      reason: because.en('left a cart there'),
    },
    viewed_but_not_bought: {
      heading: 'You looked at these',
      text: '{% if person.name %}{{ person.name }}, in{% else %}In{% endif %} case you want to find them again: here they are, as they stand in the shop today.',
      button: 'Open the shop',
      picks: 'You may also like',
      reason: because.en('looked at these products there'),
    },
    abandoned_category: {
      heading: 'Still looking for the right one?',
      text: '{% if person.name %}{{ person.name }}, these{% else %}These{% endif %} are what people choose most{% if category.name %} in {{ category.name }}{% endif %}.',
      button: 'Open the shop',
      picks: 'Liked most',
      reason: because.en('browsed there'),
    },
    abandoned_search: {
      heading: 'You searched for “{{ search.query }}”',
      text: '{% if person.name %}{{ person.name }}, this{% else %}This{% endif %} is what the shop has of it now.',
      button: 'Open the shop',
      picks: 'In stock now',
      reason: because.en('searched there'),
    },
    product_available: {
      heading: 'It is back',
      text: '{% if person.name %}{{ person.name }}, you{% else %}You{% endif %} asked us to tell you when it is in stock again. Now it is.',
      button: 'Open the shop',
      picks: 'You may also like',
      reason: because.en('waited for this there'),
    },
    product_price_decrease: {
      heading: 'It costs less now',
      text: '{% if person.name %}{{ person.name }}, the{% else %}The{% endif %} price of what you had your eye on at {{ shop.name }} fell.',
      button: 'Open the shop',
      picks: 'You may also like',
      reason: because.en('waited for this there, or kept it in your cart or wish list'),
    },
    low_on_supply: {
      heading: 'Time to buy it again?',
      text: '{% if person.name %}{{ person.name }}, by{% else %}By{% endif %} the time that passed since your last order, {% if items.size > 1 %}these{% else %}this{% endif %} may run out soon.',
      button: 'Buy again',
      picks: 'Goes well with it',
      reason: because.en('buy this there again and again'),
    },
    recently_purchased: {
      heading: 'Thank you!',
      text: '{% if person.name %}{{ person.name }}, a{% else %}A{% endif %} week ago you ordered at {{ shop.name }}. We hope that everything is as you wanted it.',
      button: 'Open the shop',
      picks: 'Goes well with it',
      reason: because.en('ordered there'),
    },
    retention: {
      heading: 'The most interesting this month',
      text: '{% if person.name %}{{ person.name }}, it{% else %}It{% endif %} has been a while. This is what we picked for you at {{ shop.name }}.',
      button: 'Open the shop',
      picks: 'For you',
      reason: because.en('have not been there for a month'),
    },
  },
  ru: {
    abandoned_cart: {
      heading: 'Ещё думаете?',
      text: '{% if person.name %}{{ person.name }}, ваша{% else %}Ваша{% endif %} корзина в {{ shop.name }} ждёт вас такой, какой вы её оставили.',
      button: 'Вернуться в корзину',
      picks: 'С этим берут',
      reason: because.ru('оставили там корзину'),
    },
    second_abandoned_cart: {
      heading: 'Корзина всё ещё ждёт',
      text: '{% if person.name %}{{ person.name }}, мы{% else %}Мы{% endif %} её сохранили. Больше напоминать не будем.',
      button: 'Вернуться в корзину',
      picks: 'Или, может быть, что-то из этого?',
      reason: because.ru('оставили там корзину'),
    },
    viewed_but_not_bought: {
      heading: 'Вы это смотрели',
      text: '{% if person.name %}{{ person.name }}, если{% else %}Если{% endif %} захотите найти их снова: вот они, с ценами на сегодня.',
      button: 'Открыть магазин',
      picks: 'Вам может понравиться',
      reason: because.ru('смотрели там эти товары'),
    },
    abandoned_category: {
      heading: 'Ещё выбираете?',
      text: '{% if person.name %}{{ person.name }}, вот{% else %}Вот{% endif %} что выбирают чаще всего{% if category.name %} в разделе «{{ category.name }}»{% endif %}.',
      button: 'Открыть магазин',
      picks: 'Нравится больше всего',
      reason: because.ru('выбирали там товары'),
    },
    abandoned_search: {
      heading: 'Вы искали «{{ search.query }}»',
      text: '{% if person.name %}{{ person.name }}, вот{% else %}Вот{% endif %} что из этого есть в магазине сейчас.',
      button: 'Открыть магазин',
      picks: 'В наличии',
      reason: because.ru('искали там товары'),
    },
    product_available: {
      heading: 'Снова в наличии',
      text: '{% if person.name %}{{ person.name }}, вы{% else %}Вы{% endif %} просили сообщить, когда это снова появится. Уже появилось.',
      button: 'Открыть магазин',
      picks: 'Вам может понравиться',
      reason: because.ru('ждали там этот товар'),
    },
    product_price_decrease: {
      heading: 'Теперь дешевле',
      text: '{% if person.name %}{{ person.name }}, цена{% else %}Цена{% endif %} на то, что вам понравилось в {{ shop.name }}, снизилась.',
      button: 'Открыть магазин',
      picks: 'Вам может понравиться',
      reason: because.ru('ждали там этот товар либо положили его в корзину или в избранное'),
    },
    low_on_supply: {
      heading: 'Пора купить снова?',
      text: '{% if person.name %}{{ person.name }}, судя{% else %}Судя{% endif %} по времени с последнего заказа, {% if items.size > 1 %}это всё{% else %}это{% endif %} может скоро закончиться.',
      button: 'Купить снова',
      picks: 'С этим берут',
      reason: because.ru('покупаете это там снова и снова'),
    },
    recently_purchased: {
      heading: 'Спасибо!',
      text: '{% if person.name %}{{ person.name }}, неделю{% else %}Неделю{% endif %} назад вы сделали заказ в {{ shop.name }}. Надеемся, что всё так, как вы хотели.',
      button: 'Открыть магазин',
      picks: 'К этому подходит',
      reason: because.ru('сделали там заказ'),
    },
    retention: {
      heading: 'Самое интересное за месяц',
      text: '{% if person.name %}{{ person.name }}, давно{% else %}Давно{% endif %} не виделись. Вот что мы выбрали для вас в {{ shop.name }}.',
      button: 'Открыть магазин',
      picks: 'Для вас',
      reason: because.ru('не были там месяц'),
    },
  },
};
