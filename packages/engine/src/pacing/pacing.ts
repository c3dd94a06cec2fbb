// How fast letters may go to a provider: what it said of its limits, how it fares, how new the sender's domain is. Letters that may not
// go now are told when to come again, each at a moment of its own, so that they come about as fast as they may go: nobody
// waits in a line, nothing is tried in vain, and a shop with a million letters stands in nobody's way.
import type { Learning } from './rate.ts';
import { firstRate, learnt, newLearning, noted, raisedRate } from './rate.ts';
import type { WarmUp } from './warm-up.ts';
import { closedDomains, isOver, leftNow, perSecondOf, spent, withDomains } from './warm-up.ts';

/** What is known of one provider's account. Plain data; times in milliseconds since 1970. */
export interface Pacing {
  /** Letters a second; null: no limit is known. */
  perSecond: number | null;
  /** What the limit is learnt from. */
  learning: Learning;
  tokens: number;
  /** When the tokens were counted. */
  at: number;
  /** Nothing goes before. */
  pausedUntil: number;
  /** In words, why it is paused or slow. */
  because: string | null;
  /** Failures one after another, and the pauses that came of them. */
  failures: number;
  trips: number;
  /** When the one letter went that shows whether a pause was long enough. */
  probedAt: number;
  /** The moment up to which moments are given away, by shop. */
  promised: Readonly<Record<string, number>>;
  /** Domains of recipients that asked for patience, until when. */
  domains: Readonly<Record<string, number>>;
  warmUp: WarmUp | null;
}

export interface Heard {
  /** Letters that were taken, by the recipient's domain. */
  taken: Readonly<Record<string, number>>;
  /** It said that it was too much; the longest wait, and the rate where it named one. */
  later: { times: number; afterMs: number; because: string; perSecond?: number } | null;
  /** It did not answer, or not as it should. */
  failures: { times: number; because: string } | null;
  /** It refuses us. */
  rejected: { because: string } | null;
  /** Domains of recipients that want us slower, by how long. */
  domains: Readonly<Record<string, { afterMs: number }>>;
}

const breaksAfter = 5;
const firstPauseMs = 15_000;
const longestPauseMs = 600_000;
const rejectedPauseMs = 300_000;
const probeMs = 20_000;
/** One letter that is too much is no reason for a rest, unless a long one is asked for. */
const fewRefusals = 3;
const longWaitMs = 5_000;
/** A shop with this much ahead of it leaves a part of the tokens to others. */
const backlogMs = 3_000;

export function newPacing(now: number): Pacing {
  const untouched = {
    learning: newLearning(now),
    tokens: 0,
    at: now,
    pausedUntil: 0,
    failures: 0,
    trips: 0,
    probedAt: 0,
  };
  return { perSecond: null, ...untouched, because: null, promised: {}, domains: {}, warmUp: null };
}

/** Whether letters may go without asking. */
export function isFree(pacing: Pacing, now: number): boolean {
  const { perSecond, pausedUntil, failures, warmUp, domains } = pacing;
  const isOpen = perSecond === null && pausedUntil <= now && failures === 0;
  return isOpen && (warmUp === null || isOver(warmUp, now)) && Object.values(domains).every((until) => until <= now);
}

export interface Pass {
  pacing: Pacing;
  /** How many may go now. */
  granted: number;
  /** For each of the others: in how many milliseconds to come again. */
  comeBackMs: number[];
  /** Domains of recipients to which nothing may go now, and until when. */
  closed: Record<string, number>;
}

/** `want` letters of a shop ask to go. `urgent`: service mail, which waits for a pause and for nothing else. */
export function pass(pacing: Pacing, ask: { shop: string; want: number; urgent?: boolean; now: number }): Pass {
  const { shop, want, urgent = false, now } = ask;
  const fresh = refilled(raised(pacing, now), now);
  const closed = closedNow(fresh, now);
  if (urgent && fresh.pausedUntil <= now) return { pacing: fresh, granted: want, comeBackMs: [], closed };
  const granted = Math.min(want, allowed(fresh, shop, now));
  const left = {
    ...fresh,
    warmUp: fresh.warmUp && spent(fresh.warmUp, granted, now),
    tokens: fresh.tokens - (fresh.perSecond === null ? 0 : granted),
    probedAt: fresh.failures >= breaksAfter && granted > 0 ? now : fresh.probedAt,
  };
  return { granted, closed, ...promisedTo(left, { shop, count: want - granted, now }) };
}

/** What became of letters that went. */
export function heard(pacing: Pacing, { taken, later, failures, rejected, domains }: Heard, now: number): Pacing {
  const count = Object.values(taken).reduce((sum, n) => sum + n, 0);
  let next = pacing;
  if (count > 0) {
    const warmUp = next.warmUp && withDomains(next.warmUp, taken, now);
    next = { ...next, failures: 0, trips: 0, warmUp, because: next.pausedUntil > now ? next.because : null };
  }
  if (later) next = slowed(next, { ...later, taken: count }, now);
  const learning = noted(next.learning, { taken: count, refused: later?.times ?? 0, now });
  next = { ...next, learning };
  if (next.perSecond !== null && later?.perSecond === undefined)
    next = { ...next, ...learnt(next.perSecond, learning, now) };
  if (failures && count === 0) next = broken(next, failures, now);
  if (rejected)
    next = paused({ ...next, failures: Math.max(next.failures, breaksAfter) }, rejectedPauseMs, rejected.because, now);
  const until = Object.entries(domains).map(([domain, { afterMs }]) => [domain, now + afterMs] as const);
  const known = Object.entries(next.domains).filter(([, at]) => at > now);
  return { ...next, domains: Object.fromEntries([...known, ...until]) };
}

/** The merchant mended what was wrong: letters may try at once. */
export function mended(pacing: Pacing): Pacing {
  return { ...pacing, pausedUntil: 0, failures: 0, trips: 0, because: null };
}

function allowed(pacing: Pacing, shop: string, now: number): number {
  const { perSecond, tokens, pausedUntil, failures, probedAt, warmUp } = pacing;
  if (pausedUntil > now) return 0;
  // After a pause one letter looks whether it was long enough.
  if (failures >= breaksAfter) return probedAt + probeMs > now ? 0 : 1;
  const left = warmUp === null ? Number.POSITIVE_INFINITY : leftNow(warmUp, now);
  if (perSecond === null) return left;
  const hasBacklog = (pacing.promised[shop] ?? 0) > now + backlogMs;
  const spare = hasBacklog ? Math.min(1, burstOf(perSecond) / 4) : 0;
  return Math.max(0, Math.min(left, Math.floor(tokens - spare)));
}

/** Moments for letters that may not go now: as far from each other as the shop's share of the rate says. */
function promisedTo(
  pacing: Pacing,
  { shop, count, now }: { shop: string; count: number; now: number },
): { pacing: Pacing; comeBackMs: number[] } {
  const open = Object.entries(pacing.promised).filter(([, until]) => until > now);
  const promised = Object.fromEntries(open);
  if (count <= 0) return { pacing: { ...pacing, promised }, comeBackMs: [] };
  const shops = new Set([...open.map(([name]) => name), shop]).size;
  const everyMs = (1_000 * shops) / rateOf(pacing, now);
  const from = Math.max(now, pacing.pausedUntil, promised[shop] ?? 0);
  const comeBackMs = Array.from({ length: count }, (_, at) => Math.ceil(from - now + everyMs * (at + 1)));
  return { pacing: { ...pacing, promised: { ...promised, [shop]: from + everyMs * count } }, comeBackMs };
}

function rateOf({ perSecond, warmUp, failures }: Pacing, now: number): number {
  const rates = [
    perSecond ?? 100,
    ...(warmUp ? [perSecondOf(warmUp, now)] : []),
    ...(failures >= breaksAfter ? [5] : []),
  ];
  return Math.min(...rates);
}

function burstOf(perSecond: number): number {
  return Math.max(1, perSecond);
}

function refilled(pacing: Pacing, now: number): Pacing {
  const { perSecond, tokens, at } = pacing;
  if (perSecond === null) return { ...pacing, at: now };
  const more = (Math.max(0, now - at) / 1_000) * perSecond;
  return { ...pacing, at: now, tokens: Math.min(burstOf(perSecond), tokens + more) };
}

function raised(pacing: Pacing, now: number): Pacing {
  const { perSecond, learning } = pacing;
  return perSecond === null ? pacing : { ...pacing, ...raisedRate(perSecond, learning, now) };
}

/** It said that it was too much. Where it took some of the same batch, the rate is what has to change; else it may want a rest. */
function slowed(pacing: Pacing, later: NonNullable<Heard['later']> & { taken: number }, now: number): Pacing {
  const { afterMs, because, taken, times } = later;
  const rate =
    later.perSecond === undefined ? (pacing.perSecond ?? firstRate(taken)) : Math.max(1, later.perSecond * 0.9);
  const next = { ...pacing, perSecond: rate, because, tokens: Math.min(pacing.tokens, 1), at: now };
  const isRest = taken === 0 && (times >= fewRefusals || afterMs >= longWaitMs);
  return isRest ? paused(next, afterMs, because, now) : next;
}

function broken(pacing: Pacing, { times, because }: { times: number; because: string }, now: number): Pacing {
  const failures = pacing.failures + times;
  if (failures < breaksAfter) return { ...pacing, failures };
  const pauseMs = Math.min(firstPauseMs * 2 ** pacing.trips, longestPauseMs);
  return paused({ ...pacing, failures, trips: pacing.trips + 1 }, pauseMs, because, now);
}

function paused(pacing: Pacing, forMs: number, because: string, now: number): Pacing {
  return { ...pacing, pausedUntil: Math.max(pacing.pausedUntil, now + forMs), because };
}

function closedNow({ domains, warmUp }: Pacing, now: number): Record<string, number> {
  const asked = Object.entries(domains).filter(([, until]) => until > now);
  return { ...(warmUp ? closedDomains(warmUp, now) : {}), ...Object.fromEntries(asked) };
}
