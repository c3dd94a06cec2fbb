// A sender's domain that mailbox providers do not know yet: few letters on the first day, about twice as many on each next one, spread
// over the day and over the mailbox providers. Who sends ten thousand letters from an unknown domain is taken for a spammer.

/** Letters a day: about twice as many on each next one, as providers’ guides to warming up advise. */
const plan = [50, 100, 200, 400, 800, 1_500, 3_000, 6_000, 12_000, 25_000, 50_000, 100_000] as const;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A day's letters may all go within this many of its hours. */
const busyHours = 12;
/** Of an hour's letters, the part that one mailbox provider gets. */
const domainShare = 0.5;

export interface WarmUp {
  from: number;
  /** Which day and hour the counts are of, counted from `from`. */
  day: number;
  hour: number;
  sentToday: number;
  sentThisHour: number;
  /** This hour's, by the recipient's domain. */
  byDomain: Readonly<Record<string, number>>;
}

export function newWarmUp(now: number): WarmUp {
  return { from: now, day: 0, hour: 0, sentToday: 0, sentThisHour: 0, byDomain: {} };
}

/** How many letters may go on a day, counted from 0; null: as many as there are. */
export function dailyCap(day: number): number | null {
  return plan[day] ?? null;
}

export const warmUpDays: number = plan.length;

export function isOver({ from }: WarmUp, now: number): boolean {
  return now - from >= plan.length * dayMs;
}

/** How many more may go in this hour. */
export function leftNow(warmUp: WarmUp, now: number): number {
  const { day, sentToday, sentThisHour } = turned(warmUp, now);
  const cap = dailyCap(day);
  return cap === null ? Number.POSITIVE_INFINITY : Math.max(0, Math.min(cap - sentToday, hourly(cap) - sentThisHour));
}

/** Letters a second, spread over the day. */
export function perSecondOf(warmUp: WarmUp, now: number): number {
  const cap = dailyCap(turned(warmUp, now).day);
  return cap === null ? Number.POSITIVE_INFINITY : (hourly(cap) * 1_000) / hourMs;
}

/** Letters that were let go count at once: another batch may ask before they are taken. */
export function spent(warmUp: WarmUp, count: number, now: number): WarmUp {
  const current = turned(warmUp, now);
  return { ...current, sentToday: current.sentToday + count, sentThisHour: current.sentThisHour + count };
}

/** Where letters that were taken went, by the recipient's domain. */
export function withDomains(warmUp: WarmUp, taken: Readonly<Record<string, number>>, now: number): WarmUp {
  const current = turned(warmUp, now);
  const byDomain = { ...current.byDomain };
  for (const [domain, n] of Object.entries(taken)) byDomain[domain] = (byDomain[domain] ?? 0) + n;
  return { ...current, byDomain };
}

/** Mailbox providers that had their share of this hour, and until when. Where the hour is for a handful, nobody has a share. */
export function closedDomains(warmUp: WarmUp, now: number): Record<string, number> {
  const current = turned(warmUp, now);
  const cap = dailyCap(current.day);
  if (cap === null || hourly(cap) < 10) return {};
  const until = current.from + (hourOf(current.from, now) + 1) * hourMs;
  const full = Object.entries(current.byDomain).filter(([, n]) => n >= hourly(cap) * domainShare);
  return Object.fromEntries(full.map(([domain]) => [domain, until]));
}

function hourly(cap: number): number {
  return Math.ceil(cap / busyHours);
}

function hourOf(from: number, now: number): number {
  return Math.floor(Math.max(0, now - from) / hourMs);
}

/** The counts of the hour and the day that it is. */
function turned(warmUp: WarmUp, now: number): WarmUp {
  const hour = hourOf(warmUp.from, now);
  const day = Math.floor(hour / 24);
  if (hour === warmUp.hour) return warmUp;
  const sentToday = day === warmUp.day ? warmUp.sentToday : 0;
  return { ...warmUp, hour, day, sentToday, sentThisHour: 0, byDomain: {} };
}
