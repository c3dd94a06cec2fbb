// What the pages of the way out say, in the shop's language. No script: a form is enough.
import { html } from 'hono/html';
import { z } from 'zod';
import type { Html } from './page.ts';
import { page } from './page.ts';

export interface AboutShop {
  shop: string;
  language: 'en' | 'ru';
  /** The path of the page with its token. */
  here: string;
}

const ticked = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on');
/** What somebody wishes of their letters: a form's fields. */
export const wishSchema = z.object({
  chain: ticked,
  bulk: ticked,
  often: z.enum(['usual', 'weekly']).default('usual'),
});
export type Wish = z.infer<typeof wishSchema>;

const words = {
  en: {
    ask: (shop: string) =>
      [
        `No more letters from ${shop}?`,
        'You will not get reminders or offers any more. Letters about your orders still come.',
      ] as const,
    button: 'Unsubscribe',
    fewer: 'Rather choose which letters come, and how often',
    done: (shop: string) => ['You are unsubscribed', `${shop} will not write to you any more.`] as const,
    back: 'That was a mistake: write to me again',
    wishes: (shop: string) => [`Letters from ${shop}`, 'What may come, and how often?'] as const,
    chain: 'Reminders of what you looked at or left in the cart, and of products you wait for',
    bulk: 'News and offers',
    often: 'How often',
    usual: 'As usual',
    weekly: 'One letter a week at most',
    save: 'Save',
    none: 'No letters at all',
    saved: {
      kept: (shop: string) => ['Saved', `From now on ${shop} keeps to it.`] as const,
      back: (shop: string) => ['You are subscribed again', `${shop} may write to you from now on.`] as const,
    },
    again: 'Choose which letters come',
  },
  ru: {
    ask: (shop: string) =>
      [
        `Отписаться от писем ${shop}?`,
        'Напоминания и предложения больше не придут. Письма о заказах останутся.',
      ] as const,
    button: 'Отписаться',
    fewer: 'Лучше выбрать, какие письма и как часто получать',
    done: (shop: string) => ['Вы отписаны', `${shop} больше не будет вам писать.`] as const,
    back: 'Это была ошибка: пишите мне снова',
    wishes: (shop: string) => [`Письма ${shop}`, 'Что и как часто вам присылать?'] as const,
    chain: 'Напоминания о том, что вы смотрели или оставили в корзине, и о товарах, которых ждёте',
    bulk: 'Новости и предложения',
    often: 'Как часто',
    usual: 'Как обычно',
    weekly: 'Не чаще одного письма в неделю',
    save: 'Сохранить',
    none: 'Никаких писем',
    saved: {
      kept: (shop: string) => ['Сохранено', `Теперь ${shop} пишет вам именно так.`] as const,
      back: (shop: string) => ['Вы снова подписаны', `Теперь ${shop} может вам писать.`] as const,
    },
    again: 'Выбрать, какие письма получать',
  },
} as const;

/** Asks before it acts (`ask`), or says that it is done; `refused`: and there is no way back here. */
export function unsubscribePage({ shop, language, here }: AboutShop, state: 'ask' | 'done' | 'refused'): Html {
  const text = words[language];
  const [title, line] = text[state === 'ask' ? 'ask' : 'done'](shop);
  if (state === 'refused') return page(title, line, '', language);
  if (state === 'done') {
    const back = html`<form method="post" action="${here}/back"><button class="quiet" type="submit">${text.back}</button></form>`;
    return page(title, line, back, language);
  }
  const action = html`<form method="post" action="${here}"><button type="submit">${text.button}</button></form>
<p class="other"><a href="${here}/letters">${text.fewer}</a></p>`;
  return page(title, line, action, language);
}

export function wishesPage({ shop, language, here }: AboutShop, wish: Wish): Html {
  const text = words[language];
  const [title, line] = text.wishes(shop);
  const box = (name: 'chain' | 'bulk') =>
    html`<label><input type="checkbox" name="${name}" ${wish[name] ? 'checked' : ''}> <span>${text[name]}</span></label>`;
  const often = (value: Wish['often']) =>
    html`<label><input type="radio" name="often" value="${value}" ${wish.often === value ? 'checked' : ''}> <span>${text[value]}</span></label>`;
  const form = html`<form method="post" action="${here}/letters">
${box('chain')}
${box('bulk')}
<fieldset><legend>${text.often}</legend>
${often('usual')}
${often('weekly')}
</fieldset>
<button type="submit">${text.save}</button></form>
<form method="post" action="${here}"><button class="quiet" type="submit">${text.none}</button></form>`;
  return page(title, line, form, language);
}

export function savedPage({ shop, language, here }: AboutShop, what: 'kept' | 'back'): Html {
  const text = words[language];
  const [title, line] = text.saved[what](shop);
  return page(title, line, html`<a href="${here}/letters">${text.again}</a>`, language);
}

/** What somebody agrees to who comes back: for the log. */
export function backWords({ shop, language }: AboutShop): string {
  const text = words[language];
  return `${text.done(shop).join('. ')} ${text.back}`;
}
