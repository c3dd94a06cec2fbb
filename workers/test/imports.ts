// Imports as the queue's consumer runs them, without the queue.
import { env } from 'cloudflare:workers';
import type { ShopId } from '@winback/domain';
import { databaseOf } from '../env.ts';
import { importFeed } from '../jobs/import-feed.ts';
import type { ImportDeps, ImportOutcome } from '../jobs/import-feed-run.ts';

/** What an import works with; `more` in place of what it would have. */
export function importDeps(more: Partial<ImportDeps>): ImportDeps {
  return {
    db: databaseOf(env),
    lake: env.LAKE,
    fetch: () => Promise.reject(new TypeError('connection refused')),
    headers: async () => ({}),
    now: Date.now,
    allow: [],
    leaseMs: 60_000,
    ...more,
  };
}

/** Runs an import, message after message, until no more is wanted. */
export async function runImport(deps: ImportDeps, job: { shop: ShopId; import: string }): Promise<ImportOutcome> {
  for (;;) {
    const outcome = await importFeed(deps, job);
    if (outcome !== 'more') return outcome;
  }
}

/** The same, of a process that dies at its `nth` step outside: `before` it is taken, or `after`. From then on nothing works. */
export function dyingDeps(deps: ImportDeps, nth: number, when: 'before' | 'after') {
  let steps = 0;
  const dead = () => steps > nth || (steps === nth && when === 'before');
  const step = async <Answer>(run: () => Promise<Answer>): Promise<Answer> => {
    steps += 1;
    if (dead()) throw new Error('the process is dead');
    const answer = await run();
    if (steps === nth) throw new Error('the process died');
    return answer;
  };
  const watched = <Whole extends object>(whole: Whole, methods: readonly string[]): Whole =>
    new Proxy(whole, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (!methods.includes(String(name))) return value.bind(target);
        return (...input: unknown[]) => step(async () => Reflect.apply(value, target, input));
      },
    });
  return {
    deps: {
      ...deps,
      db: watched(deps.db, ['batch']),
      lake: watched(deps.lake, ['get', 'put', 'head', 'list', 'delete']),
      fetch: (input: string, init: RequestInit) => step(() => deps.fetch(input, init)),
    },
    /** Whether it is dead. */
    died: () => steps >= nth,
  };
}
