// One JSON object to an offer or a category.
import type { Draft } from '../draft.ts';
import { draftOf } from '../draft-of.ts';
import type { Element } from '../element.ts';
import type { Ledger, Place } from '../ledger.ts';
import type { Note } from '../notes.ts';
import { jsonLexicon } from '../words.ts';
import type { JsonItem } from './json-items.ts';
import { variantsOf } from './variants.ts';

const deepest = 16;
const mostElements = 5_000;

export function takeItem(
  item: Omit<JsonItem, 'position'>,
  ledger: Ledger,
  told: { place: Place; notes: readonly Note[] },
): void {
  if (item.text === '') {
    const message = 'this item has more than 2 million characters and is left out';
    return ledger.say({ kind: 'large-offer', message, sample: '' }, told.place);
  }
  const value = parsed(item.text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = 'this is no JSON object and is left out: check its quotation marks and commas';
    ledger.between(told.notes);
    return ledger.say({ kind: 'bad-json', message, sample: item.text.slice(0, 100) }, told.place);
  }
  const budget = { left: mostElements };
  const element = elementOf(item.section, value, { depth: 0, budget });
  if (item.section !== 'items') return takeList(item.section, element, ledger, told.place);
  ledger.found.params += element.children.filter(({ name }) => name === 'params').length;
  const draft = draftOf(element, jsonLexicon, 'kept');
  const drafts = variantsOf(element, draft, ledger.site);
  for (const [at, one] of drafts.entries()) {
    ledger.found.pictures += one.pictures.length;
    ledger.offer(one, told.place, at === 0 ? told.notes : []);
  }
  if (budget.left < 0) {
    const message = `this item has more than ${mostElements} values: the others are left out`;
    ledger.say({ kind: 'large-offer', message, sample: draft.id ?? '' }, told.place);
  }
}

/** A JSON value as a draft, as the import API would have it. */
export function draftOfItem(value: object): Draft {
  return draftOf(elementOf('item', value, { depth: 0, budget: { left: mostElements } }), jsonLexicon, 'kept');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // said by the caller, with the line
  }
}

interface Within {
  depth: number;
  budget: { left: number };
}

/** An object as an element: its keys are children, a list is a child of the same name for each entry. */
function elementOf(name: string, value: unknown, within: Within): Element {
  within.budget.left -= 1;
  const key = name.toLowerCase();
  const inner = { depth: within.depth + 1, budget: within.budget };
  if (typeof value !== 'object' || value === null)
    return { name, key, attributes: {}, text: textOf(value), children: [] };
  const children = Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
    within.depth >= deepest || within.budget.left < 0
      ? []
      : entriesOf(one).map((entry) => elementOf(key, entry, inner)),
  );
  return { name, key, attributes: {}, text: '', children };
}

function entriesOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, mostElements) : [value];
}

/** Numbers are written as JSON writes them: `1e3` never comes out of a price. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? decimalText(value) : '';
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

function decimalText(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(10) : text;
}

function takeList(section: 'categories' | 'collections', { children }: Element, ledger: Ledger, place: Place): void {
  ledger.found[section] += 1;
  const said = (...names: string[]) =>
    children.find(({ name, text }) => names.includes(name) && text.trim() !== '')?.text.trim() ?? null;
  const named = { id: said('id') ?? '', name: said('name', 'title', 'value') ?? '', url: said('url') };
  if (section === 'collections') return ledger.collection(named, place);
  ledger.category({ ...named, parentId: said('parent', 'parent_id', 'parentId') }, place);
}
