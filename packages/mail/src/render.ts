// A compiled template and a person's data to a letter: HTML and text of the same content. Every value is escaped; what a product or a
// person is called is never read as a template.
import type { LetterLinks } from './letter-links.ts';
import { renderLiquid } from './liquid.ts';
import { originalNames, usesOriginalNames } from './original-names.ts';
import { rememberedLinks, textLinks, withTells } from './written-links.ts';

/** A product as a letter shows it: prices are formatted, links lead to the shop. */
export interface LetterProduct {
  id: string;
  name: string;
  url: string;
  picture: string | null;
  price: string;
  /** Struck through beside the price. */
  oldPrice: string | null;
  quantity?: number;
  /** Where it is rated; `?stars=4` chooses four stars there. In letters about an order alone. */
  rateUrl?: string;
  /** What only templates of the original ask for. Amounts are numbers in words: `199.90`. */
  more?: {
    description?: string;
    brand?: string;
    barcode?: string;
    amount?: string;
    oldAmount?: string;
    currency?: string;
    leftovers?: string;
    rating?: string;
  };
}

export interface LetterData {
  shop: { name: string; url: string; postalAddress: string; language: 'en' | 'ru'; logoUrl?: string | null };
  person: {
    name: string | null;
    id?: string;
    email?: string;
    phone?: string | null;
    externalId?: string | null;
    profile?: Record<string, unknown>;
  };
  items: LetterProduct[];
  picks: LetterProduct[];
  cartUrl: string;
  /** What was searched for, and what was browsed, in letters about that. */
  search?: { query: string };
  category?: { name: string };
  unsubscribeUrl: string;
  lessOftenUrl?: string;
  viewOnlineUrl?: string;
  promocode?: string;
  /** `utm_source=…&utm_medium=…`. */
  utmParams?: string;
  letter?: { id: string; campaign: string };
}

/** What the letter that asks to confirm is written from. Nothing in it was typed by whoever left the address. */
export interface ConfirmationData {
  shop: LetterData['shop'];
  confirmUrl: string;
  /** `when`: date and time; `where`: "in the form on our pages". */
  asked: { when: string; where: string };
}

/** Liquid sources, compiled when the merchant saved the template. */
export interface CompiledTemplate {
  html: string;
  text: string;
}

export interface RenderedLetter {
  subject: string;
  preheader: string;
  html: string;
  text: string;
}

interface ToRender {
  template: CompiledTemplate;
  subject: string;
  preheader: string;
  data: LetterData | ConfirmationData;
  /** Absent: addresses lead to themselves. */
  links?: LetterLinks;
}

/**
 * Renders a letter. The subject and the preheader may hold Liquid; line breaks in a subject become spaces, so that no
 * product name can write a header. Throws a `TemplateError` where the template is not Liquid or asks for too much.
 */
export function renderLetter({ template, subject, preheader, data, links: given }: ToRender): RenderedLetter {
  const links = given ? rememberedLinks(given) : null;
  const values = valuesFor(data, [template.html, template.text, subject, preheader]);
  const inbox = plain(renderLiquid('text', preheader, values));
  return {
    subject: plain(renderLiquid('text', subject, values)).slice(0, 250),
    preheader: inbox,
    html: withTells(renderLiquid('html', template.html, { ...values, preheader: inbox }, links ?? undefined), links),
    text: textLinks(renderLiquid('text', template.text, values), links)
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  };
}

function valuesFor(data: LetterData | ConfirmationData, sources: readonly string[]): Record<string, unknown> {
  if (!('items' in data)) return { ...data, confirmation_email_url: data.confirmUrl, shop_url: data.shop.url };
  const safe = { ...data, items: data.items.map(safeProduct), picks: data.picks.map(safeProduct) };
  return sources.some(originalIn) ? { ...originalNames(safe), ...safe } : safe;
}

const original = new Map<string, boolean>();
function originalIn(source: string): boolean {
  const known = original.get(source);
  if (known !== undefined) return known;
  if (original.size >= 400) original.clear();
  const uses = usesOriginalNames(source);
  original.set(source, uses);
  return uses;
}

/** Escaping does not stop `javascript:`; only addresses of the web may stand in a letter. */
function safeProduct(product: LetterProduct): LetterProduct {
  return {
    ...product,
    url: webAddress(product.url) ?? '',
    picture: product.picture === null ? null : webAddress(product.picture),
    ...(product.rateUrl === undefined ? {} : { rateUrl: webAddress(product.rateUrl) ?? '' }),
  };
}

function webAddress(address: string): string | null {
  return /^https?:\/\//i.test(address) ? address : null;
}

function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}
