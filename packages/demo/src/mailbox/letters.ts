// Letters as they arrived, one file each: the raw message and who it was for. Nothing is lost with the process.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Email } from 'postal-mime';
import PostalMime from 'postal-mime';

export interface Envelope {
  to: string;
  /** Milliseconds since 1970. */
  at: number;
}

export interface StoredLetter extends Envelope {
  id: string;
  raw: string;
}

export class Letters {
  readonly #folder: string;
  #next: number;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#next = this.#files().length + 1;
  }

  /** On disk before it answers. */
  add(raw: Buffer, envelope: Envelope): void {
    const id = String(this.#next).padStart(6, '0');
    this.#next += 1;
    writeFileSync(join(this.#folder, `${id}.json`), JSON.stringify({ id, ...envelope, raw: raw.toString('latin1') }), {
      flush: true,
    });
  }

  /** Newest first. */
  all(): StoredLetter[] {
    return this.#files()
      .reverse()
      .map((file) => this.#read(file));
  }

  byId(id: string): StoredLetter | null {
    return this.#files().includes(`${id}.json`) ? this.#read(`${id}.json`) : null;
  }

  #files(): string[] {
    return readdirSync(this.#folder)
      .filter((file) => file.endsWith('.json'))
      .sort();
  }

  #read(file: string): StoredLetter {
    return JSON.parse(readFileSync(join(this.#folder, file), 'utf8')) as StoredLetter;
  }
}

export function parsed(letter: StoredLetter): Promise<Email> {
  return PostalMime.parse(Buffer.from(letter.raw, 'latin1'));
}
