// `pnpm bench abc <orders.csv.gz> <expected.csv>`: the ABC segments of a real shop's last 60 days beside those that are known to be
// right. The expected file has the columns c (shopper), v (money), segment, and the day it was made for in its name.
import { existsSync, readFileSync } from 'node:fs';
import { abcOf } from '@winback/engine/segments';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readOrders } from './orders.ts';

const windowMs = 60 * 86_400_000;
const expectedSchema = z.array(z.object({ c: z.string(), v: z.coerce.number(), segment: z.enum(['A', 'B', 'C']) }));

export async function benchAbc([
  ordersPath = process.env['WINBACK_ORDERS'],
  expectedPath,
]: readonly string[]): Promise<void> {
  const [day] = /\d{4}-\d\d-\d\d/.exec(expectedPath ?? '') ?? [];
  if (ordersPath === undefined || expectedPath === undefined || day === undefined || !existsSync(expectedPath)) {
    console.error(
      'name both files: `pnpm bench abc orders.csv.gz abc_expected_2011-12-10.csv`, the second with its day',
    );
    process.exitCode = 2;
    return;
  }
  const now = Date.parse(day);
  const expected = expectedSchema.parse(parse(readFileSync(expectedPath), { columns: true }));
  const within = (await readOrders(ordersPath)).filter(({ at }) => at >= now - windowMs && at < now);
  const spenders = [...Map.groupBy(within, ({ shopper }) => shopper)].map(([shopper, orders]) => ({
    shopper,
    minor: orders.reduce((sum, { minor }) => sum + minor, 0),
  }));
  const found = new Map(abcOf(spenders).map((spender) => [spender.shopper, spender]));
  const equal = expected.filter(({ c, v, segment }) => {
    const spender = found.get(c);
    return spender?.segment === segment && spender.minor === Math.round(v * 100);
  });
  const passed = equal.length === expected.length && found.size === expected.length;
  console.info(
    `ABC on ${day}: ${equal.length} of ${expected.length} rows equal, ${found.size} buyers found: ${passed ? 'pass' : 'NO'}`,
  );
}
