// When and where somebody was asked to confirm their address, as the letter says it.
import type { ShopSettings } from '@winback/domain';

const places = {
  en: {
    form: 'in the form on our pages',
    named: (source: string) => `in our store (${source})`,
    store: 'in our store',
  },
  ru: {
    form: 'в форме на наших страницах',
    named: (source: string) => `в нашем магазине (${source})`,
    store: 'в нашем магазине',
  },
} as const;

/** In the shop's language and time. A form is named only where the merchant named it. */
export function askedWords(
  { at, source }: { at: number; source: string },
  { language, timeZone, capture }: ShopSettings,
): { when: string; where: string } {
  const when = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone,
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(at);
  const { form, named, store } = places[language];
  if (source === 'popup' || source === 'inline-form') return { when, where: form };
  return { when, where: capture.forms.some((one) => one.source === source) ? named(source) : store };
}
