// The third step: what the feed does not name any more, and whether the whole is to be believed. Reads only.
import type { ImportPlace } from '@winback/db';
import { importById, inStockAfter, noteComparison } from '@winback/db';
import { importKeys } from '../feed-files.ts';
import { ChangeLines } from './import-feed-changes.ts';
import { isAmong } from './import-feed-fingerprints.ts';
import type { ImportOutcome, ImportRun } from './import-feed-run.ts';
import { WorkFolder } from './import-feed-work.ts';

const productsOfPage = 5_000;
/** A shop that small changes as a whole now and then, and its owner sees it. */
const smallShop = 20;

interface Missing {
  gone: number;
  inStock: number;
  goneParts: number;
}

export async function compareFeed(run: ImportRun): Promise<ImportOutcome | 'next'> {
  const { read } = run.place;
  if (!read) throw new Error('an import is compared that was not read');
  const { db, now, lake } = run.deps;
  const work = WorkFolder.left(run, read.folder);
  const lines = new ChangeLines();
  const missing = read.wasEmpty ? { gone: 0, inStock: 0, goneParts: 0 } : await missingIn(run, work, lines);
  const whole = new Blob([await work.changes(), lines.whole()]);
  await lake.put(importKeys(run.shop, run.id).changes, whole, {
    httpMetadata: { contentType: 'application/jsonl' },
  });
  const told = await importById(db, run.shop, run.id);
  const { added = 0, changed = 0, repriced = 0 } = told ?? {};
  const doubts = doubtsOf(run, { ...missing, known: read.known, repriced });
  const next: Partial<ImportPlace> = {
    step: 'switching',
    done: 0,
    of: added + changed + missing.gone,
    tries: 0,
    next: 0,
    read: { ...read, goneParts: missing.goneParts },
  };
  const waits = doubts.length > 0;
  const place = waits ? { ...run.at(next), until: 0, by: null } : run.at(next);
  const message = waits ? `the import waits for your word: ${doubts.join(', and ')}` : null;
  const sums = { gone: missing.gone, message };
  const state = waits ? 'waiting' : 'running';
  run.moved(place, await noteComparison(db, run.claim, { place, sums, state, now: now() }));
  return waits ? 'waiting' : 'next';
}

async function missingIn(run: ImportRun, work: WorkFolder, lines: ChangeLines): Promise<Missing> {
  const { db } = run.deps;
  const seen = await work.seen();
  const sum: Missing = { gone: 0, inStock: 0, goneParts: 0 };
  for (let after = ''; ; ) {
    run.spent += 1;
    const rows = await inStockAfter(db, run.shop, { after, limit: productsOfPage, of: 'feed' });
    const gone = rows.filter(({ id }) => !isAmong(seen, id));
    if (gone.length > 0) {
      await work.putGone(
        sum.goneParts,
        gone.map(({ id }) => id),
      );
      sum.goneParts += 1;
    }
    for (const { id, name } of gone) lines.add({ product: id, name, change: 'gone', fields: [] });
    sum.gone += gone.length;
    sum.inStock += rows.length;
    const last = rows.at(-1);
    if (rows.length < productsOfPage || !last) return sum;
    after = last.id;
    await run.tell(sum.inStock, null);
  }
}

/** Why a feed is not believed without a word of the merchant. */
function doubtsOf(run: ImportRun, of: { gone: number; inStock: number; repriced: number; known: number }): string[] {
  const { gonePercent, repricedPercent } = run.settings.feed.guards;
  const { gone, inStock, repriced, known } = of;
  const doubts: string[] = [];
  if (inStock > smallShop && gone * 100 > inStock * gonePercent)
    doubts.push(`the feed misses ${gone} of ${inStock} products that are in stock (more than ${gonePercent} %)`);
  if (known > smallShop && repriced * 100 > known * repricedPercent)
    doubts.push(
      `the feed has another price, or none, for ${repriced} of ${known} products (more than ${repricedPercent} %)`,
    );
  return doubts;
}
