// One product of `/import/products` as an offer of a feed: the same rules, the same complaints, the same catalogue.
import type { Complaint, ReadOffer } from '@winback/catalog';
import { offerOf } from '@winback/catalog';
import type { CategoryRow } from '@winback/db';
import type { Currency, Result } from '@winback/domain';
import { categoryIdSchema, ok, productIdSchema, refuse } from '@winback/domain';
import type { Params } from '../params.ts';
import { isRecord, listIn, numberIn, textIn } from '../params.ts';

/** The wire's names on the left, the feed's on the right. */
const fieldNames = {
  name: 'name',
  url: 'url',
  picture: 'picture',
  image_url: 'picture',
  price: 'price',
  oldprice: 'oldprice',
  currency: 'currencyid',
  brand: 'vendor',
  type_prefix: 'typeprefix',
  model: 'model',
  description: 'description',
} as const;

/** An offer, or the reason why it cannot be one, with the feed's words for fields put into the wire's. */
export function productOf(item: unknown, currency: Currency): Result<ReadOffer, Complaint> {
  if (!isRecord(item)) return refuse({ kind: 'no-object', message: 'this is not an object', sample: '' });
  const fields = new Map<string, string[]>();
  for (const [wire, feed] of Object.entries(fieldNames)) {
    const text = textIn(item, wire);
    if (text !== null) fields.set(feed, [...(fields.get(feed) ?? []), text]);
  }
  fields.set('categoryid', listIn(item, 'categories') ?? []);
  const raw = { attributes: { id: idOf(item), available: isAvailable(item) ? 'true' : 'false' }, fields };
  const read = offerOf(raw, currency);
  return read.ok
    ? ok({ ...read.value, complaints: read.value.complaints.map(inWords) })
    : refuse(inWords(read.because));
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
  return ok({ id: id.data, name, parentId: parent.success ? parent.data : null });
}

function idOf(item: Params): string {
  const id = productIdSchema.safeParse(item['id']);
  return id.success ? id.data : (textIn(item, 'id') ?? '');
}

/** A flag, or a number in stock: plugins send either under this name. */
function isAvailable(item: Params): boolean {
  const { available = item['is_available'] } = item;
  if (available === undefined || available === null) return (numberIn(item, 'stock_quantity') ?? 1) > 0;
  if (typeof available === 'boolean') return available;
  const count = numberIn({ available }, 'available');
  return count === null ? !/^(false|no)$/i.test(String(available)) : count > 0;
}

function inWords({ message, ...complaint }: Complaint): Complaint {
  return { ...complaint, message: message.replace(/<(\w+)>/g, '“$1”').replace('id="…"', '“id”') };
}
