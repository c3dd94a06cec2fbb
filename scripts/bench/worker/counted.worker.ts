// The product with a counter at everything that the platform bills. Nothing of the product is changed: the counters stand
// in the platform's own classes, below the code that is counted.
import type { Env } from '../../../workers/env.ts';
import product, {
  Sender as ProductSender,
  Shop as ProductShop,
  Visitor as ProductVisitor,
  ShopPulse,
} from '../../../workers/index.ts';

export { ShopPulse };

type Method = (this: unknown, ...input: unknown[]) => unknown;

const counts = new Map<string, number>();
const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
const watched = new WeakMap<object, Set<string>>();

function count(what: string, n = 1): void {
  counts.set(what, n + (counts.get(what) ?? 0));
}

/** Puts another method in the place of a class's own, once. */
function instead(owner: object, method: string, around: (original: Method) => Method): void {
  const known = watched.get(owner) ?? new Set();
  if (known.has(method)) return;
  watched.set(owner, known.add(method));
  const original: unknown = Reflect.get(owner, method);
  if (typeof original !== 'function') throw new Error(`there is no method ${method} to count`);
  Object.defineProperty(owner, method, { value: around(original as Method), configurable: true, writable: true });
}

/** Each call of an object from outside is billed as a request: every public method, and alarms. */
function watchObject(owner: object, name: string): void {
  for (const method of Object.getOwnPropertyNames(owner)) {
    if (method === 'constructor') continue;
    instead(
      owner,
      method,
      (original) =>
        function (this: unknown, ...input) {
          count('objectRequests');
          count(`${name}.${method}`);
          return original.apply(this, input);
        },
    );
  }
}

/** Rows of an object's SQLite; an alarm that is set is a row as well. */
function watchStorage(storage: DurableObjectStorage): void {
  instead(
    classOf(storage.sql),
    'exec',
    (original) =>
      function (this: unknown, ...input) {
        const cursor = original.apply(this, input) as (typeof cursors)[number];
        cursors.push(cursor);
        return cursor;
      },
  );
  instead(
    classOf(storage),
    'setAlarm',
    (original) =>
      function (this: unknown, ...input) {
        count('objectRowsWritten');
        count('alarmsSet');
        return original.apply(this, input);
      },
  );
}

function watchQueue(queue: Queue): void {
  instead(
    classOf(queue),
    'send',
    (original) =>
      function (this: unknown, ...input) {
        // Written, read and deleted, for each 64 KB.
        count('queueOperations', 3 * Math.ceil(JSON.stringify(input[0]).length / 64_000));
        return original.apply(this, input);
      },
  );
}

interface Answered {
  meta: { rows_read: number; rows_written: number };
}

function addMeta({ meta }: Answered): void {
  count('databaseRowsRead', meta.rows_read);
  count('databaseRowsWritten', meta.rows_written);
}

/** D1 says with each answer which rows it read and wrote; `raw` and `first` are asked as `all`, which says so too. */
function watchDatabase(db: D1Database): void {
  const statements = classOf(db.prepare('SELECT 1'));
  instead(
    statements,
    'raw',
    () =>
      async function (this: unknown) {
        const answer = await (this as D1PreparedStatement).all<Record<string, unknown>>();
        return answer.results.map((row) => Object.values(row));
      },
  );
  for (const method of ['all', 'run'] as const) {
    instead(
      statements,
      method,
      (original) =>
        async function (this: unknown, ...input) {
          const answer = (await original.apply(this, input)) as Answered;
          addMeta(answer);
          return answer;
        },
    );
  }
  instead(
    classOf(db),
    'batch',
    (original) =>
      async function (this: unknown, ...input) {
        const answers = (await original.apply(this, input)) as Answered[];
        answers.forEach(addMeta);
        return answers;
      },
  );
}

function classOf(instance: object): object {
  return Object.getPrototypeOf(instance) as object;
}

function watch(env: Env): void {
  watchQueue(env.EVENTS);
  watchDatabase(env.DB);
  instead(
    classOf(env.LAKE),
    'put',
    (original) =>
      function (this: unknown, ...input) {
        count('lakeWrites');
        return original.apply(this, input);
      },
  );
}

/** What was counted since it was last asked. */
function takeCounts(): Record<string, number> {
  for (const cursor of cursors.splice(0)) {
    count('objectRowsRead', cursor.rowsRead);
    count('objectRowsWritten', cursor.rowsWritten);
  }
  const taken = Object.fromEntries(counts);
  counts.clear();
  return taken;
}

watchObject(ProductVisitor.prototype, 'Visitor');
watchObject(ProductShop.prototype, 'Shop');
watchObject(ProductSender.prototype, 'Sender');
instead(
  classOf(ShopPulse.prototype),
  'fetch',
  (original) =>
    function (this: unknown, ...input) {
      count('objectRequests');
      return original.apply(this, input);
    },
);

export class Visitor extends ProductVisitor {
  constructor(ctx: DurableObjectState, env: Env) {
    watch(env);
    watchStorage(ctx.storage);
    super(ctx, env);
  }
}

export class Shop extends ProductShop {
  constructor(ctx: DurableObjectState, env: Env) {
    watch(env);
    watchStorage(ctx.storage);
    super(ctx, env);
  }
}

export class Sender extends ProductSender {
  constructor(ctx: DurableObjectState, env: Env) {
    watch(env);
    watchStorage(ctx.storage);
    super(ctx, env);
  }
}

export default {
  fetch(request, env, ctx) {
    watch(env);
    if (new URL(request.url).pathname === '/counted') return Response.json(takeCounts());
    count('requests');
    return product.fetch(request, env, ctx);
  },
  queue(batch: MessageBatch<never>, env) {
    watch(env);
    count('batches');
    return product.queue(batch, env);
  },
} satisfies ExportedHandler<Env, never>;
