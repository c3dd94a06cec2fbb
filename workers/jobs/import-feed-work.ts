// What one reading of a feed lays down in R2 for the steps after it.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { CategoryRow, CollectionRow, OfferPart } from '@winback/db';
import { importKeys } from '../feed-files.ts';
import type { ImportRun } from './import-feed-run.ts';

/** Lists of a feed that are short enough to be held whole. */
export interface FeedLists {
  categories: CategoryRow[];
  collections: CollectionRow[];
}

export class WorkFolder {
  readonly folder: string;
  readonly #lake: R2Bucket;

  private constructor(lake: R2Bucket, folder: string) {
    this.#lake = lake;
    this.folder = folder;
  }

  /** A new folder of an import. */
  static of(run: ImportRun, name: string): WorkFolder {
    return new WorkFolder(run.deps.lake, `${importKeys(run.shop, run.id).work}${name}/`);
  }

  /** The folder that the reading of this import left. */
  static left(run: ImportRun, folder: string): WorkFolder {
    return new WorkFolder(run.deps.lake, folder);
  }

  /**
   * A line of what history is made of, and a line for each list of rows. Packed: offers resemble each other, and packing them
   * lightly costs less than carrying them to R2 and back as they are.
   */
  async putOffers(part: number, { short, lists }: OfferPart): Promise<void> {
    await this.#put(`offers-${part}`, gzipSync([short, ...lists].join('\n'), { level: 1 }));
  }

  async offers(part: number): Promise<OfferPart> {
    const packed = await (await this.#get(`offers-${part}`)).arrayBuffer();
    const [short = '[]', ...lists] = gunzipSync(new Uint8Array(packed)).toString().split('\n');
    return { short, lists };
  }

  async putGone(part: number, ids: readonly string[]): Promise<void> {
    await this.#put(`gone-${part}`, JSON.stringify(ids));
  }

  async gone(part: number): Promise<string[]> {
    return (await this.#get(`gone-${part}`)).json();
  }

  async putSeen(sorted: BigUint64Array): Promise<void> {
    await this.#put('seen', sorted);
  }

  async seen(): Promise<BigUint64Array> {
    return new BigUint64Array(await (await this.#get('seen')).arrayBuffer());
  }

  async putLists(lists: FeedLists): Promise<void> {
    await this.#put('lists', JSON.stringify(lists));
  }

  async lists(): Promise<FeedLists> {
    return (await this.#get('lists')).json();
  }

  async putChanges(lines: Blob): Promise<void> {
    await this.#put('changes', lines);
  }

  async changes(): Promise<Blob> {
    return (await this.#get('changes')).blob();
  }

  async #put(name: string, value: string | Blob | Uint8Array | BigUint64Array): Promise<void> {
    await this.#lake.put(`${this.folder}${name}`, value);
  }

  async #get(name: string): Promise<R2ObjectBody> {
    const found = await this.#lake.get(`${this.folder}${name}`);
    if (!found) throw new Error(`the work of an import is not where it was left: ${this.folder}${name}`);
    return found;
  }
}
