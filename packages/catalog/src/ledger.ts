// What a reader hands over on its way: offers, categories and problems in the order of the file, and the counts.
import type { CategoryFault, FeedProblem } from '@winback/domain';
import { categoryTree, deepestCategory } from '@winback/domain';
import type { Draft } from './draft.ts';
import type { FeedCategory, FeedCollection, FeedCounts, FeedFormat, FeedItem } from './feed-item.ts';
import { refusalOf } from './feed-item.ts';
import { IdSet } from './id-set.ts';
import type { Market } from './market.ts';
import type { Complaint, Note, Notes } from './notes.ts';
import { oneOfEachKind } from './notes.ts';
import { offerOf } from './offer-of.ts';

export interface Place {
  line: number;
  column: number;
}

const mostCategories = 100_000;
const mostCollections = 10_000;
const longestCategory = 300;
const longestPath = 1_000;

const aboutFaults: Partial<Record<CategoryFault['kind'], string>> = {
  'orphan-category': 'categories whose parent the feed does not have stand at the top',
  'self-parent': 'categories that are their own parent stand at the top',
  'category-loop': 'categories lie inside each other in a circle, which is cut',
  'deep-category': `categories that lie more than ${deepestCategory} deep stand beside their parents`,
};

export class Ledger {
  readonly market: Market;
  readonly notes: Notes;
  readonly found: FeedCounts = {
    offers: 0,
    categories: 0,
    collections: 0,
    params: 0,
    pictures: 0,
    unavailable: 0,
    duplicates: 0,
    unknownCategories: 0,
    missingParents: 0,
  };
  readonly taken = { offers: 0, categories: 0, collections: 0, problems: 0 };
  /** What the input calls itself; the reader knows. */
  format: FeedFormat | null = null;
  /** The shop's home page, to make addresses from. */
  readonly site: string | null;
  #items: FeedItem[] = [];
  #priced = 0;
  readonly #ids = new IdSet();
  readonly #categories = new Map<string, { parentId: string | null; line: number }>();
  readonly #collections = new Set<string>();
  readonly #named = new Set<string>();
  readonly #saidOnce = new Set<string>();

  constructor(market: Market, notes: Notes, site: string | null) {
    this.site = site;
    this.market = market;
    this.notes = notes;
  }

  take(): FeedItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** An offer with what was noted about its text. */
  offer(draft: Draft, place: Place, notes: readonly Note[] = []): void {
    this.found.offers += 1;
    const id = draft.id?.trim() ?? '';
    const at = { ...place, offer: id === '' ? null : id.slice(0, 128) };
    if (notes.length > 0) for (const note of oneOfEachKind(notes)) this.#problem(note, { ...note, offer: at.offer });
    const read = offerOf(draft, this.market, this.#pathIds(draft.categoryPaths));
    if (!read.ok) return this.#problem(read.because, at);
    const { offer, complaints } = read.value;
    if (!offer.inStock) this.found.unavailable += 1;
    if (!this.#ids.add(offer.id)) {
      this.found.duplicates += 1;
      const message = 'another offer of this feed has the same id: the first one counts';
      return this.#problem({ kind: 'same-id', message, sample: offer.name }, at);
    }
    for (const complaint of complaints) this.#problem(complaint, at);
    this.#checkCategories(draft.categoryIds, at);
    if (offer.price) {
      this.#priced += 1;
      this.#checkCurrency(offer.price.currency, at);
    }
    this.taken.offers += 1;
    this.#items.push({ kind: 'offer', offer });
  }

  category(category: FeedCategory, place: Place): void {
    const { id, name } = category;
    if (id === '' || name === '') {
      const message = 'this category has no id or no name and is left out';
      return this.#problem(
        { kind: 'bad-category', message, sample: name === '' ? id : name },
        { ...place, offer: null },
      );
    }
    if (this.#categories.has(id)) {
      const message = 'another category of this feed has the same id: the first one counts';
      return this.#problem({ kind: 'same-category', message, sample: name }, { ...place, offer: null });
    }
    if (this.#categories.size >= mostCategories) {
      const message = `the feed has more than ${mostCategories} categories: the others are left out`;
      return this.sayOnce({ kind: 'many-categories', message, sample: name }, place);
    }
    this.#categories.set(id, { parentId: category.parentId, line: place.line });
    this.taken.categories += 1;
    this.#items.push({ kind: 'category', category: { ...category, name: name.slice(0, longestCategory) } });
  }

  collection(collection: FeedCollection, place: Place): void {
    const { id, name } = collection;
    const isWhole = id !== '' && name !== '';
    if (!isWhole || this.#collections.has(id) || this.#collections.size >= mostCollections) {
      const message = isWhole
        ? `this collection comes twice, or after ${mostCollections} others, and is left out`
        : 'this collection has no id or no name and is left out';
      return this.say({ kind: 'bad-collection', message, sample: isWhole ? name : id }, place);
    }
    this.#collections.add(id);
    this.taken.collections += 1;
    this.#items.push({ kind: 'collection', collection: { ...collection, name: name.slice(0, longestCategory) } });
  }

  /** A problem that belongs to no offer. */
  say(complaint: Complaint, place: Place): void {
    this.#problem(complaint, { ...place, offer: null });
  }

  /** A problem of the whole file, told where it shows first. */
  sayOnce(complaint: Complaint, place: Place, key: string = complaint.kind): void {
    if (this.#saidOnce.has(key)) return;
    this.#saidOnce.add(key);
    this.say(complaint, place);
  }

  /** Text between offers: what was noted there, each kind once a file. */
  between(notes: readonly Note[]): void {
    for (const note of notes) this.sayOnce(note, note);
  }

  /** The end of a file that was read to its end: what could only be seen then. */
  end(): void {
    this.between(this.notes.takeBefore(Number.POSITIVE_INFINITY));
    const { faults } = categoryTree([...this.#categories].map(([id, { parentId }]) => ({ id, name: '', parentId })));
    this.#sayFaults(faults);
    this.found.unknownCategories =
      this.#categories.size > 0 ? [...this.#named].filter((id) => !this.#categories.has(id)).length : 0;
  }

  /** What is wrong with the tree of categories: each kind once, where it shows first. */
  #sayFaults(faults: readonly CategoryFault[]): void {
    const orphans = faults.filter(({ kind }) => kind === 'orphan-category');
    this.found.missingParents = new Set(orphans.map(({ parentId }) => parentId)).size;
    for (const [kind, message] of Object.entries(aboutFaults)) {
      const ours = faults.filter((fault) => fault.kind === kind);
      const [first] = ours;
      if (first === undefined) continue;
      const sample = ours.slice(0, 5).map(({ id, parentId }) => `${id} in ${parentId}`);
      const place = { line: this.#categories.get(first.id)?.line ?? 0, column: 1 };
      this.say({ kind, message: `${message}: ${ours.length}`, sample: sample.join(', ') }, place);
    }
  }

  /** @throws {FeedRefused} where a file that was read to its end holds nothing to sell */
  refuseNothing(): void {
    this.#refuseNews();
    if (this.taken.offers > 0) return;
    const message =
      this.found.offers === 0
        ? 'the feed has no offer'
        : `none of the ${this.found.offers} offers of the feed can be taken: see their problems`;
    throw refusalOf('no-offers', message);
  }

  /** News come as RSS too: what has no price anywhere is no shop. */
  #refuseNews(): void {
    if (this.#priced > 0 || this.taken.offers === 0) return;
    if (this.format !== 'google-rss' && this.format !== 'google-atom') return;
    const message = 'no item of this file has a price: these are news or articles, not products';
    throw refusalOf('not-a-feed', message);
  }

  /** `Clothing > Shirts` becomes two categories; their ids are the paths. */
  #pathIds(paths: readonly string[]): readonly string[] {
    if (paths.length === 0) return paths;
    return paths.flatMap((path) => {
      const parts = path
        .slice(0, longestPath)
        .split(/\s*(?:>|&gt;|»|→)\s*|\s\|\s/)
        .map((part) => part.trim())
        .filter((part) => part !== '');
      const ids = parts.map((_, at) =>
        parts
          .slice(0, at + 1)
          .join(' > ')
          .slice(0, longestCategory),
      );
      ids.forEach((id, at) => {
        if (this.#categories.has(id) || this.#categories.size >= mostCategories) return;
        const category = { id, name: parts[at] ?? id, parentId: ids[at - 1] ?? null, url: null };
        this.category(category, { line: 0, column: 0 });
      });
      return ids.at(-1) ?? [];
    });
  }

  #checkCategories(ids: readonly string[], at: Place & { offer: string | null }): void {
    for (const id of ids) {
      if (this.#named.size < mostCategories) this.#named.add(id);
      // Categories may stand after the offers: nothing is said until one has been seen.
      if (this.#categories.size === 0 || this.#categories.has(id)) continue;
      this.#problem({ kind: 'unknown-category', message: 'the feed has no category with this id', sample: id }, at);
    }
  }

  #checkCurrency(currency: string, at: Place & { offer: string | null }): void {
    const own = this.market.currency;
    if (currency === own || this.#saidOnce.has(`currency ${currency}`)) return;
    this.#saidOnce.add(`currency ${currency}`);
    const message = `prices are in ${currency}, the shop sells in ${own}, and the feed names no rate: they stay in ${currency}`;
    this.#problem({ kind: 'other-currency', message, sample: currency }, at);
  }

  #problem(complaint: Complaint, at: Place & { offer: string | null }): void {
    this.taken.problems += 1;
    const { kind, message, sample } = complaint;
    const { line, column, offer } = at;
    const problem: FeedProblem = { kind, line, column, offer, message, sample: sample.slice(0, 200) };
    this.#items.push({ kind: 'problem', problem });
  }
}
