// Joins the two numbers that storefront and shop's system have for one order, whichever came first.
import type { KnownOrder } from '@winback/db';
import { lonelyOrders, pairOrders } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { minorDigits, moneyFrom } from '@winback/domain';
import type { ToldOrder } from '@winback/engine/orders';
import { twinsAmong, twinWithinMs } from '@winback/engine/orders';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';
import { tellTwinStates } from './order-states.ts';

const perStep = 5_000;
/** An export of months is read through; two orders that lie months apart are not. */
const nearMs = 7 * 86_400_000;

/** Looks for twins among the orders of about the times of these. Running it again changes nothing. */
export async function joinTwins(env: Env, shop: ShopId, around: readonly { at: number }[]): Promise<void> {
  for (const span of spansOf(around.map((order) => order.at))) await joinWithin(env, shop, span);
}

/** The times with two windows on each side (an order beyond the border may be a rival of one within); near ones are one span. */
function spansOf(times: readonly number[]): { from: number; until: number }[] {
  const spans: { from: number; until: number }[] = [];
  for (const at of [...times].sort((one, other) => one - other)) {
    const [from, until] = [at - 2 * twinWithinMs, at + 2 * twinWithinMs + 1];
    const last = spans.at(-1);
    if (last && from - last.until <= nearMs) spans[spans.length - 1] = { from: last.from, until };
    else spans.push({ from, until });
  }
  return spans;
}

async function joinWithin(env: Env, shop: ShopId, { from, until }: { from: number; until: number }): Promise<void> {
  const db = databaseOf(env);
  for (let next = from; next < until; ) {
    const orders = await lonelyOrders(db, shop, { from: next, until, limit: perStep });
    const pairs = pairsIn(orders);
    // The Shop first: a pair that is joined is not found again.
    await tellTwinStates(env, shop, pairs);
    await pairOrders(
      db,
      shop,
      pairs.map(({ server, storefront }) => ({ server: server.id, storefront: storefront.id })),
    );
    const last = orders.at(-1);
    if (orders.length < perStep || !last) return;
    next = Math.max(next + 1, last.at - 2 * twinWithinMs);
  }
}

function pairsIn(orders: readonly KnownOrder[]): { server: KnownOrder; storefront: KnownOrder }[] {
  const currency = orders[0]?.total.currency;
  if (currency === undefined) return [];
  const byId = new Map<string, KnownOrder>(orders.map((order) => [order.id, order]));
  return twinsAmong(orders.map(toldOf), 10 ** minorDigits(currency)).flatMap((pair) => {
    const server = byId.get(pair.server);
    const storefront = byId.get(pair.storefront);
    return server && storefront ? [{ server, storefront }] : [];
  });
}

function toldOf({ id, at, total, person, items, knownBy }: KnownOrder): ToldOrder {
  const lines = items.map(({ product, quantity, price }) => ({
    product,
    quantity,
    priceMinor: price === undefined ? null : moneyFrom(price, total.currency).minor,
  }));
  return { id, side: knownBy === 'server' ? 'server' : 'storefront', at, totalMinor: total.minor, person, lines };
}
