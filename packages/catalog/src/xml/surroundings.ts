// What stands before and after a feed's root element: warnings of PHP, pages instead of feeds, rubbish at the end.
import type { FeedRefused } from '../feed-item.ts';
import { refusalOf } from '../feed-item.ts';
import type { Ledger } from '../ledger.ts';

const longestSample = 200;
/** A feed begins within so many characters, or it is none. */
const latestRoot = 200_000;
/** What PHP writes its warnings with. */
const ofWarnings = /^(br|b|i|p|pre|font|table|tbody|tr|th|td|div|span|center|hr|a|strong|em|code|h[1-6])$/i;

/** Files that are often given instead of a feed, by their first element, and what to do. */
const others: readonly [RegExp, string][] = [
  [
    /^(urlset|sitemapindex)$/,
    'this is a sitemap: it lists pages, not what they sell; give the address of the product feed',
  ],
  [/^Error$/, 'the storage answers with an error instead of the feed: check its address and who may read it'],
  [/^КоммерческаяИнформация$/, 'this is an exchange file of 1C (CommerceML): let the shop export YML'],
  [/^listings$/, 'this is a catalogue of vehicles, homes or hotels: products come as <rss> or <feed>'],
  [/(^|:)Envelope$/, 'this is an answer of a SOAP service, not a feed'],
  [/^opml$/, 'this is a list of news, not a feed of products'],
];

/** WordPress exports its products as posts, with what they cost beside them (WXR). */
export function checkRoot(attributes: Readonly<Record<string, string>>, place: { line: number; column: number }): void {
  if (!Object.values(attributes).some((value) => value.startsWith('http://wordpress.org/export/'))) return;
  const message =
    'this is a copy of a WordPress site, not a feed: export the products (WooCommerce, Products, Export) as CSV';
  throw refusalOf('not-a-feed', message, place);
}

export class Surroundings {
  readonly #ledger: Ledger;
  #before = '';
  #beforeAt = -1;
  #isPage = false;
  #firstElement: string | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A tag or text before the root. */
  before(said: string, position: number): void {
    if (position > latestRoot) throw this.refusal();
    // What is left of a DOCTYPE with declarations of its own.
    if (said.trim() === '' || (this.#before === '' && /^\s*\]\s*>\s*$/.test(said))) return;
    if (this.#beforeAt < 0) this.#beforeAt = position;
    if (this.#before.length < longestSample) this.#before += said.replace(/\s+/g, ' ');
    const [, element] = /^<([^\s<>/]+)>$/.exec(said) ?? [];
    this.#firstElement ??= element ?? null;
    if (element === undefined || ofWarnings.test(element)) return;
    this.#isPage ||= /^(html|head|body)$/i.test(element);
    throw this.refusal();
  }

  instruction(text: string, position: number): void {
    if (/^!doctype\s+html/i.test(text)) this.#isPage = true;
    if (!/<!ENTITY|^!ENTITY/.test(text)) return;
    const message = 'entities that the file itself defines are not read: write the text where it belongs';
    this.#ledger.sayOnce(
      { kind: 'doctype-entity', message, sample: text.slice(0, longestSample) },
      this.#ledger.notes.lines.at(position),
    );
  }

  /** The root element opens. */
  begins(): void {
    if (this.#beforeAt < 0) return;
    const message =
      'something stands before the feed, such as a warning of PHP: it is skipped; let the feed begin with <?xml';
    this.#ledger.sayOnce(
      { kind: 'junk-before', message, sample: this.#before },
      this.#ledger.notes.lines.at(this.#beforeAt),
    );
  }

  /** A tag or text after the root's end. */
  after(said: string, position: number): void {
    if (said.trim() === '') return;
    const message = 'something stands after the feed’s end and is not read';
    const at = position + said.length - said.trimStart().length;
    this.#ledger.sayOnce({ kind: 'junk-after', message, sample: '' }, this.#ledger.notes.lines.at(at));
  }

  refusal(): FeedRefused {
    const sample = this.#before.trim();
    if (this.#isPage) {
      const message = 'this is a web page, not a feed: a login page or an error stands at the feed’s address';
      return refusalOf('web-page', message, { line: 1, column: 1, sample });
    }
    const known = others.find(([element]) => element.test(this.#firstElement ?? ''))?.[1];
    const begins = this.#firstElement === null ? '' : `: it begins with <${this.#firstElement.slice(0, 60)}>`;
    const message =
      known ??
      `this is not a feed that is read here${begins}; a feed begins with <yml_catalog>, <rss>, <feed> or <price>`;
    return refusalOf('not-a-feed', message, { line: 1, column: 1, sample });
  }
}
