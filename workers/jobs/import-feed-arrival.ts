// A file that is read while it comes, and kept as it is: also what its reader does not want to see of it any more.
import type { RawFile } from '../feed-files.ts';

export class Arrival {
  readonly #file: RawFile;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #tell: (bytes: number) => Promise<void>;
  #turn: Promise<unknown> = Promise.resolve();
  /** What ended it early: a reader may have wrapped it in words of its own. */
  failure: unknown = null;

  constructor(file: RawFile, body: AsyncIterable<Uint8Array>, tell: (bytes: number) => Promise<void>) {
    this.#file = file;
    this.#source = body[Symbol.asyncIterator]();
    this.#tell = tell;
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.#next(); piece !== null; piece = await this.#next()) yield piece;
  }

  /** Waits for the rest; the file is kept. Answers what it is known by. */
  async end(): Promise<string> {
    while ((await this.#next()) !== null);
    return this.#file.close();
  }

  /** Nothing is kept. */
  async giveUp(): Promise<void> {
    await this.#source.return?.();
    await this.#file.abort();
  }

  /** One after the other: who unpacks the file may still wait for a piece when its reader has had enough. */
  #next(): Promise<Uint8Array | null> {
    const mine = this.#turn.then(() => this.#taken());
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #taken(): Promise<Uint8Array | null> {
    try {
      const next = await this.#source.next();
      if (next.done) return null;
      await this.#file.write(next.value);
      await this.#tell(this.bytes);
      return next.value;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}
