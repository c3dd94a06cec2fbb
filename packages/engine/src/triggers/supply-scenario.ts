// The letter that a product is about to run out: Regular Purchase.
import { lengthOf } from './clock.ts';
import type { Ending, LedgerEntry, Occasion, ScenarioRow, ScenarioTiming } from './occasion.ts';
import { refusesMarketing } from './occasion.ts';
import type { NamedSupply } from './supplies.ts';
import { boughtSince, headsOf, livingSupplies, supplySlot, togetherWith } from './supplies.ts';

const dayMs = 86_400_000;
const code = 'low_on_supply';

export const regularPurchase: ScenarioRow = {
  code,
  priority: 10,
  exempt: null,
  refuses: refusesMarketing,
  occasions: ({ state, ledger, timing, now }) => {
    if (state.person === null) return [];
    const ours = ledger.filter(({ scenario }) => scenario === code);
    const living = livingSupplies(state, slotsOf(ours, isSettled));
    return headsOf(
      living,
      slotsOf(ours, (entry) => !isSettled(entry)),
    )
      .map((supply) => occasionOf(supply, timing, now))
      .filter(({ endsAt }) => now < endsAt + dayMs); // what ran out long before the scenario was on is history
  },
  endings: (state, ledger) => {
    const waiting = ledger.filter((entry) => entry.scenario === code && entry.state === 'waiting');
    if (waiting.length === 0) return [];
    const settled = slotsOf(ledger, (entry) => entry.scenario === code && isSettled(entry));
    const living = new Set(livingSupplies(state, settled).map(supplySlot));
    return waiting
      .filter(({ slot }) => !living.has(slot))
      .map(({ slot }): Ending => {
        const at = boughtSince(state.orders, purchaseOf(slot));
        if (at !== null) return { slot, scenario: code, reason: 'bought', at, because: 'it was bought again' };
        const because = 'by what the shop has learnt since, they are not likely to buy it again soon';
        return { slot, scenario: code, reason: 'unlikely', at, because };
      });
  },
  about: (state, slot) => {
    const products = togetherWith(livingSupplies(state, new Set()), slot).map(({ product }) => product);
    return products.length === 0 ? null : { kind: 'supplies', rev: state.supplies.rev, products };
  },
  planned: (because) => `Planned: ${because}.`,
};

/** Nobody is told before half of the time has gone by, however long the lead. */
function occasionOf(supply: NamedSupply, { delayMs, windowMs }: ScenarioTiming, now: number): Occasion {
  const dueAt = supply.runsOutAt - Math.min(delayMs, Math.floor(supply.everyMs / 2));
  return {
    slot: supplySlot(supply),
    scenario: code,
    dueAt,
    endsAt: Math.max(dueAt + windowMs, dueAt + 60_000),
    because: becauseOf(supply, now),
    early: 'what was bought lasts for a while yet',
  };
}

/** "Coffee beans was bought every 4 weeks or so, last 26 days ago". */
function becauseOf({ name, times, ownEveryMs, everyMs, last }: NamedSupply, now: number): string {
  const ago = `${lengthOf(Math.max(0, now - last))} ago`;
  return times > 1
    ? `${name} was bought every ${aboutEvery(ownEveryMs)} or so, last ${ago}`
    : `${name} was bought ${ago}, and is bought again after ${aboutEvery(everyMs)} or so`;
}

/** Days for a week, then weeks as people count them, then months. */
function aboutEvery(ms: number): string {
  const days = Math.max(1, Math.round(ms / dayMs));
  const [count, noun] =
    days < 11 ? [days, 'day'] : days < 64 ? [Math.round(days / 7), 'week'] : [Math.round(days / 30.4), 'month'];
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function isSettled({ state }: LedgerEntry): boolean {
  return state !== 'waiting' && state !== 'sending';
}

function slotsOf(ledger: readonly LedgerEntry[], which: (entry: LedgerEntry) => boolean): Set<string> {
  return new Set(ledger.filter(which).map(({ slot }) => slot));
}

function purchaseOf(slot: string): { last: number; product: string } {
  const [, last = '', ...product] = slot.split(':');
  return { last: Number(last), product: product.join(':') };
}
