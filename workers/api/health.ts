// Whether a scenario does its work, and if not, why: the first thing that stands in its way.
import type { ScenarioCount } from '@winback/db';
import type { FeedImport, ScenarioCode, ScenarioNumbers, ShopSettings } from '@winback/domain';
import { scenarioIn } from '@winback/domain';
import { reasonWords } from './reason-words.ts';

type Health = ScenarioNumbers['health'];

/** A feed that was not read well for so many of its own intervals, and for a day at least, is old. */
const oldAfter = 3;
const dayMs = 86_400_000;
/** From so many letters on, so many of a hundred that fail are a fault and no chance. */
const failing = { letters: 10, percent: 20 };

/** @param counts of this scenario, of 30 days */
export function healthOf(
  code: ScenarioCode,
  settings: ShopSettings,
  of: { counts: readonly ScenarioCount[]; imports: readonly FeedImport[]; now: number },
): Health {
  const { counts, imports, now } = of;
  const showsProducts = code !== 'double_opt_in';
  const good = imports.find(({ state }) => state === 'done' || state === 'unchanged');
  if (!scenarioIn(settings, code).on) {
    const isBlocked = showsProducts && !good;
    return isBlocked
      ? { level: 'idle', words: 'Off', because: 'the feed was not imported yet' }
      : { level: 'idle', words: 'Off', because: 'nobody has switched it on' };
  }
  if (showsProducts && !good)
    return { level: 'bad', words: 'Nothing to show', because: 'the feed was not imported yet' };
  return faultOf(counts) ?? (showsProducts ? feedFault(settings, good, now) : null) ?? quietOrGood(counts);
}

function sumOf(counts: readonly ScenarioCount[], ...states: ScenarioCount['state'][]): number {
  return counts.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
}

function faultOf(counts: readonly ScenarioCount[]): Health | null {
  const failed = sumOf(counts, 'failed', 'unknown');
  const tried = failed + sumOf(counts, 'sent');
  if (tried < failing.letters && sumOf(counts, 'sent') > 0) return null;
  if (failed === 0 || failed * 100 < tried * failing.percent) return null;
  return {
    level: 'bad',
    words: 'Letters fail',
    because: `${failed} of ${tried} letters: the mail server refused them or did not answer`,
  };
}

function feedFault({ feed }: ShopSettings, good: FeedImport | undefined, now: number): Health | null {
  if (feed.url === null || !good) return null;
  const age = now - (good.endedAt ?? good.startedAt);
  if (age < Math.max(dayMs, oldAfter * feed.everyMs)) return null;
  const days = Math.floor(age / dayMs);
  return {
    level: 'warn',
    words: 'Old prices',
    because: `the feed was last read well ${days === 1 ? 'a day' : `${days} days`} ago`,
  };
}

function quietOrGood(counts: readonly ScenarioCount[]): Health {
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  if (all === 0)
    return { level: 'idle', words: 'No occasion yet', because: 'nothing has happened in 30 days that it writes about' };
  if (sumOf(counts, 'sent') > 0)
    return { level: 'good', words: 'Sends', because: 'letters went out in the last 30 days' };
  if (sumOf(counts, 'waiting', 'sending') > 0)
    return { level: 'good', words: 'First letters wait', because: 'none has gone out yet' };
  const top = counts.toSorted((a, b) => b.count - a.count)[0];
  return {
    level: 'warn',
    words: 'Sends nothing',
    because: `${all} occasions, and no letter: mostly ${reasonWords(top?.reason ?? null)}`,
  };
}
