// Raw events that are older than the shop wants them leave the lake.
import type { ShopId } from '@winback/domain';
import { hourPrefix, lakePrefix } from '../lake.ts';

/** As many as R2 lists and deletes at once. */
const pageSize = 1_000;

/**
 * Deletes a page of the objects of hours that ended before a moment. Keys sort by time, so the oldest are the first page: there
 * is nothing to remember between two pages. Says whether there may be more of them, other objects only, or nothing.
 */
export async function dropOldEvents(
  lake: R2Bucket,
  shop: ShopId,
  before: number,
): Promise<'more-of-them' | 'only-newer' | 'nothing'> {
  const { objects } = await lake.list({ prefix: lakePrefix(shop), limit: pageSize });
  if (objects.length === 0) return 'nothing';
  const firstKept = hourPrefix(shop, before);
  const old = objects.map(({ key }) => key).filter((key) => key < firstKept);
  if (old.length > 0) await lake.delete(old);
  if (old.length === pageSize) return 'more-of-them';
  return old.length === objects.length ? 'nothing' : 'only-newer';
}
