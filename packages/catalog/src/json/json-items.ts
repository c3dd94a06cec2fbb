// Splits JSON into its items while it streams: the elements of a list, the elements of the lists of an envelope
// (`{"items": […], "categories": […]}`), or objects that follow each other. Only one item is held at a time.

export interface JsonItem {
  section: 'items' | 'categories';
  /** Empty where it is too long to be read. */
  text: string;
  /** Of its first character in the whole text. */
  position: number;
}

const longestItem = 2_000_000;
const sections: Record<string, JsonItem['section']> = {
  items: 'items',
  products: 'items',
  offers: 'items',
  categories: 'categories',
};
const structure = /["{}[\]]/g;

export class JsonItems {
  #read = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The text of the last string at the depth where an envelope has its keys. */
  #key = '';
  /** Objects that open at this depth are items; -1 where none are. */
  #itemDepth = -1;
  #section: JsonItem['section'] = 'items';
  #isEnvelope = false;
  #gathered: string | null = null;
  #gatheredAt = 0;

  /** The items that this text completes. */
  push(text: string): JsonItem[] {
    const items: JsonItem[] = [];
    let from = 0;
    for (let at = 0; at < text.length; ) {
      if (this.#inString) {
        at = this.#stringEnd(text, at);
        continue;
      }
      structure.lastIndex = at;
      const found = structure.exec(text)?.index ?? text.length;
      if (found === text.length) break;
      const character = text[found] ?? '';
      if (character === '"') this.#stringBegins();
      else if (character === '{' || character === '[') {
        if (this.#opens(character, this.#read + found)) from = found;
      } else if (this.#closes(character)) {
        items.push({
          section: this.#section,
          text: this.#whole(text.slice(from, found + 1)),
          position: this.#gatheredAt,
        });
      }
      at = found + 1;
    }
    if (this.#gathered !== null) this.#gather(text.slice(from));
    this.#read += text.length;
    return items;
  }

  /** Whether every bracket was closed. */
  get isClosed(): boolean {
    return this.#depth === 0 && !this.#inString;
  }

  #stringBegins(): void {
    this.#inString = true;
    if (this.#depth === 1) this.#key = '';
  }

  #stringEnd(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) {
      const character = text[at] ?? '';
      if (this.#escaped) this.#escaped = false;
      else if (character === '\\') this.#escaped = true;
      else if (character === '"') {
        this.#inString = false;
        return at + 1;
      }
      if (this.#depth === 1 && this.#key.length < 20) this.#key += character;
    }
    return text.length;
  }

  /** Whether an item begins here. */
  #opens(character: string, position: number): boolean {
    const depth = this.#depth;
    this.#depth += 1;
    if (character === '[') {
      const section = depth === 1 && this.#itemDepth <= 0 ? sections[this.#key] : undefined;
      if (depth === 0) this.#itemDepth = 1;
      else if (section !== undefined) this.#enterEnvelope(section);
      return false;
    }
    if (depth === 0 && !this.#isEnvelope) this.#itemDepth = 0;
    if (depth !== this.#itemDepth || this.#gathered !== null) return false;
    this.#gathered = '';
    this.#gatheredAt = position;
    this.#key = '';
    return true;
  }

  #enterEnvelope(section: JsonItem['section']): void {
    this.#isEnvelope = true;
    this.#section = section;
    this.#itemDepth = 2;
    this.#gathered = null;
  }

  /** Whether an item ends here. */
  #closes(character: string): boolean {
    this.#depth = Math.max(0, this.#depth - 1);
    if (character === ']' && this.#isEnvelope && this.#depth === 1) this.#itemDepth = -1;
    return character === '}' && this.#gathered !== null && this.#depth === this.#itemDepth;
  }

  #whole(rest: string): string {
    this.#gather(rest);
    const text = this.#gathered ?? '';
    this.#gathered = null;
    return text.length <= longestItem ? text : '';
  }

  #gather(part: string): void {
    if (this.#gathered === null || this.#gathered.length > longestItem) return;
    this.#gathered += part;
  }
}
