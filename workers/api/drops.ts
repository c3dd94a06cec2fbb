// What was turned away in a period: bars of hours or of the shop's days, and the reasons that they are made of. Pure.
import type { DropPeriod, DropReason, Drops } from '@winback/domain';
import type { DropNote } from '../shop/answers.ts';
import { dayStart } from './day-start.ts';

const hourMs = 3_600_000;
const lengths = { '24h': 24, '7d': 7, '30d': 30 } as const satisfies Record<DropPeriod, number>;

/** The moment at which the first bar of a period begins. */
export function periodStart(period: DropPeriod, timeZone: string, now: number): number {
  return startsOf(period, timeZone, now)[0] ?? now;
}

/** Sums by bar and by reason. `hours` may begin before the period: such an hour is in no bar. */
export function dropsOver(
  { period, timeZone, now }: { period: DropPeriod; timeZone: string; now: number },
  hours: readonly { reason: DropReason; hour: number; count: number }[],
  totals: readonly DropNote[],
): Drops {
  const buckets = startsOf(period, timeZone, now).map((at): Drops['buckets'][number] => ({ at, counts: {} }));
  const sums = new Map<DropReason, number>();
  for (const { reason, hour, count } of hours) {
    const bucket = buckets.findLast(({ at }) => at <= hour);
    if (!bucket) continue;
    bucket.counts[reason] = count + (bucket.counts[reason] ?? 0);
    sums.set(reason, count + (sums.get(reason) ?? 0));
  }
  const reasons = totals.flatMap(({ reason, at, sample, problems }) => {
    const count = sums.get(reason) ?? 0;
    return count === 0 ? [] : [{ reason, count, lastAt: at, sample, problems }];
  });
  return { period, buckets, reasons: reasons.sort((a, b) => b.count - a.count) };
}

/** Where each bar begins, oldest first: whole hours, or the shop's days, also those of 23 and 25 hours. */
function startsOf(period: DropPeriod, timeZone: string, now: number): number[] {
  if (period === '24h') {
    const last = Math.floor(now / hourMs) * hourMs;
    return Array.from({ length: lengths[period] }, (_, at) => last - (lengths[period] - 1 - at) * hourMs);
  }
  const starts: number[] = [];
  for (let at = now; starts.length < lengths[period]; at = (starts[0] ?? now) - 1)
    starts.unshift(dayStart(timeZone, at));
  return starts;
}
