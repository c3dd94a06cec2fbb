// Tables: CSV and TSV, as Shopify, WooCommerce, Facebook and Google write them. The first row names the columns and tells
// whose table it is.
import type { Info } from 'csv-parse/stream';
import { parse } from 'csv-parse/stream';
import type { FeedItem } from '../feed-item.ts';
import { refusalOf } from '../feed-item.ts';
import type { Ledger } from '../ledger.ts';
import { asPlain, asShopify, asWoo } from './column-names.ts';
import { googleRows } from './google-rows.ts';
import type { Columns, RowReader } from './row.ts';
import { shopifyRows } from './shopify-rows.ts';
import { wooRows } from './woo-rows.ts';

const longestRow = 1_000_000;
const mostColumns = 1_000;

export async function* readTable(texts: AsyncIterable<string>, ledger: Ledger): AsyncGenerator<FeedItem[]> {
  const { first, whole } = await firstLine(texts);
  let reader: RowReader | null = null;
  let before = 0;
  try {
    for await (const { record, info } of rowsOf(whole, delimiterOf(first))) {
      const line = before + 1;
      before = info.lines;
      // Excel writes the separator into a line of its own.
      if (reader === null && /^sep=/i.test(record[0] ?? '')) continue;
      if (reader === null) reader = readerOf(record, ledger);
      else reader.row({ cells: record, line, lastLine: info.lines });
      yield ledger.take();
    }
  } catch (error) {
    throw tableError(error, before + 1);
  }
  reader?.end();
  yield ledger.take();
}

function readerOf(names: readonly string[], ledger: Ledger): RowReader {
  const columns = columnsOf(names);
  const context = (named: Columns) => ({ columns: named, ledger, site: ledger.site, width: names.length });
  const shopify = asShopify(columns);
  if (shopify) return shopifyRows(context(shopify));
  const woo = asWoo(columns);
  if (woo) return wooRows(context(woo));
  const plain = asPlain(columns);
  if (plain) return googleRows(context(plain));
  const message =
    'this table is no feed that is read here: its first row names neither id and title (Google, Facebook), nor Handle (Shopify), nor Type and Regular price (WooCommerce)';
  throw refusalOf('not-a-feed', message, { line: 1, column: 1, sample: names.join(', ') });
}

/** `Variant Price ` and `g:image link` become `variant_price` and `image_link`. */
function columnsOf(names: readonly string[]): Columns {
  const columns: Columns = new Map();
  names.slice(0, mostColumns).forEach((name, at) => {
    const key = name.trim().toLowerCase().replace(/^g:/, '').replace(/\s+/g, '_');
    const others = columns.get(key);
    if (others) others.push(at);
    else columns.set(key, [at]);
  });
  return columns;
}

async function firstLine(texts: AsyncIterable<string>): Promise<{ first: string; whole: AsyncGenerator<string> }> {
  const source = texts[Symbol.asyncIterator]();
  let gathered = '';
  while (!gathered.includes('\n') && gathered.length < longestRow) {
    const next = await source.next();
    if (next.done) break;
    gathered += next.value;
  }
  const start = gathered;
  async function* whole(): AsyncGenerator<string> {
    yield start;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  }
  return { first: start.split(/[\r\n]/, 1)[0] ?? '', whole: whole() };
}

/** The separator that the first row has most of, outside quotation marks; Excel says it: `sep=;`. */
function delimiterOf(first: string): string {
  const said = /^sep=(.)$/i.exec(first)?.[1];
  if (said !== undefined) return said;
  const plain = first.replace(/"[^"]*"/g, '');
  const count = (mark: string) => plain.split(mark).length;
  return [',', ';', '\t', '|'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

interface Read {
  record: string[];
  info: Info;
}

async function* rowsOf(texts: AsyncIterable<string>, delimiter: string): AsyncGenerator<Read> {
  const options = { delimiter, info: true, relax_column_count: true, relax_quotes: true, max_record_size: longestRow };
  const table = parse({ ...options, skip_empty_lines: true });
  const fed = feed(table.writable, texts);
  fed.catch(() => undefined); // whoever reads the rows hears of it
  const rows: AsyncIterable<Read> = table.readable;
  yield* rows;
  await fed;
}

async function feed(writable: WritableStream, texts: AsyncIterable<string>): Promise<void> {
  const writer = writable.getWriter();
  try {
    for await (const text of texts) await writer.write(Buffer.from(text));
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined); // it has failed already: `error` says of what
    throw error;
  }
}

/** `line` is where the row begins in which it happened. */
function tableError(error: unknown, line: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    const message = 'the table ends inside a quotation mark: it was cut off, or a mark is not closed';
    return refusalOf('truncated', message, { line, column: 1, cause: error });
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    const message = 'a row has more than a million characters: a quotation mark is not closed';
    return refusalOf('endless-token', message, { line, column: 1, cause: error });
  }
  return error;
}
