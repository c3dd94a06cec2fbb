// What lies in R2 of a shop's imports, below `feeds/<shop>/<import>/`: the file as it came (`raw`), all its problems
// (`problems.csv`), what changed (`changes.jsonl`), and below `work/` what the steps of a running import hand to each other.
import type { FeedImport, ShopId } from '@winback/domain';
import { FeedDigest } from './feed-digest.ts';
import { LakeStream } from './lake-stream.ts';

export const mostFeedBytes = 2_000_000_000;

/** The beginning of all keys of a shop's imports, and of no other shop's. */
export function feedPrefix(shop: ShopId): string {
  return `feeds/${shop}/`;
}

export function importKeys(shop: ShopId, id: string) {
  const folder = `${feedPrefix(shop)}${id}/`;
  return {
    folder,
    raw: `${folder}raw`,
    problems: `${folder}problems.csv`,
    changes: `${folder}changes.jsonl`,
    work: `${folder}work/`,
  };
}

/** Where a file came from, and what was said about it. */
export interface RawFacts {
  origin: Exclude<FeedImport['origin'], 'api'>;
  contentType: string | null;
  contentEncoding: string | null;
  fileName: string | null;
  /** What its server said to know it by, `Validators` as JSON; null: it was not fetched. */
  validators: string | null;
}

/** Raised where a file is larger than a feed may be. */
export class FeedTooLarge extends Error {}

/** A file that is kept as it comes: it is there when it is closed, whole, or never. */
export class RawFile {
  readonly #stream: LakeStream;
  readonly #digest = new FeedDigest();

  constructor(lake: R2Bucket, of: { shop: ShopId; import: string; facts: RawFacts }) {
    const { contentType, contentEncoding, fileName, validators, origin } = of.facts;
    const said = Object.entries({ origin, contentType, contentEncoding, fileName, validators });
    const customMetadata = Object.fromEntries(said.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
    this.#stream = new LakeStream(lake, importKeys(of.shop, of.import).raw, { customMetadata });
  }

  get bytes(): number {
    return this.#stream.bytes;
  }

  /** @throws {FeedTooLarge} */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.bytes + chunk.byteLength > mostFeedBytes)
      throw new FeedTooLarge(`the feed is larger than ${mostFeedBytes / 1_000_000_000} GB`);
    this.#digest.update(chunk);
    await this.#stream.write(chunk);
  }

  /** Answers what the file is known by, see {@link FeedDigest}. */
  async close(): Promise<string> {
    await this.#stream.close();
    return this.#digest.hex();
  }

  async abort(): Promise<void> {
    await this.#stream.abort();
  }
}

/**
 * Keeps a file as it came; whole, or not at all. An import that is started under this id reads it instead of fetching.
 * `told` hears how many bytes have come. Answers what the file is known by. @throws {FeedTooLarge}
 */
export async function putRaw(
  lake: R2Bucket,
  of: { shop: ShopId; import: string; facts: RawFacts },
  body: AsyncIterable<Uint8Array>,
  told: (bytes: number) => Promise<void> = async () => undefined,
): Promise<string> {
  const file = new RawFile(lake, of);
  try {
    for await (const chunk of body) {
      await file.write(chunk);
      await told(file.bytes);
    }
    return await file.close();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

/** What is known of the file of an import; null: there is none. */
export async function rawFacts(
  lake: R2Bucket,
  shop: ShopId,
  id: string,
): Promise<(RawFacts & { bytes: number }) | null> {
  const head = await lake.head(importKeys(shop, id).raw);
  if (!head) return null;
  const said = head.customMetadata ?? {};
  const origin = said['origin'] === 'upload' || said['origin'] === 'push' ? said['origin'] : 'feed';
  return {
    origin,
    contentType: said['contentType'] ?? null,
    contentEncoding: said['contentEncoding'] ?? null,
    fileName: said['fileName'] ?? null,
    validators: said['validators'] ?? null,
    bytes: head.size,
  };
}
