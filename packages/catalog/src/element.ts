// What every format is read into before it becomes an offer: names, texts and what lies inside.

export interface Element {
  /** As written, with its prefix. */
  name: string;
  /** The name to look it up by: in lower case, for Google’s formats without its prefix. */
  key: string;
  attributes: Readonly<Record<string, string>>;
  /** Its own text and that of all it holds. */
  text: string;
  children: Element[];
}

/** Of most elements: a list of their own would be made a million times for nothing. Never written to. */
export const noChildren: Element[] = [];

/**
 * The children of an element by their keys. An attribute counts as a child that comes last. Where prefixes are dropped,
 * `<g:title>` and `<title>` are both `title`, the first meant for shops and the second for readers of news.
 */
export class Fields {
  readonly element: Element;
  readonly #byName = new Map<string, Element[]>();
  /** Whether anything lies deeper than the fields themselves. */
  readonly isNested: boolean;

  constructor(element: Element) {
    this.element = element;
    let isNested = false;
    for (const child of element.children) {
      if (child.children.length > 0) isNested = true;
      const others = this.#byName.get(child.key);
      if (others === undefined) this.#byName.set(child.key, [child]);
      else if (child.name.length > child.key.length && others[0]?.name.length === child.key.length)
        others.unshift(child);
      else others.push(child);
    }
    this.isNested = isNested;
    for (const name in element.attributes) this.#addAttribute(name, element.attributes[name] ?? '');
  }

  all(names: readonly string[]): readonly Element[] {
    let found: readonly Element[] = noChildren;
    for (const name of names) {
      const more = this.#byName.get(name);
      if (more !== undefined) found = found.length === 0 ? more : [...found, ...more];
    }
    return found;
  }

  /** The first text that is not empty, of the first name that has one. */
  first(names: readonly string[]): string | null {
    for (const name of names) {
      const children = this.#byName.get(name);
      if (children === undefined) continue;
      for (const child of children) {
        const text = child.text.trim();
        if (text !== '') return text;
      }
    }
    return null;
  }

  texts(names: readonly string[]): string[] {
    const texts: string[] = [];
    for (const child of this.all(names)) {
      const text = child.text.trim();
      if (text !== '') texts.push(text);
    }
    return texts;
  }

  inside(name: string): Fields | null {
    const child = this.#byName.get(name)?.[0];
    return child ? new Fields(child) : null;
  }

  #addAttribute(name: string, text: string): void {
    const attribute = { name, key: name, attributes: {}, text, children: noChildren };
    const others = this.#byName.get(name);
    if (others === undefined) this.#byName.set(name, [attribute]);
    else others.push(attribute);
  }
}
