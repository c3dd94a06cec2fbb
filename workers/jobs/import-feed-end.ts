// The end of an import, good or bad, and what is cleared away then.
import type { ImportSums } from '@winback/db';
import { endedImports, endImport } from '@winback/db';
import type { FeedProblem } from '@winback/domain';
import { feedPrefix, importKeys } from '../feed-files.ts';
import { said } from '../said.ts';
import type { ImportOutcome, ImportRun } from './import-feed-run.ts';

/** So many imports keep the file as it came and their report. */
const importsKept = 20;
/** As many as R2 lists and deletes at once. */
const keysAtOnce = 1_000;

/** Nothing was imported: the message says why. The catalogue stays as it is. */
export function failImport(
  run: ImportRun,
  because: string,
  told: { sums?: ImportSums; problems?: readonly FeedProblem[] } = {},
): Promise<ImportOutcome> {
  return endAs(run, 'failed', { ...told, sums: { ...told.sums, message: `not imported: ${because}` } });
}

export async function endAs(
  run: ImportRun,
  state: 'done' | 'unchanged' | 'failed',
  told: { sums?: ImportSums; problems?: readonly FeedProblem[] } = {},
): Promise<ImportOutcome> {
  const { db, now } = run.deps;
  const { sums = {}, problems } = told;
  const held = await endImport(db, run.claim, { state, now: now(), sums, ...(problems ? { problems } : {}) });
  if (!held) return 'busy';
  try {
    const { work, folder } = importKeys(run.shop, run.id);
    // A file that is the one of an earlier import lies there already.
    await dropUnder(run.deps.lake, state === 'unchanged' ? folder : work);
    await dropOldImports(run);
  } catch (error) {
    // What is left goes with its import's other files.
    console.error('files of imports were not cleared away', { shop: run.shop, error: said(error) });
  }
  return state;
}

async function dropOldImports({ deps, shop }: ImportRun): Promise<void> {
  const { db, lake } = deps;
  const prefix = feedPrefix(shop);
  const { delimitedPrefixes } = await lake.list({ prefix, delimiter: '/', limit: keysAtOnce });
  if (delimitedPrefixes.length <= importsKept) return;
  const ids = delimitedPrefixes.map((folder) => folder.slice(prefix.length, -1));
  const ended = new Set(await endedImports(db, shop, ids, importsKept));
  for (const id of ended) await dropUnder(lake, importKeys(shop, id).folder);
}

async function dropUnder(lake: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await lake.list({ prefix, limit: keysAtOnce });
    if (objects.length > 0) await lake.delete(objects.map(({ key }) => key));
    if (!truncated) return;
  }
}
