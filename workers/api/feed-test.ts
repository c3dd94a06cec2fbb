// A dry run: fetches a feed as an import would, reads its beginning, and says what is in it. Nothing is written anywhere.
import type { FeedCategory, FeedItem, Offer } from '@winback/catalog';
import { FeedRefused, readFeed } from '@winback/catalog';
import { missingAmong } from '@winback/db';
import type { FeedProblem, FeedTest, ProblemGroup, ShopId, ShopSettings } from '@winback/domain';
import { feedLimits } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { Credentials } from '../feed-access.ts';
import { basic } from '../feed-access.ts';
import { BodyGivenUp } from '../guarded-body.ts';
import { outboundFetch } from '../outbound-fetch.ts';
import { wayOut } from '../way-out.ts';

export interface TestAsk {
  shop: ShopId;
  settings: ShopSettings;
  url: string;
  credentials: Credentials | null;
}

const shownOffers = 10;
const shownSamples = 5;
/** Of a packed feed, so much is unpacked for a test: the clock of a Worker stands still while it computes. */
const unpackedBytes = 5 * feedLimits.testBytes;
/** Feeds with more offers are not compared with the catalogue: the list of their ids would not fit one question. */
const mostCompared = 20_000;
/** The guards leave small shops alone: three products of ten may well be sold out. */
const smallShop = 20;

const refusals: Record<number, string> = {
  401: 'it wants a user name and a password, or others than these',
  403: 'it does not let us in: allow our address, or the user agent “Winback”',
  404: 'there is nothing at this address',
  429: 'it was asked too often: try again later',
};

export async function testFeed(env: Env, ask: TestAsk): Promise<FeedTest> {
  const trial = new Trial(ask.settings);
  const answered = await outboundFetch(ask.url, {
    ...wayOut(env),
    headers: {
      'user-agent': 'Winback/1.0 (feed test)',
      accept: 'application/xml, text/xml, */*;q=0.5',
      ...(ask.credentials ? basic(ask.credentials) : {}),
    },
    timeoutMs: feedLimits.testMs,
    patience: { idleMs: feedLimits.testMs / 2, totalMs: feedLimits.testMs * 2 },
  });
  if (!answered.ok) return trial.result(`not imported: ${answered.because}`);
  const { status, body } = answered.value;
  if (status !== 200) {
    await body?.cancel();
    return trial.result(
      `not imported: the server answered ${status}${refusals[status] ? `: ${refusals[status]}` : ''}`,
    );
  }
  if (!body) return trial.result('not imported: the feed is empty');
  const message = await trial.read(body, answered.value.headers);
  if (message !== null || trial.cut) return trial.result(message);
  return { ...trial.result(null), waits: await whyItWaits(env, ask, trial.ids) };
}

/** As the guard of an import decides it, of what would vanish; prices are compared by the import itself. */
async function whyItWaits(env: Env, { shop, settings }: TestAsk, ids: readonly string[]): Promise<string | null> {
  if (ids.length > mostCompared) return null;
  const { inStock, missing } = await missingAmong(databaseOf(env), shop, ids);
  const { gonePercent } = settings.feed.guards;
  if (inStock <= smallShop || missing * 100 <= inStock * gonePercent) return null;
  return `it would wait for your word: ${missing} of ${inStock} products that can be bought now are not in it`;
}

class Trial {
  readonly ids: string[] = [];
  /** The feed is longer than was read. */
  cut = false;
  readonly #settings: ShopSettings;
  readonly #preview: Offer[] = [];
  readonly #categories = new Map<string, FeedCategory>();
  readonly #problems = new Map<string, ProblemGroup>();
  #offers = 0;
  #bytes = 0;
  #format: FeedTest['format'] = null;
  #encoding: FeedTest['encoding'] = null;

  constructor(settings: ShopSettings) {
    this.#settings = settings;
  }

  /** Reads as much as a test may. Answers why an import would fail; null: it would not, as far as was read. */
  async read(body: ReadableStream<Uint8Array>, headers: Headers): Promise<string | null> {
    const { currency, url } = this.#settings;
    const hints = {
      currency,
      site: url,
      now: Date.now(),
      contentType: headers.get('content-type'),
      contentEncoding: headers.get('content-encoding'),
      maxBytes: unpackedBytes,
    };
    try {
      for await (const item of readFeed(this.#counted(body, Date.now() + feedLimits.testMs), hints)) this.#take(item);
      return null;
    } catch (error) {
      if (error instanceof FeedRefused && error.problem.kind === 'too-large') this.cut = true;
      if (this.cut) return null;
      if (error instanceof BodyGivenUp) return `not imported: ${error.message}`;
      if (!(error instanceof FeedRefused)) throw error;
      if (error.problem.line > 0) this.#note(error.problem);
      return `not imported: ${error.message}`;
    }
  }

  result(message: string | null): FeedTest {
    return {
      ok: message === null,
      message,
      waits: null,
      format: this.#format,
      encoding: this.#encoding,
      bytes: this.#bytes,
      cut: this.cut,
      offers: this.#offers,
      categories: this.#categories.size,
      problems: [...this.#problems.values()].sort((one, other) => other.count - one.count),
      preview: this.#preview.map((offer) => this.#shown(offer)),
    };
  }

  /** Throws where a test has read enough; `cut` says so. */
  async *#counted(body: ReadableStream<Uint8Array>, deadline: number): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      if (this.#bytes + chunk.byteLength > feedLimits.testBytes || Date.now() > deadline) {
        this.cut = true;
        throw new Error('a test reads no further');
      }
      this.#bytes += chunk.byteLength;
      yield chunk;
    }
  }

  #take(item: FeedItem): void {
    if (item.kind === 'category') this.#categories.set(item.category.id, item.category);
    if (item.kind === 'problem') this.#note(item.problem);
    if (item.kind === 'verdict') ({ format: this.#format, encoding: this.#encoding } = item.verdict);
    if (item.kind !== 'offer') return;
    this.#offers += 1;
    if (this.ids.length <= mostCompared) this.ids.push(item.offer.id);
    if (this.#preview.length < shownOffers) this.#preview.push(item.offer);
  }

  #note(problem: FeedProblem): void {
    const known = this.#problems.get(problem.kind);
    const samples = known?.samples ?? [];
    this.#problems.set(problem.kind, {
      kind: problem.kind,
      count: 1 + (known?.count ?? 0),
      samples: samples.length < shownSamples ? [...samples, problem] : samples,
    });
  }

  #shown(offer: Offer): FeedTest['preview'][number] {
    const { id, name, url, pictures, price, oldPrice, categoryIds, inStock } = offer;
    const [category] = categoryIds;
    return {
      id,
      name,
      url,
      price,
      oldPrice,
      inStock,
      picture: pictures[0] ?? null,
      category: category === undefined ? null : (this.#categories.get(category)?.name ?? category),
      notForLetters: whyNotForLetters(offer),
    };
  }
}

function whyNotForLetters({ url, pictures, price, categoryIds }: Offer): string | null {
  if (url === null) return 'it has no address';
  if (pictures.length === 0) return 'it has no picture';
  if (price === null || price.minor <= 0) return 'it has no price';
  return categoryIds.length === 0 ? 'it has no category' : null;
}
