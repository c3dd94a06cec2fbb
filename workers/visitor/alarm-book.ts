// Many named alarms on the one alarm of a Durable Object. Plain data: the object stores it and arms the earliest.

import { said } from '../said.ts';

const alarmNames = ['move', 'decide', 'letters', 'flush'] as const;
export type AlarmName = (typeof alarmNames)[number];

/** When each alarm is due, in milliseconds since 1970. */
export type AlarmBook = Readonly<Partial<Record<AlarmName, number>>>;

/** Books an alarm: `if-sooner` keeps an earlier booking, `always` moves it. */
export function booked(book: AlarmBook, name: AlarmName, at: number, when: 'if-sooner' | 'always'): AlarmBook {
  const known = book[name];
  if (known !== undefined && (known === at || (when === 'if-sooner' && known <= at))) return book;
  return { ...book, [name]: at };
}

function unbooked(book: AlarmBook, name: AlarmName): AlarmBook {
  if (book[name] === undefined) return book;
  const { [name]: _gone, ...rest } = book;
  return rest;
}

/** Books an alarm for `at`; null: for no time. */
export function bookedFor(book: AlarmBook, name: AlarmName, at: number | null): AlarmBook {
  return at === null ? unbooked(book, name) : booked(book, name, at, 'always');
}

/** The alarms that are due, in the order of the table: a move comes before a decision, a decision before the flush. */
export function dueAlarms(book: AlarmBook, now: number): AlarmName[] {
  return alarmNames.filter((name) => (book[name] ?? Number.POSITIVE_INFINITY) <= now);
}

/** What the platform's alarm is set to, by a book that was just read; null where the book is too old to tell. */
export function armedAt(book: AlarmBook, now: number): number | null {
  const at = earliest(book);
  return at !== null && at > now ? at : null;
}

export function earliest(book: AlarmBook): number | null {
  const times = alarmNames.flatMap((name) => book[name] ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** Rings one after the other; answers those that failed. The platform gives up after six throws, so nothing is thrown. */
export async function ringEach(
  names: readonly AlarmName[],
  ring: (name: AlarmName) => Promise<void>,
): Promise<AlarmName[]> {
  const failed: AlarmName[] = [];
  for (const name of names) {
    try {
      await ring(name);
    } catch (error) {
      console.error('a visitor alarm failed', { name, error: said(error) });
      failed.push(name);
    }
  }
  return failed;
}
