// What letters earned, in a sentence: orders that are counted for them, and what the hold-out says of the difference. What is not
// measured is not said.
import { revenueByScenario } from '@winback/db';
import type { Money, ShopId, ShopSettings } from '@winback/domain';
import { formatMoney, scenarioCodes } from '@winback/domain';
import { summedEffects } from '@winback/engine/lift';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { dayStart } from './day-start.ts';
import { liftOfScenario, measuredLift } from './lifts.ts';

/** Empty: there is nothing to say. */
export async function earnedWords(
  env: Env,
  shop: ShopId,
  of: { settings: ShopSettings; now: number; dayBegin: number },
): Promise<string> {
  const { settings, now, dayBegin } = of;
  const { currency, language, timeZone } = settings;
  const from = dayStart(timeZone, dayBegin - 1);
  const [revenue, measured] = await Promise.all([
    revenueByScenario(databaseOf(env), shop, { from, until: dayBegin, currency }),
    measuredLift(env, shop, now),
  ]);
  const brought = [...revenue.values()];
  const orders = brought.reduce((sum, one) => sum + one.orders, 0);
  const minor = brought.reduce((sum, one) => sum + one.minor, 0);
  const words = (money: Money) => formatMoney(money, language);
  const yesterday =
    orders === 0
      ? ''
      : `Yesterday ${words({ minor, currency })} of orders came by your letters (${orders} ${orders === 1 ? 'order' : 'orders'}).`;
  const effects = scenarioCodes.flatMap((code) => liftOfScenario(code, settings, measured).lift?.spent ?? []);
  const { low, value, high } = summedEffects(effects);
  // Only what is surely above nothing is a gain.
  if (effects.length === 0 || low <= 0) return yesterday;
  const whole = (amount: number) => words({ minor: Math.round(amount), currency });
  const gain = `The hold-out says that ${whole(value)} (± ${whole((high - low) / 2)}) of 90 days would not have come without them.`;
  return [yesterday, gain].filter(Boolean).join(' ');
}
