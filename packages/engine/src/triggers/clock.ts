// Clocks of places: quiet hours that survive daylight saving, and times as a merchant reads them.
import type { VoiceSettings } from '@winback/domain';
import { countOf } from './occasion.ts';

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(timeZone, made);
  return made;
}

/** The zone, if this platform knows it; else the other. Edges and browsers tell names that are newer than its tables. */
export function knownZone(timeZone: string | undefined, otherwise: string): string {
  if (timeZone === undefined) return otherwise;
  try {
    clockOf(timeZone);
    return timeZone;
  } catch {
    return otherwise; // Intl throws a RangeError for a name it does not know
  }
}

/** The time of day in a place, as 14:05. */
export function timeOfDay(at: number, timeZone: string): string {
  return clockOf(timeZone).format(at);
}

/** The first moment from `at` on when letters may go out there. Always within a day and a quarter. */
export function openFrom(at: number, hours: VoiceSettings['hours'], timeZone: string): number {
  if (hours === null || isOpen(at, hours, timeZone)) return at;
  const [hour = 0, minute = 0] = timeOfDay(at, timeZone).split(':').map(Number);
  // Where the clocks do not change until then, it is so far away; where they do, the clock says so.
  const ahead = Math.floor(at / minuteMs) * minuteMs + (((hours.from - hour + 24) % 24) * 60 - minute) * minuteMs;
  if (timeOfDay(ahead, timeZone) === `${hours.from}:00`.padStart(5, '0')) return ahead;
  let moment = at;
  // Quarters, because clocks of the world differ by quarters of an hour; 120 of them are more than a day with its hour of change.
  for (let step = 0; step < 120 && !isOpen(moment, hours, timeZone); step += 1)
    moment = (Math.floor(moment / quarterMs) + 1) * quarterMs;
  return moment;
}

function isOpen(at: number, hours: NonNullable<VoiceSettings['hours']>, timeZone: string): boolean {
  const hour = Number(timeOfDay(at, timeZone).slice(0, 2));
  if (hours.from === hours.until % 24) return true;
  return hours.from < hours.until ? hour >= hours.from && hour < hours.until : hour >= hours.from || hour < hours.until;
}

/** A length of time as people say it: "a moment", "12 minutes", "1 hour", "3 days". */
export function lengthOf(ms: number): string {
  if (ms < 500) return 'a moment';
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return countOf(Math.round(ms / 1_000), 'second');
  if (minutes < 100) return minutes === 60 ? '1 hour' : countOf(minutes, 'minute');
  const hours = Math.round(ms / 3_600_000);
  return hours < 48 ? countOf(hours, 'hour') : countOf(Math.round(ms / 86_400_000), 'day');
}
