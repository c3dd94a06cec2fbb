// Bytes to clean text. Text flows on while it is ASCII; at the first byte beyond, a window is looked at and the encoding is
// chosen. Characters that no feed may have become spaces, each noted with its place.
import type { Notes } from '../notes.ts';
import { encodingOf, headerEncoding, markedEncoding, prologueEncoding } from './encoding.ts';
import { joined } from './joined.ts';

type Decoder = InstanceType<typeof TextDecoder>;

const markBytes = 4;
const windowBytes = 16_384;
const prologueChars = 1_024;
/** Of the text before an odd character; what comes after may not have arrived. */
const sampleChars = 20;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const control = /[\0-\x08\x0b\x0c\x0e-\x1f]/;
const lost = '\ufffd';
const allOdd = new RegExp(`${control.source}|${lost}`, 'g');

export interface Decoded {
  texts: AsyncGenerator<string>;
  /** Known once the text has been read. */
  encoding: () => string;
}

export function decoded(chunks: AsyncIterable<Uint8Array>, contentType: string | null, notes: Notes): Decoded {
  const decoding = new Decoding(contentType, notes);
  async function* texts(): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      const text = decoding.push(chunk);
      if (text !== '') yield text;
    }
    const rest = decoding.end();
    if (rest !== '') yield rest;
  }
  return { texts: texts(), encoding: () => decoding.encoding };
}

class Decoding {
  readonly #contentType: string | null;
  readonly #notes: Notes;
  #mark: string | null | undefined;
  /** Bytes that wait for a decision: the first four, then the window. */
  #waiting = new Uint8Array();
  #ascii = '';
  #inWindow = false;
  #decoder: Decoder | null = null;
  #tail = '';
  encoding = 'utf-8';

  constructor(contentType: string | null, notes: Notes) {
    this.#contentType = contentType;
    this.#notes = notes;
  }

  push(chunk: Uint8Array): string {
    return this.#clean(this.#decoded(chunk));
  }

  end(): string {
    const before = this.#decoder ? '' : this.#undecided('the end');
    return this.#clean(before + (this.#decoder?.decode() ?? ''));
  }

  #decoded(chunk: Uint8Array): string {
    if (this.#decoder) return this.#decoder.decode(chunk, { stream: true });
    this.#waiting = joined(this.#waiting, chunk);
    return this.#undecided('more to come');
  }

  #undecided(after: 'more to come' | 'the end'): string {
    if (this.#mark === undefined) {
      if (this.#waiting.byteLength < markBytes && after === 'more to come') return '';
      this.#mark = markedEncoding(this.#waiting);
      if (this.#mark === 'utf-8') this.#waiting = this.#waiting.slice(3);
      if (this.#mark?.startsWith('utf-16')) return this.#choose(this.#mark);
    }
    const flown = this.#inWindow ? '' : this.#asciiPart();
    if (!this.#inWindow) return flown;
    if (this.#waiting.byteLength < windowBytes && after === 'more to come') return flown;
    return flown + this.#chooseByWindow();
  }

  /** Lets ASCII pass; what remains begins with the first byte beyond it. */
  #asciiPart(): string {
    const found = this.#waiting.findIndex((byte) => byte > 0x7f);
    const end = found < 0 ? this.#waiting.byteLength : found;
    const text = new TextDecoder().decode(this.#waiting.subarray(0, end));
    if (this.#ascii.length < prologueChars) this.#ascii += text.slice(0, prologueChars);
    this.#waiting = this.#waiting.slice(end);
    this.#inWindow = found >= 0;
    return text;
  }

  #chooseByWindow(): string {
    const window = this.#waiting.subarray(0, windowBytes);
    const declared = {
      mark: this.#mark ?? null,
      header: headerEncoding(this.#contentType),
      prologue: prologueEncoding(this.#ascii + new TextDecoder('latin1').decode(window.subarray(0, prologueChars))),
    };
    const { label, mismatch } = encodingOf(window, declared);
    if (mismatch !== null) this.#notes.note({ kind: 'encoding-mismatch', message: mismatch, sample: '' });
    return this.#choose(label);
  }

  #choose(label: string): string {
    this.encoding = label;
    this.#decoder = new TextDecoder(label);
    const bytes = this.#waiting;
    this.#waiting = new Uint8Array();
    return this.#decoder.decode(bytes, { stream: true });
  }

  #clean(text: string): string {
    this.#notes.lines.add(text);
    const start = this.#notes.read;
    this.#notes.read += text.length;
    const before = this.#tail;
    this.#tail = (before + text.slice(-sampleChars)).slice(-sampleChars);
    // Two searches take half the time of one for both.
    if (!control.test(text) && !text.includes(lost)) return text;
    return text.replaceAll(allOdd, (character, at: number) => {
      const until = (before + text.slice(Math.max(0, at - sampleChars), at + 1)).slice(-sampleChars - 1);
      this.#notes.noteAt(start + at, oddity(character, until));
      return character === lost ? character : ' ';
    });
  }
}

function oddity(character: string, until: string) {
  const sample = until.replaceAll(allOdd, lost);
  if (character === lost) {
    const message = 'a byte here is no letter of the file’s encoding: save the feed in one encoding, best UTF-8';
    return { kind: 'invalid-bytes', message, sample };
  }
  const code = character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
  return { kind: 'control-character', message: `the character U+${code} may not stand in a feed: take it out`, sample };
}
