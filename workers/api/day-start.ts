const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** The moment at which the day of `now` began in a time zone, to the hour: days of 23 and 25 hours count as they are. */
export function dayStart(timeZone: string, now: number): number {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const today = day.format(now);
  let begin = Math.floor(now / hourMs) * hourMs;
  for (const earliest = now - dayMs - hourMs; begin > earliest && day.format(begin - 1) === today; )
    begin -= hourMs / 4;
  return begin;
}
