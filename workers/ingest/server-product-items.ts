// The items of a call that tells of the catalogue: the good ones, and what was wrong with the others, by place and field.
import type { Complaint, Offer } from '@winback/catalog';
import { offerOfItem } from '@winback/catalog';
import type { CategoryRow } from '@winback/db';
import type { Currency, ItemError } from '@winback/domain';
import { categoryItemSchema, categoryTree, productIdSchema } from '@winback/domain';

export class ReadItems<Item> {
  readonly good: Item[];
  readonly errors: ItemError[];
  readonly remarks: ItemError[];
  /** Of each good item. */
  readonly places: number[];

  constructor(good: Item[] = [], errors: ItemError[] = [], remarks: ItemError[] = [], places: number[] = []) {
    this.good = good;
    this.errors = errors;
    this.remarks = remarks;
    this.places = places;
  }

  take(index: number, item: Item): void {
    this.good.push(item);
    this.places.push(index);
  }

  refuse(error: ItemError): void {
    this.errors.push(error);
  }

  /** The items about which there is nothing to say; the others are refused with what is said. */
  without(why: (item: Item, at: number) => string | null, idOf: (item: Item) => string = String): ReadItems<Item> {
    const rest = new ReadItems<Item>([], [...this.errors], this.remarks);
    for (const [at, item] of this.good.entries()) {
      const index = this.places[at] ?? 0;
      const message = why(item, at);
      if (message === null) rest.take(index, item);
      else rest.refuse({ index, id: idOf(item), field: 'id', message });
    }
    rest.errors.sort((one, other) => one.index - other.index);
    return rest;
  }
}

/** Who says twice means the later. */
export function lastOfEach<Item>(read: ReadItems<Item>, idOf: (item: Item) => string): ReadItems<Item> {
  const last = new Map(read.good.map((item, at) => [idOf(item), at]));
  const message = 'a later item of this call has the same id: that one counts';
  return read.without((item, at) => (last.get(idOf(item)) === at ? null : message), idOf);
}

/** What was said and cannot be taken: better refused than written over what was known. */
const broken: readonly string[] = ['bad-url', 'bad-price'];

/** Fields by the kind of complaint that a feed's reader has of them. */
const fields: Record<string, string> = {
  'no-object': '',
  'no-id': 'id',
  'no-name': 'name',
  'long-name': 'name',
  'no-price': 'price',
  'zero-price': 'price',
  'bad-price': 'price',
  'bad-old-price': 'oldPrice',
  'no-url': 'url',
  'bad-url': 'url',
  'no-picture': 'pictures',
  'bad-picture': 'pictures',
  'picture-format': 'pictures',
  'many-pictures': 'pictures',
  'no-category': 'categories',
  'many-params': 'params',
  'active-markup': 'description',
  'other-currency': 'currency',
};

export function productsIn(items: readonly unknown[], of: { currency: Currency; now: number }): ReadItems<Offer> {
  const read = new ReadItems<Offer>();
  for (const [index, item] of items.entries()) {
    const one = offerOfItem(item, of);
    if (!one.ok) {
      read.refuse(errorOf(index, saidId(item), one.because));
      continue;
    }
    const { offer, complaints } = one.value;
    const because = complaints.find(({ kind }) => broken.includes(kind)) ?? otherMoney(offer, of.currency);
    if (because) read.refuse(errorOf(index, offer.id, because));
    else read.take(index, offer);
    if (!because) for (const complaint of complaints) read.remarks.push(errorOf(index, offer.id, complaint));
  }
  return read;
}

/** A feed tells rates, an item does not: its price cannot be compared with the shop's others. */
function otherMoney({ price }: Offer, currency: Currency): Complaint | null {
  if (price === null || price.currency === currency) return null;
  const message = `this price is in ${price.currency}, the shop sells in ${currency}: send it in ${currency}`;
  return { kind: 'other-currency', message, sample: price.currency };
}

function errorOf(index: number, id: string | null, { kind, message }: Complaint): ItemError {
  return { index, id, field: fields[kind] ?? '', message: message.replace(/<(\w+)>/g, '“$1”') };
}

function saidId(item: unknown): string | null {
  const id = typeof item === 'object' && item !== null ? Reflect.get(item, 'id') : null;
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 128) : null;
}

export function idsIn(list: readonly unknown[]): ReadItems<string> {
  const read = new ReadItems<string>();
  for (const [index, item] of list.entries()) {
    const id = productIdSchema.safeParse(item);
    if (id.success) read.take(index, id.data);
    else read.refuse({ index, id: null, field: 'id', message: id.error.issues[0]?.message ?? 'this is no id' });
  }
  return read;
}

export function categoriesIn(list: readonly unknown[]): ReadItems<CategoryRow> {
  const read = new ReadItems<CategoryRow>();
  for (const [index, item] of list.entries()) {
    const one = categoryItemSchema.safeParse(item);
    if (one.success) {
      const { id, name, parentId, url = null } = one.data;
      read.take(index, { id, name, parentId: parentId === undefined || parentId === '' ? null : parentId, url });
      continue;
    }
    const [issue] = one.error.issues;
    const field = String(issue?.path[0] ?? '');
    read.refuse({ index, id: saidId(item), field, message: issue?.message ?? 'this is no category' });
  }
  return read;
}

const aboutFaults: Record<string, string> = {
  'orphan-category': 'no category of this call is its parent: it stands at the top',
  'self-parent': 'it is its own parent: it stands at the top',
  'category-loop': 'categories lie inside each other in a circle: it is cut here',
  'deep-category': 'it lies deeper than any shop sorts: it stands beside its parent',
};

/** What is odd about a whole tree. */
export function remarksOnTree({ good, places: of }: ReadItems<CategoryRow>): ItemError[] {
  const places = new Map(good.map(({ id }, at) => [id, of[at] ?? 0]));
  return categoryTree(good).faults.flatMap(({ kind, id }) => {
    const message = aboutFaults[kind];
    return message === undefined ? [] : [{ index: places.get(id) ?? 0, id, field: 'parentId', message }];
  });
}
