// The items of a call that brings many. Each stands for itself: what is wrong with one is told beside the others' success.
import type { Result } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import type { Params } from '../params.ts';
import { isRecord, unwrapped } from '../params.ts';

/** What was wrong with one item, by its place in the list. */
export interface RefusedItem {
  index: number;
  message: string;
}

const refusalsTold = 100;

/**
 * The list under this name: a list, an object whose names are numbers (PHP), or one item alone (Magento 2). Throws 422 where
 * there is none or it is too long.
 */
export function itemsIn(params: Params, name: string, most: number): unknown[] {
  const items = listOf(unwrapped(params[name]));
  if (!items) throw new HTTPException(422, { message: `${name} is not specified` });
  if (items.length > most) throw new HTTPException(422, { message: `${name} has more than ${most} items` });
  return items;
}

function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return null;
  const isList = Object.keys(value).length > 0 && Object.keys(value).every((key) => /^\d+$/.test(key));
  return isList ? Object.values(value) : [value];
}

/** Reads each item; the good ones, and what was wrong with the others. `from`: the place of the first. */
export function readEach<Item>(
  items: readonly unknown[],
  read: (item: unknown) => Result<Item, string>,
  from = 0,
): { good: Item[]; refused: RefusedItem[] } {
  const good: Item[] = [];
  const refused: RefusedItem[] = [];
  for (const [index, item] of items.entries()) {
    const one = read(item);
    if (one.ok) good.push(one.value);
    else refused.push({ index: from + index, message: one.because });
  }
  return { good, refused };
}

/** What the answer tells of a batch besides its success. Old clients read none of it. */
export function reportOf(accepted: number, refused: readonly RefusedItem[]): Record<string, unknown> {
  return {
    accepted,
    ...(refused.length > 0 ? { refused_total: refused.length, refused: refused.slice(0, refusalsTold) } : {}),
  };
}

/** The last of those that share a key: who says twice means the later. */
export function lastOfEach<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
