// What the tests of this package share.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedHints, FeedItem, Offer, Verdict } from './index.ts';
import { FeedRefused, readFeed } from './index.ts';

const hints: FeedHints = {
  currency: 'EUR',
  now: Date.parse('2026-11-24T12:00:00Z'),
  site: 'https://shop.example',
};

export function fixture(name: string): Uint8Array {
  return readFileSync(join(import.meta.dirname, 'fixtures', name));
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Cut before each of these bytes. */
export async function* cutAt(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const to of [...cuts, bytes.byteLength]) {
    yield bytes.slice(from, to);
    from = to;
  }
}

export interface Read {
  items: FeedItem[];
  refused: FeedRefused | null;
}

/** All that a feed gives; a refusal is what it ends with. */
export async function readAll(chunks: AsyncIterable<Uint8Array>, more: Partial<FeedHints> = {}): Promise<Read> {
  const items: FeedItem[] = [];
  try {
    for await (const item of readFeed(chunks, { ...hints, ...more })) items.push(item);
    return { items, refused: null };
  } catch (error) {
    if (error instanceof FeedRefused) return { items, refused: error };
    throw error;
  }
}

export function readBytes(bytes: Uint8Array, more: Partial<FeedHints> = {}): Promise<Read> {
  return readAll(cutAt(bytes, []), more);
}

export function offersIn({ items }: Read): Offer[] {
  return items.flatMap((item) => (item.kind === 'offer' ? [item.offer] : []));
}

export function categoriesIn({ items }: Read): string[] {
  return items.flatMap((item) => (item.kind === 'category' ? [item.category.id] : []));
}

/** Kind, line, column and offer of each problem. */
export function problemsIn({ items }: Read): [string, number, number, string | null][] {
  return items.flatMap((item) => {
    if (item.kind !== 'problem') return [];
    const { kind, line, column, offer } = item.problem;
    return [[kind, line, column, offer]];
  });
}

export function verdictOf({ items, refused }: Read): Verdict {
  const last = items.at(-1);
  if (last?.kind === 'verdict') return last.verdict;
  throw new Error(`the feed came to no verdict: ${refused?.message}`);
}

/** Text in a one-byte encoding that the platform can read. */
export function encoded(text: string, label: string): Uint8Array {
  const decoder = new TextDecoder(label);
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
  return Uint8Array.from([...text].map((letter) => bytes.get(letter) ?? 0x3f));
}

export function utf16(text: string, order: 'le' | 'be'): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at += 1) bytes.setUint16(at * 2, text.charCodeAt(at), order === 'le');
  return new Uint8Array(bytes.buffer);
}

export async function gzipped(bytes: Uint8Array, format: 'gzip' | 'deflate' = 'gzip'): Promise<Uint8Array> {
  const packed = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
