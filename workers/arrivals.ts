// What became of letters on their way, in words, for the list, the letter and the person's timeline.
import type { Database, LetterReturn } from '@winback/db';
import { returnsOf } from '@winback/db';
import type { LetterRow, ReturnKind, ShopId } from '@winback/domain';

export type Arrival = NonNullable<LetterRow['arrival']>;

const worst: readonly ReturnKind[] = ['complained', 'bounced', 'unsubscribed', 'delivered'];

/** What was told of these letters, by letter, oldest first. */
export async function arrivalsOf(db: Database, shop: ShopId, ids: readonly string[]): Promise<Map<string, Arrival[]>> {
  const told = (await returnsOf(db, shop, ids)).toReversed();
  return new Map([...Map.groupBy(told, ({ letter }) => letter)].map(([letter, list]) => [letter, list.map(arrivalOf)]));
}

/** The one that counts; a mailbox that was full took the letter in the end, if it says so later. */
export function lastWord(arrivals: readonly Arrival[]): Arrival | null {
  const delivered = arrivals.find(({ what }) => what === 'delivered');
  const counting = arrivals.filter(
    ({ what, kind, at }) => !(what === 'bounced' && kind === 'soft' && delivered && delivered.at > at),
  );
  return counting.toSorted((one, other) => worst.indexOf(one.what) - worst.indexOf(other.what))[0] ?? null;
}

function arrivalOf({ what, kind, words, at }: LetterReturn): Arrival {
  return { what, kind, sentence: sentenceOf(what, kind, words), at };
}

function sentenceOf(what: ReturnKind, kind: Arrival['kind'], words: string): string {
  const said = words === '' ? '' : ` (${words})`;
  switch (what) {
    case 'delivered':
      return 'Delivered: the receiving server took it.';
    case 'complained':
      return 'It was reported as spam: no letter goes to this address any more.';
    case 'unsubscribed':
      return 'Its reader unsubscribed by their mail program.';
    case 'bounced':
      return `Came back: ${why[kind ?? 'unclear']}${said}.`;
  }
}

const why: Record<NonNullable<Arrival['kind']>, string> = {
  hard: 'nobody is at this address',
  soft: 'the mailbox could not take it then',
  policy: 'the receiving server refused the sender or the letter, the address is fine',
  unclear: 'the receiving server did not say clearly why',
};
