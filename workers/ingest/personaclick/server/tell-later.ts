// Many people's homes hear of a batch after it was answered, some at a time. A batch that is sent again tells them again.
import type { ShopId } from '@winback/domain';
import type { Env } from '../../../env.ts';

const perMessage = 200;

export async function tellOrdersLater(env: Env, shop: ShopId, orders: readonly string[]): Promise<void> {
  for (const some of slices(orders)) await env.JOBS.send({ kind: 'orders-told', shop, orders: some });
}

export async function tellConsentLater(env: Env, shop: ShopId, people: readonly string[]): Promise<void> {
  for (const some of slices(people)) await env.JOBS.send({ kind: 'consent-told', shop, people: some });
}

function slices(list: readonly string[]): string[][] {
  const count = Math.ceil(list.length / perMessage);
  return Array.from({ length: count }, (_, at) => list.slice(at * perMessage, (at + 1) * perMessage));
}
