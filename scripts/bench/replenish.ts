// `pnpm bench replenish [orders.csv.gz [shopper to leave out]]`: who buys what again, told on five days from what was known then
// and compared with what came, beside what a merchant would try first. The file may also be named by WINBACK_ORDERS.
import type { Habits, Pair } from '@winback/engine/replenish';
import { buyChance, hasReturned, leastChance, replenishVerdict } from '@winback/engine/replenish';
import { generatedOrders } from './generated-orders.ts';
import type { Order } from './orders.ts';
import { readOrders } from './orders.ts';
import type { Quality, Scored } from './ranking.ts';
import { qualityOf } from './ranking.ts';
import type { Moment } from './replay.ts';
import { dayMs, momentsOf } from './replay.ts';

/**
 * To be reached on Online Retail II as it is published, where guests are one shopper, `0`. By days of the window. Other orders have
 * no bar but the best of their baselines.
 */
const bars = { 14: { ap: 0.32, top: 0.35 }, 28: { ap: 0.4, top: 0.52 } };
const horizons = [14, 28] as const;
type Horizon = (typeof horizons)[number];
const leadMs = 3 * dayMs;

const ours = 'Winback';
/** What each way says of a pair; only the sequence counts. */
const ways: Record<string, (pair: Pair, habits: Habits, when: { now: number; withinMs: number }) => number> = {
  'base rate': () => 0,
  'count of purchases': ({ purchases }) => purchases.count,
  'due: last + mean interval': ({ purchases: { count, first, last } }, _habits, { now, withinMs }) =>
    -Math.abs(last + (last - first) / (count - 1) - now - withinMs / 2),
  [ours]: buyChance,
};

export async function benchReplenish([
  path = process.env['WINBACK_ORDERS'],
  without,
]: readonly string[]): Promise<void> {
  if (path === undefined)
    console.info(
      'no orders of a real shop: name a file (`pnpm bench replenish orders.csv.gz`) or set WINBACK_ORDERS. Only a generated shop is measured.',
    );
  else {
    const orders = await readOrders(path);
    if (without === undefined) report(path, orders, bars);
    else
      report(
        `${path} without shopper ${without}`,
        orders.filter(({ shopper }) => shopper !== without),
        null,
      );
  }
  report('a generated shop', generatedOrders(), null);
}

function report(name: string, orders: readonly Order[], reach: typeof bars | null): void {
  const moments: Told[] = [...momentsOf(orders)].map(toldAt);
  const pairs = moments.reduce((sum, told) => sum + told.pairs, 0);
  if (pairs === 0) {
    console.info(
      `\n${name}: nothing to tell; at least three months are needed, with products bought on two days or more`,
    );
    return;
  }
  console.info(
    `\n${name}: ${pairs} pairs of shopper and product bought on two days or more, on ${moments.length} days`,
  );
  const qualities = Object.keys(ways).map((way) => {
    const of = (days: Horizon) => qualityOf(moments.flatMap((told) => told.scored[days][way] ?? []));
    return { way, 14: of(14), 28: of(28) };
  });
  console.table(Object.fromEntries(qualities.map((one) => [one.way, rowOf(one)])));
  for (const days of horizons) {
    const best = (of: keyof Quality) =>
      Math.max(...qualities.filter(({ way }) => way !== ours).map((one) => one[days][of]));
    const own = qualities.find(({ way }) => way === ours)?.[days] ?? { ap: 0, top: 0 };
    const least = reach?.[days] ?? { ap: best('ap'), top: best('top') };
    const passed = own.ap >= least.ap && own.top >= least.top;
    console.info(
      `${days} days: AP ${round(own.ap)} of at least ${round(least.ap)}, precision at the top 5 % ${round(own.top)} of at least ${round(least.top)}${reach ? '' : ' (best baseline)'}: ${passed ? 'pass' : 'NO'}`,
    );
  }
  const promised = moments.reduce((sum, told) => sum + told.promised, 0) / pairs;
  const base = qualities[0]?.[14].ap;
  const sent = moments.reduce((sum, told) => sum + told.sent, 0);
  const came = moments.reduce((sum, told) => sum + told.sentAndCame, 0);
  console.info(`chance told for 14 days: ${round(promised)} on average; came: ${round(base ?? 0)}`);
  console.info(
    `likely and due on those days: ${sent} letters; ${round(came / sent)} of them before a purchase within 14 days`,
  );
}

interface Told {
  pairs: number;
  scored: Record<Horizon, Record<string, Scored[]>>;
  /** Sum of the chances told for 14 days. */
  promised: number;
  sent: number;
  sentAndCame: number;
}

function toldAt({ now, habits, pairs }: Moment): Told {
  const returned = pairs.filter(({ pair }) => hasReturned(pair.purchases));
  const scoredBy = (days: Horizon) =>
    Object.fromEntries(
      Object.entries(ways).map(([way, scoreOf]) => [
        way,
        returned.map(({ pair, cameAt }) => ({
          score: scoreOf(pair, habits, { now, withinMs: days * dayMs }),
          came: cameAt !== null && cameAt < now + days * dayMs,
        })),
      ]),
    );
  const scored = { 14: scoredBy(14), 28: scoredBy(28) };
  const chances = (scored[14][ours] ?? []).map(({ score }) => score);
  const asked = { now, withinMs: 14 * dayMs, leadMs, atLeast: leastChance(chances), saidPeriodic: false };
  const sent = returned.filter(
    ({ pair }) => replenishVerdict(pair, habits, { ...asked, chosenAfter: null }).kind === 'go',
  );
  return {
    pairs: returned.length,
    scored,
    promised: chances.reduce((sum, chance) => sum + chance, 0),
    sent: sent.length,
    sentAndCame: sent.filter(({ cameAt }) => cameAt !== null && cameAt < now + 14 * dayMs).length,
  };
}

function rowOf(of: Record<Horizon, Quality>): Record<string, number> {
  return {
    'AP 14 d': round(of[14].ap),
    'top 5 % 14 d': round(of[14].top),
    'AP 28 d': round(of[28].ap),
    'top 5 % 28 d': round(of[28].top),
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
