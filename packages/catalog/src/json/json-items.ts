// Splits JSON into its items while it streams: the elements of a list, the elements of the lists of an envelope
// (`{"items": […], "categories": […]}`, also deeper: `{"shop": {"offers": […]}}`), items by their ids (`{"products": {"12": {…}}}`),
// or objects that follow each other. Only one item is held at a time.

export interface JsonItem {
  section: 'items' | 'categories' | 'collections';
  /** Empty where it is too long to be read. */
  text: string;
  /** Of its first character in the whole text. */
  position: number;
}

const longestItem = 2_000_000;
const longestKey = 24;
const sections = new Map<string, JsonItem['section']>([
  ...[
    'items',
    'products',
    'offers',
    'goods',
    'data',
    'results',
    'entries',
    'rows',
    'item',
    'product',
    'offer',
    'entry',
  ].map((name): [string, JsonItem['section']] => [name, 'items']),
  ['categories', 'categories'],
  ['category', 'categories'],
  ['collections', 'collections'],
]);
/** What lies around the lists. */
const wrappers = new Set([
  'shop',
  'store',
  'data',
  'result',
  'response',
  'catalog',
  'yml_catalog',
  'feed',
  'rss',
  'channel',
]);
const structure = /["{}[\]]/g;
const stringStructure = /["\\]/g;
/** Lists lie no deeper in an envelope. */
const deepestList = 5;

export class JsonItems {
  #read = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The text of the last string of each depth that an envelope may have its lists at. */
  readonly #keys: string[] = [];
  /** Objects that open at this depth are items; -1 where none are. */
  #itemDepth = -1;
  #section: JsonItem['section'] = 'items';
  #isEnvelope = false;
  /** What has an id is an item, whatever lists it has. */
  #hasId = false;
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
    if (this.#depth <= deepestList) this.#keys[this.#depth] = '';
  }

  /** Where the string ends that goes on at `from`, or the text's end. */
  #stringEnd(text: string, from: number): number {
    let at = this.#escaped ? from + 1 : from;
    this.#escaped = false;
    while (at < text.length) {
      stringStructure.lastIndex = at;
      const found = stringStructure.exec(text)?.index ?? text.length;
      if (text[found] === '"') {
        this.#lengthenKey(text, from, found);
        this.#inString = false;
        if (this.#depth === 1 && this.#keys[1] === 'id') this.#hasId = true;
        return found + 1;
      }
      this.#escaped = found === text.length - 1;
      at = found + 2;
    }
    this.#lengthenKey(text, from, text.length);
    return text.length;
  }

  #lengthenKey(text: string, from: number, to: number): void {
    // Within an item nothing is looked for, but for the one that may yet turn out to be an envelope.
    if (this.#depth > deepestList || (this.#gathered !== null && this.#itemDepth > 0)) return;
    const key = this.#keys[this.#depth] ?? '';
    if (key.length < longestKey) this.#keys[this.#depth] = key + text.slice(from, Math.min(to, from + longestKey));
  }

  /** Whether an item begins here. */
  #opens(character: string, position: number): boolean {
    const depth = this.#depth;
    this.#depth += 1;
    if (character === '[') {
      if (depth === 0) this.#itemDepth = 1;
      else this.#enterList(depth);
      return false;
    }
    if (depth === 0 && !this.#isEnvelope) this.#beginItem();
    else if (depth !== this.#itemDepth) this.#enterList(depth);
    if (depth !== this.#itemDepth || this.#gathered !== null) return false;
    this.#gathered = '';
    this.#gatheredAt = position;
    return true;
  }

  #beginItem(): void {
    this.#itemDepth = 0;
    this.#hasId = false;
  }

  /** A list or an object whose key says that it holds items, and which lies in nothing but wrappers. */
  #enterList(depth: number): void {
    const isSearching = this.#itemDepth <= 0 || (this.#isEnvelope && this.#gathered === null);
    if (depth === 0 || depth > deepestList || !isSearching || this.#hasId) return;
    const section = sections.get(this.#keys[depth] ?? '');
    if (section === undefined || !this.#liesInWrappers(depth)) return;
    this.#isEnvelope = true;
    this.#section = section;
    this.#itemDepth = depth + 1;
    this.#gathered = null;
  }

  #liesInWrappers(depth: number): boolean {
    return this.#keys.slice(1, depth).every((key) => wrappers.has(key) || sections.has(key));
  }

  /** Whether an item ends here. */
  #closes(character: string): boolean {
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#isEnvelope && this.#depth < this.#itemDepth && this.#gathered === null) this.#itemDepth = -1;
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
