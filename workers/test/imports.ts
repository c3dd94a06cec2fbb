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
