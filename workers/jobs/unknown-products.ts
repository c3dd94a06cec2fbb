// Products that a storefront names and the feed does not have: the events are kept, and the merchant is told.
import type { Database } from '@winback/db';
import { unknownProducts } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { EventsMessage } from '../messages.ts';
import { productIdsOf } from '../product-ids.ts';

/** The products of these messages that the catalogue does not know: one question a batch. */
export function unknownIn(db: Database, shop: ShopId, messages: readonly EventsMessage[]): Promise<string[]> {
  const named = messages.flatMap(({ rows }) =>
    rows.flatMap((row) => (row.kind === 'beacon' ? row.events.flatMap(productIdsOf) : [])),
  );
  return unknownProducts(db, shop, [...new Set(named)]);
}
