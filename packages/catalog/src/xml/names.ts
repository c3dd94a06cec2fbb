import type { Dialect } from './dialects.ts';
import { localName } from './dialects.ts';

/** What there is to know about an element's name, found out once: a feed has few names, a million times. */
export interface Name {
  written: string;
  /** In lower case and, for Google’s formats, without its prefix. */
  key: string;
  /** How the format spells it, where the feed does not. */
  right: string | null;
  role: 'offer' | 'category' | 'currency' | 'param' | 'picture' | null;
}

const mostNames = 2_000;

export class Names {
  readonly #dialect: Dialect;
  readonly #known = new Map<string, Name>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  of(written: string): Name {
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    const local = localName(written);
    const key = (this.#dialect.prefixes === 'dropped' ? local : written).toLowerCase();
    const name = { written, key, right: this.#rightOf(written), role: this.#roleOf(local) };
    if (this.#known.size < mostNames) this.#known.set(written, name);
    return name;
  }

  #rightOf(written: string): string | null {
    return this.#dialect.prefixes === 'kept' ? this.#dialect.lexicon.rightSpelling(written) : null;
  }

  #roleOf(local: string): Name['role'] {
    if (local === this.#dialect.offer) return 'offer';
    if (local === 'category' || local === 'currency' || local === 'param') return local;
    return this.#dialect.pictures.includes(local) ? 'picture' : null;
  }
}
