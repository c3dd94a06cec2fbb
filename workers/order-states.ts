// What the shop's own system says of orders reaches the Shop's figures: a cancelled order brings nothing.
import type { KnownOrder } from '@winback/db';
import { ordersById } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';
import type { OrderState } from './shop/answers.ts';

const perCall = 1_000;

/** Tells the Shop how these orders stand, under both of their numbers, as the database has it. Told again, it changes nothing. */
export async function tellOrderStates(env: Env, shop: ShopId, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const db = databaseOf(env);
  const orders = await ordersById(db, shop, ids);
  const known = new Set<string>(orders.map(({ id }) => id));
  const others = orders.flatMap(({ twin }) => (twin === null || known.has(twin) ? [] : [twin]));
  const twins = others.length > 0 ? await ordersById(db, shop, others) : [];
  await tellShop(
    env,
    shop,
    [...orders, ...twins].flatMap((order) => stateOf(order, order)),
  );
}

/** The same of pairs that are about to be joined: the storefront's number stands or falls with the server's. */
export async function tellTwinStates(
  env: Env,
  shop: ShopId,
  pairs: readonly { server: KnownOrder; storefront: KnownOrder }[],
): Promise<void> {
  await tellShop(
    env,
    shop,
    pairs.flatMap(({ server, storefront }) => stateOf(storefront, server)),
  );
}

/** Nothing where the shop's system has not said anything. */
function stateOf({ id, at, total }: KnownOrder, { status, statusAt }: KnownOrder): OrderState[] {
  if (status === null || statusAt === null) return [];
  return [{ id, at, minor: total.minor, cancelled: status === 'cancelled', statusAt }];
}

async function tellShop(env: Env, shop: ShopId, orders: readonly OrderState[]): Promise<void> {
  for (let at = 0; at < orders.length; at += perCall)
    await env.SHOP.getByName(shop).ordersTold({ shop, orders: orders.slice(at, at + perCall) });
}
