// A feed comes in: fetched, read as a stream, staged, and switched to at the end. Whatever goes wrong on the way, the last
// good catalogue stays and the import says what was wrong and where.
import type { Offer } from '@winback/catalog';
import { FeedRefused, readFeed } from '@winback/catalog';
import type { Database, ImportEnd, StagedOffer, Validators } from '@winback/db';
import {
  beginImport,
  endImport,
  importEnded,
  lastValidators,
  missingFrom,
  noteProblems,
  publishImport,
  putOffers,
  shopById,
} from '@winback/db';
import type { FeedProblem, ShopId, ShopSettings } from '@winback/domain';
import { outboundFetch } from '../outbound-fetch.ts';
import { stagedOf } from '../staged-offer.ts';

export interface ImportDeps {
  db: Database;
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  now: () => number;
  /** `host:port` that a feed may be fetched from although they are private. */
  allow: readonly string[];
}

const maxProblems = 1_000;
const maxBytes = 200_000_000;
/** A feed that would take more than this share of the products out of stock is not believed. */
const maxGoneShare = 0.3;
const smallShop = 20;
const timeoutMs = 30_000;

/** Runs an import to its end, good or bad; a finished one is left alone. Throws only where trying again may help. */
export async function importFeed(deps: ImportDeps, job: { shop: ShopId; import: string }): Promise<void> {
  const { db, now } = deps;
  if (await importEnded(db, job.shop, job.import)) return;
  const shop = await shopById(db, job.shop);
  if (!shop) return;
  await beginImport(db, job.shop, job.import, now());
  const reading = new Reading(deps, job, shop.settings);
  try {
    await reading.run();
  } catch (error) {
    if (!(error instanceof FeedRefused)) throw error;
    await reading.noteProblems(error.problem.line > 0 ? [error.problem] : []);
    await endImport(db, job.shop, job.import, reading.end('failed', `not imported: ${error.message}`));
  }
}

class Reading {
  readonly #deps: ImportDeps;
  readonly #job: { shop: ShopId; import: string };
  readonly #settings: ShopSettings;
  readonly #seen = new Set<string>();
  readonly #categories: { id: string; name: string; parentId: string | null }[] = [];
  readonly #offers: StagedOffer[] = [];
  #problems: FeedProblem[] = [];
  #problemCount = 0;
  #bytes = 0;
  #validators: Validators | null = null;

  constructor(deps: ImportDeps, job: { shop: ShopId; import: string }, settings: ShopSettings) {
    this.#deps = deps;
    this.#job = job;
    this.#settings = settings;
  }

  async run(): Promise<void> {
    const { db } = this.#deps;
    const { shop, import: id } = this.#job;
    const url = this.#settings.feed.url;
    if (url === null) return endImport(db, shop, id, this.end('failed', 'not imported: the shop has no feed address'));
    const answer = await this.#ask(url);
    if (answer === 'unchanged') return endImport(db, shop, id, this.end('unchanged', null));
    const body = answer.body;
    if (!body) throw refusal('empty', 'the feed is empty');
    await this.#read(this.#counted(body), answer.headers);
    this.#validators = { url, etag: answer.headers.get('etag'), lastModified: answer.headers.get('last-modified') };
    const { missing, inStock } = await missingFrom(db, shop, this.#seen);
    if (inStock > smallShop && missing.length > inStock * maxGoneShare) {
      throw refusal(
        'shrunk',
        `the feed misses ${missing.length} of ${inStock} products that were there; it looks incomplete`,
      );
    }
    if (this.#seen.size === 0) throw refusal('no-offers', 'the feed has no offer that can be sold');
    const counts = await putOffers(db, shop, this.#offers, this.#deps.now());
    await publishImport(db, shop, id, { counts, categories: this.#categories, missing, end: this.end('done', null) });
  }

  end(state: ImportEnd['state'], message: string | null): ImportEnd {
    const validators = state === 'failed' ? null : this.#validators;
    return {
      state,
      message,
      validators,
      now: this.#deps.now(),
      offers: this.#seen.size,
      problems: this.#problemCount,
      bytes: this.#bytes,
    };
  }

  /** The server's answer; `unchanged` where it says that nothing is new since the last good import of this address. */
  async #ask(url: string): Promise<Response | 'unchanged'> {
    const { db, fetch, allow } = this.#deps;
    const known = await lastValidators(db, this.#job.shop);
    const same = known?.url === url ? known : null;
    const headers: Record<string, string> = {
      'user-agent': 'Winback/1.0 (feed import)',
      accept: 'application/xml, text/xml, */*;q=0.5',
    };
    if (same?.etag) headers['if-none-match'] = same.etag;
    if (same?.lastModified) headers['if-modified-since'] = same.lastModified;
    const asked = await outboundFetch(url, { fetch, headers, allow, timeoutMs });
    if (!asked.ok) throw refusal('unreachable', asked.because);
    if (asked.value.status === 304 && same) {
      this.#validators = same;
      return 'unchanged';
    }
    if (asked.value.status !== 200) throw refusal('http-status', `the server answered ${asked.value.status}`);
    return asked.value;
  }

  async *#counted(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#bytes += chunk.byteLength;
      if (this.#bytes > maxBytes) throw refusal('too-large', `the feed is larger than ${maxBytes / 1_000_000} MB`);
      yield chunk;
    }
  }

  async #read(bytes: AsyncIterable<Uint8Array>, headers: Headers): Promise<void> {
    const { currency, url } = this.#settings;
    const hints = { currency, now: this.#deps.now(), site: url, contentType: headers.get('content-type') };
    for await (const item of readFeed(bytes, { ...hints, contentEncoding: headers.get('content-encoding') })) {
      if (item.kind === 'category') this.#categories.push(item.category);
      else if (item.kind === 'problem') this.#note(item.problem);
      else if (item.kind === 'offer') await this.#take(item.offer);
    }
    await this.noteProblems([]);
  }

  /** Keeps the problems that were met, and `more`: also of a feed that is refused in the end. */
  async noteProblems(more: readonly FeedProblem[]): Promise<void> {
    const problems = [...this.#problems, ...more];
    this.#problems = [];
    await noteProblems(this.#deps.db, this.#job.shop, this.#job.import, problems);
  }

  #note(problem: FeedProblem): void {
    this.#problemCount += 1;
    if (this.#problems.length < maxProblems) this.#problems.push(problem);
  }

  async #take(offer: Offer): Promise<void> {
    this.#seen.add(offer.id);
    this.#offers.push(await stagedOf(offer, this.#settings.currency));
  }
}

function refusal(kind: string, message: string): FeedRefused {
  return new FeedRefused({ kind, line: 0, column: 0, offer: null, message, sample: '' });
}
