// Orders to measure with: a real shop's, read where they lie and never copied, or a generated one that anybody can run.
import { createReadStream, existsSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { moneyFromDecimal } from '@winback/domain';
import { parse } from 'csv-parse';
import { z } from 'zod';

export interface Order {
  shopper: string;
  at: number;
  /** Each product once, however many lines and pieces. */
  products: Set<string>;
  minor: number;
}

const lineSchema = z.object({
  customer_id: z.string().min(1),
  order_id: z.string().min(1),
  /** ISO 8601, with a space for the T if need be; UTC where no zone is told. */
  time: z
    .string()
    .transform((text) => Date.parse(/[T ].*(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`))
    .pipe(z.number('the time is no date of ISO 8601')),
  item_id: z.string().min(1),
  /** Pieces; what is not above zero was given back. */
  qty: z.coerce.number().default(1),
  /** Of one piece, in whole units of a currency with cents. */
  price: z.string().default('0'),
});

/**
 * The orders of a CSV file (`.gz` or plain) with a line for each product of an order, oldest first.
 * @throws where the file is not there, or a line is no such line
 */
export async function readOrders(path: string): Promise<Order[]> {
  if (!existsSync(path)) {
    throw new Error(
      `there is no ${path}: name a CSV file (or .csv.gz) with the columns customer_id, order_id, time, item_id, and if known qty, price`,
    );
  }
  const file = createReadStream(path);
  const rows = (path.endsWith('.gz') ? file.pipe(createGunzip()) : file).pipe(parse({ columns: true }));
  const orders = new Map<string, Order>();
  for await (const row of rows) {
    const { customer_id: shopper, order_id: id, time: at, item_id: product, qty, price } = lineSchema.parse(row);
    const order = orders.get(id) ?? { shopper, at, products: new Set(), minor: 0 };
    if (qty > 0) order.products.add(product);
    order.minor += Math.round(qty * moneyFromDecimal(price, 'GBP').minor);
    orders.set(id, order);
  }
  return [...orders.values()].toSorted((a, b) => a.at - b.at);
}
