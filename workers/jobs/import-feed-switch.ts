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
  const { next, of } = run.place;
  const share = (next + 1) / (read.parts + read.goneParts);
  const place = run.at({ next: next + 1, done: Math.round((of ?? 0) * share), tries: 0 });
  const { held, statements } =
    next < read.parts
      ? await switchOffers(db, run.claim, {
          part: await work.offers(next),
          tellsNew: !read.wasEmpty,
          now: now(),
          place,
        })
      : await switchGone(db, run.claim, { ids: await work.gone(next - read.parts), now: now(), place });
  run.spent += statements;
  run.moved(place, held);
}
