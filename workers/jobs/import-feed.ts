// A feed comes in, in four steps: it is fetched into R2, read there as a stream, compared with the catalogue, and switched to
// part by part. Nothing of the catalogue changes before a feed was read to its end and its guards are content; whatever breaks
// on the way, the next consumer goes on where the last safe part ended.
import { claimImport, shopById } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { assertNever, newToken } from '@winback/domain';
import { rawFacts } from '../feed-files.ts';
import { said } from '../said.ts';
import { compareFeed } from './import-feed-compare.ts';
import { failImport } from './import-feed-end.ts';
import { fetchFeed } from './import-feed-fetch.ts';
import { readRaw } from './import-feed-read.ts';
import type { ImportDeps, ImportOutcome } from './import-feed-run.ts';
import { ClaimLost, ImportRun } from './import-feed-run.ts';
import { switchFeed } from './import-feed-switch.ts';

/** An import that breaks off so often at the same place will not get past it. */
const mostTries = 10;
/** Reading asks the catalogue about each page of offers, comparing about each page of products. */
const statementsOfStep = { fetching: 10, reading: 700, comparing: 500, switching: 50 } as const;

/** Takes an import as far as one run of a consumer goes. Throws only where trying again may help. */
export async function importFeed(deps: ImportDeps, job: { shop: ShopId; import: string }): Promise<ImportOutcome> {
  const { db, now, leaseMs, lake } = deps;
  const shop = await shopById(db, job.shop);
  if (!shop) return 'nobody';
  const claim = { ...job, by: newToken() };
  const origin = (await rawFacts(lake, job.shop, job.import))?.origin ?? 'feed';
  const claimed = await claimImport(db, claim, { now: now(), leaseMs, origin });
  if (typeof claimed === 'string') return claimed;
  const run = new ImportRun(deps, claim, { settings: shop.settings, place: claimed });
  try {
    if (claimed.tries > mostTries) return await failImport(run, `${claimed.step} it broke off ${mostTries} times`);
    return await stepsOf(run);
  } catch (error) {
    if (error instanceof ClaimLost) return 'busy';
    await run.release().catch((again: unknown) => console.error('an import was not let go', { error: said(again) }));
    throw error;
  }
}

async function stepsOf(run: ImportRun): Promise<ImportOutcome> {
  for (let isFirst = true; ; isFirst = false) {
    const { step } = run.place;
    if (!isFirst && !run.hasRoomFor(statementsOfStep[step])) {
      await run.release();
      return 'more';
    }
    const outcome = await takeStep(run);
    if (outcome !== 'next') return outcome;
  }
}

async function takeStep(run: ImportRun): Promise<ImportOutcome | 'next'> {
  const { step } = run.place;
  switch (step) {
    case 'fetching':
      return fetchFeed(run);
    case 'reading':
      return readRaw(run);
    case 'comparing':
      return compareFeed(run);
    case 'switching':
      return switchFeed(run);
    default:
      return assertNever(step);
  }
}
