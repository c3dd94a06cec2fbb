// The clock on the wall where the local runtime says that everybody is: in its `request.cf` all shoppers live in this zone, whose hours
// count for when they are written to.
export const shoppersZone = 'America/Chicago';

const hour = 3_600_000;

/** The moment at which that clock shows this hour, so many days after tomorrow. Milliseconds since 1970. */
export function wallClock(days: number, hours: number): number {
  const day = new Date();
  const asIfUtc = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + 1 + days) + hours * hour;
  // Asked at the guess: no hour of these stories is near the one in which clocks change.
  return asIfUtc - offsetAt(asIfUtc);
}

function offsetAt(at: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: shoppersZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const [, sign = '', hours = '0', minutes = '0'] =
    /GMT([+-])(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
