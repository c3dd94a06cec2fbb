// Yandex Market Language, streamed: an offer is read as soon as it is closed, whatever the size of the file. A file that
// is no feed, or that ends before its root element does, is refused whole.
import type { Currency, FeedProblem } from '@winback/domain';
import { Parser } from 'htmlparser2';
import type { FeedItem } from './feed-item.ts';
import { FeedRefused } from './feed-item.ts';
import { LineMap } from './line-map.ts';
import type { Complaint, RawOffer } from './offer-of.ts';
import { offerOf } from './offer-of.ts';
import { textOf } from './text-stream.ts';

export interface ReadOptions {
  /** The shop's currency; prices become minor units of it. */
  currency: Currency;
  /** As the server sent it; its charset counts more than the file's own. */
  contentType: string | null;
}

const longestText = 20_000;

/** The items of a YML feed, in the file's order. Throws {@link FeedRefused}. The caller publishes nothing before the end. */
export async function* readYml(stream: AsyncIterable<Uint8Array>, options: ReadOptions): AsyncGenerator<FeedItem> {
  const reader = new YmlReader(options.currency);
  for await (const text of textOf(stream, options.contentType)) {
    reader.write(text);
    yield* reader.take();
  }
  reader.end();
  yield* reader.take();
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  position: number;
}

class YmlReader {
  readonly #lines = new LineMap();
  readonly #currency: Currency;
  readonly #parser: Parser;
  readonly #ids = new Set<string>();
  readonly #categories = new Set<string>();
  #items: FeedItem[] = [];
  #path: Open[] = [];
  #text = '';
  #offer: (RawOffer & { line: number; column: number }) | null = null;
  #head = '';
  #rootSeen = false;
  #rootClosed = false;

  constructor(currency: Currency) {
    this.#currency = currency;
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => this.#opened(name.toLowerCase(), attributes),
        ontext: (text) => {
          if (this.#text.length < longestText) this.#text += text;
        },
        onclosetag: (name, implied) => this.#closed(name.toLowerCase(), implied),
      },
      { xmlMode: true, decodeEntities: true },
    );
  }

  write(text: string): void {
    if (this.#head.length < 200) this.#head += text.slice(0, 200);
    this.#lines.add(text);
    this.#parser.write(text);
    if (!this.#rootSeen && this.#path.length > 0) this.#refuseForeignRoot();
  }

  take(): FeedItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  end(): void {
    this.#parser.end();
    if (this.#head.trim() === '')
      throw new FeedRefused({ ...this.#nowhere(), kind: 'empty', message: 'the feed is empty' });
    if (!this.#rootSeen) this.#refuseForeignRoot();
    if (this.#rootClosed) return;
    const message =
      'the feed ends before </yml_catalog>: it was cut off on its way, or the shop could not finish writing it';
    throw new FeedRefused({ ...this.#nowhere(), ...this.#lines.end(), kind: 'truncated', message });
  }

  #refuseForeignRoot(): never {
    const sample = this.#head.trim().slice(0, 200);
    const isPage = /^<(!doctype html|html|head|body)/i.test(sample);
    const message = isPage
      ? 'this is a web page, not a feed: a login page or an error stands at the feed’s address'
      : 'this is not a YML feed: it does not begin with <yml_catalog>';
    throw new FeedRefused({
      kind: isPage ? 'web-page' : 'not-a-feed',
      line: 1,
      column: 1,
      offer: null,
      message,
      sample,
    });
  }

  #opened(name: string, attributes: Record<string, string>): void {
    if (this.#path.length === 0 && name !== 'yml_catalog') return this.#refuseForeignRoot();
    if (name === 'yml_catalog') this.#rootSeen = true;
    this.#path.push({ name, attributes, position: this.#parser.startIndex });
    this.#text = '';
    if (name === 'offer') this.#offer = { attributes, fields: new Map(), ...this.#lines.at(this.#parser.startIndex) };
  }

  #closed(name: string, implied: boolean): void {
    const open = this.#path.pop();
    const text = this.#text.trim();
    this.#text = '';
    if (implied) return; // the end of the file, not of the element
    if (name === 'yml_catalog') this.#rootClosed = true;
    else if (name === 'offer') this.#endOffer();
    else if (name === 'category' && open) this.#endCategory(open, text);
    else if (this.#offer && this.#path.at(-1)?.name === 'offer') {
      this.#offer.fields.set(name, [...(this.#offer.fields.get(name) ?? []), text]);
    }
  }

  #endCategory({ attributes, position }: Open, name: string): void {
    const id = attributes['id']?.trim() ?? '';
    if (id === '' || name === '') {
      const message = 'this category has no id or no name and is left out';
      return this.#complain(
        { kind: 'bad-category', message, sample: name || id },
        { ...this.#lines.at(position), offer: null },
      );
    }
    this.#categories.add(id);
    this.#items.push({
      kind: 'category',
      category: { id, name, parentId: attributes['parentid'] ?? attributes['parentId'] ?? null },
    });
  }

  #endOffer(): void {
    const raw = this.#offer;
    if (!raw) return;
    this.#offer = null;
    const where = { line: raw.line, column: raw.column, offer: raw.attributes['id'] ?? null };
    const read = offerOf(raw, this.#currency);
    if (!read.ok) return this.#complain(read.because, where);
    const { offer, complaints } = read.value;
    if (this.#ids.has(offer.id)) {
      const message = 'another offer of this feed has the same id: the first one counts';
      return this.#complain({ kind: 'same-id', message, sample: offer.name }, where);
    }
    this.#ids.add(offer.id);
    for (const complaint of complaints) this.#complain(complaint, where);
    const unknown = offer.categoryIds.find((id) => !this.#categories.has(id));
    if (unknown !== undefined)
      this.#complain(
        { kind: 'unknown-category', message: 'the feed has no category with this id', sample: unknown },
        where,
      );
    this.#items.push({ kind: 'offer', offer });
  }

  #complain(complaint: Complaint, where: { line: number; column: number; offer: string | null }): void {
    const sample = complaint.sample.slice(0, 200);
    this.#items.push({ kind: 'problem', problem: { ...where, ...complaint, sample } });
  }

  #nowhere(): Omit<FeedProblem, 'kind' | 'message'> {
    return { line: 0, column: 0, offer: null, sample: this.#head.trim().slice(0, 200) };
  }
}
