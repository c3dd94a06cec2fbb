// What is asked of the index of words (docs/decisions/0009-product-search.md), in the language of FTS5's MATCH. The shop stands
// in every question, so that a small shop among a million products of others is asked alone.
import type { ProductFilter, ShopId } from '@winback/domain';
import { productFlaws } from '@winback/domain';

/** More of them only make a question slow. */
const mostWords = 8;
const longestWord = 40;
/** One character of these scripts is a word already; of others it begins too many. */
const wordSigns = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The words of a search, as they stand in the index. A text of signs alone has none. */
function wordsOf(text: string): string[] {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .split(/[^\p{L}\p{N}\p{M}\p{Co}]+/u)
    .filter(Boolean);
  return [...new Set(words)].slice(0, mostWords).map((word) => [...word].slice(0, longestWord).join(''));
}

const russianEnding =
  /(?:иями|ями|ами|иях|ях|ах|ого|его|ому|ему|ыми|ими|ой|ей|ою|ею|ый|ий|ая|яя|ое|ее|ую|юю|ые|ие|ых|их|ым|им|ом|ем|ам|ям|ов|ев|[аяоеыиуюьй])$/;

/**
 * A word without what its case or number adds: `палатки` is looked for as `палатк`, `tents` as `tent`. What is left has three
 * letters or more; the index is asked for what begins so, and finds the other forms with it.
 */
function stemOf(word: string): string {
  const stem = /^[а-я]+$/.test(word)
    ? word.replace(russianEnding, '')
    : /^[a-z]+$/.test(word)
      ? englishStem(word)
      : word;
  return stem.length >= 3 ? stem : word;
}

function englishStem(word: string): string {
  if (word.endsWith('ies')) return word.slice(0, -3);
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^siu]s$/.test(word) ? word.slice(0, -1) : word;
}

/** `categories`: the chosen one and all below it. Null: only what nothing has is asked for. */
export function matchOf(
  shop: ShopId,
  { q, brand, stock, letters }: ProductFilter,
  categories: readonly string[] | null,
): string | null {
  const words = q ? wordsOf(q) : [];
  if ((q && words.length === 0) || categories?.length === 0) return null;
  const facets = [
    token('s', shop),
    ...(stock ? [stock === 'in' ? 'i1' : 'i0'] : []),
    ...(brand === undefined ? [] : [token('b', brand)]),
    ...(letters ? [anyOf(letterTokens(letters))] : []),
    ...(categories ? [anyOf(categories.map((one) => token('c', one)))] : []),
  ];
  const inFacets = `facets : (${facets.join(' AND ')})`;
  return words.length === 0 ? inFacets : `${inFacets} AND words : (${words.map(beginning).join(' AND ')})`;
}

/** The products of a group of variants. */
export function groupMatch(shop: ShopId, group: string): string {
  return `facets : (${token('s', shop)} AND ${token('g', group)})`;
}

/** The products whose picture is worth looking for: only that may keep them from letters. */
export function picturedMatch(shop: ShopId): string {
  return `facets : (${token('s', shop)} AND (lready OR lgone))`;
}

function letterTokens(letters: NonNullable<ProductFilter['letters']>): string[] {
  return letters === 'not' ? productFlaws.map((reason) => `l${reason}`) : [`l${letters}`];
}

function beginning(word: string): string {
  return [...word].length === 1 && !wordSigns.test(word) ? `"${word}"` : `"${stemOf(word)}"*`;
}

function anyOf(tokens: readonly string[]): string {
  return `(${tokens.join(' OR ')})`;
}

/** Any text as one word: the tokenizer splits no hexadecimal digits. */
function token(kind: 's' | 'b' | 'c' | 'g', text: string): string {
  const bytes = new TextEncoder().encode(text);
  return kind + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
