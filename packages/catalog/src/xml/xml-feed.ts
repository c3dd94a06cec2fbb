// XML feeds through htmlparser2, one offer at a time. What is malformed is read as far as it can be and reported by line and
// column; a file that is no feed, or that ends before its root element does, is refused.
import { Parser } from 'htmlparser2';
import { draftOf } from '../draft-of.ts';
import type { Element } from '../element.ts';
import { noChildren } from '../element.ts';
import { refusalOf } from '../feed-item.ts';
import type { Ledger } from '../ledger.ts';
import type { Complaint, Notes } from '../notes.ts';
import type { Dialect } from './dialects.ts';
import { dialectOf } from './dialects.ts';
import { decodedText } from './entities.ts';
import type { Name } from './names.ts';
import { Names } from './names.ts';
import { Surroundings } from './surroundings.ts';

const deepest = 256;
/** Characters of one tag, comment or CDATA section. */
const longestToken = 8_000_000;
const longestText = 100_000;
const mostElements = 5_000;

export class XmlFeed {
  readonly #ledger: Ledger;
  readonly #notes: Notes;
  readonly #around: Surroundings;
  readonly #parser: Parser;
  #dialect: Dialect | null = null;
  #names: Names | null = null;
  #depth = 0;
  #rootDepth = 0;
  #rootClosed = false;
  #ending = false;
  /** The elements from the one that is kept (an offer, a category, a currency) to the innermost. */
  #open: Element[] = [];
  #openDepth = 0;
  #openAt = 0;
  #inOffer = false;
  #elements = 0;
  /** Text outside CDATA whose references are still to be read. */
  #run = '';
  #runAt = 0;
  #inCdata = false;
  /** Where the last opening tag ends: an element that closes there closes itself. */
  #tagEnd = -1;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#notes = ledger.notes;
    this.#around = new Surroundings(ledger);
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => this.#opened(name, attributes),
        onclosetag: (name, implied) => this.#closed(name, implied),
        ontext: (text) => this.#said(text),
        oncdatastart: () => this.#cdataBegins(),
        oncdataend: () => {
          this.#inCdata = false;
        },
        onprocessinginstruction: (_name, text) => this.#around.instruction(text, this.#parser.startIndex),
      },
      { xmlMode: true, decodeEntities: false },
    );
  }

  write(text: string): void {
    this.#parser.write(text);
    if (this.#notes.read - this.#parser.startIndex > longestToken) this.#refuseToken();
    this.#notes.lines.forget(this.#open.length > 0 ? this.#openAt : this.#parser.startIndex);
  }

  end(): void {
    this.#ending = true;
    this.#parser.end();
    if (!this.#dialect) throw this.#around.refusal();
    if (this.#rootClosed) return;
    const message = `the feed ends before </${this.#dialect.root}>: it was cut off on its way, or the shop could not finish writing it`;
    throw refusalOf('truncated', message, this.#notes.lines.end());
  }

  #opened(name: string, attributes: Record<string, string>): void {
    this.#flush();
    const at = this.#parser.startIndex;
    this.#tagEnd = this.#parser.endIndex;
    this.#depth += 1;
    if (this.#depth > deepest) throw refusalOf('too-deep', `elements lie more than ${deepest} deep`, this.#placeOf(at));
    if (this.#parser.endIndex - at > longestToken) this.#refuseToken();
    if (!this.#names) return this.#openedBefore(name, at);
    if (this.#rootClosed) return this.#around.after(`<${name}>`, at);
    const known = this.#names.of(name);
    this.#count(known);
    const { written, key } = known;
    const element: Element = {
      name: written,
      key,
      attributes: this.#decodedAttributes(attributes, at),
      text: '',
      children: noChildren,
    };
    const outer = this.#open[this.#open.length - 1];
    if (outer === undefined) return this.#keep(element, known, at);
    if (this.#inOffer && known.role === 'offer') return this.#openedInside(element, known, at);
    if (this.#inOffer && known.right !== null && this.#open.length === 1) this.#sayCase(known.written, known.right, at);
    this.#elements += 1;
    if (this.#elements <= mostElements) {
      if (outer.children === noChildren) outer.children = [element];
      else outer.children.push(element);
    }
    if (this.#elements === mostElements + 1) this.#odd(at, tooManyElements(name));
    this.#open.push(element);
  }

  #openedBefore(name: string, at: number): void {
    this.#dialect = dialectOf(name);
    if (!this.#dialect) return this.#around.before(`<${name}>`, at);
    this.#around.begins();
    this.#ledger.format = this.#dialect.format;
    this.#names = new Names(this.#dialect);
    this.#rootDepth = this.#depth;
  }

  #keep(element: Element, { role, written }: Name, at: number): void {
    if (role !== 'offer' && role !== 'category' && role !== 'currency') return this.#checkCase(written, at);
    this.#open = [element];
    this.#openDepth = this.#depth;
    this.#openAt = at;
    this.#elements = 0;
    this.#inOffer = role === 'offer';
    if (this.#inOffer) this.#ledger.between(this.#notes.takeBefore(at));
  }

  /** An offer that begins inside another: the one before was not closed. */
  #openedInside(element: Element, name: Name, at: number): void {
    this.#odd(this.#openAt, {
      kind: 'unclosed-offer',
      message: `<${element.name}> is not closed before the next begins`,
      sample: '',
    });
    this.#endOffer(this.#open[0] ?? element, at);
    this.#open = [];
    this.#keep(element, name, at);
  }

  #checkCase(name: string, at: number): void {
    const words = ['offers', 'categories', 'shop', 'items', this.#dialect?.offer ?? ''];
    const meant = words.find((word) => word !== name && word === name.toLowerCase());
    if (meant === undefined) return;
    const message = `<${name}> is not <${meant}>: names of XML have a case, and this one is not read`;
    this.#ledger.sayOnce({ kind: 'wrong-case', message, sample: name }, this.#placeOf(at), `case ${name}`);
  }

  /** A field in another case than the format's. */
  #sayCase(written: string, right: string, at: number): void {
    const message = `<${written}> is read as <${right}>: names of XML have a case, write them as the format does`;
    this.#ledger.sayOnce({ kind: 'wrong-case', message, sample: written }, this.#placeOf(at), `case ${written}`);
  }

  #closed(name: string, implied: boolean): void {
    this.#flush();
    const depth = this.#depth;
    this.#depth -= 1;
    if (this.#ending && implied) return; // the end of the file, not of the element
    if (!this.#dialect || this.#rootClosed) return;
    if (depth === this.#rootDepth) this.#rootClosed = true;
    if (this.#open.length === 0 || depth < this.#openDepth) return;
    if (implied && this.#parser.endIndex !== this.#tagEnd)
      this.#odd(this.#parser.startIndex, {
        kind: 'bad-nesting',
        message: `<${name}> is not closed here: close it, or write it as text`,
        sample: name,
      });
    const element = this.#open.pop();
    if (!element) return;
    if (this.#open.length === 0) return this.#ended(element);
    // The offer itself needs no text; what lies in a field is the field's.
    if (this.#open.length > 1) this.#append(` ${element.text} `);
  }

  #ended(element: Element): void {
    if (this.#inOffer) this.#endOffer(element, this.#parser.endIndex + 1);
    else if (element.key === 'currency')
      this.#ledger.market.learn(
        element.attributes['id'] ?? element.attributes['name'] ?? '',
        element.attributes['rate'] ?? '',
      );
    else if (this.#dialect?.prefixes === 'kept') this.#endCategory(element);
  }

  #endOffer(element: Element, end: number): void {
    const dialect = this.#dialect;
    if (!dialect) return;
    const place = this.#placeOf(this.#openAt);
    this.#ledger.offer(draftOf(element, dialect.lexicon, dialect.prefixes), place, this.#notes.takeBefore(end));
  }

  #endCategory({ attributes, text, children }: Element): void {
    const inner = (name: string) => children.find((child) => child.name === name)?.text.trim();
    const said = (...names: string[]) =>
      names.map((name) => attributes[name] ?? inner(name)).find((value) => value !== undefined && value.trim() !== '');
    const parent = said('parentId', 'parent_id', 'parentID', 'parentid')?.trim() ?? null;
    const id = said('id')?.trim() ?? '';
    const name = said('name') ?? (children.length === 0 ? text : '');
    const place = this.#placeOf(this.#openAt);
    this.#ledger.category(
      {
        id,
        name: name.replace(/\s+/g, ' ').trim(),
        parentId: parent === '0' || parent === id ? null : parent,
        url: said('url') ?? null,
      },
      place,
    );
  }

  #said(text: string): void {
    if (!this.#dialect) return this.#around.before(text, this.#parser.startIndex);
    if (this.#rootClosed) return this.#around.after(text, this.#parser.startIndex);
    // Between the fields of an offer there are only spaces.
    if (this.#open.length === 0 || (this.#open.length === 1 && this.#inOffer)) return;
    if (this.#inCdata) return this.#append(this.#cdata(text));
    if (this.#run === '') this.#runAt = this.#parser.startIndex;
    if (this.#run.length < longestText) this.#run += text;
  }

  #cdataBegins(): void {
    this.#flush();
    this.#inCdata = true;
  }

  #cdata(text: string): string {
    const inner = text.indexOf('<![CDATA[');
    const swallowed = this.#dialect && this.#inOffer ? text.indexOf(`</${this.#dialect.offer}>`) : -1;
    if (swallowed >= 0) {
      const message = 'this CDATA section is not closed and swallows offers: end it by ]]>';
      this.#odd(this.#parser.startIndex, { kind: 'unclosed-cdata', message, sample: text.slice(0, 60) });
      return text.slice(0, text.indexOf('</'));
    }
    if (inner < 0) return text;
    this.#odd(this.#parser.startIndex, nestedCdata(text.slice(inner, inner + 60)));
    return text.replaceAll('<![CDATA[', '');
  }

  /** Reads the references of the text that has gathered. */
  #flush(): void {
    if (this.#run === '') return;
    const run = this.#run;
    this.#run = '';
    const text = decodedText(run, (at, complaint) => this.#odd(this.#runAt + at, complaint));
    const end = text.indexOf(']]>');
    if (end >= 0) this.#odd(this.#runAt + end, nestedCdata(text.slice(end, end + 60)));
    this.#append(end < 0 ? text : text.replaceAll(']]>', ''));
  }

  #append(text: string): void {
    const element = this.#open[this.#open.length - 1];
    if (!element) return;
    if (element.text.length < longestText) element.text += text;
    else
      this.#odd(this.#openAt, {
        kind: 'long-text',
        message: `<${element.name}> has more than ${longestText} characters: the rest is left out`,
        sample: '',
      });
  }

  #decodedAttributes(attributes: Record<string, string>, at: number): Record<string, string> {
    for (const key in attributes) {
      if (!attributes[key]?.includes('&')) continue;
      return Object.fromEntries(
        Object.entries(attributes).map(([key, text]) => [
          key,
          decodedText(text, (_at, complaint) => this.#odd(at, complaint)),
        ]),
      );
    }
    return attributes;
  }

  #count({ role }: Name): void {
    if (role === 'category') this.#ledger.found.categories += 1;
    else if (role === 'param') this.#ledger.found.params += 1;
    else if (role === 'picture') this.#ledger.found.pictures += 1;
  }

  #odd(position: number, complaint: Complaint): void {
    this.#notes.noteAt(position, complaint);
  }

  #placeOf(position: number): { line: number; column: number } {
    return this.#notes.lines.at(position);
  }

  #refuseToken(): never {
    const message = 'a tag, comment or CDATA section here has no end within 8 million characters';
    throw refusalOf('endless-token', message, this.#placeOf(this.#parser.startIndex));
  }
}

function tooManyElements(name: string): Complaint {
  return {
    kind: 'large-offer',
    message: `this offer has more than ${mostElements} elements: the others are left out`,
    sample: name,
  };
}

function nestedCdata(sample: string): Complaint {
  const message = 'a CDATA section lies inside another: it ends at the first ]]>';
  return { kind: 'nested-cdata', message, sample };
}
