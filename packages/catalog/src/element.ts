// What every format is read into before it becomes an offer: names, texts and what lies inside.

export interface Element {
  /** As written, with its prefix. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  /** Its own text and that of all it holds. */
  text: string;
  children: Element[];
}

/** The children of an element by name, whatever the case and, for Google’s formats, whatever the prefix. */
export class Fields {
  readonly element: Element;
  readonly #byName = new Map<string, Element[]>();

  constructor(element: Element, prefixes: 'kept' | 'dropped' = 'kept') {
    this.element = element;
    for (const child of element.children) {
      const colon = prefixes === 'dropped' ? child.name.indexOf(':') : -1;
      const name = child.name.slice(colon + 1).toLowerCase();
      const others = this.#byName.get(name);
      if (!others) this.#byName.set(name, [child]);
      // <g:title> is meant for shopping, <title> for readers of news.
      else if (colon >= 0 && !others[0]?.name.includes(':')) others.unshift(child);
      else others.push(child);
    }
  }

  all(names: readonly string[]): Element[] {
    if (names.length === 1) return this.#byName.get(names[0] ?? '') ?? [];
    return names.flatMap((name) => this.#byName.get(name) ?? []);
  }

  /** The first text that is not empty, of the first name that has one; an attribute of the element itself comes last. */
  first(names: readonly string[]): string | null {
    for (const name of names) {
      for (const child of this.#byName.get(name) ?? []) {
        const text = child.text.trim();
        if (text !== '') return text;
      }
      const attribute = this.element.attributes[name]?.trim();
      if (attribute) return attribute;
    }
    return null;
  }

  texts(names: readonly string[]): string[] {
    return this.all(names).flatMap(({ text }) => text.trim() || []);
  }

  inside(name: string): Fields | null {
    const child = this.#byName.get(name)?.[0];
    return child ? new Fields(child) : null;
  }
}
