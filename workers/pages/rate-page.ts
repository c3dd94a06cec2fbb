// The page behind the stars of a letter: it asks how its reader likes a product, and says thanks.
import { html, raw } from 'hono/html';
import { page } from './page.ts';

interface About {
  shop: string;
  url: string;
  language: 'en' | 'ru';
  /** As the catalogue has it now; null: it has it no more. */
  product: string | null;
}

const words = {
  en: {
    ask: (product: string | null) =>
      [
        `How do you like ${product ?? 'what you bought'}?`,
        'Five stars: very much. One: not at all. Choose, then press the button.',
      ] as const,
    legend: 'Stars',
    star: (count: number) => `${count} ${count === 1 ? 'star' : 'stars'}`,
    save: 'Save',
    thanks: (stars: number) => ['Thank you', `You gave ${stars} of 5 stars.`] as const,
    none: 'Choose a star first.',
    again: 'Change it',
    store: 'Open the store',
    missing: [
      'This link does not work any more',
      'It was changed on its way, or it is too old. Use the stars of your newest letter.',
    ] as const,
  },
  ru: {
    ask: (product: string | null) =>
      [
        product === null ? 'Вам понравилась покупка?' : `Как вам ${product}?`,
        'Пять звёзд: очень нравится. Одна: совсем нет. Выберите и нажмите кнопку.',
      ] as const,
    legend: 'Звёзды',
    star: (count: number) => `${count} ${count === 1 ? 'звезда' : count < 5 ? 'звезды' : 'звёзд'}`,
    save: 'Сохранить',
    thanks: (stars: number) => ['Спасибо', `Ваша оценка: ${stars} из 5.`] as const,
    none: 'Сначала выберите звезду.',
    again: 'Изменить',
    store: 'Открыть магазин',
    missing: [
      'Ссылка больше не работает',
      'По дороге она изменилась или устарела. Нажмите на звёзды в самом новом письме.',
    ] as const,
  },
} as const;

const style = `
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.stars { display: grid; gap: .25rem; }
.stars label { display: flex; align-items: center; gap: .6rem; padding: .35rem 0; cursor: pointer; }
.stars input { width: 1.2rem; height: 1.2rem; accent-color: var(--go); }
.stars span { letter-spacing: .1em; color: #b7791f; font-size: 1.35rem; line-height: 1; }
p[role=alert] { color: var(--ink); font-weight: 600; }
`;

/** `chosen`: the star that is marked; null: none. `isAsked`: the button was pressed without one. */
export function ratePage(about: About, chosen: number | null, isAsked: 'asked-again' | 'first') {
  const text = words[about.language];
  const [title, line] = text.ask(about.product);
  const rows = [5, 4, 3, 2, 1].map(
    (count) =>
      html`<label><input type="radio" name="stars" value="${count}" ${chosen === count ? raw('checked') : ''} required><span aria-hidden="true">${'★'.repeat(count)}</span> ${text.star(count)}</label>`,
  );
  return page(
    title,
    line,
    html`<style>${raw(style)}</style>${isAsked === 'asked-again' ? html`<p role="alert">${text.none}</p>` : ''}
<form method="post"><fieldset><legend>${text.legend}</legend><div class="stars">${rows}</div></fieldset><button type="submit">${text.save}</button></form>`,
    about.language,
  );
}

/** `again`: the address where it can be changed. */
export function ratedPage(about: About, stars: number, again: string) {
  const text = words[about.language];
  const [title, line] = text.thanks(stars);
  const links = html`<p><a href="${again}?stars=${stars}">${text.again}</a></p><a href="${about.url}">${text.store}</a>`;
  return page(title, line, links, about.language);
}

/** For a link that is not ours, or whose reader was forgotten. */
export function lostRatePage(language: 'en' | 'ru') {
  const [title, line] = words[language].missing;
  return page(title, line, '', language);
}
