// A file that a shop calls its feed, to one stream of categories, offers and problems with a verdict at its end.
import type { Currency } from '@winback/domain';
import { decoded } from './bytes/decode.ts';
import { unpacked } from './bytes/unpack.ts';
import type { FeedItem } from './feed-item.ts';
import { refusalOf } from './feed-item.ts';
import { readJson } from './json/read-json.ts';
import { readJsonLines } from './json/read-json-lines.ts';
import { Ledger } from './ledger.ts';
import { Market } from './market.ts';
import { Notes } from './notes.ts';
import { readTable } from './rows/read-table.ts';
import { kindOf } from './sniff.ts';
import { XmlFeed } from './xml/xml-feed.ts';

export interface FeedHints {
  /** The shop's currency: prices that name none are in it, and the feed's rates convert to it. */
  currency: Currency;
  /** The moment of reading in milliseconds: promotions with dates hold or not. */
  now: number;
  /** The shop's home page: exports of Shopify and WooCommerce name no addresses, they are made from it. */
  site?: string;
  /** As the server sent it; its charset is compared with what the bytes say. */
  contentType?: string | null;
  contentEncoding?: string | null;
  fileName?: string | null;
  /** Bytes that a feed may have, unpacked. */
  maxBytes?: number;
}

const defaultMaxBytes = 2_000_000_000;
const headChars = 4_096;
/** Before the feed. */
const mostSpaces = 1_000_000;

/**
 * Reads a feed of any format, packed or not, in any encoding. Items come in the file's order, the verdict last.
 * @throws {FeedRefused} where the file is no feed or ends too early; the caller publishes nothing before the verdict
 */
export async function* readFeed(chunks: AsyncIterable<Uint8Array>, hints: FeedHints): AsyncGenerator<FeedItem> {
  if (/\b(br|zstd|compress)\b/.test(hints.contentEncoding ?? '')) {
    const message = `the server sent the feed packed as ${hints.contentEncoding}: gzip is read, or none`;
    throw refusalOf('unsupported-encoding', message);
  }
  const notes = new Notes();
  const bytes = unpacked(chunks, { maxBytes: hints.maxBytes ?? defaultMaxBytes });
  const text = decoded(bytes.chunks, hints.contentType ?? null, notes);
  const ledger = new Ledger(new Market(hints.currency, hints.now), notes, hints.site ?? null);
  const { head, whole } = await headed(text.texts);
  if (head === '') throw refusalOf('empty', 'the feed is empty');
  for await (const items of readerOf(head, hints)(whole, ledger)) {
    for (const item of items) yield item; // yield* would wrap each item once more
  }
  ledger.end();
  yield* ledger.take();
  ledger.refuseNothing();
  const { format, found, taken } = ledger;
  if (format === null) throw new Error('a reader did not name its format');
  yield { kind: 'verdict', verdict: { format, encoding: text.encoding(), archive: bytes.archive(), found, taken } };
}

/** Yields what each piece of text completes, together: a generator's step is dear. */
type Reader = (texts: AsyncIterable<string>, ledger: Ledger) => AsyncGenerator<FeedItem[]>;

function readerOf(head: string, hints: FeedHints): Reader {
  const kind = kindOf(head, hints.fileName ?? null);
  if (kind === 'xml') return readXml;
  if (kind === 'json') return readJson;
  if (kind === 'json-lines') return readJsonLines;
  return readTable;
}

async function* readXml(texts: AsyncIterable<string>, ledger: Ledger): AsyncGenerator<FeedItem[]> {
  const feed = new XmlFeed(ledger);
  for await (const text of texts) {
    feed.write(text);
    yield ledger.take();
  }
  feed.end();
  yield ledger.take();
}

async function headed(texts: AsyncGenerator<string>): Promise<{ head: string; whole: AsyncGenerator<string> }> {
  let gathered = '';
  while (gathered.length < mostSpaces && gathered.trimStart().length < headChars) {
    const next = await texts.next();
    if (next.done) break;
    gathered += next.value;
  }
  const start = gathered;
  async function* whole(): AsyncGenerator<string> {
    if (start !== '') yield start;
    yield* texts;
  }
  return { head: start.trimStart().slice(0, headChars), whole: whole() };
}
