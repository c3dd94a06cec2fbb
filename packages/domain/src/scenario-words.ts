// What the letters of a new shop say about themselves before they are opened. Texts may hold Liquid.
import type { ScenarioCode } from './scenario.ts';

/** How a letter looks in the list of the mail program. */
interface Cover {
  subject: string;
  preheader: string;
}

export const scenarioCovers = {
  en: {
    abandoned_cart: {
      subject: 'You left something in your cart',
      preheader: 'It is still here, and so are a few things that go with it.',
    },
    second_abandoned_cart: {
      subject: 'Your cart at {{ shop.name }} is still here',
      preheader: 'Shall we keep it, or have you found something better?',
    },
    viewed_but_not_bought: {
      subject: 'What you looked at, once more',
      preheader: 'It is still here, and so are a few things that you may like.',
    },
    abandoned_category: {
      subject: 'Still looking? These are liked most',
      preheader: 'What others choose where you were browsing.',
    },
    abandoned_search: {
      subject: 'What we found for “{{ search.query }}”',
      preheader: 'This is in stock now.',
    },
    product_available: {
      subject:
        'Back in stock: {{ items[0].name }}{% if items.size > 1 %} and {{ items.size | minus: 1 }} more{% endif %}',
      preheader: 'You asked us to tell you. It may go fast.',
    },
    product_price_decrease: {
      subject: '{{ items[0].name }} costs less now: {{ items[0].price }}',
      preheader: 'The price fell. This is what it is today.',
    },
    low_on_supply: {
      subject:
        'Running low? {{ items[0].name }}{% if items.size > 1 %} and {{ items.size | minus: 1 }} more{% endif %}',
      preheader: 'It may be time to buy it again.',
    },
    recently_purchased: {
      subject: 'Thank you for your order',
      preheader: 'How do you like it? And what goes with it.',
    },
    retention: {
      subject: 'The most interesting at {{ shop.name }} this month',
      preheader: 'Picked for you from what is new and liked.',
    },
    double_opt_in: {
      subject: 'Please confirm: letters from {{ shop.name }}',
      preheader: 'One click, and we will write to you. Without it we will not.',
    },
  },
  ru: {
    abandoned_cart: {
      subject: 'Вы кое-что оставили в корзине',
      preheader: 'Всё на месте, и ещё кое-что, что к этому подходит.',
    },
    second_abandoned_cart: {
      subject: 'Ваша корзина в {{ shop.name }} всё ещё ждёт',
      preheader: 'Сохранить её или вы уже нашли что-то лучше?',
    },
    viewed_but_not_bought: {
      subject: 'То, что вы смотрели, ещё раз',
      preheader: 'Всё на месте, и ещё кое-что, что может вам понравиться.',
    },
    abandoned_category: {
      subject: 'Ещё выбираете? Вот что нравится больше всего',
      preheader: 'Что выбирают другие там, где вы смотрели.',
    },
    abandoned_search: {
      subject: 'Что мы нашли по запросу «{{ search.query }}»',
      preheader: 'Это есть в наличии.',
    },
    product_available: {
      subject:
        'Снова в наличии: {{ items[0].name }}{% if items.size > 1 %} и ещё {{ items.size | minus: 1 }}{% endif %}',
      preheader: 'Вы просили сообщить. Может быстро закончиться.',
    },
    product_price_decrease: {
      subject: 'Цена снизилась: {{ items[0].name }}, теперь {{ items[0].price }}',
      preheader: 'Столько это стоит сегодня.',
    },
    low_on_supply: {
      subject:
        'Скоро закончится? {{ items[0].name }}{% if items.size > 1 %} и ещё {{ items.size | minus: 1 }}{% endif %}',
      preheader: 'Возможно, пора купить снова.',
    },
    recently_purchased: {
      subject: 'Спасибо за заказ',
      preheader: 'Всё ли понравилось? И что к этому подходит.',
    },
    retention: {
      subject: 'Самое интересное в {{ shop.name }} за месяц',
      preheader: 'Выбрано для вас из нового и любимого.',
    },
    double_opt_in: {
      subject: 'Подтвердите подписку на письма {{ shop.name }}',
      preheader: 'Одно нажатие, и мы будем вам писать. Без него не будем.',
    },
  },
} as const satisfies Record<'en' | 'ru', Record<ScenarioCode, Cover>>;
