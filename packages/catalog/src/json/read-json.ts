import type { FeedItem } from '../feed-item.ts';
import { refusalOf } from '../feed-item.ts';
import type { Ledger } from '../ledger.ts';
import { JsonItems } from './json-items.ts';
import { takeItem } from './take-item.ts';

/** A list of items, an envelope of the import API, or objects that follow each other. An item that is no JSON is left out. */
export async function* readJson(texts: AsyncIterable<string>, ledger: Ledger): AsyncGenerator<FeedItem[]> {
  ledger.format = 'json';
  const items = new JsonItems();
  const { lines } = ledger.notes;
  for await (const text of texts) {
    for (const item of items.push(text)) {
      const notes = ledger.notes.takeBefore(item.position + item.text.length);
      takeItem(item, ledger, { place: lines.at(item.position), notes });
      lines.forget(item.position);
    }
    yield ledger.take();
  }
  if (items.isClosed) return;
  const message = 'the feed ends before its brackets are closed: it was cut off on its way';
  throw refusalOf('truncated', message, lines.end());
}
