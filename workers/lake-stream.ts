// An object of R2 that is written as it comes, in parts of equal size. It is there when it is closed, whole, or never.

/** R2 wants parts of at least 5 MiB, all of one size but the last. */
const partBytes = 8 * 1_024 * 1_024;

export class LakeStream {
  bytes = 0;
  readonly #lake: R2Bucket;
  readonly #key: string;
  readonly #options: R2PutOptions;
  #upload: R2MultipartUpload | null = null;
  readonly #parts: R2UploadedPart[] = [];
  #part = new Uint8Array(0);
  #filled = 0;

  constructor(lake: R2Bucket, key: string, options: Pick<R2PutOptions, 'customMetadata' | 'httpMetadata'> = {}) {
    this.#lake = lake;
    this.#key = key;
    this.#options = options;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.bytes += chunk.byteLength;
    for (let from = 0; from < chunk.byteLength; ) {
      const taken = chunk.subarray(from, from + partBytes - this.#filled);
      this.#room(taken.byteLength);
      this.#part.set(taken, this.#filled);
      this.#filled += taken.byteLength;
      from += taken.byteLength;
      if (this.#filled === partBytes) await this.#send();
    }
  }

  /** What is short needs no upload in parts. */
  async close(): Promise<void> {
    if (this.#upload) {
      if (this.#filled > 0) await this.#send();
      await this.#upload.complete(this.#parts);
      this.#upload = null;
    } else {
      await this.#lake.put(this.#key, this.#part.subarray(0, this.#filled), this.#options);
    }
  }

  /** Nothing of it stays, unless it was closed. R2 itself forgets an upload that nobody ends after seven days. */
  async abort(): Promise<void> {
    await this.#upload?.abort();
  }

  /** A short object does not take the room of a whole part. */
  #room(more: number): void {
    const needed = this.#filled + more;
    if (needed <= this.#part.byteLength) return;
    const larger = new Uint8Array(Math.min(partBytes, Math.max(needed, this.#part.byteLength * 2, 65_536)));
    larger.set(this.#part.subarray(0, this.#filled));
    this.#part = larger;
  }

  async #send(): Promise<void> {
    this.#upload ??= await this.#lake.createMultipartUpload(this.#key, this.#options);
    const part = this.#part.subarray(0, this.#filled);
    this.#parts.push(await this.#upload.uploadPart(this.#parts.length + 1, part));
    this.#filled = 0;
  }
}
