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

export const noAttributes: Readonly<Record<string, string>> = Object.freeze({});

/** Of most elements: a list of their own would be made a million times for nothing. Never written to. */
export const noChildren: Element[] = [];

/**
 * The children of an element by their keys. An attribute counts as a child that comes last. Where prefixes are dropped,
 * `<g:title>` and `<title>` are both `title`, the first meant for shops and the second for readers of news.
 */
export class Fields {
  readonly element: Element;
  /** Most fields stand once: a list for each would be made a million times for nothing. */
  readonly #byName = new Map<string, Element | Element[]>();
  /** Whether anything lies deeper than the fields themselves. */
  readonly isNested: boolean;

  constructor(element: Element) {
    this.element = element;
    let isNested = false;
    for (const child of element.children) {
      if (child.children.length > 0) isNested = true;
      const others = this.#byName.get(child.key);
      if (others === undefined) this.#byName.set(child.key, child);
      else this.#addTo(others, child);
    }
    this.isNested = isNested;
    for (const name in element.attributes) this.#addAttribute(name, element.attributes[name] ?? '');
  }

  all(names: readonly string[]): readonly Element[] {
    let found: readonly Element[] = noChildren;
    for (const name of names) {
      const more = this.#byName.get(name);
      if (more === undefined) continue;
      const list = Array.isArray(more) ? more : [more];
      found = found.length === 0 ? list : [...found, ...list];
    }
    return found;
  }

  /** The first text that is not empty, of the first name that has one. */
  first(names: readonly string[]): string | null {
    for (const name of names) {
      const children = this.#byName.get(name);
      if (children === undefined) continue;
      const text = Array.isArray(children) ? firstText(children) : children.text.trim();
      if (text !== '') return text;
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
    const [child] = this.all([name]);
    return child ? new Fields(child) : null;
  }

  #addTo(others: Element | Element[], child: Element): void {
    const list = Array.isArray(others) ? others : [others];
    if (list !== others) this.#byName.set(child.key, list);
    if (child.name.length > child.key.length && list[0]?.name.length === child.key.length) list.unshift(child);
    else list.push(child);
  }

  #addAttribute(name: string, text: string): void {
    const attribute = { name, key: name, attributes: noAttributes, text, children: noChildren };
    const others = this.#byName.get(name);
    if (others === undefined) this.#byName.set(name, attribute);
    else this.#addTo(others, attribute);
  }
}

function firstText(elements: readonly Element[]): string {
  for (const { text } of elements) {
    const trimmed = text.trim();
    if (trimmed !== '') return trimmed;
  }
  return '';
}
