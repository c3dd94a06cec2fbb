// What an import changes, in words: one ProductChange a line, for the merchant to read before saying yes and after.
import type { OfferContent } from '@winback/db';
import type { ProductChange } from '@winback/domain';
import { majorOf, minorDigits } from '@winback/domain';

/** Of each kind of change: a merchant reads a hundred, a script all of them. */
const mostChanges = 10_000;
const mostBytes = 8_000_000;
const longestWord = 200;
const encoder = new TextEncoder();

const columns: [string, (offer: OfferContent) => string | null][] = [
  ['name', ({ name }) => name],
  ['price', ({ priceMinor, currency }) => priceWords(priceMinor, currency)],
  ['old price', ({ oldPriceMinor, currency }) => priceWords(oldPriceMinor, currency)],
  ['stock', ({ inStock }) => (inStock ? 'in stock' : 'out of stock')],
  ['address', ({ url }) => url],
  ['pictures', ({ pictures }) => (pictures.length > 0 ? pictures.join(' ') : null)],
  ['brand', ({ brand }) => brand],
  ['categories', ({ categoryIds }) => (categoryIds.length > 0 ? categoryIds.join(', ') : null)],
  ['group', ({ groupId }) => groupId],
  ['description', ({ description }) => description],
  ['recommended', ({ ignored }) => (ignored ? 'no' : 'yes')],
];

/** Each field that is another, before and after. Long texts are cut: both may begin alike. */
export function fieldsChanged(before: OfferContent, after: OfferContent): ProductChange['fields'] {
  const plain = columns.map(([field, words]) => ({ field, from: words(before), to: words(after) }));
  const names = [...new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)])];
  const more = names.map((field) => ({
    field,
    from: attributeWords(before.attributes[field]),
    to: attributeWords(after.attributes[field]),
  }));
  return [...plain, ...more]
    .filter(({ from, to }) => from !== to)
    .map(({ field, from, to }) => ({ field, from: cut(from), to: cut(to) }));
}

/** Lines of changes; past the bound of their kind they are left out, and the sums tell how many there were. */
export class ChangeLines {
  readonly #counts: Record<ProductChange['change'], number> = { added: 0, changed: 0, gone: 0 };
  readonly #lines: Uint8Array[] = [];
  #bytes = 0;

  /** Whether another change of this kind is written down. */
  takes(kind: ProductChange['change']): boolean {
    return this.#counts[kind] < mostChanges && this.#bytes < mostBytes;
  }

  add(change: ProductChange): void {
    if (!this.takes(change.change)) return;
    this.#counts[change.change] += 1;
    const line = encoder.encode(`${JSON.stringify(change)}\n`);
    this.#bytes += line.byteLength;
    this.#lines.push(line);
  }

  whole(): Blob {
    return new Blob(this.#lines);
  }
}

function priceWords(minor: number | null, currency: string): string | null {
  if (minor === null) return null;
  return `${majorOf({ minor, currency }).toFixed(minorDigits(currency))} ${currency}`;
}

/** What says nothing counts as absent, however it says so. */
function attributeWords(value: unknown): string | null {
  if (value === null || value === undefined || value === false) return null;
  if (Array.isArray(value) && value.length === 0) return null;
  if (typeof value !== 'object') return String(value);
  const text = JSON.stringify(value);
  return text === '{}' ? null : text;
}

function cut(words: string | null): string | null {
  return words !== null && words.length > longestWord ? `${words.slice(0, longestWord)}…` : words;
}
