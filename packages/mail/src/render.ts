// A compiled template and a person's data to a letter: HTML and text of the same content. Liquid has no way to files,
// addresses or prototypes here, and stops when it takes too long. Every value is escaped.
import { Liquid } from 'liquidjs';
import type { LetterLinks } from './letter-links.ts';
import { numberLinks } from './number-links.ts';
import { linkFilter, linksKey, rememberedLinks, textLinks, withTells } from './written-links.ts';

/** A product as a letter shows it: prices are formatted, links are ready. */
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
}

export interface LetterData {
  shop: { name: string; url: string; postalAddress: string; language: 'en' | 'ru' };
  person: { name: string | null };
  items: LetterProduct[];
  picks: LetterProduct[];
  cartUrl: string;
  /** What was searched for, and what was browsed, in letters about that. */
  search?: { query: string };
  category?: { name: string };
  unsubscribeUrl: string;
}

/** What the letter that asks to confirm is written from. Nothing in it was typed by whoever left the address. */
export interface ConfirmationData {
  shop: LetterData['shop'];
  confirmUrl: string;
  /** `when`: date and time; `where`: "in the form on our pages". */
  asked: { when: string; where: string };
}

/** Liquid sources, compiled from blocks when the merchant saved them. */
export interface CompiledTemplate {
  html: string;
  text: string;
}

export interface RenderedLetter {
  subject: string;
  html: string;
  text: string;
}

const limits = { parseLimit: 500_000, renderLimit: 500, memoryLimit: 10_000_000 };
const safe = { ownPropertyOnly: true, templates: {}, strictFilters: true, ...limits };
const htmlEngine = new Liquid({ ...safe, outputEscape: 'escape' });
const textEngine = new Liquid(safe);
for (const engine of [htmlEngine, textEngine]) engine.registerFilter('link', linkFilter);
const parsed = new Map<string, ReturnType<Liquid['parse']>>();
const maxParsed = 200;

/**
 * Renders a letter. The subject and the preheader may hold Liquid; line breaks in a subject become spaces, so that no
 * product name can write a header. Links are written by `links`; without it they stay as the data has them. Throws where the
 * template is not Liquid.
 */
export function renderLetter(input: {
  template: CompiledTemplate;
  subject: string;
  preheader: string;
  data: LetterData | ConfirmationData;
  links?: LetterLinks;
}): RenderedLetter {
  const { template, data } = input;
  const links = input.links ? rememberedLinks(input.links) : null;
  const values =
    'items' in data ? { ...data, items: data.items.map(safeProduct), picks: data.picks.map(safeProduct) } : data;
  const preheader = plain(render(textEngine, input.preheader, values));
  return {
    subject: plain(render(textEngine, input.subject, values)).slice(0, 250),
    html: withTells(render(htmlEngine, template.html, { ...values, preheader }, links), links),
    text: textLinks(render(textEngine, template.text, values), links)
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  };
}

function render(engine: Liquid, source: string, values: object, links: LetterLinks | null = null): string {
  const key = `${engine === htmlEngine ? 'h' : 't'} ${source}`;
  const known = parsed.get(key);
  const template = known ?? engine.parse(engine === htmlEngine ? numberLinks(source) : source);
  if (!known) {
    if (parsed.size >= maxParsed) parsed.clear();
    parsed.set(key, template);
  }
  return String(engine.renderSync(template, values, { globals: { [linksKey]: links } }));
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
