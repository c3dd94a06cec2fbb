// Splits one JSON object into its fields and the elements of its lists while it streams: `{"shop_id":"…","items":[…,…]}`. Only
// one piece is held at a time. What a piece says is parsed by whoever takes it.

export interface JsonPiece {
  /** The field's name, or that of the list. */
  name: string;
  of: 'field' | 'list';
  /** JSON, or nothing that can be read. */
  text: string;
}

/** A piece of more characters is not read. */
const longestPiece = 2_000_000;
const structure = /["{}[\],:]/g;
const inText = /["\\]/g;

export class JsonPieces {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inList = false;
  #name: string | null = null;
  #gathered = '';
  #ended = false;

  /** The pieces that this text completes. Throws a `RangeError` where one is too long, a `SyntaxError` where this is no object. */
  push(text: string): JsonPiece[] {
    const pieces: JsonPiece[] = [];
    let from = 0;
    for (let at = 0; at < text.length; ) {
      if (this.#inString) {
        at = this.#stringEnd(text, at);
        continue;
      }
      structure.lastIndex = at;
      const found = structure.exec(text)?.index ?? text.length;
      if (found === text.length) break;
      if (this.#cuts(text[found] ?? '', text.slice(from, found), pieces)) from = found + 1;
      at = found + 1;
    }
    this.#gather(text.slice(from));
    return pieces;
  }

  /** Whether the object was closed. */
  get isClosed(): boolean {
    return this.#ended;
  }

  #stringEnd(text: string, from: number): number {
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      at += 1;
    }
    for (;;) {
      inText.lastIndex = at;
      const found = inText.exec(text)?.index;
      if (found === undefined) return text.length;
      if (text[found] === '"') {
        this.#inString = false;
        return found + 1;
      }
      at = found + 2;
      if (at > text.length) {
        this.#escaped = true;
        return text.length;
      }
    }
  }

  /** Whether what was gathered, and `before`, ends at this sign. */
  #cuts(sign: string, before: string, pieces: JsonPiece[]): boolean {
    if (sign === '"') this.#inString = true;
    else if (sign === '{' || sign === '[') return this.#opens(sign, before);
    else if (sign === '}' || sign === ']') return this.#closes(sign, before, pieces);
    else if (sign === ':') return this.#names(before);
    else if (this.#depth === (this.#inList ? 2 : 1)) return this.#ends(before, pieces);
    return false;
  }

  #opens(sign: string, before: string): boolean {
    this.#depth += 1;
    if (this.#depth === 1 && (sign === '[' || this.#ended)) throw new SyntaxError('this is no object');
    if (this.#depth === 1) return this.#forget();
    const isList = sign === '[' && this.#depth === 2 && this.#name !== null && (this.#gathered + before).trim() === '';
    if (!isList) return false;
    this.#inList = true;
    return this.#forget();
  }

  #closes(sign: string, before: string, pieces: JsonPiece[]): boolean {
    this.#depth -= 1;
    if (this.#depth < 0) throw new SyntaxError('a bracket is closed that was not opened');
    if (this.#inList && this.#depth === 1 && sign === ']') {
      this.#ends(before, pieces);
      this.#inList = false;
      return true;
    }
    if (this.#depth > 0) return false;
    this.#ended = true;
    return this.#ends(before, pieces);
  }

  #names(before: string): boolean {
    if (this.#depth !== 1 || this.#name !== null) return false;
    this.#gather(before);
    const name: unknown = JSON.parse(this.#gathered);
    this.#name = String(name);
    return this.#forget();
  }

  /** What comes after a list until the next name is nothing. */
  #ends(before: string, pieces: JsonPiece[]): boolean {
    this.#gather(before);
    const text = this.#gathered.trim();
    if (text !== '' && this.#name !== null)
      pieces.push({ name: this.#name, of: this.#inList ? 'list' : 'field', text });
    if (!this.#inList) this.#name = null;
    return this.#forget();
  }

  #forget(): true {
    this.#gathered = '';
    return true;
  }

  #gather(part: string): void {
    if (this.#gathered.length + part.length > longestPiece) throw new RangeError('a piece is too long');
    this.#gathered += part;
  }
}
