// XML feeds through htmlparser2, one offer at a time. What is malformed is read as far as it can be and reported by line and
// column; a file that is no feed, or that ends before its root element does, is refused.
import { draftOf } from '../draft-of.ts';
import type { Element } from '../element.ts';
import { noAttributes, noChildren } from '../element.ts';
import { refusalOf } from '../feed-item.ts';
import type { Ledger } from '../ledger.ts';
import type { Complaint, Notes } from '../notes.ts';
import type { Dialect } from './dialects.ts';
import { dialectOf } from './dialects.ts';
import { decodedText } from './entities.ts';
import { categoryOf, collectionOf } from './lists.ts';
import type { Name } from './names.ts';
import { Names } from './names.ts';
import { checkRoot, Surroundings } from './surroundings.ts';
import type { Attributes, TagHandler } from './tags.ts';
import { Tags } from './tags.ts';

const deepest = 256;
/** Characters of one tag, comment or CDATA section. */
const longestToken = 8_000_000;
const longestText = 100_000;
const mostElements = 5_000;

export class XmlFeed implements TagHandler {
  readonly #ledger: Ledger;
  readonly #notes: Notes;
  readonly #around: Surroundings;
  readonly #tags = new Tags(this);
  #dialect: Dialect | null = null;
  #names: Names | null = null;
  #depth = 0;
  #root = '';
  #rootDepth = 0;
  #rootClosed = false;
  /** The elements from the one that is kept (an offer, a category, a currency) to the innermost. */
  #open: Element[] = [];
  #openDepth = 0;
  #openAt = 0;
  #inOffer = false;
  #elements = 0;
  /** Text outside CDATA whose references are still to be read. */
  #run = '';
  #runAt = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#notes = ledger.notes;
    this.#around = new Surroundings(ledger);
  }

  write(text: string): void {
    this.#tags.write(text);
    if (this.#notes.read - this.#tags.start > longestToken) this.#refuseToken();
    this.#notes.lines.forget(this.#open.length > 0 ? this.#openAt : this.#tags.start);
  }

  end(): void {
    this.#tags.end();
    if (!this.#dialect) throw this.#around.refusal();
    if (this.#rootClosed) return;
    const message = `the feed ends before </${this.#root}>: it was cut off on its way, or the shop could not finish writing it`;
    throw refusalOf('truncated', message, this.#notes.lines.end());
  }

  opened(name: string, attributes: Attributes, at: number, end: number): void {
    if (this.#run !== '') this.#flush();
    this.#depth += 1;
    if (this.#depth > deepest) throw refusalOf('too-deep', `elements lie more than ${deepest} deep`, this.#placeOf(at));
    if (end - at > longestToken) this.#refuseToken();
    if (!this.#names) return this.#openedBefore(name, attributes, at);
    if (this.#rootClosed) return this.#around.after(`<${name}>`, at);
    const known = this.#names.of(name);
    this.#count(known);
    const { written, key } = known;
    const element: Element = {
      name: written,
      key,
      attributes: attributes === noAttributes ? attributes : this.#decodedAttributes(attributes, at),
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

  #openedBefore(name: string, attributes: Attributes, at: number): void {
    this.#dialect = dialectOf(name);
    if (!this.#dialect) return this.#around.before(`<${name}>`, at);
    checkRoot(attributes, this.#placeOf(at));
    this.#around.begins();
    this.#ledger.format = this.#dialect.format;
    this.#names = new Names(this.#dialect);
    this.#root = name;
    this.#rootDepth = this.#depth;
  }

  #keep(element: Element, { role, written }: Name, at: number): void {
    if (role === null || role === 'param' || role === 'picture') return this.#checkCase(written, at);
    this.#open = [element];
    this.#openDepth = this.#depth;
    this.#openAt = at;
    this.#elements = 0;
    this.#inOffer = role === 'offer';
    if (this.#inOffer) this.#ledger.between(this.#notes.takeBefore(at));
  }

  /** An offer that begins inside another: the one before was not closed. */
  #openedInside(element: Element, name: Name, at: number): void {
    this.#odd(this.#openAt, unclosedOffer(element));
    this.#endOffer(this.#open[0] ?? element, at);
    this.#open = [];
    this.#keep(element, name, at);
  }

  #checkCase(name: string, at: number): void {
    if (this.#dialect?.names !== 'with case') return;
    const words = ['offers', 'categories', 'shop', 'items', ...this.#dialect.offers];
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

  closed(name: string, at: number, how: 'by its tag' | 'by another'): void {
    if (this.#run !== '') this.#flush();
    const depth = this.#depth;
    this.#depth -= 1;
    if (!this.#dialect || this.#rootClosed) return;
    if (depth === this.#rootDepth) this.#rootClosed = true;
    if (this.#open.length === 0 || depth < this.#openDepth) return;
    if (how === 'by another') {
      const message = `<${name}> is not closed here: close it, or write it as text`;
      this.#odd(at, { kind: 'bad-nesting', message, sample: name });
    }
    const element = this.#open.pop();
    if (!element) return;
    if (this.#open.length === 0) return this.#ended(element, at + 1);
    // The offer itself needs no text; what lies in a field is the field's.
    if (this.#open.length > 1) this.#append(` ${element.text} `);
  }

  #ended(element: Element, end: number): void {
    if (this.#inOffer) this.#endOffer(element, end);
    else if (element.key === 'currency') this.#ledger.market.learn(element.attributes);
    else if (this.#dialect?.categories === 'of the shop') this.#endList(element);
  }

  #endOffer(element: Element, end: number): void {
    const dialect = this.#dialect;
    if (!dialect) return;
    const place = this.#placeOf(this.#openAt);
    this.#ledger.offer(draftOf(element, dialect.lexicon, dialect.prefixes), place, this.#notes.takeBefore(end));
  }

  /** A category or a collection. */
  #endList(element: Element): void {
    const place = this.#placeOf(this.#openAt);
    if (element.key === 'collection') this.#ledger.collection(collectionOf(element), place);
    else this.#ledger.category(categoryOf(element), place);
  }

  /** Between the fields of an offer there are only spaces. */
  wantsText(): boolean {
    if (!this.#dialect || this.#rootClosed) return true;
    return this.#open.length > 1 || (this.#open.length === 1 && !this.#inOffer);
  }

  said(text: string, at: number): void {
    if (!this.#dialect) return this.#around.before(text, at);
    if (this.#rootClosed) return this.#around.after(text, at);
    if (this.#run === '') this.#runAt = at;
    if (this.#run.length < longestText) this.#run += text;
  }

  cdata(text: string, at: number): void {
    if (!this.#dialect || this.#rootClosed) return this.said(text, at);
    this.#flush();
    const swallowed = this.#inOffer ? text.indexOf(`</${this.#open[0]?.name}>`) : -1;
    if (swallowed >= 0) {
      const message = 'this CDATA section is not closed and swallows offers: end it by ]]>';
      this.#odd(at, { kind: 'unclosed-cdata', message, sample: text.slice(0, 60) });
      return this.#append(text.slice(0, text.indexOf('</')));
    }
    const inner = text.indexOf('<![CDATA[');
    if (inner < 0) return this.#append(text);
    this.#odd(at, nestedCdata(text.slice(inner, inner + 60)));
    this.#append(text.replaceAll('<![CDATA[', ''));
  }

  instruction(text: string, at: number): void {
    this.#around.instruction(text, at);
  }

  /** Reads the references of the text that has gathered. */
  #flush(): void {
    const run = this.#run;
    this.#run = '';
    const text = run.includes('&') ? decodedText(run, (at, complaint) => this.#odd(this.#runAt + at, complaint)) : run;
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

  #decodedAttributes(attributes: Attributes, at: number): Attributes {
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
    else if (role === 'collection') this.#ledger.found.collections += 1;
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
    throw refusalOf('endless-token', message, this.#placeOf(this.#tags.start));
  }
}

function tooManyElements(name: string): Complaint {
  return {
    kind: 'large-offer',
    message: `this offer has more than ${mostElements} elements: the others are left out`,
    sample: name,
  };
}

/** `<offer id>` is meant as a field: its second word is read as an attribute that says nothing. */
function unclosedOffer({ name, attributes }: Element): Complaint {
  const [spaced] = Object.entries(attributes).flatMap(([key, value]) => (value === '' ? [key] : []));
  if (spaced === undefined)
    return { kind: 'unclosed-offer', message: `<${name}> is not closed before the next begins`, sample: '' };
  const message = `<${name} ${spaced}> inside an offer begins another one: names have no spaces, take this field out or write <${spaced}>`;
  return { kind: 'unclosed-offer', message, sample: `<${name} ${spaced}>` };
}

function nestedCdata(sample: string): Complaint {
  const message = 'a CDATA section lies inside another: it ends at the first ]]>';
  return { kind: 'nested-cdata', message, sample };
}
