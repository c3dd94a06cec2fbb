// The last step: the catalogue becomes what the feed says, a part at a time. Each part is in the catalogue together with the
// place of the import, or neither is.
import type { ImportPlace } from '@winback/db';
import { switchGone, switchLists, switchOffers } from '@winback/db';
import { endAs } from './import-feed-end.ts';
import type { ImportOutcome, ImportRun } from './import-feed-run.ts';
import { WorkFolder } from './import-feed-work.ts';

/** A part of 2,500 long offers is written by about so many statements. */
const statementsOfPart = 60;

export async function switchFeed(run: ImportRun): Promise<ImportOutcome> {
  const { read } = run.place;
  if (!read) throw new Error('an import is switched to that was not read');
  const work = WorkFolder.left(run, read.folder);
  while (run.place.next < read.parts + read.goneParts) {
    if (!run.hasRoomFor(statementsOfPart)) {
      await run.release();
      return 'more';
    }
    await switchPart(run, work, read);
  }
  const lists = await work.lists();
  await switchLists(run.deps.db, run.shop, lists);
  return endAs(run, 'done');
}

async function switchPart(run: ImportRun, work: WorkFolder, read: NonNullable<ImportPlace['read']>): Promise<void> {
  const { db, now } = run.deps;
  const { next, done } = run.place;
  const placeAfter = (count: number) => run.at({ next: next + 1, done: done + count, tries: 0 });
  if (next < read.parts) {
    const offers = await work.offers(next);
    const place = placeAfter(offers.length);
    const told = { offers, tellsNew: !read.wasEmpty, now: now(), place };
    const { held, statements } = await switchOffers(db, run.claim, told);
    run.spent += statements;
    return run.moved(place, held);
  }
  const ids = await work.gone(next - read.parts);
  const place = placeAfter(ids.length);
  const { held, statements } = await switchGone(db, run.claim, { ids, now: now(), place });
  run.spent += statements;
  run.moved(place, held);
}
