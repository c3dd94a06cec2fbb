// Numbers of a scenario as sentences. What is not measured says so; what is not sure says so as well.
import type { ScenarioNumbers } from '@winback/domain';
import { count, money, plural } from '#lib/words.ts';

type Lift = NonNullable<ScenarioNumbers['lift']>;

export const notMeasured = 'not measured yet';

function percent(share: number): string {
  return `${(share * 100).toFixed(Math.abs(share) < 0.1 ? 1 : 0)} %`;
}

/** `+1,240 €`, `−300 €`. */
function signed(minor: number, currency: ScenarioNumbers['revenue']['currency']): string {
  const words = money({ minor: Math.abs(Math.round(minor)), currency });
  return `${minor < 0 ? '−' : '+'}${words}`;
}

/** What the letters brought and how far that may be off, short: for the list. */
export function liftShort({ lift, revenue }: ScenarioNumbers): { value: string; margin: string } | null {
  if (lift === null) return null;
  const { low, value, high } = lift.spent;
  const margin = `± ${money({ minor: Math.round((high - low) / 2), currency: revenue.currency })}`;
  return lift.isSure ? { value: signed(value, revenue.currency), margin } : { value: 'no difference yet', margin };
}

/** The two sides: how many of each bought within a week. */
export function sides({ written, heldOut }: Lift): string {
  const share = ({ people, buyers }: Lift['written']) =>
    `${count(buyers)} of ${plural(people, 'person').replace('persons', 'people')} (${percent(buyers / people)})`;
  return `Within a week of it, ${share(written)} bought among those who were written to, and ${share(heldOut)} among those held out.`;
}

/** What that says, with its margin. */
export function verdict({ lift, revenue }: ScenarioNumbers): string {
  if (lift === null) return '';
  const { low, value, high } = lift.spent;
  const { currency } = revenue;
  const margin = `between ${signed(low, currency)} and ${signed(high, currency)} with 95 % certainty`;
  if (!lift.isSure) return `That may be chance: the difference is ${margin}.`;
  return `So the letters brought ${signed(value, currency)}: ${margin}.`;
}
