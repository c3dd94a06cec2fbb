// Dates, money and counts as people write them, in the shop's time zone and currency.
import type { LetterState, Money } from '@winback/domain';
import { formatMoney } from '@winback/domain';

const language = 'en';

export function money(value: Money): string {
  return formatMoney(value, language);
}

export function count(value: number): string {
  return new Intl.NumberFormat(language).format(value);
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `1 person`, `1,204 people`. */
export function peopleOf(value: number): string {
  return value === 1 ? '1 person' : `${count(value)} people`;
}

/** `14:32` today, `21 Nov, 14:32` before. */
export function when(at: number, timeZone: string, now = Date.now()): string {
  const day = (moment: number) => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(moment);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(at);
  if (day(at) === day(now)) return time;
  return `${new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' }).format(at)}, ${time.slice(0, 5)}`;
}

/** `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 days ago`. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3_600)} h ago`;
  return `${plural(Math.round(seconds / 86_400), 'day')} ago`;
}

/** A length of time in its largest whole unit: `1 hour`, `90 minutes`. */
export function lasting(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1_000)} seconds`;
  if (minutes % 1_440 === 0) return plural(minutes / 1_440, 'day');
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}

export function bytes(value: number): string {
  return value < 1_000_000 ? `${Math.max(1, Math.round(value / 1_000))} KB` : `${(value / 1_000_000).toFixed(1)} MB`;
}

export const stateNames: Record<LetterState, string> = {
  waiting: 'Waiting',
  sending: 'On its way',
  sent: 'Sent',
  suppressed: 'Not sent',
  failed: 'Failed',
  unknown: 'Unknown',
};

/** What each state means, for the page that lists them. */
export const stateMeanings: Record<LetterState, string> = {
  waiting: 'Planned, and may still be stopped by a purchase.',
  sending: 'Handed to the mail server, which has not answered yet.',
  sent: 'The mail server took it.',
  suppressed: 'Decided against, with the reason beside it.',
  failed: 'The mail server refused it for good, or could not be reached.',
  unknown: 'The mail server’s answer was lost. It is not sent again.',
};
