// The process around workerd: takes orders over IPC, and ends with whoever started it.
import { dirname } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { compatibility } from './bundle.ts';
import type { Order, Word, WorkerdOptions } from './workerd.ts';

let miniflare: Miniflare | null = null;

function say(word: Word): void {
  process.send?.(word);
}

function optionsOf({ script, port, store, settings, objects, d1, r2, queues }: WorkerdOptions) {
  return convertV4MiniflareOptions({
    name: 'winback',
    modules: [{ type: 'ESModule', path: script }],
    modulesRoot: dirname(script),
    compatibilityDate: compatibility.date,
    compatibilityFlags: compatibility.flags,
    host: '127.0.0.1',
    port,
    cf: false,
    log: new Log(LogLevel.ERROR),
    resourcePersistencePath: store,
    bindings: settings,
    durableObjects: Object.fromEntries(
      Object.entries(objects).map(([binding, className]) => [binding, { className, useSQLite: true }]),
    ),
    ...(d1 ? { d1Databases: { [d1]: 'winback' } } : {}),
    ...(r2 ? { r2Buckets: { [r2]: 'winback-lake' } } : {}),
    queueProducers: Object.fromEntries(queues.map(({ binding, name }) => [binding, { queueName: name }])),
    queueConsumers: Object.fromEntries(
      queues.map(({ name, batch, waitSeconds, retries }) => [
        name,
        { maxBatchSize: batch, maxBatchTimeout: waitSeconds, maxRetries: retries },
      ]),
    ),
  });
}

async function obey(order: Order): Promise<void> {
  if (order.kind === 'start') {
    miniflare = new Miniflare(optionsOf(order.options));
    await miniflare.ready;
    return say('started');
  }
  const db = await miniflare?.getD1Database('DB');
  for (const statement of order.statements) await db?.prepare(statement).run();
  say('migrated');
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
say('loaded');
