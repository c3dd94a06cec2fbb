// Who bought: the addresses of a batch of orders become subscribers without consent, other names find whom they name.
import type { Arriving } from '@winback/db';
import { importPeople, peopleNamed } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { newToken } from '@winback/domain';
import type { Env } from '../../../env.ts';
import { databaseOf } from '../../../env.ts';
import { lastOfEach } from './batch.ts';
import type { OrderItem } from './order-item.ts';

/** Answers the buyer of each order of the batch; null: nobody whom we know. */
export async function buyersOf(
  env: Env,
  shop: ShopId,
  items: readonly OrderItem[],
  now: number,
): Promise<(item: OrderItem) => PersonId | null> {
  const db = databaseOf(env);
  const named = lastOfEach(items.flatMap(arrivingBuyer), (one) => one.email);
  const arrived = await importPeople(db, shop, named, { source: 'order', now, ip: null });
  const byEmail = new Map<string, PersonId>(arrived.map((one) => [one.email, one.id]));
  const others = items.filter((item) => item.email === null);
  const { byExternalId, byPhone } = await peopleNamed(db, shop, {
    externalIds: others.flatMap((item) => item.externalId ?? []),
    phones: others.flatMap((item) => item.phone ?? []),
  });
  return ({ email, externalId, phone }) =>
    (email === null ? (byExternalId.get(externalId ?? '') ?? byPhone.get(phone ?? '')) : byEmail.get(email)) ?? null;
}

/** An order's address says who bought, never that letters are welcome. */
function arrivingBuyer({ email, externalId, phone }: OrderItem): Arriving[] {
  if (email === null) return [];
  return [{ id: newToken() as PersonId, email, name: null, externalId, phone, kinds: {}, profile: {} }];
}
