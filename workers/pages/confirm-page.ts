// The page behind the letter that asks to confirm, in its five states. It says nothing of whose address it is.
import { html } from 'hono/html';
import { page } from './page.ts';

/** `ask`: not answered yet. `over`: they said no since. `late`: more than seven days ago. */
export type ConfirmState = 'ask' | 'done' | 'refused' | 'over' | 'late';

interface About {
  shop: string;
  url: string;
  language: 'en' | 'ru';
}

const words = {
  en: {
    ask: (shop: string) =>
      [
        `Letters from ${shop}`,
        `Press the button if ${shop} may write to you. You can leave with one click in every letter.`,
      ] as const,
    done: (shop: string) => ['Thank you, you are subscribed', `${shop} may write to you from now on.`] as const,
    refused: (shop: string) =>
      ['Good that you said so', `${shop} does not write to you, and does not ask again.`] as const,
    over: (shop: string) =>
      [
        'You said no since',
        `${shop} does not write to you. If you want letters again, leave your address in the store.`,
      ] as const,
    late: (shop: string) =>
      [
        'This link is too old',
        `It could be used for seven days. If you want letters from ${shop}, leave your address in the form of the store once more.`,
      ] as const,
    yes: 'Yes, write to me',
    no: 'It was not me who asked',
    store: 'Open the store',
    missing: [
      'This link does not work',
      'It was changed on its way. Open the letter and press its button once more.',
    ] as const,
  },
  ru: {
    ask: (shop: string) =>
      [
        `Письма ${shop}`,
        `Нажмите, если ${shop} может вам писать. Отписаться можно одним нажатием в каждом письме.`,
      ] as const,
    done: (shop: string) => ['Спасибо, подписка оформлена', `Теперь ${shop} может вам писать.`] as const,
    refused: (shop: string) => ['Хорошо, что вы сказали', `${shop} не будет вам писать и больше не спросит.`] as const,
    over: (shop: string) =>
      [
        'Позже вы отказались',
        `${shop} вам не пишет. Если снова захотите получать письма, оставьте адрес в магазине.`,
      ] as const,
    late: (shop: string) =>
      [
        'Ссылка устарела',
        `Она действовала семь дней. Если хотите получать письма ${shop}, оставьте адрес в форме магазина ещё раз.`,
      ] as const,
    yes: 'Да, пишите мне',
    no: 'Это был не я',
    store: 'Открыть магазин',
    missing: ['Ссылка не работает', 'По дороге она изменилась. Откройте письмо и нажмите кнопку ещё раз.'] as const,
  },
} as const;

/** What somebody agrees to by the page's button: for the log. */
export function agreedWords({ shop, language }: About): string {
  const { ask, yes } = words[language];
  return `${ask(shop).join('. ')} ${yes}`;
}

/** What somebody says by the other button. */
export function refusedWords({ language }: About): string {
  return words[language].no;
}

export function confirmPage(about: About, state: ConfirmState) {
  const text = words[about.language];
  const [title, line] = text[state](about.shop);
  if (state === 'ask')
    return page(
      title,
      line,
      html`<form method="post"><button type="submit">${text.yes}</button></form>
<form method="post"><button class="quiet" type="submit" name="answer" value="no">${text.no}</button></form>`,
      about.language,
    );
  return page(title, line, html`<a href="${about.url}">${text.store}</a>`, about.language);
}

/** For a link that is not ours. */
export function brokenPage(language: 'en' | 'ru') {
  const [title, line] = words[language].missing;
  return page(title, line, '', language);
}
