// Archives: gzip, zlib and zip are known by their first bytes, whatever a name or a header says, and opened while they
// stream. A file that grows beyond all measure is refused before it fills the memory.
import type { UnzipFile } from 'fflate';
import { Unzip, UnzipInflate } from 'fflate';
import type { Verdict } from '../feed-item.ts';
import { FeedRefused, refusalOf } from '../feed-item.ts';
import { joined } from './joined.ts';

export interface UnpackLimits {
  /** Bytes of the feed itself, unpacked. */
  maxBytes: number;
}

/** How many times its size a feed may unpack to. Text reaches 100, a bomb of gzip 1,000. */
const highestRatio = 250;
/** Below this nobody asks for the ratio: small files of spaces do no harm. */
const freeBytes = 8_000_000;
/** Packed bytes that are opened at once: a bomb makes at most 4 MB of them. */
const stepBytes = 4_096;
const deepest = 3;
const magicBytes = 4;

export interface Unpacked {
  chunks: AsyncGenerator<Uint8Array>;
  archive: () => Verdict['archive'];
}

/** The bytes inside. `archive` is known once the first bytes have been read. */
export function unpacked(packed: AsyncIterable<Uint8Array>, limits: UnpackLimits): Unpacked {
  let archive: Verdict['archive'] = null;
  const size = { packed: 0, unpacked: 0 };
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      size.packed += chunk.byteLength;
      yield chunk;
    }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const found = (kind: Verdict['archive']) => {
      archive ??= kind;
    };
    for await (const chunk of opened(counted(), found, 0)) {
      size.unpacked += chunk.byteLength;
      if (size.unpacked > limits.maxBytes) throw tooLarge(limits.maxBytes);
      if (archive && size.unpacked > freeBytes && size.unpacked > size.packed * highestRatio) throw bomb();
      yield chunk;
    }
  }
  return { chunks: chunks(), archive: () => archive };
}

async function* opened(
  source: AsyncGenerator<Uint8Array>,
  found: (archive: Verdict['archive']) => void,
  depth: number,
): AsyncGenerator<Uint8Array> {
  const { head, whole } = await peeked(source);
  const archive = archiveOf(head);
  if (archive === null) return yield* whole;
  if (depth === deepest)
    throw refusalOf('bomb', 'this is an archive in an archive in an archive: send the feed itself');
  found(archive);
  yield* opened(archive === 'zip' ? unzipped(whole) : inflated(whole, archive), found, depth + 1);
}

async function peeked(
  source: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; whole: AsyncGenerator<Uint8Array> }> {
  let head: Uint8Array = new Uint8Array();
  while (head.byteLength < magicBytes) {
    const next = await source.next();
    if (next.done) break;
    head = joined(head, next.value);
  }
  const start = head;
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (start.byteLength > 0) yield start;
    yield* source;
  }
  return { head, whole: whole() };
}

function archiveOf([one, two, three, four]: Uint8Array): Verdict['archive'] {
  if (one === 0x1f && two === 0x8b) return 'gzip';
  if (one === 0x50 && two === 0x4b && three === 0x03 && four === 0x04) return 'zip';
  // RFC 1950: the check bits of a zlib header; text never begins with an `x` and one of these.
  return one === 0x78 && (two === 0x01 || two === 0x9c || two === 0xda) ? 'zlib' : null;
}

async function* inflated(source: AsyncIterable<Uint8Array>, archive: 'gzip' | 'zlib'): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream(archive === 'gzip' ? 'gzip' : 'deflate');
  const fed = feed(stream.writable, source);
  // Whoever reads hears of a failure by `readable`; without this the runtime would call it unhandled as well.
  fed.catch(() => undefined);
  try {
    for await (const chunk of stream.readable) yield chunk;
    await fed;
  } catch (cause) {
    if (cause instanceof FeedRefused || !(cause instanceof TypeError)) throw cause;
    throw refusalOf('broken-archive', `the ${archive} archive is damaged or was cut off on its way`, { cause });
  }
}

async function feed(writable: WritableStream, source: AsyncIterable<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  try {
    for await (const chunk of source) for (const step of stepsOf(chunk)) await writer.write(step);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined); // it has failed already: `error` says of what
    throw error;
  }
}

function* stepsOf(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.byteLength; at += stepBytes) yield chunk.slice(at, at + stepBytes);
}

/** The first file of a zip that can be a feed. */
async function* unzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const entry = new ZipEntry();
  for await (const chunk of source) {
    for (const step of stepsOf(chunk)) yield* entry.push(step);
    if (entry.ended) return;
  }
  yield* entry.end();
}

class ZipEntry {
  readonly #unzip = new Unzip((file) => this.#found(file));
  #out: Uint8Array[] = [];
  #name: string | null = null;
  #seen: string[] = [];
  ended = false;

  constructor() {
    this.#unzip.register(UnzipInflate);
  }

  push(step: Uint8Array): Uint8Array[] {
    try {
      this.#unzip.push(step);
    } catch (cause) {
      throw refusalOf('broken-archive', 'the zip archive is damaged', { cause });
    }
    return this.#out.splice(0);
  }

  end(): Uint8Array[] {
    if (this.#name === null) {
      const message = 'the zip archive holds no .xml, .yml, .csv, .tsv, .txt, .json or .jsonl file';
      throw refusalOf('no-feed-in-archive', message, { sample: this.#seen.join(', ') });
    }
    if (!this.ended)
      throw refusalOf('broken-archive', 'the zip archive was cut off on its way', { sample: this.#name });
    return this.#out.splice(0);
  }

  #found(file: UnzipFile): void {
    if (this.#seen.length < 10) this.#seen.push(file.name);
    if (this.#name !== null || !/^(?!__MACOSX\/|.*\/\.).*\.(xml|yml|csv|tsv|txt|jsonl?|ndjson)$/i.test(file.name))
      return;
    this.#name = file.name;
    file.ondata = (error, data, final) => {
      if (error) throw error;
      if (data.byteLength > 0) this.#out.push(data);
      this.ended = final;
    };
    file.start();
  }
}

function tooLarge(maxBytes: number): FeedRefused {
  return refusalOf('too-large', `the feed is larger than ${Math.round(maxBytes / 1_000_000)} MB`);
}

function bomb(): FeedRefused {
  return refusalOf('bomb', `the archive unpacks to more than ${highestRatio} times its size: no feed does that`);
}
