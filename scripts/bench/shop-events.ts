// A shop's doings, one JSON line each, in order of time: from a file, read where it lies and never copied, or generated.
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { BeaconEvent } from '@winback/domain';
import { categoryIdSchema, orderIdSchema, productIdSchema } from '@winback/domain';
import type { Happened } from '@winback/engine/simulate';
import { z } from 'zod';
import { randomFrom } from './random.ts';

const batchLines = 10_000;

const rowSchema = z.object({
  /** Milliseconds since 1970. */
  ts: z.number().int().positive(),
  session: z.string().min(1),
  user: z.string().min(1),
  type: z.enum(['view', 'category', 'search', 'cart', 'purchase']),
  /** A product, a category or a query. */
  item: z.string().min(1),
});

/** Lines of a `.jsonl` or `.jsonl.gz` file, some thousand at a time. @throws where there is no such file */
export async function* linesOf(path: string): AsyncGenerator<string[]> {
  if (!existsSync(path))
    throw new Error(`there is no ${path}: name a .jsonl.gz file with ts, session, user, type and item on each line`);
  const file = createReadStream(path);
  let batch: string[] = [];
  for await (const line of createInterface({ input: path.endsWith('.gz') ? file.pipe(createGunzip()) : file })) {
    batch.push(line);
    if (batch.length < batchLines) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** What the line says happened. @throws where it is no such line, naming it */
export function happenedBy(line: string, serial: number): Happened {
  const row = rowSchema.safeParse(JSON.parse(line));
  if (!row.success) throw new Error(`line ${serial + 1}: ${z.prettifyError(row.error)}`);
  const { ts: at, session, user, type, item } = row.data;
  const base = { id: `event-${serial}`, at };
  return { person: user, at, event: eventOf(base, type, item, session) };
}

function eventOf(
  base: { id: string; at: number },
  type: z.infer<typeof rowSchema>['type'],
  item: string,
  session: string,
): BeaconEvent {
  switch (type) {
    case 'view':
      return { ...base, type, product: productIdSchema.parse(item) };
    case 'category':
      return { ...base, type, category: categoryIdSchema.parse(item) };
    case 'search':
      return { ...base, type, query: item };
    case 'cart':
      return { ...base, type, change: 'add', items: [{ product: productIdSchema.parse(item), quantity: 1 }] };
    case 'purchase': {
      // A line for each product: those of one session are one order.
      const items = [{ product: productIdSchema.parse(item), quantity: 1 }];
      return { ...base, type, order: orderIdSchema.parse(session), items };
    }
  }
}

/** Two months of a shop: some are there often, most once; sessions overlap; of a hundred, six leave a cart and two buy it. */
export async function* generatedLines(events: number): AsyncGenerator<string[]> {
  const random = randomFrom(20_260_301);
  const stepMs = (60 * 86_400_000) / events;
  const startAt = Date.UTC(2026, 2, 1);
  const people = Math.ceil(events / 12);
  let sessions = 0;
  const begin = () => {
    sessions += 1;
    return { session: `s${sessions}`, user: `u${Math.floor(people * random() ** 2)}`, inCart: false };
  };
  const here = Array.from({ length: 50 }, begin);
  let batch: string[] = [];
  for (let serial = 0; serial < events; serial += 1) {
    const place = Math.floor(here.length * random());
    const visit = here[place] ?? begin();
    const chance = random();
    const { session, user } = visit;
    const ts = Math.floor(startAt + serial * stepMs);
    const item = `p${Math.floor(20_000 * random() ** 2)}`;
    const does = (type: string, what: string) => batch.push(JSON.stringify({ ts, session, user, type, item: what }));
    if (visit.inCart && chance < 0.12) does('purchase', item);
    else if (chance < 0.02) does('cart', item);
    else if (chance < 0.12) does('category', `c${Math.floor(200 * random())}`);
    else if (chance < 0.17) does('search', `query ${Math.floor(900 * random())}`);
    else does('view', item);
    here[place] = random() < 0.2 ? begin() : { ...visit, inCart: (visit.inCart && chance >= 0.12) || chance < 0.02 };
    if (batch.length < batchLines) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
