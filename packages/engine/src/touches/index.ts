// Who touched a letter: people, or machines that give themselves away only together with their other touches. One look at a request
// tells most of them; these are the rest.
import type { LetterTouch, TouchVerdict } from '@winback/domain';

export interface LetterTouches {
  letter: string;
  /** When the mail server took it; null: nobody knows. */
  sentAt: number | null;
  touches: readonly LetterTouch[];
}

/** Nobody reads so fast: mail gateways follow links before they let a letter in. */
const soonestMs = 3_000;
/** So many different links within so short a time: a list is worked off. */
const burst = { links: 3, withinMs: 5_000 };
/** What follows the link that nobody sees follows the others too, about then. */
const trapMs = 10 * 60_000;
/** Letters of so many people from one place within a minute. */
const crowd = { letters: 5, withinMs: 60_000 };

/** The touches with their verdicts as all of them together show it. A machine stays one. */
export function judgedTouches(letters: readonly LetterTouches[], neighbours: readonly LetterTouch[]): LetterTouch[] {
  return letters.flatMap(({ sentAt, touches }) => {
    const clicks = touches.filter(({ kind }) => kind === 'click');
    return touches.map((touch) => {
      if (touch.verdict !== 'human') return touch;
      return { ...touch, verdict: verdictOf(touch, { sentAt, clicks, neighbours }) };
    });
  });
}

function verdictOf(
  touch: LetterTouch,
  {
    sentAt,
    clicks,
    neighbours,
  }: { sentAt: number | null; clicks: readonly LetterTouch[]; neighbours: readonly LetterTouch[] },
): TouchVerdict {
  // A picture is fetched when a letter comes in under its reader's eyes; a click is a decision.
  if (touch.kind === 'open') return 'human';
  if (touch.link === 0) return 'trap';
  if (clicks.some((other) => other.link === 0 && Math.abs(other.at - touch.at) <= trapMs)) return 'trap';
  if (sentAt !== null && touch.at < sentAt + soonestMs) return 'too-soon';
  if (isInBurst(touch, clicks)) return 'burst';
  return isInCrowd(touch, neighbours) ? 'many-letters' : 'human';
}

function isInBurst(touch: LetterTouch, clicks: readonly LetterTouch[]): boolean {
  // The touch may be the first, the last or in the middle of it.
  return clicks.some((first) => {
    if (first.at > touch.at || touch.at - first.at > burst.withinMs) return false;
    const within = clicks.filter(({ at }) => at >= first.at && at - first.at <= burst.withinMs);
    return new Set(within.map(({ link }) => link)).size >= burst.links;
  });
}

function isInCrowd({ network, at }: LetterTouch, neighbours: readonly LetterTouch[]): boolean {
  if (network === null) return false;
  const near = neighbours.filter((one) => one.network === network && Math.abs(one.at - at) <= crowd.withinMs);
  return new Set(near.map(({ letter }) => letter)).size >= crowd.letters;
}
