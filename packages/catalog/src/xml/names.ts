import type { Dialect } from './dialects.ts';
import { localName } from './dialects.ts';

/** What there is to know about an element's name, found out once: a feed has few names, a million times. */
export interface Name {
  written: string;
  /** In lower case and, for Google’s formats, without its prefix. */
  key: string;
  /** How the format spells it, where the feed does not. */
  right: string | null;
  role: 'offer' | 'category' | 'collection' | 'currency' | 'param' | 'picture' | null;
}

const mostNames = 2_000;

export class Names {
  readonly #dialect: Dialect;
  readonly #known = new Map<string, Name>();
  #offer: string | null = null;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  of(written: string): Name {
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    const local = localName(written);
    const key = (this.#dialect.prefixes === 'dropped' ? local : written).toLowerCase();
    const name: Name = { written, key, right: this.#rightOf(written), role: this.#roleOf(local) };
    if (this.#known.size < mostNames) this.#known.set(written, name);
    return name;
  }

  #rightOf(written: string): string | null {
    return this.#dialect.prefixes === 'kept' ? this.#dialect.lexicon.rightSpelling(written) : null;
  }

  #roleOf(written: string): Name['role'] {
    const { names, offers, pictures } = this.#dialect;
    const local = names === 'with case' ? written : written.toLowerCase();
    if (offers.includes(local)) return this.#isOffer(local) ? 'offer' : null;
    if (local === 'category' || local === 'collection' || local === 'currency' || local === 'param') return local;
    return pictures.includes(local) ? 'picture' : null;
  }

  /** A feed of products may have items inside them: what it calls its first offer, all are called. */
  #isOffer(local: string): boolean {
    this.#offer ??= local;
    return this.#offer === local;
  }
}
