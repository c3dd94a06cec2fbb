// A letter's data as a shop has it, and the letter of a template with it.
import type { TemplateLanguage, TemplateUse } from '@winback/domain';
import type { ConfirmationData, LetterData, LetterProduct, RenderedLetter } from '../src/index.ts';
import { renderLetter } from '../src/index.ts';
import { compileTemplate, designDocument } from '../src/template/index.ts';

const names = {
  en: [
    'Linen shirt, washed indigo',
    'Clay jug',
    'Wool blanket 130 × 180 cm',
    'Oak board',
    'Notebook',
    'Brass lamp',
    'Tea tin',
  ],
  ru: [
    'Льняная рубашка, индиго',
    'Глиняный кувшин',
    'Плед 130 × 180 см',
    'Дубовая доска',
    'Блокнот',
    'Лампа',
    'Банка для чая',
  ],
};
export const brand = { color: '#1f6f5c', logoUrl: 'https://shop.example/logo.png' };

function product(language: TemplateLanguage, at: number): LetterProduct {
  return {
    id: `p${at}`,
    name: names[language][at] ?? '',
    url: `https://shop.example/products/${at}?colour=1&size=2`,
    picture: `https://shop.example/pictures/${at}.jpg`,
    price: language === 'en' ? `€${19 + at * 10}` : `${19 + at * 10} €`,
    oldPrice: at % 3 === 0 ? '€99' : null,
  };
}

export function sampleData(use: TemplateUse, language: TemplateLanguage): LetterData | ConfirmationData {
  const shop = { name: 'Fjell & Fern', url: 'https://shop.example/', postalAddress: 'Weg 1, 10115 Berlin', language };
  if (use === 'double_opt_in')
    return {
      shop,
      confirmUrl: 'https://w.example/confirm/t',
      asked: { when: '23.11.2026 14:05', where: 'shop.example' },
    };
  return {
    shop,
    person: { name: 'Ann' },
    items: [{ ...product(language, 0), quantity: 2 }, product(language, 1)].map((item, at) =>
      use === 'recently_purchased' ? { ...item, rateUrl: `https://w.example/rate/${at}` } : item,
    ),
    picks: [2, 3, 4, 5, 6].map((at) => product(language, at)),
    search: { query: 'tent' },
    category: { name: 'Tents' },
    cartUrl: 'https://shop.example/cart',
    unsubscribeUrl: 'https://w.example/u/t',
    lessOftenUrl: 'https://w.example/l/t',
    viewOnlineUrl: 'https://w.example/v/t',
  };
}

export async function letterOf(
  design: string,
  {
    use,
    language,
    subject,
    preheader,
  }: { use: TemplateUse; language: TemplateLanguage; subject: string; preheader: string },
): Promise<RenderedLetter> {
  const document = designDocument(design, use, language);
  if (!document) throw new Error(`no design ${design}`);
  const template = await compileTemplate(document, brand);
  return renderLetter({ template, subject, preheader, data: sampleData(use, language) });
}
