// The XML feeds that are read, by their root element.
import type { FeedFormat } from '../feed-item.ts';
import type { Lexicon } from '../words.ts';
import { googleLexicon, hotlineLexicon, ymlLexicon } from '../words.ts';

export interface Dialect {
  format: FeedFormat;
  root: string;
  /** The element of one offer. */
  offer: string;
  /** Elements that are counted as pictures. */
  pictures: readonly string[];
  lexicon: Lexicon;
  prefixes: 'kept' | 'dropped';
}

const dialects: readonly Dialect[] = [
  { format: 'yml', root: 'yml_catalog', offer: 'offer', pictures: ['picture'], lexicon: ymlLexicon, prefixes: 'kept' },
  { format: 'hotline', root: 'price', offer: 'item', pictures: ['image'], lexicon: hotlineLexicon, prefixes: 'kept' },
  { format: 'dataset', root: 'dataset', offer: 'item', pictures: ['picture'], lexicon: ymlLexicon, prefixes: 'kept' },
  {
    format: 'google-rss',
    root: 'rss',
    offer: 'item',
    pictures: ['image_link', 'additional_image_link'],
    lexicon: googleLexicon,
    prefixes: 'dropped',
  },
  {
    format: 'google-atom',
    root: 'feed',
    offer: 'entry',
    pictures: ['image_link', 'additional_image_link'],
    lexicon: googleLexicon,
    prefixes: 'dropped',
  },
];

/** The dialect that begins with this element; names of XML have a case. */
export function dialectOf(root: string): Dialect | null {
  const local = localName(root);
  return dialects.find((dialect) => dialect.root === local) ?? null;
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
