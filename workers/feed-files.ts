// What an import leaves in R2, below `feeds/<shop>/<import>/`: the file as it came (`raw`), every problem (`problems.csv`) and every
// change (`changes…`, JSON Lines, in one object or in numbered parts).
import type { Result, ShopId } from '@winback/domain';
import { feedLimits, ok, refuse } from '@winback/domain';

export function importPrefix(shop: ShopId, id: string): string {
  return `feeds/${shop}/${id}/`;
}

/** R2 wants the parts of an upload equal in size, 5 MiB or more; one is held in memory at a time. */
const partBytes = 8 * 1_048_576;

export interface GivenFile {
  body: ReadableStream<Uint8Array>;
  contentType: string | null;
  contentEncoding: string | null;
}

/** Stores a file of any length while it comes. Refuses, and leaves nothing, where it is empty or too large. */
export async function storeRaw(
  lake: R2Bucket,
  place: { shop: ShopId; import: string },
  file: GivenFile,
  maxBytes: number = feedLimits.uploadBytes,
): Promise<Result<{ bytes: number }, 'empty' | 'too-large'>> {
  const { contentType, contentEncoding } = file;
  const httpMetadata = { ...(contentType ? { contentType } : {}), ...(contentEncoding ? { contentEncoding } : {}) };
  const upload = new RawUpload(lake, `${importPrefix(place.shop, place.import)}raw`, httpMetadata);
  let bytes = 0;
  try {
    for await (const chunk of file.body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
      await upload.push(chunk);
    }
  } catch (error) {
    await upload.forget();
    throw error;
  }
  if (bytes === 0 || bytes > maxBytes) {
    await upload.forget();
    return refuse(bytes === 0 ? 'empty' : 'too-large');
  }
  await upload.end();
  return ok({ bytes });
}

class RawUpload {
  readonly #lake: R2Bucket;
  readonly #key: string;
  readonly #options: { httpMetadata: R2HTTPMetadata };
  readonly #buffer = new Uint8Array(partBytes);
  #filled = 0;
  #upload: R2MultipartUpload | null = null;
  readonly #parts: R2UploadedPart[] = [];

  constructor(lake: R2Bucket, key: string, httpMetadata: R2HTTPMetadata) {
    this.#lake = lake;
    this.#key = key;
    this.#options = { httpMetadata };
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      const some = chunk.subarray(at, at + partBytes - this.#filled);
      this.#buffer.set(some, this.#filled);
      this.#filled += some.byteLength;
      at += some.byteLength;
      if (this.#filled === partBytes) await this.#flush();
    }
  }

  async end(): Promise<void> {
    if (!this.#upload) {
      await this.#lake.put(this.#key, this.#buffer.slice(0, this.#filled), this.#options);
      return;
    }
    if (this.#filled > 0) await this.#flush();
    await this.#upload.complete(this.#parts);
  }

  /** Parts that were uploaded are thrown away. */
  async forget(): Promise<void> {
    await this.#upload?.abort();
  }

  async #flush(): Promise<void> {
    this.#upload ??= await this.#lake.createMultipartUpload(this.#key, this.#options);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, this.#buffer.slice(0, this.#filled)));
    this.#filled = 0;
  }
}

/** The lines of an import's changes, from all parts in their order, without what divides them. */
export async function* changeLines(lake: R2Bucket, shop: ShopId, id: string): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts(changeBytes(lake, shop, id))) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}

/** The same as bytes. */
export async function* changeBytes(lake: R2Bucket, shop: ShopId, id: string): AsyncGenerator<Uint8Array> {
  for (const key of await partsOf(lake, `${importPrefix(shop, id)}changes`)) {
    const object = await lake.get(key);
    if (object) yield* opened(object);
  }
}

/** An object of ours as it was before it was packed. */
export function opened({ body, httpMetadata }: R2ObjectBody): ReadableStream<Uint8Array> {
  return httpMetadata?.contentEncoding === 'gzip' ? body.pipeThrough(new DecompressionStream('gzip')) : body;
}

async function* texts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** Parts are numbered from any number on: `2` comes before `10`. */
async function partsOf(lake: R2Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await lake.list({ prefix, ...(cursor ? { cursor } : {}) });
    keys.push(...page.objects.map(({ key }) => key));
    if (!page.truncated) break;
    ({ cursor } = page);
  }
  const numberOf = (key: string) => Number(/(\d+)\.\w+$/.exec(key)?.[1] ?? 0);
  return keys.sort((one, other) => numberOf(one) - numberOf(other) || (one < other ? -1 : 1));
}
