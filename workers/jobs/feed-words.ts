// What the owner of a shop is told about its feed, in the shop's language, as a plain letter of ours: no template, no pictures,
// nothing to click on but the page.
import type { FeedImport, ShopSettings } from '@winback/domain';
import { feedLimits } from '@winback/domain';
import type { OutgoingMessage } from '@winback/mail';

export interface Trouble {
  why: 'paused' | 'waiting';
  shop: string;
  settings: ShopSettings;
  told: FeedImport;
  to: { id: string; name: string; email: string };
  /** Of the Feed page. */
  page: string;
}

/** The same trouble to the same owner is the same message: its id is made of both. */
export function troubleMessage(trouble: Trouble): OutgoingMessage {
  const { why, settings, told, to } = trouble;
  const { address } = settings.sender;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const letter = `feed-${why}-${told.id}-${to.id}`;
  const { language } = settings;
  const { subject, paragraphs } = words[language][why](trouble);
  return {
    letter,
    messageId: `<${letter}@${domain}>`,
    from: { name: 'Winback', address },
    replyTo: null,
    to: { name: to.name, address: to.email },
    returnPath: null,
    subject,
    text: `${paragraphs.join('\n\n')}\n`,
    html: `<!doctype html><html lang="${language}"><body>${paragraphs.map((text) => `<p>${linked(escaped(text))}</p>`).join('')}</body></html>`,
    // RFC 3834: no vacation answers to this.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

interface Words {
  subject: string;
  paragraphs: string[];
}

const words: Record<ShopSettings['language'], Record<Trouble['why'], (trouble: Trouble) => Words>> = {
  en: { paused: pausedWords, waiting: waitingWords },
  ru: { paused: pausedInRussian, waiting: waitingInRussian },
};

function pausedWords({ settings, told, page }: Trouble): Words {
  return {
    subject: `${settings.name}: the feed could not be imported, and is read no more for now`,
    paragraphs: [
      `The product feed of ${settings.name} could not be imported ${feedLimits.failures} times in a row. We have stopped reading it until you look.`,
      `What was wrong the last time: ${told.message ?? 'it was not imported'}.`,
      `Your feed: ${settings.feed.url ?? 'no address'}`,
      'Nothing is lost: letters show the last good catalogue. But prices and stock in them grow old until the feed is read again.',
      `How to mend it: open the feed’s address in a browser. It should show the feed itself, not a page that asks to sign in and not an error. If the address or the password has changed, write the new one on the Feed page and press “Test this feed”. Then press Resume:`,
      page,
    ],
  };
}

function waitingWords({ settings, told, page }: Trouble): Words {
  return {
    subject: `${settings.name}: an import of the feed waits for your word`,
    paragraphs: [
      `The newest feed of ${settings.name} would change unusually much, so we have not put it live: ${told.message ?? 'it passes one of your guards'}.`,
      `It has ${told.offers} offers: ${told.added} new, ${told.changed} changed (${told.repriced} of them with another price), and ${told.gone} products of yours are not in it.`,
      'Until you decide, letters show the old catalogue. If the next feed looks as usual again, it is imported by itself and there is nothing to do.',
      'Look at it, and choose “Confirm” or “Keep the old catalogue”:',
      page,
    ],
  };
}

/** What an import itself says of its trouble is English, as on the Feed page: it is quoted. */
function pausedInRussian({ settings, told, page }: Trouble): Words {
  return {
    subject: `${settings.name}: фид не удалось импортировать, пока мы его больше не читаем`,
    paragraphs: [
      `Товарный фид магазина «${settings.name}» не удалось импортировать ${feedLimits.failures} раз подряд. Мы не будем читать его, пока вы не посмотрите, в чём дело.`,
      ...(told.message === null ? [] : [`Что было не так в последний раз: “${told.message}”.`]),
      `Ваш фид: ${settings.feed.url ?? 'адрес не указан'}`,
      'Ничего не потеряно: в письмах остаётся последний исправный каталог. Но цены и наличие в нём устаревают, пока фид не прочитан снова.',
      'Как исправить: откройте адрес фида в браузере. Там должен быть сам фид, а не страница входа и не сообщение об ошибке. Если сменился адрес или пароль, впишите новый на странице Feed и нажмите “Test this feed”. Затем нажмите Resume:',
      page,
    ],
  };
}

function waitingInRussian({ settings, told, page }: Trouble): Words {
  return {
    subject: `${settings.name}: импорт фида ждёт вашего решения`,
    paragraphs: [
      `Новый фид магазина «${settings.name}» изменил бы необычно много, поэтому мы не стали его публиковать.`,
      ...(told.message === null ? [] : [`Причина: “${told.message}”.`]),
      `Предложений в нём: ${told.offers}. Новых: ${told.added}, изменившихся: ${told.changed} (из них с другой ценой: ${told.repriced}). Ваших товаров, которых в нём нет: ${told.gone}.`,
      'Пока вы не решите, в письмах остаётся прежний каталог. Если следующий фид снова будет обычным, он импортируется сам, и делать ничего не нужно.',
      'Посмотрите на него и выберите “Confirm” или “Keep the old catalogue”:',
      page,
    ],
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A paragraph that is an address can be clicked on. */
function linked(html: string): string {
  return /^https?:\/\/\S+$/.test(html) ? `<a href="${html}">${html}</a>` : html;
}
