import type { FeedItem } from '../feed-item.ts';
import type { Ledger } from '../ledger.ts';
import { takeItem } from './take-item.ts';

const longestLine = 2_000_000;

/** An item a line. A line that is no JSON is left out and the next one is read. */
export async function* readJsonLines(texts: AsyncIterable<string>, ledger: Ledger): AsyncGenerator<FeedItem[]> {
  ledger.format = 'json-lines';
  const lines = new Lines(ledger);
  for await (const text of texts) {
    lines.push(text);
    yield ledger.take();
  }
  lines.push('\n');
  yield ledger.take();
}

class Lines {
  readonly #ledger: Ledger;
  #rest = '';
  #line = 0;
  #position = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  push(text: string): void {
    const parts = text.split('\n');
    parts.forEach((part, at) => {
      if (this.#rest.length <= longestLine) this.#rest += part;
      this.#position += part.length;
      if (at === parts.length - 1) return;
      this.#position += 1;
      this.#end();
    });
    this.#ledger.notes.lines.forget(this.#position);
  }

  #end(): void {
    const text = this.#rest;
    this.#rest = '';
    this.#line += 1;
    if (text.trim() === '') return;
    const place = { line: this.#line, column: 1 };
    const notes = this.#ledger.notes.takeBefore(this.#position);
    const item = { section: 'items', text: text.length <= longestLine ? text : '' } as const;
    takeItem(item, this.#ledger, { place, notes });
  }
}
