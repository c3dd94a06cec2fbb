// The second step: the file is read once, as a stream. What is different from the catalogue is laid down in parts, with all
// problems, the ids of all offers and the lists of categories; the catalogue itself is only asked. The memory that this takes
// does not grow with the feed but for eight bytes an offer, and a few lines of changes and categories.
import type { FeedCategory, FeedItem, Offer } from '@winback/catalog';
import { FeedRefused, readFeed } from '@winback/catalog';
import type { OfferContent } from '@winback/db';
import { hasProducts, noteReading, offersById, offersUnlike, partOf } from '@winback/db';
import { newToken } from '@winback/domain';
import type { RawFacts } from '../feed-files.ts';
import { importKeys, mostFeedBytes, rawFacts } from '../feed-files.ts';
import { LakeStream } from '../lake-stream.ts';
import { stagedOf } from '../staged-offer.ts';
import type { Arrival } from './import-feed-arrival.ts';
import { ChangeLines, fieldsChanged } from './import-feed-changes.ts';
import { failImport } from './import-feed-end.ts';
import { Fingerprints } from './import-feed-fingerprints.ts';
import { ProblemBook } from './import-feed-problems.ts';
import type { ImportOutcome, ImportRun } from './import-feed-run.ts';
import type { FeedLists } from './import-feed-work.ts';
import { WorkFolder } from './import-feed-work.ts';

const pieceBytes = 131_072;
const offersOfPage = 2_500;
/** Characters of offers that are held at once. */
const charsOfPage = 6_000_000;
const mostOffers = 1_500_000;

type Staged = ReturnType<typeof stagedOf>;

export async function readRaw(run: ImportRun): Promise<ImportOutcome | 'next'> {
  const { lake } = run.deps;
  const facts = await rawFacts(lake, run.shop, run.id);
  const raw = await lake.get(importKeys(run.shop, run.id).raw);
  if (!facts || !raw) return failImport(run, 'the file that was to be read is gone');
  const reading = new Reading(run, facts, 'told by offers');
  reading.bytes = facts.bytes;
  try {
    await reading.read(piecesOf(raw.body));
    return await reading.end();
  } catch (error) {
    if (!(error instanceof FeedRefused)) throw error;
    return reading.refused(error);
  } finally {
    await reading.close();
  }
}

/** The same, while the file comes: it is kept whole though its reader refuses it. Throws what its server broke off with. */
export async function readWhileItComes(
  run: ImportRun,
  facts: RawFacts,
  of: { arrival: Arrival; validatorsOf: (digest: string) => string },
): Promise<ImportOutcome | 'next'> {
  const { arrival, validatorsOf } = of;
  const reading = new Reading(run, facts, 'told by bytes');
  try {
    const refusal = await refusalOf(reading.read(arrival.pieces()), arrival);
    const digest = await arrival.end();
    reading.bytes = arrival.bytes;
    return refusal ? await reading.refused(refusal) : await reading.end(validatorsOf(digest));
  } catch (error) {
    await arrival.giveUp();
    throw error;
  } finally {
    await reading.close();
  }
}

async function refusalOf(reading: Promise<void>, arrival: Arrival): Promise<FeedRefused | null> {
  try {
    await reading;
    return null;
  } catch (error) {
    if (arrival.failure !== null) throw arrival.failure;
    if (error instanceof FeedRefused) return error;
    throw error;
  }
}

class Reading {
  bytes = 0;
  readonly #progress: 'told by bytes' | 'told by offers';
  readonly #run: ImportRun;
  readonly #facts: RawFacts;
  readonly #work: WorkFolder;
  readonly #book: ProblemBook;
  readonly #table: LakeStream;
  readonly #seen = new Fingerprints();
  readonly #changes = new ChangeLines();
  readonly #lists: FeedLists = { categories: [], collections: [] };
  readonly #sums = { added: 0, changed: 0, repriced: 0 };
  #known = 0;
  #parts = 0;
  #format: string | null = null;
  #wasEmpty = false;
  #page: Staged[] = [];
  #pageChars = 0;

  constructor(run: ImportRun, facts: RawFacts, progress: 'told by bytes' | 'told by offers') {
    this.#run = run;
    this.#progress = progress;
    this.#facts = facts;
    // Each reading has a folder of its own: one that was thought dead and is not must not write into another's.
    this.#work = WorkFolder.of(run, newToken());
    this.#table = new LakeStream(run.deps.lake, importKeys(run.shop, run.id).problems, {
      httpMetadata: { contentType: 'text/csv; charset=utf-8' },
    });
    this.#book = new ProblemBook(this.#table);
  }

  async read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const { db, now } = this.#run.deps;
    this.#wasEmpty = !(await hasProducts(db, this.#run.shop));
    const { currency, url } = this.#run.settings;
    const { contentType, contentEncoding, fileName } = this.#facts;
    const hints = { currency, now: now(), site: url, contentType, contentEncoding, fileName, maxBytes: mostFeedBytes };
    for await (const item of readFeed(body, hints)) {
      const waits = this.#take(item);
      if (waits) await waits;
    }
    await this.#turnPage();
  }

  /** `validators`: what the file is known by, where that was not noted before. */
  async end(validators?: string): Promise<ImportOutcome | 'next'> {
    const { db } = this.#run.deps;
    await this.#book.close();
    await this.#work.putSeen(this.#seen.sorted());
    await this.#work.putLists(this.#lists);
    await this.#work.putChanges(this.#changes.whole());
    const read = {
      folder: this.#work.folder,
      parts: this.#parts,
      goneParts: 0,
      known: this.#known,
      wasEmpty: this.#wasEmpty,
    };
    const place = this.#run.at({ step: 'comparing', done: 0, of: null, tries: 0, read });
    const sums = { ...this.#soFar(), ...this.#sums, ...(validators === undefined ? {} : { validators }) };
    const held = await noteReading(db, this.#run.claim, { place, sums, problems: this.#book.samples });
    this.#run.moved(place, held);
    return 'next';
  }

  /** The file is no feed, or not a whole one: what was found on the way is told all the same. */
  async refused({ problem, message }: FeedRefused): Promise<ImportOutcome> {
    if (problem.line > 0) await this.#book.note(problem);
    await this.#book.close();
    return failImport(this.#run, message, { sums: this.#soFar(), problems: this.#book.samples });
  }

  /** Nothing half stays in R2 of a reading that broke off. */
  async close(): Promise<void> {
    await this.#table.abort();
  }

  #soFar() {
    const { count } = this.#book;
    const problemKinds = JSON.stringify(this.#book.kinds());
    return { offers: this.#seen.size, bytes: this.bytes, problems: count, problemKinds, format: this.#format };
  }

  /** A promise where there is something to wait for: most items cost none. */
  #take(item: FeedItem): Promise<void> | null {
    if (item.kind === 'offer') return this.#offer(item.offer);
    if (item.kind === 'problem') return this.#book.note(item.problem);
    if (item.kind === 'category') this.#lists.categories.push(listed(item.category));
    else if (item.kind === 'collection') this.#lists.collections.push(item.collection);
    else this.#format = item.verdict.format;
    return null;
  }

  #offer(offer: Offer): Promise<void> | null {
    if (this.#seen.size === mostOffers) {
      const message = `the feed has more than ${mostOffers} offers: give each part of it a shop of its own`;
      throw new FeedRefused({ kind: 'too-large', line: 0, column: 0, offer: null, message, sample: '' });
    }
    const staged = stagedOf(offer, this.#run.settings.currency);
    this.#seen.add(offer.id);
    this.#page.push(staged);
    this.#pageChars += staged.row.length;
    const isFull = this.#page.length === offersOfPage || this.#pageChars > charsOfPage;
    return isFull ? this.#turnPage() : null;
  }

  async #turnPage(): Promise<void> {
    const offers = this.#page;
    this.#page = [];
    this.#pageChars = 0;
    const news = this.#wasEmpty ? this.#allNew(offers) : await this.#compared(offers);
    if (news.length > 0) {
      await this.#work.putOffers(this.#parts, partOf(news, this.#wasEmpty ? [] : news));
      this.#parts += 1;
    }
    if (this.#progress === 'told by offers') await this.#run.tell(this.#seen.size, null);
  }

  #allNew(offers: readonly Staged[]): readonly Staged[] {
    this.#sums.added += offers.length;
    for (const offer of offers) this.#added(offer);
    return offers;
  }

  async #compared(offers: readonly Staged[]): Promise<readonly Staged[]> {
    const { db } = this.#run.deps;
    this.#run.spent += 1;
    const unlike = new Map((await offersUnlike(db, this.#run.shop, offers)).map((one) => [one.id, one.known]));
    const news = offers.filter(({ id }) => unlike.has(id));
    const before = await this.#beforeOf(news.filter(({ id }) => unlike.get(id)));
    this.#known += offers.length;
    for (const offer of news) {
      const known = unlike.get(offer.id);
      if (!known) {
        this.#known -= 1;
        this.#sums.added += 1;
        this.#added(offer);
        continue;
      }
      this.#sums.changed += 1;
      const isPriced = known.priceMinor !== null;
      if (isPriced && (known.priceMinor !== offer.priceMinor || known.currency !== offer.currency))
        this.#sums.repriced += 1;
      const was = before.get(offer.id);
      const fields = was ? fieldsChanged(was, offer) : [];
      this.#changes.add({ product: offer.id, name: offer.name, change: 'changed', fields });
    }
    return news;
  }

  #added({ id, name }: Staged): void {
    this.#changes.add({ product: id, name, change: 'added', fields: [] });
  }

  /** The whole rows, as long as somebody is going to read how they differ. */
  async #beforeOf(changed: readonly Staged[]): Promise<Map<string, OfferContent>> {
    if (changed.length === 0 || !this.#changes.takes('changed')) return new Map();
    const { db } = this.#run.deps;
    this.#run.spent += 1;
    const rows = await offersById(
      db,
      this.#run.shop,
      changed.map(({ id }) => id),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}

function listed({ id, name, parentId, url }: FeedCategory) {
  return { id, name, parentId, url };
}

/** R2 hands out 4 KB at a time; a parser that waits for each takes half as long again. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader({ mode: 'byob' });
  try {
    for (;;) {
      const { value, done } = await reader.readAtLeast(pieceBytes, new Uint8Array(pieceBytes));
      if (value && value.byteLength > 0) yield value;
      if (done) return;
    }
  } finally {
    await reader.cancel();
  }
}
