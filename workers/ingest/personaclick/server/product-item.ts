// One product of `/import/products` as an offer of a feed: the same rules, the same complaints, the same catalogue.
import type { Complaint, Offer } from '@winback/catalog';
import { offerOfItem } from '@winback/catalog';
import type { CategoryRow, Place } from '@winback/db';
import type { Currency, Result } from '@winback/domain';
import { categoryIdSchema, ok, productIdSchema, refuse } from '@winback/domain';
import type { Params } from '../params.ts';
import { isRecord, listIn, textIn } from '../params.ts';

interface ReadProduct {
  offer: Offer;
  /** What is odd about it, though it is taken. */
  complaints: Complaint[];
}

/** What was said and cannot be taken: better refused than written over what was known. */
const broken: readonly string[] = ['bad-url', 'bad-price', 'no-price', 'no-url'];

/** An offer as a feed would have it, or the reason why it cannot be one, with the feed's words for fields put into the wire's. */
export function productOf(item: unknown, of: { currency: Currency; now: number }): Result<ReadProduct, Complaint> {
  const read = offerOfItem(isRecord(item) ? asItem(item) : item, of);
  if (!read.ok) return refuse(inWords(read.because));
  const { offer } = read.value;
  const paidIn = offer.price?.currency ?? of.currency;
  if (paidIn !== of.currency) return refuse(inOtherMoney(paidIn, of.currency));
  const complaints = read.value.complaints.map(inWords);
  const because = complaints.find(({ kind }) => broken.includes(kind));
  return because ? refuse(because) : ok({ offer, complaints });
}

/** A feed tells rates, an item does not: its price cannot be compared with the shop's others. */
function inOtherMoney(paidIn: Currency, currency: Currency): Complaint {
  const message = `this price is in ${paidIn}, the shop sells in ${currency}: send it in ${currency}`;
  return { kind: 'other-currency', message, sample: paidIn };
}

/** Forms write a list of categories into one text. */
function asItem(item: Params): Params {
  const categories = item['categories'];
  return typeof categories === 'string' ? { ...item, categories: listIn(item, 'categories') } : item;
}

/** The id of a product that is named and not described: the item itself, or its `id`. */
export function namedProduct(item: unknown): Result<string, string> {
  const read = productIdSchema.safeParse(isRecord(item) ? item['id'] : item);
  return read.success ? ok(read.data) : refuse(read.error.issues[0]?.message ?? 'this is no id');
}

export function categoryOf(item: unknown): Result<CategoryRow, string> {
  if (!isRecord(item)) return refuse('this is not an object');
  const id = categoryIdSchema.safeParse(item['id']);
  if (!id.success) return refuse(id.error.issues[0]?.message ?? 'this is no id');
  const name = textIn(item, 'name')?.slice(0, 500) ?? null;
  if (name === null) return refuse('this category has no name');
  const parent = categoryIdSchema.safeParse(item['parent'] ?? item['parent_id']);
  return ok({ id: id.data, name, parentId: parent.success ? parent.data : null, url: addressIn(item) });
}

/** An address that is none is nobody's loss: no list shows it. */
function addressIn(item: Params): string | null {
  const url = textIn(item, 'url');
  return url && /^https?:\/\//.test(url) && URL.canParse(url) ? url.slice(0, 2_000) : null;
}

export function locationOf(item: unknown): Result<Place, string> {
  if (!isRecord(item)) return refuse('this is not an object');
  const id = categoryIdSchema.safeParse(item['id']);
  if (!id.success) return refuse('this place has no id');
  const name = textIn(item, 'name')?.slice(0, 300) ?? null;
  if (name === null) return refuse('this place has no name');
  const parent = categoryIdSchema.safeParse(item['parent'] ?? item['parent_id']);
  const type = textIn(item, 'type')?.slice(0, 100) ?? null;
  return ok({ id: id.data, name, type, parentId: parent.success ? parent.data : null });
}

function inWords({ message, ...complaint }: Complaint): Complaint {
  return { ...complaint, message: message.replace(/<(\w+)>/g, '“$1”').replace('id="…"', '“id”') };
}
