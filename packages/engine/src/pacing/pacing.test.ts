import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Heard, Pacing } from './index.ts';
import { dailyCap, heard, isFree, mended, newPacing, newWarmUp, pass, warmUpDays } from './index.ts';

const t0 = 1_800_000_000_000;
const hour = 3_600_000;
const nothing: Heard = { taken: {}, later: null, failures: null, rejected: null, domains: {} };
const tooFast = { ...nothing, later: { times: 1, afterMs: 1_000, because: '429' } };
const fails = (times: number): Heard => ({ ...nothing, failures: { times, because: 'no answer' } });
const takes = (n: number, domain = 'mail.example'): Heard => ({ ...nothing, taken: { [domain]: n } });

/** A provider that takes so many letters in each second, and says 429 to the rest. */
function limitedTo(perSecond: number) {
  let second = 0;
  let count = 0;
  return (now: number, wanted: number): number => {
    const at = Math.floor(now / 1_000);
    if (at !== second) [second, count] = [at, 0];
    const taken = Math.min(wanted, Math.max(0, perSecond - count));
    count += taken;
    return taken;
  };
}

interface Waiting {
  at: number;
  shop: string;
}

/** Letters come when they were told to, in batches of ten; answers when each went, and how often the provider said no. */
function drained(letters: readonly Waiting[], perSecond: number, start: Pacing = newPacing(t0)) {
  const provider = limitedTo(perSecond);
  const queue = [...letters];
  const went: (Waiting & { asked: number; went: number })[] = [];
  const first = new Map(queue.map((letter) => [letter, letter.at]));
  let pacing = start;
  let refusals = 0;
  for (let rounds = 0; queue.length > 0 && rounds < 500_000; rounds += 1) {
    queue.sort((a, b) => a.at - b.at);
    const now = queue[0]?.at ?? 0;
    const shop = queue[0]?.shop ?? '';
    const due = queue.filter((letter) => letter.at <= now && letter.shop === shop).slice(0, 10);
    const answer = pass(pacing, { shop, want: due.length, now });
    pacing = answer.pacing;
    const taken = provider(now, answer.granted);
    const no = answer.granted - taken;
    refusals += no;
    if (answer.granted > 0)
      pacing = heard(
        pacing,
        { ...takes(taken), later: no > 0 ? { times: no, afterMs: 1_000, because: '429' } : null },
        now,
      );
    for (const [at, letter] of due.entries()) {
      queue.splice(queue.indexOf(letter), 1);
      if (at < taken) went.push({ ...letter, asked: first.get(letter) ?? 0, went: now });
      else {
        const again = {
          ...letter,
          at: now + (at < answer.granted ? 1_000 : (answer.comeBackMs[at - answer.granted] ?? 0)),
        };
        first.set(again, first.get(letter) ?? 0);
        queue.push(again);
      }
    }
  }
  return { went, refusals, pacing, left: queue.length };
}

describe('the pace of letters', () => {
  it('is free until somebody complains', () => {
    const pacing = newPacing(t0);
    expect(isFree(pacing, t0)).toBe(true);
    expect(pass(pacing, { shop: 'a', want: 10_000, now: t0 })).toMatchObject({ granted: 10_000, comeBackMs: [] });
    expect(isFree(heard(pacing, takes(5), t0), t0)).toBe(true);
  });

  it('waits as long as it was asked to, keeps to the rate that was named, and loses nobody', () => {
    const later = { times: 3, afterMs: 7_000, because: 'too many', perSecond: 5 };
    const slow = heard(newPacing(t0), { ...nothing, later }, t0);
    expect(pass(slow, { shop: 'a', want: 3, now: t0 + 6_999 })).toMatchObject({ granted: 0 });
    const after = pass(slow, { shop: 'a', want: 50, now: t0 + 7_000 });
    expect(after.granted).toBeLessThanOrEqual(5);
    expect(after.granted + after.comeBackMs.length).toBe(50);
  });

  it('drains everything through any limit, refused about twice a letter at worst', () => {
    const draining = fc.record({
      perSecond: fc.integer({ min: 1, max: 60 }),
      counts: fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(draining, ({ perSecond, counts }) => {
        const letters = counts.flatMap((n, shop) => Array.from({ length: n }, () => ({ at: t0, shop: `shop${shop}` })));
        const { went, left, refusals } = drained(letters, perSecond);
        expect([left, went.length]).toEqual([0, letters.length]);
        // The worst of two thousand: a provider of three a second that four shops begin with at once.
        expect(refusals).toBeLessThan(2 * letters.length + 100);
      }),
      { numRuns: 40 },
    );
  });

  it('is not slowed to a crawl by a provider that refuses every other one at any speed', () => {
    let pacing = newPacing(t0);
    let asked = 0;
    let open = 10_000;
    /** Letters by the moment at which they come, in steps of a quarter of a second. */
    const due = new Map([[0, open]]);
    let tick = 0;
    for (; open > 0 && tick < 40_000; tick += 1) {
      const now = t0 + tick * 250;
      const later = (ms: number, n: number) =>
        due.set(tick + Math.ceil(ms / 250), n + (due.get(tick + Math.ceil(ms / 250)) ?? 0));
      for (let left = due.get(tick) ?? 0; left > 0; left -= 10) {
        const answer = pass(pacing, { shop: 'a', want: Math.min(10, left), now });
        pacing = answer.pacing;
        const taken = Math.floor((asked + answer.granted) / 2) - Math.floor(asked / 2);
        asked += answer.granted;
        open -= taken;
        const times = answer.granted - taken;
        if (times > 0) later(1_000, times);
        for (const ms of answer.comeBackMs) later(ms, 1);
        const said = times > 0 ? { times, afterMs: 1_000, because: '429' } : null;
        if (answer.granted > 0) pacing = heard(pacing, { ...takes(taken), later: said }, now);
      }
    }
    expect([open, asked]).toEqual([0, 20_000]);
    expect((10_000 * 1_000) / (tick * 250)).toBeGreaterThan(3);
  });

  it('finds about the speed that the provider has', () => {
    const letters = Array.from({ length: 3_000 }, () => ({ at: t0, shop: 'a' }));
    const { went } = drained(letters, 20);
    const last = Math.max(...went.map((letter) => letter.went));
    expect((3_000 * 1_000) / (last - t0)).toBeGreaterThan(8);
  });

  it('lets a shop’s one letter past another shop’s many within five seconds', () => {
    const many = Array.from({ length: 4_000 }, () => ({ at: t0, shop: 'big' }));
    const few = Array.from({ length: 20 }, (_, at) => ({ at: t0 + 20_000 + at * 7_000, shop: `small${at}` }));
    const { went } = drained([...many, ...few], 10);
    const waits = went.filter(({ shop }) => shop !== 'big').map((letter) => letter.went - letter.asked);
    expect(waits).toHaveLength(20);
    expect(Math.max(...waits)).toBeLessThan(5_000);
  });

  it('gives everybody who must wait a moment of their own', () => {
    const slow = heard(newPacing(t0), tooFast, t0);
    let pacing = slow;
    const moments: number[] = [];
    for (let at = 0; at < 30; at += 1) {
      const answer = pass(pacing, { shop: 'a', want: 10, now: t0 });
      pacing = answer.pacing;
      moments.push(...answer.comeBackMs);
    }
    expect(moments).toHaveLength(300);
    expect(new Set(moments).size).toBe(300);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });

  it('grows again when nothing is said for a while, and is free in the end', () => {
    let pacing = heard(newPacing(t0), tooFast, t0);
    for (let now = t0; now < t0 + 10 * 60_000; now += 5_000) pacing = pass(pacing, { shop: 'a', want: 1, now }).pacing;
    expect(isFree(pacing, t0 + 10 * 60_000)).toBe(true);
  });
});

describe('the breaker', () => {
  it('opens after five failures, lets one letter look, and closes when that one is taken', () => {
    const four = heard(newPacing(t0), fails(4), t0);
    expect(pass(four, { shop: 'a', want: 9, now: t0 }).granted).toBe(9);
    const open = heard(four, fails(1), t0);
    expect(pass(open, { shop: 'a', want: 9, now: t0 + 14_000 }).granted).toBe(0);
    const look = pass(open, { shop: 'a', want: 9, now: t0 + 15_000 });
    expect(look.granted).toBe(1);
    expect(pass(look.pacing, { shop: 'b', want: 9, now: t0 + 16_000 }).granted).toBe(0);
    const closed = heard(look.pacing, takes(1), t0 + 17_000);
    expect(pass(closed, { shop: 'b', want: 9, now: t0 + 17_000 }).granted).toBe(9);
    expect(isFree(closed, t0 + 17_000)).toBe(true);
  });

  it('stays open longer each time, at most ten minutes', () => {
    let pacing = heard(newPacing(t0), fails(5), t0);
    let now = t0;
    const pauses: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      pauses.push(pacing.pausedUntil - now);
      now = pacing.pausedUntil;
      pacing = heard(pass(pacing, { shop: 'a', want: 1, now }).pacing, fails(1), now);
    }
    expect(pauses).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000]);
  });

  it('opens at once where the provider refuses us, says why, and closes when the merchant has mended it', () => {
    const open = heard(newPacing(t0), { ...nothing, rejected: { because: 'wrong key' } }, t0);
    expect(open.because).toBe('wrong key');
    expect(pass(open, { shop: 'a', want: 1, urgent: true, now: t0 }).granted).toBe(0);
    expect(pass(mended(open), { shop: 'a', want: 9, now: t0 }).granted).toBe(9);
  });
});

describe('a new domain', () => {
  const warm = { ...newPacing(t0), warmUp: newWarmUp(t0) };

  it('sends no more on any day than the plan says, however many ask, and all of them in the end', () => {
    let pacing: Pacing = warm;
    const byDay = new Map<number, number>();
    for (let at = 0; at < 24 * warmUpDays; at += 1) {
      const now = t0 + at * hour + 1;
      const answer = pass(pacing, { shop: 'a', want: 20_000, now });
      pacing = heard(answer.pacing, takes(answer.granted, `d${at}`), now);
      byDay.set(Math.floor(at / 24), (byDay.get(Math.floor(at / 24)) ?? 0) + answer.granted);
    }
    expect([...byDay.values()]).toEqual(Array.from({ length: warmUpDays }, (_, day) => dailyCap(day)));
    expect(isFree(pacing, t0 + warmUpDays * 24 * hour)).toBe(true);
  });

  it('holds back no service mail', () => {
    const full = pass(warm, { shop: 'a', want: 50, now: t0 }).pacing;
    expect(pass(full, { shop: 'a', want: 1, now: t0 }).granted).toBe(0);
    expect(pass(full, { shop: 'a', want: 1, urgent: true, now: t0 }).granted).toBe(1);
  });

  it('lets two batches that ask at once have no more than one', () => {
    const first = pass(warm, { shop: 'a', want: 10, now: t0 });
    expect([first.granted, pass(first.pacing, { shop: 'a', want: 10, now: t0 }).granted]).toEqual([5, 0]);
  });

  it('gives one mailbox provider half of an hour, once hours are worth dividing', () => {
    const day4 = t0 + 4 * 24 * hour;
    const half = heard(warm, takes(34, 'gmail.com'), day4);
    expect(pass(half, { shop: 'a', want: 1, now: day4 }).closed).toEqual({ 'gmail.com': day4 + hour });
    expect(pass(half, { shop: 'a', want: 1, now: day4 + hour }).closed).toEqual({});
  });
});

it('a mailbox provider that wants us slower holds up nobody else', () => {
  const domains = { 'gmail.com': { afterMs: 60_000 } };
  const pacing = heard(newPacing(t0), { ...nothing, domains }, t0);
  expect(pass(pacing, { shop: 'a', want: 3, now: t0 })).toMatchObject({
    granted: 3,
    closed: { 'gmail.com': t0 + 60_000 },
  });
  expect(pass(pacing, { shop: 'a', want: 3, now: t0 + 60_000 }).closed).toEqual({});
});
