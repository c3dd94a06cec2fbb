// Elements out of htmlparser2's tokenizer: it knows where tags and texts lie, this what they say and what closes what. Its
// Parser would cut out every text and closing name; most of them are spaces and names that are known already.
import type { QuoteType, TokenizerCallbacks } from 'htmlparser2';
import { Tokenizer } from 'htmlparser2';
import { noAttributes } from '../element.ts';
import { RepeatedWords } from './repeated-words.ts';

export type Attributes = Readonly<Record<string, string>>;

/** Positions count characters of the whole text. */
export interface TagHandler {
  opened(name: string, attributes: Attributes, at: number, end: number): void;
  /** `how` is `by another` where a tag further out closes, and this element has none of its own. */
  closed(name: string, at: number, how: 'by its tag' | 'by another'): void;
  /** Asked before a text is cut out: most of a feed is spaces between tags. */
  wantsText(): boolean;
  /** A text may come in pieces; references are not read. */
  said(text: string, at: number): void;
  cdata(text: string, at: number): void;
  /** A declaration or processing instruction, from its `!` or `?` on. */
  instruction(text: string, at: number): void;
}

const cdataMark = '<![CDATA['.length;

export class Tags implements TokenizerCallbacks {
  readonly #handler: TagHandler;
  readonly #tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, this);
  /** What was written last, and where it begins. */
  #text = '';
  #textAt = 0;
  /** What was written before and a token still needs. */
  #earlier: { text: string; at: number }[] = [];
  readonly #tagWords = new RepeatedWords();
  readonly #attributeWords = new RepeatedWords();
  #open: string[] = [];
  #name = '';
  #attributes: Record<string, string> | null = null;
  #attribute = '';
  #value = '';
  /** Where the token begins that is being read. */
  start = 0;

  constructor(handler: TagHandler) {
    this.#handler = handler;
  }

  write(text: string): void {
    const read = this.#textAt + this.#text.length;
    this.#earlier.push({ text: this.#text, at: this.#textAt });
    this.#earlier = this.#earlier.filter((piece) => piece.at + piece.text.length > this.start);
    this.#text = text;
    this.#textAt = read;
    this.#tokenizer.write(text);
  }

  end(): void {
    this.#tokenizer.end();
  }

  ontext(start: number, end: number): void {
    this.start = end;
    if (this.#handler.wantsText()) this.#handler.said(this.#slice(start, end), start);
  }

  onopentagname(start: number, end: number): void {
    this.start = start - 1;
    this.#name = this.#word(this.#tagWords, start, end);
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#word(this.#attributeWords, start, end);
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#slice(start, end);
  }

  onattribend(_quote: QuoteType, _end: number): void {
    if (this.#attributes === null) this.#attributes = { [this.#attribute]: this.#value };
    else if (!Object.hasOwn(this.#attributes, this.#attribute)) this.#attributes[this.#attribute] = this.#value;
    this.#value = '';
  }

  onopentagend(end: number): void {
    const name = this.#name;
    this.#open.push(name);
    const at = this.start;
    this.start = end + 1;
    const attributes = this.#attributes ?? noAttributes;
    this.#attributes = null;
    this.#handler.opened(name, attributes, at, end);
  }

  onselfclosingtag(end: number): void {
    this.onopentagend(end);
    this.#close(this.#name, end);
  }

  onclosetag(start: number, end: number): void {
    this.start = end;
    const innermost = this.#open[this.#open.length - 1] ?? '';
    if (
      start >= this.#textAt &&
      end - start === innermost.length &&
      this.#text.startsWith(innermost, start - this.#textAt)
    )
      return this.#close(innermost, start - 2);
    this.#close(this.#slice(start, end), start - 2);
  }

  oncdata(start: number, end: number, offset: number): void {
    this.start = end + 1;
    if (this.#handler.wantsText()) this.#handler.cdata(this.#slice(start, end - offset), start - cdataMark);
  }

  ondeclaration(start: number, end: number): void {
    this.start = end + 1;
    this.#handler.instruction(`!${this.#slice(start, end)}`, start - 2);
  }

  onprocessinginstruction(start: number, end: number): void {
    this.start = end + 1;
    this.#handler.instruction(`?${this.#slice(start, end)}`, start - 2);
  }

  oncomment(_start: number, end: number, _offset: number): void {
    this.start = end + 1;
  }

  onattribentity(): void {
    // references are not read here
  }

  ontextentity(): void {
    // references are not read here
  }

  onend(): void {
    // what is still open stays so: the feed was cut off
  }

  /** A closing tag closes what lies inside; one that nothing opened closes nothing. */
  #close(name: string, at: number): void {
    if (this.#open[this.#open.length - 1] === name) {
      this.#open.pop();
      return this.#handler.closed(name, at, 'by its tag');
    }
    const outermost = this.#open.lastIndexOf(name);
    if (outermost < 0) return;
    while (this.#open.length > outermost + 1) this.#handler.closed(this.#open.pop() ?? '', at, 'by another');
    this.#open.pop();
    this.#handler.closed(name, at, 'by its tag');
  }

  #word(words: RepeatedWords, start: number, end: number): string {
    if (start >= this.#textAt) return words.in(this.#text, start - this.#textAt, end - this.#textAt);
    return words.same(this.#slice(start, end));
  }

  #slice(start: number, end: number): string {
    if (start >= this.#textAt) return this.#text.slice(start - this.#textAt, end - this.#textAt);
    return [...this.#earlier, { text: this.#text, at: this.#textAt }]
      .map(({ text, at }) => text.slice(Math.max(0, start - at), Math.max(0, end - at)))
      .join('');
  }
}
