// The `returns` queue: openings, clicks and what mail systems report. Touches of a batch are judged together, after they have lain
// for a while, so that a scanner's last click tells of its first. Every step may run twice.
import type { TouchedLetter } from '@winback/db';
import { judgeTouches, putTouches, touchedLetters, touchesFrom } from '@winback/db';
import type { LetterTouch, ShopId } from '@winback/domain';
import { homeName } from '@winback/domain';
import { judgedTouches } from '@winback/engine/touches';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import type { ReturnMessage } from '../messages.ts';
import { takeReport } from '../reports.ts';
import { said } from '../said.ts';
import { retryLater } from './retry.ts';

const homesAtOnce = 8;
const minuteMs = 60_000;
/** A report may come before its letter is in the books; a letter that nobody knows then never was ours. */
const mostLooks = 4;

export async function consumeReturns(batch: MessageBatch<ReturnMessage>, env: Env): Promise<void> {
  const touched = batch.messages.flatMap((message) =>
    message.body.kind === 'touch' ? [{ message, body: message.body }] : [],
  );
  const byShop = Map.groupBy(touched, ({ body }) => body.shop);
  await Promise.all([
    ...[...byShop].map(async ([shop, list]) => {
      try {
        await takeTouches(
          env,
          shop,
          list.map(({ body }) => body.touch),
        );
        for (const { message } of list) message.ack();
      } catch (error) {
        console.error('touches are counted later', { shop, error: said(error) });
        for (const { message } of list) retryLater(message);
      }
    }),
    eachOf(batch.messages, homesAtOnce, (message) => report(env, message)),
  ]);
}

async function report(env: Env, message: Message<ReturnMessage>): Promise<void> {
  const { body } = message;
  if (body.kind !== 'report') return;
  try {
    const taken = await takeReport(env, body, Date.now());
    if (taken === 'unknown' && body.report.letter !== null && message.attempts < mostLooks) retryLater(message);
    else message.ack();
  } catch (error) {
    console.error('a report is taken later', { source: body.source, error: said(error) });
    retryLater(message);
  }
}

async function takeTouches(env: Env, shop: ShopId, touches: readonly LetterTouch[]): Promise<void> {
  const db = databaseOf(env);
  await putTouches(db, shop, touches);
  const letters = await touchedLetters(
    db,
    shop,
    touches.map(({ letter }) => letter),
  );
  const times = touches.map(({ at }) => at);
  const near = { from: Math.min(...times) - minuteMs, until: Math.max(...times) + minuteMs };
  const networks = [...new Set(touches.flatMap(({ network }) => network ?? []))];
  const judged = judgedTouches(letters, await touchesFrom(db, networks, near));
  const before = new Map(letters.flatMap((one) => one.touches).map((touch) => [keyOf(touch), touch.verdict]));
  const changed = judged.filter((touch) => before.get(keyOf(touch)) !== touch.verdict);
  await judgeTouches(db, shop, { changed, letters: letters.map(({ letter }) => letter) });
  await tellHomes(env, shop, letters, judged);
}

/** A person who clicked in a letter came back by it: their home hears of the first click. */
async function tellHomes(
  env: Env,
  shop: ShopId,
  letters: readonly TouchedLetter[],
  judged: readonly LetterTouch[],
): Promise<void> {
  const clicks = Map.groupBy(
    judged.filter(({ kind, verdict }) => kind === 'click' && verdict === 'human'),
    ({ letter }) => letter,
  );
  const first = letters.flatMap(({ letter, person, clickedAt }) => {
    const times = clicks.get(letter)?.map(({ at }) => at) ?? [];
    return clickedAt === null && times.length > 0 ? [{ letter, person, at: Math.min(...times) }] : [];
  });
  await eachOf(first, homesAtOnce, ({ letter, person, at }) =>
    env.VISITOR.getByName(homeName(shop, person)).letterHeard({ letter, at, of: 'clicked' }),
  );
}

function keyOf({ letter, id }: LetterTouch): string {
  return `${letter} ${id}`;
}
