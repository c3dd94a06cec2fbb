// The XML feeds that are read, by their root element.
import type { FeedFormat } from '../feed-item.ts';
import type { Lexicon } from '../words.ts';
import { anyLexicon, googleLexicon, hotlineLexicon, kaspiLexicon, ymlLexicon } from '../words.ts';

export interface Dialect {
  format: FeedFormat;
  /** In lower case where the dialect has no case. */
  roots: readonly string[];
  /** The element of one offer. Where a dialect knows several, a feed’s first one counts. */
  offers: readonly string[];
  /** Elements that are counted as pictures. */
  pictures: readonly string[];
  lexicon: Lexicon;
  prefixes: 'kept' | 'dropped';
  /** Whether `<category>` outside offers is one of the shop’s; news have such, too. */
  categories: 'of the shop' | 'of others';
  /** Whether `<OFFER>` is `<offer>`. */
  names: 'with case' | 'without case';
}

const yml: Dialect = {
  format: 'yml',
  roots: ['yml_catalog'],
  offers: ['offer'],
  pictures: ['picture'],
  lexicon: ymlLexicon,
  prefixes: 'kept',
  categories: 'of the shop',
  names: 'with case',
};

const google: Dialect = {
  format: 'google-rss',
  roots: ['rss', 'RDF'],
  offers: ['item'],
  pictures: ['image_link', 'additional_image_link'],
  lexicon: googleLexicon,
  prefixes: 'dropped',
  categories: 'of others',
  names: 'with case',
};

const dialects: readonly Dialect[] = [
  yml,
  { ...yml, format: 'hotline', roots: ['price'], offers: ['item'], pictures: ['image'], lexicon: hotlineLexicon },
  { ...yml, format: 'dataset', roots: ['dataset'], offers: ['item'] },
  { ...yml, format: 'kaspi', roots: ['kaspi_catalog'], lexicon: kaspiLexicon },
  google,
  { ...google, format: 'google-atom', roots: ['feed'], offers: ['entry'] },
  // Prom, Heureka, Skroutz, Ceneo, and what shops think of themselves.
  {
    format: 'xml',
    roots: ['shop', 'store', 'mywebstore', 'catalog', 'catalogue', 'products', 'items', 'offers', 'goods', 'root'],
    offers: ['offer', 'item', 'product', 'shopitem', 'o'],
    pictures: ['picture', 'image', 'imgurl', 'imgurl_alternative', 'additional_imageurl', 'additionalimage'],
    lexicon: anyLexicon,
    prefixes: 'dropped',
    categories: 'of the shop',
    names: 'without case',
  },
];

/** The dialect that begins with this element; names of XML have a case. */
export function dialectOf(root: string): Dialect | null {
  const local = localName(root);
  const low = local.toLowerCase();
  return dialects.find(({ roots, names }) => roots.includes(names === 'with case' ? local : low)) ?? null;
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
