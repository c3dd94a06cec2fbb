// Two years of a shop that sells what is used up beside what is bought once: shoppers come at a pace of their own, buy the staples
// that run out before they come again, forget some, follow whims, and leave one day. The same orders every time.
import type { Order } from './orders.ts';
import { randomFrom } from './random.ts';

const dayMs = 86_400_000;
const days = 740;
const shoppers = 2_500;
const products = 400;
/** Of the products, so many are used up. */
const staples = 120;
const startAt = Date.UTC(2024, 0, 1);

export function generatedOrders(): Order[] {
  const random = randomFrom(20_240_101);
  const supplyDays = Array.from({ length: staples }, () => 15 + 75 * random() ** 2);
  return Array.from({ length: shoppers }, (_, shopper) => ordersOf(`s${shopper}`, supplyDays, random))
    .flat()
    .toSorted((a, b) => a.at - b.at);
}

function ordersOf(shopper: string, supplyDays: readonly number[], random: () => number): Order[] {
  const visitDays = 8 + 60 * random() ** 2;
  const leaves = days * 0.9 * random() + waitOf(500, random);
  /** When each staple of theirs runs out, in days. */
  const runsOut = new Map<number, number>();
  for (let chosen = 0; chosen < 4; chosen += 1) runsOut.set(Math.floor(staples * random() ** 2), days * 0.3 * random());
  const orders: Order[] = [];
  for (let day = days * 0.6 * random(); day < Math.min(leaves, days); day += waitOf(visitDays, random)) {
    const bought = new Set<string>();
    for (const [staple, out] of runsOut) {
      if (out > day + visitDays / 2 || random() < 0.2) continue;
      bought.add(`p${staple}`);
      runsOut.set(staple, Math.max(out, day) + (supplyDays[staple] ?? 30) * (0.7 + 0.6 * random()));
    }
    while (random() < 0.5) bought.add(`p${Math.floor(products * random() ** 1.5)}`);
    if (bought.size > 0)
      orders.push({ shopper, at: startAt + Math.floor(day * dayMs), products: bought, minor: 1_000 * bought.size });
  }
  return orders;
}

/** Exponential, its mean given. */
function waitOf(mean: number, random: () => number): number {
  return -mean * Math.log(1 - random());
}
